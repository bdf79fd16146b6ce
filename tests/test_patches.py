"""The weights that the lab trains itself: what they learn from, and what they can do."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from optional import h5py
from PIL import Image

from mobilenet_lab import Design, build, layer_table
from mobilenet_lab.features import images
from mobilenet_lab.models import patches

# Keras' own way of asking TensorFlow for an array
pytestmark = [
    pytest.mark.keras,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

FAMILIES = tuple(patches.NETWORKS)
LARGEST = 2_000_000  # bytes of a file
FRESH = 123  # a seed that no record was made with


@pytest.fixture(autouse=True)
def fresh_parts():
    """No test sees pictures that another one has changed."""
    patches._parts.cache_clear()
    yield
    patches._parts.cache_clear()


# Patches


def drawn(seed, held_out, count=40):
    return patches.draw(np.random.default_rng(seed), count, 64, held_out)


def paint(monkeypatch, columns):
    """Change some columns of every picture."""
    original = images.read_picture

    def painted(name):
        pixels = np.array(original(name))
        pixels[:, columns(pixels.shape[1])] += 128  # modulo 256: every pixel is another one
        return Image.fromarray(pixels)

    monkeypatch.setattr(images, "read_picture", painted)
    patches._parts.cache_clear()


def left(width):
    return slice(0, 2 * width // 3)


def right(width):
    return slice(2 * width // 3, width)


@pytest.mark.parametrize(("held_out", "own", "other"), [(False, left, right), (True, right, left)])
def test_patches_are_cut_from_their_part_and_see_nothing_else(monkeypatch, held_out, own, other):
    before = [drawn(seed, held_out)[0] for seed in range(25)]
    with monkeypatch.context() as context:
        paint(context, other)
        for seed, expected in enumerate(before):
            np.testing.assert_array_equal(drawn(seed, held_out)[0], expected)
    paint(monkeypatch, own)
    changed = [
        np.abs(drawn(seed, held_out)[0] - was).max((1, 2, 3)) for seed, was in enumerate(before)
    ]
    assert np.min(changed) > 0.1


def test_what_is_told_of_a_patch_is_true(monkeypatch):
    """Pictures that darken upwards, each with a blue of its own."""
    names = list(images.SAMPLES)

    def ramp(name):
        pixels = np.zeros((300, 450, 3), np.uint8)
        pixels[..., 0] = np.linspace(0, 255, 300)[:, None]
        pixels[..., 2] = 20 * names.index(name)
        return Image.fromarray(pixels)

    monkeypatch.setattr(images, "read_picture", ramp)
    found, pictures, turns = drawn(0, held_out=True, count=300)
    red, blue = found[..., 0], np.round((found[..., 2].mean((1, 2)) + 1) * 127.5 / 20)
    np.testing.assert_array_equal(blue, pictures)
    down, across = (
        red[:, -1].mean(1) - red[:, 0].mean(1),
        red[:, :, -1].mean(1) - red[:, :, 0].mean(1),
    )
    bright = np.select([down > 0.1, across > 0.1, down < -0.1, across < -0.1], [0, 1, 2, 3], -1)
    np.testing.assert_array_equal(bright, turns)  # bottom, right, top, left: against the clock
    assert set(turns) == {0, 1, 2, 3}
    assert set(pictures) == set(range(12))


@pytest.mark.parametrize("held_out", [False, True])
@pytest.mark.parametrize("side", patches.SIDES)
def test_patches_are_what_a_model_reads(held_out, side):
    found, pictures, turns = patches.draw(np.random.default_rng(1), 60, side, held_out)
    assert found.shape == (60, side, side, 3)
    assert found.dtype == np.float32
    assert found.min() >= -1
    assert found.max() <= 1
    assert found.std((1, 2, 3)).min() > 0 or held_out  # of the night sky, some is plain black
    again = patches.draw(np.random.default_rng(1), 60, side, held_out)
    for first, second in zip((found, pictures, turns), again, strict=True):
        np.testing.assert_array_equal(first, second)


def test_training_patches_come_in_other_light(monkeypatch):
    """Training makes many colours of a plain one; held-out patches keep it."""
    orange = Image.new("RGB", (450, 300), (200, 120, 60))
    monkeypatch.setattr(images, "read_picture", lambda name: orange)
    assert len(np.unique(drawn(0, held_out=True, count=100)[0].reshape(-1, 3), axis=0)) == 1
    colours = drawn(0, held_out=False, count=1000)[0].mean((1, 2))
    assert np.ptp(colours, axis=0).min() > 0.4
    assert len(np.unique(colours, axis=0)) > 950
    plain = np.array([200, 120, 60]) / 127.5 - 1
    np.testing.assert_allclose(colours.mean(0), 0.8 * plain + 0.2 * plain.mean(), atol=0.03)


# The files that are shipped


def body(family, resolution=64):
    design = patches.NETWORKS[family]
    return Design(family, design.alpha, resolution=resolution)


def stored(path):
    """The values in an HDF5 file."""
    sizes = []
    with h5py.File(path) as file:
        file.visititems(lambda _, node: sizes.append(getattr(node, "size", 0)))
    return sum(sizes)


@pytest.mark.parametrize("family", FAMILIES)
def test_shipped_weights_are_small_and_load_at_any_resolution(family):
    path = patches.weights_file(family)
    assert path.stat().st_size < LARGEST
    whole = patches.with_heads(family, path).get_weights()
    for resolution in (32, 97, 224):
        model = build(body(family, resolution), weights=path, top=False)
        assert model.input.shape == (None, resolution, resolution, 3)
        for weight, expected in zip(model.get_weights(), whole, strict=False):
            np.testing.assert_array_equal(weight, expected)
        assert len(whole) == len(model.weights) + 4  # two heads of a kernel and a bias


@pytest.mark.parametrize("family", FAMILIES)
def test_records_describe_their_files(family):
    record, path = patches.record(family), patches.weights_file(family)
    assert record["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    table = layer_table(body(family))
    table = table[~table["name"].str.startswith("classifier")]
    channels = table["c_out"].iloc[-1]
    assert record["variables"] == stored(path) == table["params"].sum() + (channels + 1) * (12 + 4)
    assert record["chance"] == {"picture": 1 / 12, "turn": 1 / 4}
    assert record["steps"] == record["planned"] == patches.SMALL[family].steps
    assert record["design"] == str(patches.NETWORKS[family])
    assert record["command"].split()[:4] == ["python", "-m", "mobilenet_lab.models.patches", family]
    assert {"seed", "cpu_minutes", "patches", "tensorflow", "keras", "scikit-image"} <= set(record)


def test_the_page_says_what_the_records_say():
    text = (Path(__file__).parents[1] / "docs" / "using.md").read_text(encoding="utf-8")
    v1, v2 = (patches.record(family)["accuracy"]["picture"] for family in ("v1", "v2"))
    chance = patches.record("v1")["chance"]["picture"]
    words = f"in {100 * v1:.0f} % and {100 * v2:.0f} % of the cases, where chance is"
    assert f"{words} {100 * chance:.0f} %" in " ".join(text.split())


@pytest.mark.parametrize("family", FAMILIES)
def test_recorded_accuracy_is_reached_on_other_patches(family):
    """Within four standard errors of the difference of two shares."""
    record, count = patches.record(family), 1500
    model = patches.with_heads(family, patches.weights_file(family))
    found = patches.accuracy(model, FRESH, count)
    for name, share in record["accuracy"].items():
        error = np.sqrt(share * (1 - share) * (1 / count + 1 / patches.MEASURED))
        assert abs(found[name] - share) < 4 * error
    assert found["picture"] > 6 * record["chance"]["picture"]  # an untrained network has 1 of these


@pytest.mark.parametrize("family", FAMILIES)
def test_first_kernels_are_filters_and_not_noise(family):
    """Weights that are neighbours on the image go together; of kernels just drawn, they do not."""

    def alike(kernel):
        pairs = (kernel[1:], kernel[:-1]), (kernel[:, 1:], kernel[:, :-1])
        return [np.corrcoef(here.ravel(), there.ravel())[0, 1] for here, there in pairs]

    model = build(body(family), weights=patches.weights_file(family), top=False)
    kernel = model.get_layer("stem_conv").kernel.numpy()
    noise = np.random.default_rng(0).uniform(-1, 1, kernel.shape)
    assert min(alike(kernel)) > 0.5
    assert max(alike(noise)) < 0.2


# Training


@pytest.fixture
def tiny(monkeypatch):
    """Small batches of small patches."""
    for name, value in {"SIDES": (32,), "PIXELS": 16 * 32**2, "MEASURED": 32, "SAVED": 20}.items():
        monkeypatch.setattr(patches, name, value)


def test_training_lowers_the_loss_and_writes_as_it_goes(tiny, tmp_path):
    lines, done = [], []

    def log(line):
        lines.append(line)
        record = patches.record("v1", tmp_path)
        done.append((record["steps"], record["planned"], record["patches"]))
        path = patches.weights_file("v1", tmp_path)
        assert record["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()

    losses = patches.train("v1", 60, seed=1, folder=tmp_path, log=log)
    assert len(losses) == 60
    assert np.mean(losses[-20:]) < np.mean(losses[:20]) - 0.1
    assert done == [(20, 60, 320), (40, 60, 640), (60, 60, 960)]
    assert [line.split(",")[0] for line in lines] == ["20 steps", "40 steps", "60 steps"]
    path = patches.weights_file("v1", tmp_path)
    trained, new = build(body("v1"), weights=path, top=False), build(body("v1"), top=False)
    for weight, first in zip(trained.weights, new.weights, strict=True):
        assert np.abs(weight.numpy() - first.numpy()).max() > 1e-3, weight.path


@pytest.mark.parametrize(
    ("change", "received"),
    [
        ({"family": "v3"}, "family='v3'"),
        ({"steps": 0}, "steps=0"),
        ({"seed": -1}, "seed=-1"),
        ({"folder": "nowhere"}, "folder='nowhere'"),
    ],
)
def test_what_cannot_be_is_refused(refused, tmp_path, change, received):
    refused(lambda: patches.train(**{"family": "v1", "folder": tmp_path} | change), received)
    assert not list(tmp_path.iterdir())


def test_command_line(monkeypatch, capsys):
    calls = []
    monkeypatch.setattr(patches, "train", lambda **options: calls.append(options))
    assert patches.main(["v2", "--steps", "7", "--seed", "3", "--folder", "here"]) == 0
    assert patches.main(["v1"]) == 0
    default = {"family": "v1", "steps": None, "seed": 0, "folder": patches.FOLDER}
    assert calls == [{"family": "v2", "steps": 7, "seed": 3, "folder": "here"}, default]
    monkeypatch.undo()
    assert patches.main(["v3"]) == 2
    assert capsys.readouterr().err.startswith("error: family='v3' is not possible; accepted: ")


def test_the_package_does_not_load_it_and_it_does_not_load_keras():
    code = (
        "import sys, mobilenet_lab; print('mobilenet_lab.models.patches' in sys.modules);"
        "import mobilenet_lab.models.patches as p; p.record('v1');"
        "print({'keras', 'tensorflow', 'h5py', 'skimage'} & set(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert run.stdout.split("\n")[:2] == ["False", "set()"]
