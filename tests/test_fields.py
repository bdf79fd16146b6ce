"""What a position sees of the image, against the rows that are followed forward, one by one."""

import numpy as np
import pytest

from mobilenet_lab import Design, trace
from mobilenet_lab.costs.fields import receptive_fields, seen_pixels

DESIGNS = [
    Design("v1", 0.25, resolution=64),
    Design("v1", 0.25, resolution=75, dialect="listing"),
    Design("v2", 0.35, resolution=64),
    Design("v2", 0.35, resolution=97, expansion=1),
    Design("v2", 0.35, resolution=75, dialect="listing"),
    Design("v1", 0.25, resolution=75, dialect="keras"),
    Design("v2", 0.35, resolution=75, dialect="keras"),
]


def followed(design):
    """For each layer which rows of the image each row of its map sees: (rows, pixels) of bool."""
    found = {"input": np.eye(design.resolution, dtype=bool)}
    for layer in trace(design):
        read = np.any([found[name] for name in layer.reads], axis=0)
        if layer.op in ("convolution", "depthwise", "pointwise"):
            found[layer.name] = slid(read, layer)
        elif layer.op == "padding":  # a row of zeros below, and sometimes one above
            above, nothing = layer.size_out - len(read) - 1, np.zeros_like(read[:1])
            found[layer.name] = np.vstack([nothing] * above + [read, nothing])
        else:
            found[layer.name] = read.any(axis=0)[None] if layer.op == "pooling" else read
    return found


def slid(read, layer):
    """The rows under the kernel at each of its places, with as much padding above as below."""
    rows = []
    lacking = max((layer.size_out - 1) * layer.stride + layer.kernel - len(read), 0)
    for place in range(layer.size_out):
        start = place * layer.stride - lacking // 2
        rows.append(read[max(start, 0) : start + layer.kernel].any(axis=0))
    return np.array(rows)


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_seen_pixels_are_those_that_get_there(design):
    layers = {layer.name: layer for layer in trace(design)}
    for name, rows in followed(design).items():
        for position in range(len(rows)) if name != "input" else ():
            seen = np.flatnonzero(rows[position])
            expected = (seen[0], seen[-1] + 1) if len(seen) else (0, 0)
            assert seen_pixels(design, name, position) == expected, (name, position)
        assert name == "input" or len(rows) == layers[name].size_out


@pytest.mark.parametrize("design", DESIGNS, ids=str)
def test_fields_and_jumps_are_those_away_from_the_edges(design):
    fields = receptive_fields(design).set_index("name")
    compared = 0
    for name, rows in followed(design).items():
        ends = [(seen[0], seen[-1]) for seen in map(np.flatnonzero, rows) if len(seen)]
        inner = [(a, b) for a, b in ends if a > 0 and b < design.resolution - 1]
        if name == "input" or not inner:
            continue
        compared += 1
        assert {b - a + 1 for a, b in inner} == {fields.field[name]}, name
        starts = {after - before for (before, _), (after, _) in zip(inner, inner[1:], strict=False)}
        assert starts <= {fields.jump[name]}, name
    assert compared > 10
    ended = fields.index.str.startswith("classifier")
    assert fields.jump[ended].isna().all() and fields.jump[~ended].notna().all()


def test_a_pooled_vector_sees_from_the_first_field_to_the_last():
    fields = receptive_fields(Design("v1")).set_index("name").field
    assert fields["stage4_block2_pointwise"] == 315  # on 7 × 7 positions, 32 px apart
    assert fields["classifier_pool"] == fields["classifier_conv"] == 315 + 6 * 32


def test_positions_off_the_map_are_refused(refused):
    design = DESIGNS[0]
    last = next(layer for layer in trace(design) if layer.name == "stem_conv").size_out
    assert seen_pixels(design, "stem_conv", last - 1)
    refused(lambda: seen_pixels(design, "stem_conv", last), f"position={last}")
    refused(lambda: seen_pixels(design, "stem_conv", -1), "position=-1")
    refused(lambda: seen_pixels(design, "nowhere", 0), "name='nowhere'")
