"""How each number of a report was obtained: published, computed, predicted or measured."""

from typing import NamedTuple


class Label(NamedTuple):
    """What a column of numbers is called, with its unit, its basis, its convention and source."""

    name: str
    basis: str
    convention: str
    source: str


TRACE = "this lab, from the layers of the design"
MEMORY = {  # by runtime
    "live": "the most bytes of live tensors, a lower bound of every runtime",
    "in-place": "the most bytes of live tensors, depthwise convolutions overwriting their input",
    "tflm": "the arena that TensorFlow Lite Micro plans, with an estimate of its persistent part",
}
BASES = {  # of an accuracy
    "published": "printed for a checkpoint or in the paper",
    "predicted": "by a model fitted to the published checkpoints of both families",
    "measured": "by training, in the store of finished runs",
    "unknown": "nothing is published, and the model does not reach so far",
}


def labels(bits, runtime, times=""):
    """The `Label` of each count of a report, by the name of its column.

    `times` says where milliseconds come from, beginning with "measured" or "predicted"; "" if there
    are none.
    """
    value = f"{bits} bits a value"
    found = {
        "macs": Label(
            "MACs",
            "computed",
            "multiply-accumulates of convolution, depthwise and dense layers, one image",
            TRACE,
        ),
        "params": Label("parameters", "computed", "all variables, as Keras counts them", TRACE),
        "ram": Label("RAM (bytes)", "computed", f"{MEMORY[runtime]}; {value}", TRACE),
        "flash": Label("flash (bytes)", "predicted", f"size of the .tflite file; {value}", TRACE),
        "ms": Label("time (ms)", times.partition(" ")[0], "one image", times),
        "top1": Label(
            "top-1 (%)",
            "published or predicted",
            "ImageNet validation, 1000 classes, float32, one crop",
            "; ".join(f"{basis}: {meaning}" for basis, meaning in BASES.items()),
        ),
    }
    return found if times else {name: own for name, own in found.items() if name != "ms"}
