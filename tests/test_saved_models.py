"""Files of models that were fine-tuned, by Keras 2 and 3, and files that do not fit, with reasons.

`keras2/saved.zip` holds what Keras 2 wrote (`keras2/make.py` made it); Keras 3 writes its own here.
"""

import errno
import itertools
import pathlib
import zipfile

import numpy as np
import pytest
from optional import h5py, keras
from random_weights import random_images, random_weights

from mobilenet_lab import Design, build
from mobilenet_lab.features import feature_maps
from mobilenet_lab.models import imagenet, matching, weights

# Keras' own way of asking TensorFlow for an array
pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

V1 = Design("v1", 0.25, resolution=32, classes=3)
V2 = Design("v2", 0.1, resolution=32, classes=3)
FORMATS = (".h5", ".weights.h5", ".keras")


def save(model, stem):
    """A model in each format of Keras 3."""
    for ending in FORMATS:
        way = model.save_weights if ending == ".weights.h5" else model.save
        way(stem.with_name(stem.name + ending))


def around(body, *before, head=None):
    """A functional model around a body, as in every tutorial."""
    k = keras.layers
    image = keras.Input(body.input_shape[1:])
    x = image
    for layer in before:
        x = layer(x)
    x = k.GlobalAveragePooling2D()(body(x, training=False))
    return keras.Model(image, (head or k.Dense(3, activation="softmax"))(x))


def body_of(name, channels=3, **options):
    make = getattr(keras.applications, name)
    shape = (32, 32, channels)
    return make(input_shape=shape, alpha=0.25, include_top=False, weights=None, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of all files."""
    folder, k = tmp_path_factory.mktemp("saved"), keras.layers
    with zipfile.ZipFile(pathlib.Path(__file__).parent / "keras2" / "saved.zip") as archive:
        archive.extractall(folder)
    body = random_weights(body_of("MobileNet"))
    means, image = k.GlobalAveragePooling2D(), keras.Input((32, 32, 3))
    softmax = k.Dense(3, activation="softmax")
    random_weights(keras.Sequential([keras.Input((256,)), softmax]))
    save(body, folder / "body")
    save(keras.Sequential([image, body, means, k.Dropout(0.2), softmax]), folder / "whole")
    save(keras.Model(body.input, softmax(means(body.output))), folder / "flat")
    save(around(body_of("MobileNet", 1)), folder / "grey")
    save(around(body, head=k.Dense(3, activation="sigmoid")), folder / "sigmoid")
    save(around(body, head=keras.Sequential([k.Dense(8), k.Dense(3)])), folder / "two")
    save(keras.Sequential([image, body, k.GlobalMaxPooling2D(), k.Dense(3)]), folder / "maxima")
    save(keras.Sequential([image, k.Flatten(), k.Dense(3)]), folder / "dense")
    part = keras.Model(body.input, body.get_layer("conv_pw_6_relu").output)
    save(part, folder / "part")
    return folder


def same(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=2e-5)


# Models that were fine-tuned


def body_in(model):
    """What comes before the pooling of a design's model."""
    return keras.Model(model.input, model.get_layer("classifier_pool").input)


def equal(ours, theirs):
    assert list(ours) == list(theirs)
    for layer, values in theirs.items():
        assert all(map(np.array_equal, ours[layer], values)), layer


@pytest.mark.parametrize("ending", [*FORMATS, "_weights.h5"])
@pytest.mark.parametrize(("name", "design"), [("sequential", V1), ("functional", V2)])
def test_what_keras_2_saved_answers_as_it_did(made, name, design, ending):
    """Partly frozen, or frozen with augmentation before it; `.h5` with and without the model."""
    known, path = np.load(made / "answers.npz"), made / f"{name}{ending}"
    image, model = known[f"{name}_image"], build(design, path)
    same(model(image), known[f"{name}_answer"])
    same(body_in(model)(image), known[f"{name}_body"])
    whole, body = (matching.weights_for(design, path, top) for top in (True, False))
    equal({layer: whole[layer] for layer in body}, body)


@pytest.mark.parametrize(
    ("source", "design", "tuned"),
    [
        ("keras", V1, "last layers"),
        ("keras", V2, "all"),
        ("keras", V2, "head"),
        ("keras", V2, "last layers"),
        ("lab", V2, "last layers"),
    ],
)
def test_what_keras_3_saves_answers_as_it_did(tmp_path, source, design, tuned):
    k, body = keras.layers, build(design, top=False)
    if source == "keras":
        make = keras.applications.MobileNet if design is V1 else keras.applications.MobileNetV2
        body = make(input_shape=(32, 32, 3), alpha=design.alpha, include_top=False, weights=None)
    random_weights(body)
    for layer in body.layers[: {"all": 0, "head": None, "last layers": -20}[tuned]]:
        layer.trainable = False
    augment = keras.Sequential([k.RandomFlip(), k.RandomRotation(0.1)])
    model = around(body, augment, k.Rescaling(1 / 127.5, offset=-1))
    image = random_images(body)
    save(model, tmp_path / "tuned")
    ours = build(design, tmp_path / "tuned.h5")
    same(ours(image), model((image + 1) * 127.5, training=False))
    same(body_in(ours)(image), body(image))
    found = matching.weights_for(design, tmp_path / "tuned.h5")
    for ending in FORMATS[1:]:  # the same weights, so the same answers
        equal(matching.weights_for(design, tmp_path / f"tuned{ending}"), found)


@pytest.mark.parametrize("ending", FORMATS)
def test_the_format_is_known_by_the_content(made, tmp_path, ending):
    for suffix in (".h5", ".keras", ".hdf5"):
        path = tmp_path / f"renamed{suffix}"
        path.write_bytes((made / f"whole{ending}").read_bytes())
        assert len(matching.weights_for(V1, path)) == 55


@pytest.mark.parametrize("name", ["whole", "flat", "two", "sigmoid", "maxima"])
def test_the_body_of_any_head(made, name):
    """And the explorers', whose networks have a thousand classes."""
    expected = matching.weights_for(V1, made / "body.keras", top=False)
    for ending in FORMATS:
        equal(matching.weights_for(V1, made / f"{name}{ending}", top=False), expected)
    loaded = weights.load(V1.replace(classes=1000), made / f"{name}.keras")
    assert loaded.model.output_shape == (None, 1, 1, 256)


def test_logits_become_probabilities(tmp_path):
    model = around(random_weights(body_of("MobileNet")), head=keras.layers.Dense(3))
    model.save(tmp_path / "logits.keras")
    image = random_images(model)
    same(build(V1, tmp_path / "logits.keras")(image), keras.ops.softmax(model(image)))


# A fresh classifier


@pytest.mark.parametrize("classes", [3, 7])
def test_a_fresh_classifier_on_the_body_of_a_file(made, classes):
    keras.utils.set_random_seed(1)
    new = build(V1.replace(classes=classes), made / "whole.keras", top="new", dropout=0.3)
    body = build(V1, made / "body.keras", top=False)
    image = random_images(new)
    assert new.output_shape == (None, classes)
    np.testing.assert_array_equal(body_in(new)(image), body(image))
    saved = matching.weights_for(V1, made / "whole.keras")["classifier_conv"][0]
    assert not np.array_equal(new.get_layer("classifier_conv").get_weights()[0], saved)


@pytest.mark.parametrize(("family", "there"), [("v1", "whole"), ("v2", "no_top")])
def test_imagenet_for_other_classes(monkeypatch, cache, refused, family, there):
    """From the file that is there, with or without Keras' classifier."""
    monkeypatch.setattr("socket.socket.connect", lambda *a: pytest.fail("asked the network"))
    design = Design(family, {"v1": 0.25, "v2": 0.35}[family], resolution=128, classes=5)
    file = imagenet.imagenet_file(design)
    make = keras.applications.MobileNet if family == "v1" else keras.applications.MobileNetV2
    given = {"input_shape": (128, 128, 3), "alpha": design.alpha, "weights": None}
    theirs = random_weights(make(**given, include_top=there == "whole"))
    theirs.save(file if there == "whole" else file.with_stem(f"{file.stem}_no_top"))
    refused(lambda: build(design, "imagenet"), "classes=5", "top='new'")
    body, new = (build(design, "imagenet", top=top) for top in (False, "new"))
    assert new.output_shape == (None, 5)
    expected = theirs.get_weights()[: len(body.get_weights())]
    for ours in (body, new):
        pairs = zip(ours.get_weights(), expected, strict=ours is body)
        assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("top", ["old", "", None, 1, ["new"]])
def test_no_other_tops(refused, top):
    refused(lambda: build(V1, top=top), f"top={top!r}", "'new'")


# Files that do not fit

MISFITS = {  # file, design, what is said
    "width": ("whole", V1.replace(alpha=0.5), "is of MobileNet v1, α 0.25, not of MobileNet v1"),
    "family": ("whole", V2, "is of MobileNet v1, α 0.25, not of MobileNet v2, α 0.1, t 6"),
    "dialect": ("whole", V1.replace(dialect="listing"), "is of MobileNet v1, α 0.25, not of"),
    "classes": ("whole", V1.replace(classes=10), "has 3 classes, not 10: top=False"),
    "channels": ("grey", V1, "reads pictures of 1 channel, not of 3"),
    "no classifier": ("body", V1, "has no classifier: top=False takes its body, top='new'"),
    "two layers": ("two", V1, "has a head of 2 dense layers: top=False"),
    "part": ("part", V1, "is of another network: it has 7 convolutions, not 14"),
    "no convolution": ("dense", V1, "holds no convolution's weights"),
}
KERAS_2 = {
    "width": ("sequential", V1.replace(alpha=0.5), "is of MobileNet v1, α 0.25, not of"),
    "family": ("functional", V1, "is of MobileNet v2, α 0.1, t 6, not of MobileNet v1, α 0.25"),
    "expansion": ("functional", V2.replace(expansion=3), "is of MobileNet v2, α 0.1, t 6, not of"),
    "classes": ("functional", V2.replace(classes=2), "has 3 classes, not 2: top=False"),
}
CASES = [
    *((ending, *case) for ending in FORMATS for case in MISFITS.values()),
    *((ending, *case) for ending in (*FORMATS, "_weights.h5") for case in KERAS_2.values()),
]


@pytest.mark.parametrize(("ending", "name", "design", "said"), CASES)
def test_why_a_network_does_not_fit(refused, made, ending, name, design, said):
    path = made / f"{name}{ending}"
    refused(lambda: build(design, path), "weights=", f"same layers; this one {said}")


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_what_a_configuration_tells_of_the_head(refused, made, ending):
    refused(lambda: build(V1, made / f"sigmoid{ending}"), "answers by sigmoid, not by softmax")
    refused(lambda: build(V1, made / f"maxima{ending}"), "has a head on maxima, not on means")


BEGINNINGS = {
    b"": "is empty",
    b"\n<!DOCTYPE html><html>sign in": "is a web page",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:0": "is a Git LFS pointer",
    b"conv1 0.25 0.5": "is neither HDF5 nor a .keras archive",
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("beginning", BEGINNINGS, ids=lambda text: text.decode()[:9])
def test_what_is_no_weights_file(refused, tmp_path, beginning, ending):
    (path := tmp_path / f"f{ending}").write_bytes(beginning)
    refused(lambda: build(V1, path), "weights=", f"this one {BEGINNINGS[beginning]}")


@pytest.mark.parametrize("ending", FORMATS)
def test_what_is_cut_off_or_damaged(refused, made, tmp_path, ending):
    whole = (made / f"whole{ending}").read_bytes()
    path, middle = tmp_path / f"f{ending}", len(whole) // 2
    path.write_bytes(whole[:middle])
    refused(lambda: build(V1, path), "this one is cut off")
    at = middle if ending == ".keras" else 200  # a checksum there, a table of names here
    path.write_bytes(whole[:at] + b"\xff" * 2000 + whole[at + 2000 :])
    refused(lambda: build(V1, path), "this one is damaged")


def test_an_archive_of_something_else(refused, tmp_path):
    with zipfile.ZipFile(path := tmp_path / "net.keras", "w") as archive:
        archive.writestr("data.pkl", b"0")
    refused(lambda: build(V1, path), "this one is an archive without Keras' model.weights.h5")


def test_nothing_is_read_from_other_files(refused, made, tmp_path):
    other, path = made / "whole.weights.h5", tmp_path / "links.weights.h5"
    with h5py.File(other) as there, h5py.File(path, "w") as here:
        for name in there["layers/functional/layers"]:
            group = f"layers/functional/layers/{name}/vars"
            for number, own in there[group].items():
                layout = h5py.VirtualLayout(own.shape, own.dtype)
                layout[...] = h5py.VirtualSource(own)
                here.create_virtual_dataset(f"{group}/{number}", layout)
    refused(lambda: build(V1, path, top=False), "this one refers to other files")


def test_values_that_are_not_finite(refused, tmp_path):
    model = build(V1)
    layer = model.get_layer("stage2_block1_pointwise")
    said = "values that are not finite, in the layer stage2_block1_pointwise"
    for value in (np.nan, np.inf):
        layer.kernel.assign(np.full(layer.kernel.shape, value))
        save(model, tmp_path / "odd")
        for load, ending in itertools.product((build, weights.load), FORMATS):
            refused(lambda load=load, end=ending: load(V1, tmp_path / f"odd{end}"), said)


def test_imagenet_values_that_are_not_finite(monkeypatch, cache):
    design = Design("v1", 0.25, resolution=128)
    model = keras.applications.MobileNet((128, 128, 3), 0.25, weights=None)
    model.layers[1].kernel.assign(np.full(model.layers[1].kernel.shape, np.nan))
    model.save(imagenet.imagenet_file(design))
    with pytest.raises(ConnectionError, match="is damaged; delete it"):
        build(design, "imagenet")


# Paths


def test_paths_that_no_file_has(refused, monkeypatch, tmp_path):
    long = f"{'n' * 300}.h5"
    refused(lambda: build(V1, long), "weights='nnn", "File name too long")
    for name in ("~nouser/x.h5", "a\0b.h5", str(tmp_path / "x.h5" / "y.h5")):
        refused(lambda name=name: build(V1, name), "weights=", "an existing .weights.h5")
    original = pathlib.Path.stat

    def stat(path, **options):
        if path.name == "closed.h5":
            raise PermissionError(errno.EACCES, "Permission denied")
        return original(path, **options)

    monkeypatch.setattr(pathlib.Path, "stat", stat)
    refused(lambda: build(V1, tmp_path / "closed.h5"), "weights=", "Permission denied")


def test_a_file_that_may_not_be_read(refused, monkeypatch, made):
    def opened(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("builtins.open", opened)
    refused(lambda: build(V1, made / "whole.h5"), "cannot be read: Permission denied")


# Keras set up otherwise


@pytest.fixture
def channels_first():
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_image_data_format("channels_last")


@pytest.mark.parametrize(
    "design", [V1, *(V1.replace(dialect=one) for one in ("listing", "keras")), V2], ids=str
)
def test_channels_first_builds_the_same_network(design):
    model = random_weights(build(design))
    image = random_images(model)
    keras.config.set_image_data_format("channels_first")
    try:
        other = build(design)
        other.set_weights(model.get_weights())
        assert other.output_shape == (None, 3)
        np.testing.assert_array_equal(other(image), model(image))
        assert feature_maps(other, image)["stem_conv"].shape[:3] == (2, 16, 16)
        assert keras.config.image_data_format() == "channels_first"
    finally:
        keras.config.set_image_data_format("channels_last")


def test_parts_by_hand_say_that_channels_are_last(refused, channels_first):
    from mobilenet_lab import mobilenet_v1

    image = keras.Input((3, 32, 32))
    refused(lambda: mobilenet_v1.network(image), "image_data_format='channels_first'")


@pytest.mark.parametrize("policy", ["mixed_float16", "float64"])
def test_maps_are_float32_in_any_precision(policy):
    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_dtype_policy(policy)
    try:
        model = build(V1)
        maps = feature_maps(model, random_images(model))
    finally:
        keras.mixed_precision.set_dtype_policy(before)
    assert {values.dtype for values in maps.values()} == {np.dtype("float32")}
    assert all(np.isfinite(values).all() for values in maps.values())


@pytest.mark.parametrize("where", ["inside", "last"])
def test_a_layer_that_is_used_twice_is_refused(refused, where):
    image, layer = keras.Input((8, 8, 3)), keras.layers.Conv2D(3, 3, padding="same")
    x = layer(layer(image))
    model = keras.Model(image, x if where == "last" else keras.layers.ReLU()(x))
    refused(lambda: feature_maps(model, np.zeros((8, 8, 3), "float32")), "each run once")


def test_a_body_in_another_model_is_not_used_twice():
    model = build(V1)
    around(build(V1, top=False))
    keras.Model(model.input, keras.layers.ReLU()(model.output))
    assert "classifier_flatten" in feature_maps(model, random_images(model))


def test_only_tensorflow_computes_maps(refused, monkeypatch):
    model = build(V1)
    monkeypatch.setattr("keras.config.backend", lambda: "jax")
    refused(lambda: feature_maps(model, np.zeros((32, 32, 3), "float32")), "'jax'", "'tensorflow'")
