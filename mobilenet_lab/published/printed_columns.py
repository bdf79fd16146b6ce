"""How the published tables are laid out where they were printed: which columns, in which order."""

from typing import NamedTuple

# Columns of our files that were not printed as such: they name the network, or where it stands.
BOOKKEEPING = {"series", "source", "version", "family", "number_format", "widths"}

_V1 = "network top1 macs_million params_million"
_V2 = "params_million macs_billion"

COLUMNS = {  # where they are others than the file's, or in another order
    **dict.fromkeys(("v1-4", "v1-5", "v1-6", "v1-7", "v1-8", "v1-9", "keras-docstring"), _V1),
    "v1-2": "layers macs_percent params_percent",
    "v1-10": "network dogs_top1 macs_million params_million",
    "v1-12": "network mean_precision macs_million params_million",
    "v1-13": "framework network coco_map macs_billion params_million",
    "v1-14": "network face_accuracy macs_million params_million",
    "v1-text": "network macs_million macs_billion params_million macs_percent params_percent",
    "v1-checkpoints": "network macs_million params_million top1 top5",
    **dict.fromkeys(("v2-4", "v2-4-first"), "network top1 params_million macs_million pixel1_ms"),
    "v2-5": f"head {_V2}",
    "v2-6": f"network coco_map {_V2} pixel1_ms",
    "v2-7": f"network output_stride aspp multi_scale voc_miou {_V2}",
    "v2-checkpoints": "network macs_million params_million top1 top5 pixel1_ms",
    "keras": "network size_mb top1 top5 params params_million depth cpu_ms gpu_ms",
    "keras-evaluation": "network top1_error top5_error top1 top5 "
    "params_million body_params_million",
    "d-li14": "network params_million macs_million top1 top5",
    "mmpretrain": "network params_million flops_billion top1 top5",
    "openvino": "network flops_billion params_million top1 top5",
    "paddle": "network top1 top5 flops_billion params_million size_mb",
    "timm": "network macs_billion params_million top1 top5",
    "torchvision": "network top1 top5 params macs_billion size_mb",
}


class Crossed(NamedTuple):
    """A table printed with a row for each value of one column and a column for each of another.

    Its cells hold `parts`, with "/" between them.
    """

    down: str
    across: str
    parts: tuple[str, ...]


CROSSED = dict.fromkeys(
    ("v2-3", "v2-3-earlier"), Crossed("size", "network", ("channels", "memory_kb"))
)

HEADINGS = {
    "activation_ram_kib": "RAM for activations (KiB)",
    "alpha": "Width multiplier",
    "aspp": "ASPP",
    "body_params_million": "Million parameters, no classifier",
    "channels": "channels",
    "coco_map": "COCO mAP (%)",
    "cpu_ms": "CPU (ms)",
    "dogs_top1": "Stanford Dogs top-1 (%)",
    "face_accuracy": "Accuracy at 1e-4 (%)",
    "flops_billion": "Billion FLOPs",
    "framework": "Framework, resolution",
    "gpu_ms": "GPU (ms)",
    "layer": "Layer, modification",
    "layers": "Type",
    "macs_billion": "Billion MACs",
    "macs_million": "Million MACs",
    "macs_percent": "MACs (%)",
    "mean_precision": "Mean average precision (%)",
    "memory_kb": "kB",
    "multi_scale": "Multi-scale, flipped",
    "params": "Parameters",
    "params_million": "Million parameters",
    "params_percent": "Parameters (%)",
    "pixel1_ms": "Pixel 1 (ms)",
    "resolution": "Input (px)",
    "runtime_ram_kib": "RAM of the runtime (KiB)",
    "size_mb": "Size (MB)",
    "top1": "Top-1 (%)",
    "top1_error": "Top-1 error (%)",
    "top5": "Top-5 (%)",
    "top5_error": "Top-5 error (%)",
    "voc_miou": "VOC mIoU (%)",
}
ENDS = {"ms": "ms", "percent": "%", "px": "px", "kib": "KiB", "mb": "MB", "kb": "kB"}


def heading(column: str) -> str:
    """The heading of a column, with its unit."""
    if column in HEADINGS:
        return HEADINGS[column]
    words, _, end = column.rpartition("_")
    name = (words if end in ENDS and words else column).replace("_", " ")
    return name[:1].upper() + name[1:] + (f" ({ENDS[end]})" if end in ENDS and words else "")


def columns(table: str, found: list[str]) -> list[str]:
    """The columns of a table in their printed order; `found` are those of its file."""
    if table in COLUMNS:
        return [name for name in COLUMNS[table].split() if name in found]
    return [name for name in found if name not in BOOKKEEPING]
