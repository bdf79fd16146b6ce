"""What each source counts and how it rounds, and what is known to deviate.

`RULES` are the facts behind `reproduce`, by table; a table without them is not computed.
"""

from dataclasses import replace

from mobilenet_lab.costs.conventions import CONVENTIONS, MACS, WEIGHTS, Convention
from mobilenet_lab.published.cell import Count
from mobilenet_lab.published.counted import Memory, OneChannel, Share

Rule = tuple[Count, str]  # what is counted, and how it is rounded


def _rules(macs: Rule = (MACS, "rounded"), params: Rule = (WEIGHTS, "rounded")) -> dict[str, Rule]:
    return {"MACs": macs, "parameters": params}


def _named(name: str, rounding: str = "rounded") -> Rule:
    return CONVENTIONS[name], rounding


BODY_MACS = (replace(MACS, classifier=False), "rounded")
BODY_WEIGHTS = (replace(WEIGHTS, classifier=False), "rounded")
SHARE: dict[str, Rule] = {
    "share of MACs": (Share(MACS), "rounded"),
    "share of parameters": (Share(WEIGHTS), "rounded"),
}

PADDLE_FLOPS = Convention("FLOPs", batch_norm=2, first_expansion=True)
PADDLE = OneChannel(Convention("parameters", batch_norm=2, first_expansion=True))
CUT = _rules(_named("MACs", "cut off"), _named("weights and bias", "cut off"))

RULES: dict[str, dict[str, Rule]] = {
    "v1-2": SHARE,
    **{f"v1-{number}": _rules() for number in range(3, 11)},
    "v1-12": _rules(BODY_MACS, BODY_WEIGHTS),
    "v1-13": _rules(),
    "v1-14": _rules(BODY_MACS, BODY_WEIGHTS),
    "v1-text": _rules() | SHARE,
    "v1-checkpoints": _rules(params=_named("without batch norm's scale")),
    "v2-3": {"memory": (Memory(), "cut off after two figures")},
    "v2-3-earlier": {"memory": (Memory(without="112x112"), "cut off after two figures")},
    **dict.fromkeys(("v2-4", "v2-4-first", "v2-text"), CUT),
    "v2-5": _rules(_named("MACs", "cut off"), _named("trainable")),
    **dict.fromkeys(("v2-6", "v2-7"), _rules(params=_named("trainable"))),
    "v2-checkpoints": _rules(_named("MACs", "cut off"), _named("weights and bias")),
    "v3-checkpoints": _rules(),
    "keras-docstring-v3": _rules(),
    "d-li14": _rules((replace(MACS, channel_scale=1), "rounded"), _named("trainable", "cut off")),
    "keras": _rules(params=_named("all variables")),
    "keras-evaluation": {
        "parameters": _named("all variables"),
        "body parameters": (replace(CONVENTIONS["all variables"], classifier=False), "rounded"),
    },
    "mmpretrain": {
        "FLOPs": (replace(CONVENTIONS["ptflops"], classifier=False), "rounded"),
        "parameters": _named("trainable"),
    },
    "paddle": {"FLOPs": (OneChannel(PADDLE_FLOPS), "cut off"), "parameters": (PADDLE, "rounded")},
    "keras-docstring": _rules(),
    "torchvision": _rules(params=_named("trainable")),
    "timm": _rules(_named("MACs and batch norm"), _named("trainable")),
    "openvino": {
        "FLOPs": _named("FLOPs and element-wise work"),
        "parameters": _named("batch norm folded"),
    },
}
CLASSES = {"v1-10": 120}  # the breeds of Stanford Dogs
SHARES = {
    "Conv 1x1": "pointwise",
    "Conv DW 3x3": "depthwise",
    "Conv 3x3": "first_convolution",
    "Fully Connected": "classifier",
    "1x1 convolutions": "pointwise",
}


WIDEST = "v2-checkpoints", "mobilenet_v2_1.4_224"

# Printed counts that nothing fits, which the same authors print otherwise elsewhere: in which
# table and row, with the same quantity of the same network.
CONTRADICTED = {
    ("keras-docstring", "1.0 MobileNet-224", "MACs"): ("keras-docstring", "1.0 MobileNet-224 (2)"),
    ("v2-4-first", "MobileNetV1", "MACs"): ("v1-checkpoints", "mobilenet_v1_1.0_224"),
    ("v2-4", "MobileNetV1", "MACs"): ("v1-checkpoints", "mobilenet_v1_1.0_224"),
    ("v2-4", "MobileNetV2 (1.4)", "MACs"): WIDEST,
    ("v2-4", "MobileNetV2 (1.4)", "parameters"): WIDEST,
    ("v2-text", "largest network", "MACs"): WIDEST,
    ("v2-text", "largest network", "parameters"): WIDEST,
    ("v2-text", "smallest network", "MACs"): ("v2-checkpoints", "mobilenet_v2_0.35_96"),
}

# The figures of each table that are known to deviate from what its rule gives. What deviates and is
# not here is new: the command's exit status tells.
EXPLAINED = {
    "keras-docstring": "290",
    "keras-docstring-v3": "5.4 2.9 44 2.4",
    "openvino": "3.489",
    "v1-2": "1.19",
    "v1-4": "4866",
    "v1-7": "290",
    "v1-8": "15300",
    "v1-9": "76 1700 1.25 720 60",
    "v1-10": "569 418",
    "v1-12": "45 48 15",
    "v1-13": "13.7 118.2 25.2 6.1 149.6 129.6 30.5",
    "v1-14": "1600 7.5 166 108",
    "v1-checkpoints": "317 233 162 104 150 34",
    "v1-text": "5.74 52 0.58",
    "v2-3": "800 200 100 62 310 156",
    "v2-3-earlier": "200 100 62 310 156",
    "v2-4": "292 564 5.3",
    "v2-4-first": "2.9 4.4",
    "v2-5": "0.35",
    "v2-6": "50.7",
    "v2-7": "5.8 387 81.0",
    "v2-text": "1.7",
    "v3-checkpoints": "5.4 2.9 44 2.4",
}
OPEN = {
    "keras-docstring": "529",
    "keras-docstring-v3": "66 65",
    "v1-8": "1550 6.8",
    "v1-10": "5000 23.2",
    "v1-13": "33.1",
    "v1-14": "286",
    "v2-3": "600 199 32",
    "v2-3-earlier": "600 199 32",
    "v2-4": "575 585 6.9",
    "v2-4-first": "575",
    "v2-6": "35.2 36.1 99.5",
    "v2-7": "14.25 941.9 2.75 152.6 4870.6",
    "v2-text": "7 585 6.9",
    "v3-checkpoints": "66 65",
}
