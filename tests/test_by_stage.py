"""Tables by stage: the last map of each, and what its ReLUs leave."""

import numpy as np
import pytest

from mobilenet_lab import Design, layer_table, trace
from mobilenet_lab.features import receptive_fields, relu_shares, stage_table


@pytest.mark.parametrize("design", [Design("v1", 0.5), Design("v2", 0.35)], ids=str)
def test_each_stage_is_its_last_layer_before_the_classifier(design):
    table = stage_table(design)
    rows = layer_table(design).merge(receptive_fields(design), on="name")
    for stage, own in table.iterrows():
        last = rows[rows.stage == stage].iloc[-1]
        assert own.tolist() == [last[name] for name in ("size_out", "c_out", "field", "jump")]
    assert not any(stage.startswith("classifier") for stage in table.index)
    assert list(table.index) == list(rows.stage[rows.stage.isin(table.index)].unique())


def test_relus_are_averaged_by_stage():
    design = Design("v2", 0.35)
    relus = [layer.name for layer in trace(design) if layer.kind == "ReLU"]
    maps = {name: np.ones((2, 2, 4)) for name in relus} | {"stem_conv": np.zeros((2, 2, 4))}
    maps["stem_relu"] = np.stack([np.zeros((2, 2)), np.full((2, 2), 6), *np.ones((2, 2, 2))], -1)
    shares = relu_shares(design, maps)
    assert shares.loc["stem"].to_dict() == {"sparsity": 25, "clipped": 25, "dead": 25}
    assert (shares.drop("stem") == 0).all(axis=None)
    assert list(shares.index) == list(stage_table(design).index)
