"""Weights: which there are on this computer, the same ones everywhere, and a few models kept."""

import json
import os
import random
import shutil
import urllib.parse

import numpy as np
import pytest
from optional import keras

from mobilenet_lab import Design, build
from mobilenet_lab.models import patches, weights
from mobilenet_lab.models.imagenet import HOST
from mobilenet_lab.networks.families import FAMILIES

# Keras' own way of asking TensorFlow for an array
pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

SMALL = Design("v2", 0.35, resolution=32)
TINY = Design("v1", 0.25, resolution=32)


@pytest.fixture(autouse=True)
def no_models_kept(monkeypatch):
    monkeypatch.setattr(weights, "_models", type(weights._models)())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Small weights as the lab ships them, made here from random ones: a file by family."""
    folder = tmp_path_factory.mktemp("shipped")
    for design in (SMALL, TINY):
        build(design, top=False).save_weights(folder / f"{design.family}.weights.h5")
    return folder


@pytest.fixture
def shipped(monkeypatch, made, tmp_path):
    """The lab ships copies of those, which a test may change."""
    monkeypatch.setattr(patches, "weights_file", lambda family: tmp_path / f"{family}.weights.h5")
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)


# Which there are


@pytest.mark.parametrize(
    ("design", "expected"),
    [
        (Design("v2", 0.35, resolution=96), ["imagenet", "patches", "random"]),
        (Design("v1", 0.25, resolution=100), ["imagenet", "patches", "random"]),
        (Design("v2", 1.0), ["imagenet", "random"]),
        (Design("v2", 0.6), ["random"]),
        (Design("v2", 0.35, expansion=3), ["random"]),
        (Design("v2", 0.35, dialect="listing"), ["random"]),
        (Design("v2", 0.5, dialect="keras"), ["imagenet", "random"]),
        (Design("v1", 0.5, resolution=112, dialect="keras"), ["imagenet", "random"]),
        (Design("v1", 0.6, dialect="keras"), ["random"]),
        (Design("v2", 0.35, classes=10), ["patches", "random"]),
    ],
    ids=str,
)
def test_what_a_design_can_have(shipped, design, expected):
    assert weights.kinds(design) == expected


def test_what_to_start_with(cache, shipped, monkeypatch):
    assert weights.start(SMALL) == "patches"
    assert weights.start(Design("v2")) == "random"
    for design in (SMALL, Design("v2")):
        weights.imagenet_file(design).touch()
        assert weights.start(design) == "imagenet"
    assert weights.start(SMALL, imagenet=False) == "patches"
    assert weights.start(Design("v2"), imagenet=False) == "random"
    monkeypatch.setattr(patches, "weights_file", lambda family: cache / "none.h5")
    assert weights.start(TINY) == "random"


def test_how_to_get_better_ones(cache, shipped):
    assert "choose them in the list" in weights.hint(SMALL, "patches")
    assert weights.hint(SMALL, "imagenet") == ""
    assert weights.hint(Design("v2", 0.6), "random") == ""
    weights.imagenet_file(SMALL).touch()
    assert weights.hint(SMALL, "patches") == ""


@pytest.mark.parametrize("family", ["v1", "v2"])
def test_the_cached_file_is_the_one_that_keras_asks_for(family, cache, monkeypatch):
    """Keras' own code names the file; the download is replaced by a note of that name."""
    offer = FAMILIES[family].imagenet
    asked = []

    def get_file(name, origin, *args, cache_subdir, **kwargs):
        asked.append(cache.parent / cache_subdir / name)
        assert urllib.parse.urlsplit(origin).hostname == HOST
        raise OSError("no download")

    monkeypatch.setattr("mobilenet_lab.models.imagenet._unreachable", lambda: None)
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    monkeypatch.setattr("keras.src.applications.mobilenet.file_utils.get_file", get_file)
    for alpha in offer.alphas[:2]:
        for size in (offer.resolutions[0], 224, 64):
            design = Design(family, alpha, resolution=size)
            with pytest.raises(ConnectionError):
                build(design, "imagenet")
            assert weights.imagenet_file(design) == asked.pop()


def test_no_network_is_asked_what_is_cached(cache, monkeypatch):
    monkeypatch.setattr("socket.socket.connect", lambda *a: pytest.fail("asked the network"))
    assert not weights.is_cached(Design("v2"))
    weights.imagenet_file(Design("v2")).touch()
    assert weights.is_cached(Design("v2"))
    assert not weights.is_cached(Design("v2", 0.6))


def test_class_names_where_keras_has_them(cache):
    assert weights.class_names() is None
    index = {str(number): [f"n{number}", f"a_cat_{number}"] for number in range(1000)}
    (cache / "imagenet_class_index.json").write_text(json.dumps(index), encoding="utf-8")
    names = weights.class_names()
    assert len(names) == 1000 and names[17] == "a cat 17"
    (cache / "imagenet_class_index.json").write_text("{", encoding="utf-8")
    assert weights.class_names() is None


@pytest.mark.parametrize("reached", [True, False])
def test_class_names_come_with_a_download(cache, monkeypatch, reached):
    design, make, asked = Design("v2", 0.35, resolution=96), keras.applications.MobileNetV2, []

    def download(**given):
        weights.imagenet_file(design).touch()
        return make(**given | {"weights": None})

    def get_file(name, *args, cache_subdir, **kwargs):
        asked.append(name)
        if not reached:
            raise OSError("no download")
        path = cache.parent / cache_subdir / name
        path.write_text(
            json.dumps({str(n): [f"n{n}", f"thing_{n}"] for n in range(1000)}), encoding="utf-8"
        )
        return str(path)

    monkeypatch.setattr("mobilenet_lab.models.imagenet._unreachable", lambda: None)
    monkeypatch.setattr("keras.applications.MobileNetV2", download)
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", get_file)
    monkeypatch.setattr("keras.src.applications.imagenet_utils.CLASS_INDEX", None)
    monkeypatch.setattr(weights, "_models", type(weights._models)())
    for _ in range(2):
        assert weights.load(design, "imagenet").weights == "imagenet"
    assert asked == ["imagenet_class_index.json"]
    assert (weights.class_names() or [None])[-1] == ("thing 999" if reached else None)


# Loading


@pytest.mark.parametrize("design", [SMALL, TINY], ids=str)
def test_random_weights_are_the_same_whatever_was_drawn_before(design):
    keras.utils.set_random_seed(1)
    first = weights.load(design, "random").model.get_weights()
    weights._models.clear()
    keras.utils.set_random_seed(2)
    second = weights.load(design, "random").model.get_weights()
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


def test_random_kernels_keep_the_strength_of_a_signal():
    model = weights.load(Design("v2", resolution=32), "random").model
    for name, inputs in (("stem_conv", 27), ("last_conv", 320), ("stage3_block2_depthwise", 9)):
        kernel = np.array(model.get_layer(name).kernel)
        assert kernel.std() == pytest.approx((2 / inputs) ** 0.5, rel=0.1)


@pytest.mark.parametrize("kind", ["random", "patches"])
def test_no_global_random_numbers_are_drawn(shipped, kind):
    random.seed(3)
    np.random.seed(3)
    weights.load(SMALL, kind)
    drawn = random.random(), np.random.random()
    random.seed(3)
    np.random.seed(3)
    assert drawn == (random.random(), np.random.random())


def test_patches_are_the_file_without_classifier(shipped, tmp_path):
    loaded = weights.load(Design("v2", 0.35, resolution=64), "patches")
    assert loaded.words == "weights trained on patches of the sample pictures, without classifier"
    twin = build(SMALL, patches.weights_file("v2"), top=False)
    assert loaded.model.output_shape == (None, 2, 2, 1280)
    pairs = zip(loaded.model.get_weights(), twin.get_weights(), strict=True)
    assert all((ours == theirs).all() for ours, theirs in pairs)


@pytest.mark.parametrize("top", [True, False])
def test_a_file_of_the_readers_own_with_or_without_classifier(tmp_path, top):
    source = build(SMALL, top=top)
    source.save_weights(tmp_path / "mine.weights.h5")
    loaded = weights.load(SMALL, tmp_path / "mine.weights.h5")
    assert loaded.words == "weights of your file mine.weights.h5"
    assert loaded.model.output_shape == source.output_shape
    pairs = zip(loaded.model.get_weights(), source.get_weights(), strict=True)
    assert all((ours == theirs).all() for ours, theirs in pairs)


def test_a_file_that_has_changed_is_read_again(tmp_path):
    path = tmp_path / "mine.weights.h5"
    build(TINY).save_weights(path)
    first = weights.load(TINY, path).model
    assert weights.load(TINY, path).model is first
    build(TINY).save_weights(path)
    assert weights.load(TINY, path).model is not first


def test_a_file_with_other_weights_and_the_same_time_is_read_again(tmp_path):
    """As a copy that keeps the times of what was copied."""
    path, other = tmp_path / "mine.weights.h5", tmp_path / "other.weights.h5"
    build(TINY).save_weights(path)
    build(TINY).save_weights(other)
    first, times = weights.load(TINY, path).model, path.stat()
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(path)
    second = weights.load(TINY, path).model
    pairs = zip(first.get_weights(), second.get_weights(), strict=True)
    assert not all((a == b).all() for a, b in pairs)


def test_patches_that_were_trained_again_are_read_again(shipped):
    first = weights.load(SMALL, "patches").model
    assert weights.load(SMALL, "patches").model is first
    build(SMALL, top=False).save_weights(patches.weights_file("v2"))
    assert weights.load(SMALL, "patches").model is not first


def test_a_file_in_the_home_folder(monkeypatch, tmp_path):
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    source = build(TINY)
    source.save_weights(tmp_path / "mine.weights.h5")
    loaded = weights.load(TINY, "~/mine.weights.h5")
    assert loaded.words == "weights of your file mine.weights.h5"
    pairs = zip(loaded.model.get_weights(), source.get_weights(), strict=True)
    assert all((ours == theirs).all() for ours, theirs in pairs)
    build(TINY).save_weights(tmp_path / "mine.weights.h5")
    assert weights.load(TINY, "~/mine.weights.h5").model is not loaded.model


def test_weights_that_are_refused(refused, tmp_path, shipped):
    (tmp_path / "notes.h5").write_text("not weights", encoding="utf-8")
    build(TINY).save_weights(tmp_path / "other.weights.h5")
    refused(lambda: weights.load(Design("v2"), "patches"), "weights='patches'", "'random'")
    refused(lambda: weights.load(Design("v2", 0.6), "imagenet"), "weights='imagenet'")
    for name in ("missing.h5", "notes.h5", "other.weights.h5"):
        refused(lambda name=name: weights.load(SMALL, str(tmp_path / name)), "weights=")
    for value in (None, 3, ["random"], b"random"):
        call = lambda value=value: weights.load(SMALL, value)  # noqa: E731
        refused(call, f"weights={value!r}", "'random'", "a weights file")
    for design in ("v2", None):
        refused(lambda design=design: weights.load(design, "random"), f"design={design!r}")


def test_a_few_models_are_kept(monkeypatch):
    made = []
    monkeypatch.setattr(weights, "_made", lambda design, kind: made.append(design) or object())
    designs = [Design("v2", alpha) for alpha in (0.35, 0.5, 0.75, 1.0, 1.3)]
    for design in designs[:4]:
        weights.load(design, "random")
    kept = weights.load(designs[0], "random").model
    weights.load(designs[4], "random")  # one too many: the one that was not used for longest goes
    assert weights.load(designs[0], "random").model is kept
    assert len(made) == 5
    weights.load(designs[1], "random")
    assert made[-1] == designs[1]
