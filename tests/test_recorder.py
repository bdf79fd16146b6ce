"""One model converted and recorded afresh: the smallest of those in `tests/tflm/recorded.csv`."""

import pytest
from recordings import RECORDED, design_of
from tflm.make import converted, recorded

from mobilenet_lab import memory
from mobilenet_lab.costs.files import flash

pytestmark = [pytest.mark.keras, pytest.mark.slow]


@pytest.fixture(scope="module")
def model():
    return converted(design_of(RECORDED[0]))


def test_the_plan_is_the_head_that_the_recorder_reports(model):
    own, found = memory(design_of(RECORDED[0])), recorded(model)
    assert found["head"] == own.peak == int(RECORDED[0]["head"])
    assert found["tail"] == pytest.approx(own.persistent, rel=0.02)  # in another version, perhaps


def test_the_prediction_is_near_the_true_size(model):
    assert flash(design_of(RECORDED[0])) == pytest.approx(len(model), rel=0.05)


def test_a_runtime_that_aborts_takes_only_its_own_process(model):
    with pytest.raises(RuntimeError):
        recorded(model[: len(model) // 2])
