"""What was released, in several lists and beside our own counts."""

import pytest

from mobilenet_lab import Design, cost, layer_table, published
from mobilenet_lab.costs.blocks import ends, stages
from mobilenet_lab.networks.families import at_first
from mobilenet_lab.published.memory import memory_table
from mobilenet_lab.published.released import (
    LISTS,
    checkpoints,
    lost_as_integers,
    phone_times,
    several,
    table4,
)


def test_checkpoints_are_one_series_and_priced():
    rows = checkpoints()
    assert rows.groupby("family").size().to_dict() == {"v1": 16, "v2": 22}
    one = rows.query("family == 'v2' and alpha == 0.35 and resolution == 96").iloc[0]
    assert one.macs == cost(Design("v2", 0.35, resolution=96)).macs


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_one_accuracy_a_design(name):
    """A second one would be dropped unseen."""
    rows = several(name)
    for table in published.tables():
        known = published.table(table)
        if {"top1", "family", "number_format"} <= set(known):
            own = (known.series == name) & (known.number_format == "float32")
            known = known[own & known.family.isin(at_first())]
            both = known.merge(rows, on=["family", "alpha", "resolution"])
            assert len(both) == len(known)
            assert (both.top1 == both[name]).all()
    assert len(rows)


def test_designs_in_several_lists():
    rows = several("checkpoint", "timm").set_index(["family", "alpha"])
    assert list(rows) == ["resolution", "checkpoint", "timm"]
    assert rows.loc[("v1", 1.0), "timm"] == 75.388
    assert rows.loc[("v2", 1.0), "checkpoint"] == 71.8


def test_one_recipe_down_to_thin_networks_and_small_pictures():
    rows = several("d-li14", "checkpoint")
    assert len(rows) == 8 and set(rows.family) == {"v2"}  # nobody else published α 0.25
    assert len(several("d-li14")) == 9
    assert (several("d-li14")["d-li14"] < 72.2).all()


def test_several_refuses_other_lists(refused):
    refused(lambda: several("paper", "torchvision"), "torchvision")


def test_times_on_the_phone():
    rows = phone_times()
    assert len(rows) == 23 and not rows.duplicated(["family", "alpha", "resolution"]).any()
    full = rows.query("family == 'v2' and alpha == 1 and resolution == 224").iloc[0]
    assert full.pixel1_ms == 73.8  # the checkpoint's; Table 4 prints 75
    assert full.ns_per_mac == pytest.approx(73.8e6 / cost(Design("v2")).macs)


def test_table_4_keeps_its_rows():
    rows = table4()
    assert rows.network.tolist() == published.table("v2-4").network.tolist()
    assert rows.macs.notna().tolist() == rows.family.notna().tolist()
    assert rows.set_index("network").loc["MobileNetV2", "macs"] == cost(Design("v2")).macs


def test_what_integers_lose_is_printed_side_by_side():
    rows = lost_as_integers()
    printed = published.accuracy().query("series == 'checkpoint'")
    for row in rows.itertuples():
        same = printed.query(f"alpha == {row.alpha} and resolution == {row.resolution}")
        whole = same[same.family == row.family].set_index("number_format")["top1"]
        assert row.lost == whole["float32"] - whole["int8"]
    assert len(rows) == (printed.number_format == "int8").sum()


def test_memory_of_table_3():
    rows = memory_table()
    assert rows[~rows.follows].memory_kb.tolist() == [199, 32]
    assert rows.computed_kb[0] == 112 * 112 * 64 * 2 / 1000
    assert (rows.built == rows.channels)[rows.family == "v1"].all()
    assert rows.two_groups.isna().equals(rows.family.notna())


@pytest.mark.parametrize("design", [Design("v1"), Design("v2"), Design("v2", 0.5, expansion=1)])
def test_blocks_hand_over_what_they_wrote(design):
    blocks = ends(design)
    assert (blocks.c_in.to_numpy()[1:] == blocks.c_out.to_numpy()[:-1]).all()
    assert (blocks.size_in.to_numpy()[1:] == blocks.size_out.to_numpy()[:-1]).all()
    assert stages(design).n.sum() <= len(blocks)
    # The peak of a layer holds at least what one block hands to the next.
    held = layer_table(design).held.max()
    assert held >= max(blocks.size_out**2 * blocks.c_out)
