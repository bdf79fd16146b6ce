"""How each number of a report was obtained: published, computed, predicted or measured."""

from typing import NamedTuple


class Label(NamedTuple):
    """What a count is called, its unit, its basis, its convention and its source."""

    name: str
    unit: str
    basis: str
    convention: str
    source: str

    @property
    def heading(self):
        """The name with its unit, and whether it is computed, predicted or measured."""
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.name}{unit}, {self.basis}"


LAYERS = "MobileNet Lab, from the layers of the design"
SEVERAL = "as stated"  # the basis of a row whose numbers have several
MEMORY = {  # by runtime: what its peak is
    "live": "the most bytes of live tensors, a lower bound where nothing is computed in place",
    "in-place": "the most bytes of live tensors, depthwise convolutions overwriting their input",
    "mcunet": "the most bytes that a convolution reads and writes, as MCUNet's search counts",
    "tflm": "the arena that TensorFlow Lite Micro plans for the tensors",
}
FORMATS = {8: "int8", 16: "float16 weights and float32 activations", 32: "float32"}  # by bits
REACHED = (
    "published: printed for a checkpoint; predicted: by a model that is fitted to the published "
    "checkpoints of both families; measured: by training, on other data than ImageNet. The 90 % "
    "interval is predicted around a published number, too, since another training differs"
)


def labels(bits, runtime, times=""):
    """The `Label` of each count of a report, by its name in a frame.

    `times` says where milliseconds come from, beginning with "measured" or "predicted"; "" if there
    are none.
    """
    memory, kept, basis = f"{MEMORY[runtime]}, {FORMATS[bits]}", "", "computed"
    if runtime == "tflm":
        kept, basis = "; with an estimate of what is persistent", "predicted"
    rows = {
        "macs": (
            *("MACs", "", "computed"),
            "multiply-accumulates of convolution, depthwise and dense layers, one image",
        ),
        "params": ("parameters", "", "computed", "all variables, as Keras counts them"),
        "ram": ("RAM", "bytes", basis, memory + kept),
        "peak": ("RAM, peak", "bytes", "computed", memory),
        "persistent": (
            *("RAM, persistent", "bytes", "predicted"),
            "an estimate of what the runtime keeps beside its tensors; 0 where none is modelled",
        ),
        "flash": ("flash", "bytes", "predicted", f"size of the .tflite file, {FORMATS[bits]}"),
        "ms": ("time", "ms", times.partition(" ")[0], "one image", times),
        "top1": (
            *("top-1", "%", SEVERAL),
            "ImageNet validation, 1000 classes, float32, one crop",
            REACHED,
        ),
        "low": ("top-1, low end", "%", SEVERAL, "of the 90 % interval", REACHED),
        "high": ("top-1, high end", "%", SEVERAL, "of the 90 % interval", REACHED),
        "accuracy": ("basis of top-1", "", SEVERAL, "", ""),
    }
    found = {name: Label(*row, *[LAYERS][: 5 - len(row)]) for name, row in rows.items()}
    return found if times else {name: own for name, own in found.items() if name != "ms"}
