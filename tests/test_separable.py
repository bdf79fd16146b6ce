"""One layer two ways: the law, Table 3 and Keras agree with the counts of the layers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mobilenet_lab import layers, published
from mobilenet_lab.costs import separable
from mobilenet_lab.models import latency
from mobilenet_lab.published.table3 import table3

numbers = st.tuples(  # D, M, N, F
    st.integers(1, 9), st.integers(1, 2000), st.integers(1, 2000), st.integers(1, 300)
)


@given(numbers)
def test_the_papers_formulas_are_what_the_layers_count(layer):
    d, m, n, f = layer
    macs = separable.compare(*layer).macs
    assert macs["full"] == d**2 * m * n * f**2
    assert macs["depthwise"] == d**2 * m * f**2
    assert macs["pointwise"] == m * n * f**2
    assert macs["separable"] == macs["depthwise"] + macs["pointwise"]


@given(numbers)
def test_the_share_is_the_law_for_macs_and_for_parameters(layer):
    law = separable.law(layer[0], layer[2])
    table = separable.compare(*layer)
    assert separable.share(*layer) == pytest.approx(law, rel=1e-12)
    shares = table.loc["separable"] / table.loc["full"]
    assert shares[["macs", "params"]].tolist() == pytest.approx([law, law], rel=1e-12)


@given(numbers)
def test_what_is_moved_is_the_map_read_the_kernels_and_the_map_written(layer):
    d, m, n, f = layer
    moved = separable.compare(*layer).moved
    assert moved["full"] == m * f**2 + d**2 * m * n + n * f**2
    assert moved["separable"] - moved["full"] == 2 * m * f**2 + d**2 * m + m * n - d**2 * m * n


def test_a_share_along_filters_is_an_array():
    filters = np.array([1, 8, 512])
    along = separable.share(3, 64, filters, 14)
    assert along.tolist() == [separable.share(3, 64, n, 14) for n in filters.tolist()]


def test_table_3_of_the_paper_is_what_the_layers_count():
    computed = table3()
    assert list(computed) == [*published.table("v1-3"), "macs", "params"]
    printed = published.table("v1-3", as_printed=True)
    assert computed.macs.tolist() == [462422016, 52283392, 29578752, 15091200]
    for count in ("macs", "params"):
        pairs = zip(printed[f"{count}_million"], computed[count], strict=True)
        assert all(published.rounds_to(text, int(value)) for text, value in pairs)


@pytest.mark.parametrize("name", separable.EXAMPLE)
@pytest.mark.parametrize("value", [0, -3, 2.5, "7", True])
def test_a_number_that_no_layer_has_is_refused(refused, name, value):
    refused(lambda: separable.compare(**separable.EXAMPLE | {name: value}), f"{name}={value!r}")


@pytest.mark.keras
@pytest.mark.parametrize("way", [separable.full, separable.separable])
def test_keras_builds_the_layer_that_is_counted(way):
    keras = layers.keras()
    image = keras.Input((9, 9, 5))
    model = keras.Model(image, way(image, 7, 3))
    counted = way(layers.FeatureMap(9, 9, 5), 7, 3)
    assert model.output_shape[1:] == counted.shape
    assert model.count_params() == sum(layer.params for layer in counted.layers)


@pytest.mark.keras
def test_a_separable_layer_is_a_full_one_with_tied_weights():
    keras = layers.keras()
    image = keras.Input((9, 9, 5))
    two_steps = keras.Model(image, separable.separable(image, 7, 3))
    one_step = keras.Model(image, separable.full(image, 7, 3))
    depthwise, pointwise = two_steps.get_weights()
    one_step.set_weights([depthwise * pointwise])
    noise = np.random.default_rng(0).normal(size=(2, 9, 9, 5)).astype("float32")
    assert np.allclose(two_steps(noise), one_step(noise), atol=1e-5)


@pytest.mark.keras
def test_measure_times_each_part():
    times = latency.measure_layer(3, 4, 4, 8, seconds=0.01)
    assert list(times.index) == ["full", "depthwise", "pointwise", "separable", "call"]
    assert np.isfinite(times).all() and (times > 0).all()


def test_several_layers_are_each_compared_alone():
    table = separable.compare_layers([(64, 112), (1024, 7)], kernel=5)
    assert list(table.index) == ["64 channels, 112 px", "1024 channels, 7 px"]
    for row, (channels, side) in zip(table.index, [(64, 112), (1024, 7)], strict=True):
        one = separable.compare(5, channels, channels, side)
        for count in ("macs", "moved"):
            found = table.loc[row, count]
            assert found["full"] == one[count]["full"]
            assert found["separable"] == one[count]["separable"]
            assert found["share"] == one[count]["separable"] / one[count]["full"]
