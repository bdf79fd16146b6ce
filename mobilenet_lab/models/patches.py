"""Small weights of our own: trained on patches of the sample pictures and shipped with the lab.

    python -m mobilenet_lab.models.patches v1  # makes that network's files in data/weights again

A network reads a square patch and predicts which of scikit-image's twelve pictures it was cut from
and by how many quarter turns it was rotated. Patches vary in scale, reflection and lighting, and
some are grey, so that the mean colour is not enough and edges and textures matter. The right third
of each picture is held out: no training patch touches it, and the recorded accuracy is measured
there. Rotation is predicted barely above chance: many of the pictures are textures, which look
alike from every side.

These weights give filters and maps to look at without any download. They respond to the edges,
colours and textures of a dozen pictures; they are no general classifier, and their accuracy says
nothing about MobileNet's.
"""

import argparse
import functools
import hashlib
import importlib
import json
import pathlib
import sys
import time
from importlib.metadata import version

import numpy as np
from PIL import Image

from mobilenet_lab import capacity, checks, layers
from mobilenet_lab.features import images
from mobilenet_lab.models.build import build
from mobilenet_lab.networks.design import Design, short
from mobilenet_lab.networks.families import FAMILIES

FOLDER = pathlib.Path(__file__).parents[1] / "data" / "weights"
SMALL = {key: own.small for key, own in FAMILIES.items() if own.small}
NETWORKS = {key: Design(key, small.alpha) for key, small in SMALL.items()}
CLASSES = {"picture": len(images.SAMPLES), "turn": 4}  # what the network predicts about a patch
HEIGHT = 300  # pixels; the shorter side of a picture that patches are cut from
CROPS = (48, 200)  # pixels; the sides of what is cut, before it is scaled to a patch
SIDES = (64, 96, 128)  # pixels; the sides of patches, so that small and large maps are normal
PIXELS = 64 * 64**2  # of a batch, whatever its patches' side
SAVED = 500  # batches from one written file to the next
MEASURED = 4000  # held-out patches
RATE, DECAY, SMOOTHING = 3e-3, 0.5, 0.1  # highest learning rate, weight decay, label smoothing


def weights_file(family, folder=FOLDER):
    """The path of the weights of v1 (α 0.25) or v2 (α 0.35), for `build(…, top=False)`."""
    return _file(family, folder, "weights.h5")


def record(family, folder=FOLDER):
    """How those weights were trained and their accuracy, as a dict: seed, steps, accuracy, ….

    `accuracy` and `chance` are shares of held-out patches, each of `picture` and `turn`.
    """
    return json.loads(_file(family, folder, "json").read_text(encoding="utf-8"))


def _file(family, folder, ending):
    design = NETWORKS[checks.one_of("family", family, NETWORKS)]
    return pathlib.Path(folder) / f"{family}_{short(design.alpha)}.{ending}"


# Patches


def draw(random, count, side, held_out=False):
    """Random patches (count, side, side, 3) in [-1, 1], their pictures and their turns (count,).

    `random` is a NumPy generator. Held-out patches keep their colours, the others are jittered.
    """
    capacity.require(checks.integer("count", count), "patches", 16 * 3 * side * side)
    parts = _parts(held_out)
    pictures, turns = (random.integers(classes, size=count) for classes in CLASSES.values())
    upright = [_cut(random, parts[picture], side) for picture in pictures]
    turned = [np.rot90(patch, turn) for patch, turn in zip(upright, turns, strict=True)]
    patches = np.stack(turned).astype(np.float32) / 127.5 - 1
    return patches if held_out else _jittered(random, patches), pictures, turns


@functools.cache
def _parts(held_out):
    """What patches are cut from, a Pillow image a picture: its left two thirds, or the rest."""
    return [_part(images.read_picture(name), held_out) for name in images.SAMPLES]


def _part(picture, held_out):
    """One part of a picture, cut before it is scaled, so that nothing of the other gets in."""
    width, height = picture.size
    border = 2 * width // 3
    part = picture.crop((border, 0, width, height) if held_out else (0, 0, border, height))
    scale = HEIGHT / min(width, height)
    size = round(part.width * scale), round(part.height * scale)
    return part.resize(size, Image.Resampling.BILINEAR)


def _cut(random, part, side):
    """A square anywhere in a part, of any scale and perhaps mirrored, as `side` pixels."""
    least, most = CROPS[0], min(*part.size, CROPS[1])
    size = round(least * (most / least) ** random.random())
    left, upper = (random.integers(length - size + 1) for length in part.size)
    square = part.crop((left, upper, left + size, upper + size))
    patch = np.asarray(square.resize((side, side), Image.Resampling.BILINEAR))
    return patch[:, ::-1] if random.random() < 0.5 else patch


def _jittered(random, patches):
    """In other light: a fifth of the patches grey, each with another contrast and tint."""
    each, tint = (len(patches), 1, 1, 1), (len(patches), 1, 1, 3)
    grey = random.random(each) < 0.2
    patches = np.where(grey, patches.mean(axis=-1, keepdims=True), patches)
    contrast = random.uniform(0.6, 1.4, each) * random.uniform(0.8, 1.2, tint)
    brightness = random.uniform(-0.2, 0.2, each) + random.uniform(-0.1, 0.1, tint)
    return np.clip(patches * contrast + brightness, -1, 1).astype(np.float32)


# Training


def train(family, steps=None, seed=0, folder=FOLDER, log=print):
    """Train a network, write its weights and their record to the folder; the loss of each step.

    By default there are as many steps as the shipped weights took. The files are written every
    `SAVED` steps, so that little is lost when training is cut off; the record says how many of the
    planned steps were done.

    Raises `ValueError` for a family, steps, a seed or a folder that does not exist.
    """
    path = weights_file(family, folder)
    steps = checks.integer("steps", SMALL[family].steps if steps is None else steps)
    seed = checks.integer("seed", seed, 0)
    if not path.parent.is_dir():
        checks.refuse("folder", str(folder), "a folder that exists")
    layers.keras().utils.set_random_seed(seed)
    random, start = np.random.default_rng(seed), time.process_time()
    model, losses, seen = _ready(with_heads(family), steps), [], 0
    for step in range(1, steps + 1):
        side = int(random.choice(SIDES))
        patches, *truth = draw(random, PIXELS // side**2, side)
        losses.append(float(model.train_on_batch(patches, truth)[0]))
        model.reset_metrics()
        seen += len(patches)
        if step % SAVED == 0 or step == steps:
            minutes = round((time.process_time() - start) / 60, 1)
            facts = {"seed": seed, "steps": step, "planned": steps, "patches": seen}
            _write(model, family, folder, facts | {"cpu_minutes": minutes})
            log(f"{step} steps, {minutes} CPU minutes, loss {np.mean(losses[-SAVED:]):.3f}")
    return losses


def with_heads(family, weights=None):
    """The network for patches of any side: to the probabilities of their pictures and turns.

    Both heads are dense layers on the mean of the last maps. `weights` is the path of a file.
    """
    body = build(NETWORKS[family], top=False)
    with layers.channels_last() as keras:
        image = keras.Input((None, None, 3), name="image")
        body = keras.models.clone_model(body, input_tensors=image)
        mean = keras.layers.GlobalAveragePooling2D()(body.output)
        heads = [keras.layers.Dense(n, "softmax", name=name)(mean) for name, n in CLASSES.items()]
        model = keras.Model(image, heads, name=body.name)
    if weights is not None:
        model.load_weights(weights)
    return model


def _ready(model, steps):
    """Ready to train: AdamW, its rate up for a twentieth of the steps, then down like a cosine.

    The first kernels start small. Their size has no effect before batch normalisation, so learning
    soon outweighs the random colours that they start with.

    Optimizer and losses make their variables here: those made in the first step trace it twice.
    """
    keras, first = layers.keras(), max(1, steps // 20)
    kernel = next(layer.kernel for layer in model.layers if hasattr(layer, "kernel"))
    kernel.assign(kernel * 0.1)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - first), warmup_target=RATE, warmup_steps=first
    )
    optimizer = keras.optimizers.AdamW(rate, weight_decay=DECAY)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, [_loss(n) for n in CLASSES.values()], jit_compile=False)
    some = [np.full((1, n), 1 / n, np.float32) for n in CLASSES.values()]
    model.compute_loss(y=[np.zeros(1, int) for _ in some], y_pred=some)
    return model


def _loss(classes):
    """The cross-entropy of smoothed labels."""
    keras = layers.keras()
    smoothed = keras.losses.CategoricalCrossentropy(label_smoothing=SMOOTHING)
    return lambda truth, guess: smoothed(keras.ops.one_hot(truth, classes), guess)


def accuracy(model, seed, count=MEASURED):
    """The shares of random held-out patches whose picture, and whose turn, the model tells."""
    patches, *truth = draw(np.random.default_rng(seed), count, SIDES[0], held_out=True)
    guesses = model.predict(patches, verbose=0)
    right = [guess.argmax(-1) == true for guess, true in zip(guesses, truth, strict=True)]
    return {name: float(each.mean()) for name, each in zip(CLASSES, right, strict=True)}


# Files


def _write(model, family, folder, facts):
    """Write the weights, without the optimizer's variables, and their record."""
    path = weights_file(family, folder)
    layers.keras().Model(model.inputs, model.outputs).save_weights(path)
    _pack(path)
    command = f"{family} --steps {facts['planned']} --seed {facts['seed']}"
    known = {
        "design": str(NETWORKS[family]),
        "task": "from which picture a patch is, and by how many quarter turns it was rotated",
        "command": f"python -m mobilenet_lab.models.patches {command}",
        **facts,
        "tensorflow": importlib.import_module("tensorflow").__version__,
        "keras": layers.keras().__version__,
        "scikit-image": version("scikit-image"),
        "accuracy": accuracy(model, facts["seed"] + 1),
        "chance": {name: 1 / classes for name, classes in CLASSES.items()},
        "variables": model.count_params(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    text = json.dumps(known, indent=2, ensure_ascii=False) + "\n"
    _file(family, folder, "json").write_text(text, encoding="utf-8", newline="\n")


def _pack(path):
    """The same HDF5 file without the overhead of older layouts for each small array."""
    h5py = importlib.import_module("h5py")
    arrays, groups = {}, []

    def read(name, node):
        if isinstance(node, h5py.Group):
            groups.append(name)
        else:
            arrays[name] = node[()]

    with h5py.File(path) as file:
        file.visititems(read)
    with h5py.File(path, "w", libver="latest") as file:
        for name in groups:
            file.create_group(name)
        for name, array in arrays.items():
            file[name] = array


def main(arguments=None):
    """Train as the command line says; returns the exit status, 2 for invalid options."""
    parser = argparse.ArgumentParser("python -m mobilenet_lab.models.patches")
    parser.description = "Train the small weights that the lab ships, on patches of the samples."
    parser.add_argument("family", help=" or ".join(NETWORKS))
    parser.add_argument("--steps", type=int, help="batches; by default as the shipped ones")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", default=FOLDER, help="where the two files are written")
    try:
        train(**vars(parser.parse_args(arguments)))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
