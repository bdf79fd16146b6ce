"""Other libraries' names for the arguments of a design."""

from collections.abc import Iterable
from typing import NoReturn

CALLED = {  # the lab's name: those of Keras, slim, torchvision, timm, torchinfo and the papers
    "family": ("arch", "architecture", "model", "model_name", "version"),
    "alpha": (
        *("channel_multiplier", "depth_multiplier", "multiplier", "width", "width_mult"),
        *("width_multiplier", "width_multiple", "widen_factor"),
    ),
    "rho": ("resolution_mult", "resolution_multiplier"),
    "resolution": (
        *("default_image_size", "image_size", "img_size", "image_shape", "input_dim"),
        *("input_resolution", "input_shape", "input_size", "px", "res", "size"),
    ),
    "expansion": (
        *("exp_ratio", "expand_ratio", "expansion_factor", "expansion_ratio", "expansion_size"),
        "t",
    ),
    "channels": ("in_channels", "in_chans", "input_channels", "num_channels"),
    "classes": ("class_count", "n_classes", "nb_classes", "nclass", "num_class", "num_classes"),
}
LAB_NAME = {alias: name for name, aliases in CALLED.items() for alias in aliases}
HINTS = {"resolution": ", the side in pixels or (height, width)"}

ROWS = "a Design has the paper's rows; the learner of mobilenet_v1 or mobilenet_v2 takes others"
ROUNDING = 'the rounding of widths is a matter of the dialect: "paper", "listing" or "keras"'
ELSEWHERE = {  # not arguments of a design: where to set them instead
    **dict.fromkeys(("dropout", "dropout_rate", "drop_rate"), "it is build(design, dropout=...)"),
    **dict.fromkeys(("include_top", "top"), "it is build(design, top=...)"),
    **dict.fromkeys(("pretrained", "weights"), "it is build(design, weights=...)"),
    **dict.fromkeys(("rows", "inverted_residual_setting"), ROWS),
    **dict.fromkeys(("depth_divisible_by", "divisor", "min_depth", "round_nearest"), ROUNDING),
}


def explained(name: str) -> str:
    """The lab's name for another library's argument, as half a sentence; "" if unknown."""
    if name in LAB_NAME:
        return f"the lab calls it {LAB_NAME[name]}{HINTS.get(LAB_NAME[name], '')}"
    return ELSEWHERE.get(name, "")


def refuse(name: str, accepted: Iterable[str]) -> NoReturn:
    """Raise `TypeError`, as Python does for an argument that a function does not have."""
    help = explained(name) or f"accepted: {', '.join(accepted)}"
    raise TypeError(f"got an unexpected keyword argument {name!r}: {help}")
