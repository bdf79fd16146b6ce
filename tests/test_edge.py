"""Files for devices: what is in them, what they answer, what is kept; times in form only."""

import importlib.util
import json
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from optional import keras

from mobilenet_lab import Design, build, cost, edge, trace
from mobilenet_lab.costs.latency_model import LatencyModel
from mobilenet_lab.edge import converting, files, packages, timing
from mobilenet_lab.edge.store import Store, fingerprint, key_of
from mobilenet_lab.models import patches
from mobilenet_lab.plots import Runtimes

DESIGN = Design("v2", 0.35, resolution=64, classes=3)
SIDE = 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A store for the conversions of this module, which are few."""
    return tmp_path_factory.mktemp("converted")


@pytest.fixture(scope="module")
def pictures():
    """Noise, for which no sample picture is needed."""
    random = np.random.default_rng(0)
    return random.uniform(-1, 1, (8, SIDE, SIDE, 3)).astype(np.float32)


@pytest.fixture(scope="module")
def converted(folder, pictures):
    """One design in each precision."""
    return {
        name: edge.convert(DESIGN, name, pictures=pictures, store=folder)
        for name in files.PRECISIONS
    }


# What is in a file


@pytest.mark.keras
def test_a_file_has_an_operation_for_each_layer_that_is_left(converted):
    """Batch norm, ReLU6 and padding go into the convolutions; nothing works out a batch."""
    left = {"convolution": "CONV_2D", "pointwise": "CONV_2D", "depthwise": "DEPTHWISE_CONV_2D"}
    left |= {"addition": "ADD", "dense": "FULLY_CONNECTED", "pooling": "MEAN"}
    expected = Counter(left[layer.op] for layer in trace(DESIGN) if layer.op in left)
    expected["SOFTMAX"] = 1
    for precision in ("float32", "int8"):
        assert Counter(converted[precision].operations) == expected
    halves = Counter(converted["float16"].operations)
    assert halves.pop("DEQUANTIZE") > 0 and halves == expected
    assert f"{len(converted['int8'].operations)} operations" in str(converted["int8"])


@pytest.mark.keras
def test_sizes_are_those_of_the_weights_and_a_little_more(converted):
    counts = cost(DESIGN)
    exact = {"float32": 4 * counts.folded_params, "float16": 2 * counts.folded_params}
    exact["int8"] = counts.kernels + 4 * (counts.folded_params - counts.kernels)
    for precision, weights in exact.items():
        assert weights < converted[precision].bytes < 1.7 * weights
        assert converted[precision].bytes == len(converted[precision].path.read_bytes())
    assert converted["float32"].bytes < 1.13 * exact["float32"]  # smallest network, most names


@pytest.mark.keras
def test_inputs_and_outputs_are_integers(converted):
    for precision, kind in {"float32": np.float32, "float16": np.float32, "int8": np.int8}.items():
        found = files.interpreter(converted[precision].path.read_bytes())
        (image,), (output,) = found.get_input_details(), found.get_output_details()
        assert image["dtype"] == output["dtype"] == kind
        assert image["shape"].tolist() == [1, SIDE, SIDE, 3]
        assert output["shape"].tolist() == [1, 3]


@pytest.mark.keras
def test_batch_norm_knows_the_maps_that_it_gets(pictures):
    model = build(DESIGN)
    converting.set_statistics(model, pictures)
    norms = [one for one in model.layers if isinstance(one, keras.layers.BatchNormalization)]
    inner = keras.Model(model.input, [norms[0].input, norms[-1].output])
    first, last = inner(pictures, training=False)
    assert norms[0].moving_mean.numpy() == pytest.approx(first.numpy().mean((0, 1, 2)), abs=1e-4)
    assert np.abs(last.numpy().mean((0, 1, 2))).max() < 0.1
    assert last.numpy().std() == pytest.approx(1, abs=0.2)


# What it answers


@pytest.mark.keras
def test_all_precisions_answer_alike(converted, pictures):
    answers = {name: one.predict(pictures) for name, one in converted.items()}
    assert all(own.shape == (8, 3) for own in answers.values())
    for own in answers.values():
        assert own.sum(axis=1) == pytest.approx(1, abs=0.02)
    assert answers["float16"] == pytest.approx(answers["float32"], abs=0.02)
    assert np.abs(answers["int8"] - answers["float32"]).mean() < 0.1


@pytest.mark.keras
@pytest.mark.slow
@pytest.mark.samples
def test_the_small_weights_answer_in_integers_as_in_floats():
    """On held-out patches, to both questions; the ranges are those of training patches."""
    family = "v1"
    model = patches.with_heads(family, patches.weights_file(family))
    ranges = patches.draw(np.random.default_rng(1), 64, SIDE)[0]
    patch = patches.draw(np.random.default_rng(2), 300, SIDE, held_out=True)[0]
    floats = files.tflite(model, (SIDE, SIDE, 3), "float32")
    integers = files.tflite(model, (SIDE, SIDE, 3), "int8", ranges)
    ours = files.answers(floats, patch)
    theirs = model.predict(patch, verbose=0)
    order = [[own.shape[1] for own in ours].index(each.shape[1]) for each in theirs]
    for place, each in zip(order, theirs, strict=True):
        assert ours[place] == pytest.approx(each, abs=1e-4)
    for one, other in zip(ours, files.answers(integers, patch), strict=True):
        assert (one.argmax(1) == other.argmax(1)).mean() >= 0.9


# What is kept


@pytest.mark.keras
def test_nothing_is_converted_twice(converted, folder, pictures, monkeypatch):
    def never(*_):
        raise AssertionError("converted again")

    monkeypatch.setattr(files, "tflite", never)
    for name, one in converted.items():
        assert edge.convert(DESIGN, name, pictures=pictures, store=str(folder)).path == one.path
    assert sorted(folder.iterdir()) == sorted(one.path for one in converted.values())
    with pytest.raises(AssertionError, match="converted again"):
        edge.convert(DESIGN, pictures=pictures / 2, store=folder)


def test_everything_that_decides_a_file_is_in_its_name():
    def name(design=DESIGN, precision="int8", weights=None, top=True, pictures=None):
        return converting._name(design, precision, weights, top, pictures)

    small = patches.weights_file("v1")
    picture = np.zeros((1, SIDE, SIDE, 3), np.float32)
    names = [
        name(),
        name(DESIGN.replace(classes=4)),
        name(precision="float16"),
        name(weights=small),
        name(weights=patches.weights_file("v2")),
        name(weights="imagenet"),
        name(top=False),
        name(pictures=picture),
        name(pictures=picture + 1),
    ]
    assert len(set(names)) == len(names)
    assert name() == name() and name().startswith("v2_0.35_64_int8_")
    same = [name(precision="float32", weights=small, pictures=p) for p in (None, picture)]
    assert same[0] == same[1]  # which need no ranges


def test_weights_are_known_by_their_content(tmp_path):
    one, other, third = (tmp_path / f"{number}.h5" for number in range(3))
    one.write_bytes(b"weights")
    other.write_bytes(b"weights")
    third.write_bytes(b"others")
    assert fingerprint(one) == fingerprint(str(other)) != fingerprint(third)
    assert fingerprint(None) is None and fingerprint("imagenet") == "imagenet"


def test_a_store_keeps_whole_files_only(tmp_path):
    store = Store(tmp_path / "new")
    with pytest.raises(ZeroDivisionError):
        store.file("a.tflite", lambda: 1 / 0)
    assert not (tmp_path / "new").exists()
    assert store.file("a.tflite", lambda: b"content").read_bytes() == b"content"
    assert store.file("a.tflite", lambda: 1 / 0).read_bytes() == b"content"
    assert store.time("k") is None
    store.keep_time("k", {"ms": 1.5})
    assert store.time("k") == {"ms": 1.5}
    (tmp_path / "new/times/k.json").write_text("{", encoding="utf-8")
    assert store.time("k") is None


def test_keys_depend_on_every_value():
    assert key_of(a=1, b=2) == key_of(b=2, a=1) != key_of(a=1, b=3)
    assert re.fullmatch(r"[0-9a-f]{32}", key_of(a=1))


# Times


@pytest.mark.keras
def test_times_of_every_runtime(folder, tmp_path):
    table = edge.measure(DESIGN, seconds=0, threads=(1, 2), precision=["float32"], store=tmp_path)
    assert list(zip(table.runtime, table.threads, strict=True))[2:] == [
        ("LiteRT", 1),
        ("LiteRT", 2),
    ]
    assert list(table.runtime[:2]) == ["keras", "tf.function"]
    assert (table.macs == cost(DESIGN).macs).all() and (table.runs == timing.LEAST).all()
    assert ((table.low <= table.ms) & (table.ms <= table.high) & (table.low > 0)).all()
    assert (table.cpu_ms > 0).all() and table.busy.dtype == bool
    assert len(Runtimes(table).places) == 4
    kept = list((tmp_path / "times").glob("*.json")) if not table.busy.all() else []
    assert len(kept) == (~table.busy).sum()


@pytest.fixture
def clocked(monkeypatch, tmp_path):
    """`measure` with given times in place of runs: calls it, and tells what was timed."""
    timed = []

    def fake(wanted, weights, seconds, store):
        timed.append(wanted)
        ms = (40 + 10 * number for number in range(len(wanted)))
        wall = {one: pd.Series([own, own, own + 1]) for one, own in zip(wanted, ms, strict=True)}
        share = {one: 0.5 if one[0].alpha == 0.5 else 1 for one in wanted}
        return {one: timing.summary(wall[one], wall[one] * share[one]) for one in wanted}

    monkeypatch.setattr(timing, "_timed", fake)

    def call(*alphas, **options):
        designs = [Design("v2", alpha) for alpha in alphas]
        return edge.measure(designs, "LiteRT", store=tmp_path, **options)

    call.timed = timed
    return call


def test_times_are_kept_unless_the_machine_was_busy(clocked):
    first = clocked(0.35, 0.5)
    assert first.busy.tolist() == [False, True] and first.cpu_share.tolist() == [1, 0.5]
    again = clocked(0.35, 0.5)
    assert [len(wanted) for wanted in clocked.timed] == [2, 1]
    assert again.ms.tolist() == [40, 40]  # the second is the first of its own round
    clocked(0.35, again=True)
    clocked(0.35, threads=2)
    assert len(clocked.timed) == 4
    assert again.columns.equals(first.columns)


def test_a_model_of_measured_times(clocked):
    alphas = [0.35, 0.6, 0.75, 1, 1.2, 1.4]
    model = LatencyModel.fit(clocked(*alphas))
    assert len(model.errors) == 6 and str(model).startswith(
        "predicted from 6 designs measured here"
    )
    assert "measured here, some while" in str(LatencyModel.fit(clocked(*alphas, 0.5)))
    with pytest.raises(ValueError, match="threads"):
        LatencyModel.fit(clocked(*alphas, threads=(1, 2)))


@pytest.mark.parametrize(
    ("wall", "share", "busy"),
    [([10, 10, 10], 1, False), ([10, 10, 10], 0.8, True), ([5, 10, 15], 1.9, True)],
)
def test_the_guard(wall, share, busy):
    found = timing.summary(pd.Series(wall, dtype=float), pd.Series(wall) * share)
    assert found["busy"] is busy and json.dumps(found)
    assert found["ms"] == 10 and found["cpu_share"] == pytest.approx(share)


# What is refused


@pytest.mark.parametrize(
    "call",
    [
        lambda: edge.convert("v2"),
        lambda: edge.convert(DESIGN, "int4"),
        lambda: edge.convert(DESIGN, weights="nowhere.h5"),
        lambda: edge.convert(DESIGN, weights=3),
        lambda: edge.convert(DESIGN, pictures=np.zeros((1, 32, 32, 3))),
        lambda: edge.convert(DESIGN, pictures=np.full((1, 64, 64, 3), 255)),
        lambda: edge.convert(DESIGN, pictures="none"),
        lambda: edge.convert(DESIGN, store=3),
        lambda: edge.convert(DESIGN, store=__file__),
        lambda: edge.convert(Design("v1", 4, resolution=2000, classes=10**6)),
        lambda: edge.measure([]),
        lambda: edge.measure(["v2"]),
        lambda: edge.measure(3),
        lambda: edge.measure(DESIGN, "ONNX"),
        lambda: edge.measure(DESIGN, threads=0),
        lambda: edge.measure(DESIGN, threads=[1, 1.5]),
        lambda: edge.measure(DESIGN, precision="int4"),
        lambda: edge.measure(DESIGN, "keras", seconds=-1),
        lambda: edge.measure(DESIGN, "keras", store=""),
        lambda: edge.measure(DESIGN, "keras", again="yes"),
    ],
)
def test_what_is_impossible_is_refused_in_one_sentence(call):
    with pytest.raises(ValueError) as caught:
        call()
    said = str(caught.value)
    assert len(said.splitlines()) == 1 and len(said) < 400, said


def test_what_to_do_without_the_packages(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "mobilenet-lab\[edge\]"'):
        packages.litert("interpreter")
    with pytest.warns(
        UserWarning, match=r'^without LiteRT: .*pip install "mobilenet-lab\[edge\]"$'
    ):
        assert [way[0] for way in timing._ways(None, 1, "float32")] == ["keras", "tf.function"]


# A plot


def test_a_plot_says_what_it_shows():
    rows = pd.DataFrame(
        {
            "family": ["v1", "v2"] * 2,
            "macs": [1e8, 2e8] * 2,
            "runtime": ["keras", "keras", "LiteRT", "LiteRT"],
            "threads": 1,
            "precision": ["float32", "float32", "float32", "int8"],
            "ms": [100.0, 120.0, 2.0, 3.0],
            "low": [90.0, 110.0, 1.9, 2.9],
            "high": [110.0, 130.0, 2.1, 3.1],
            "busy": [False, True, False, False],
        }
    )
    picture = Runtimes(rows)
    assert picture.words == (
        "Time measured here (ms) over MACs, 4 times: keras 100 to 120; LiteRT, float32 2; "
        "LiteRT, int8 3. 1 of them while the machine was busy."
    )
    assert len(picture.places) == 4
    with pytest.raises(ValueError, match="busy"):
        Runtimes(rows.drop(columns="busy"))
