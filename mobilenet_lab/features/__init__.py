"""Feature maps: run an image through the network and read numbers off the maps.

    model, image = build(design), load_image("chelsea", design.resolution)
    maps = feature_maps(model, image)  # {layer name: array}, all from one pass
    layer_table(design).merge(statistics(maps), on="name")

Layers have the names of the trace, so a map, a row of the table and a box of a drawing join by
name.
"""

from mobilenet_lab.costs.fields import receptive_fields, seen_pixels
from mobilenet_lab.features.by_stage import relu_shares, stage_table
from mobilenet_lab.features.images import SAMPLES, load_image
from mobilenet_lab.features.maps import ORDERS, channel_order, feature_maps, histogram, statistics

__all__ = [
    "ORDERS",
    "SAMPLES",
    "channel_order",
    "feature_maps",
    "histogram",
    "load_image",
    "receptive_fields",
    "relu_shares",
    "seen_pixels",
    "stage_table",
    "statistics",
]
