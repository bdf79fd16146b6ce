"""Makes recorded.csv: sizes of converted models, and what TensorFlow Lite Micro says of them.

    python -m pip install tensorflow tflite-micro
    python tests/tflm/make.py

TensorFlow's converter makes each model: full int8, with integers in and out, or a float one, frozen
at batch 1. The weights are random, so one pass sets the statistics of batch norm (without them the
ranges of the activations make the runtime abort), and biases and shifts are random, too (the
converter shares or drops those that are 0). `tflite-micro` is a development build, which aborts
where it finds a fault: it runs in a process of its own.
"""

import csv
import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

from mobilenet_lab import Design, build

RECORDED = pathlib.Path(__file__).with_name("recorded.csv")
ARENA = 32 * 2**20  # bytes that the runtime may take
MODELS = (  # family, alpha, resolution, classes, bits, dialect, and v2's expansion where not 6
    ("v1", 0.25, 96, 2, 8, "paper"),
    ("v1", 0.25, 128, 1000, 8, "paper"),
    ("v1", 0.5, 128, 2, 8, "paper"),
    ("v1", 0.5, 160, 10, 8, "paper"),
    ("v1", 0.75, 192, 1000, 8, "paper"),
    ("v1", 1.0, 224, 1000, 8, "paper"),
    ("v2", 0.35, 96, 2, 8, "paper"),
    ("v2", 0.35, 128, 1000, 8, "paper"),
    ("v2", 0.5, 160, 10, 8, "paper"),
    ("v2", 0.55, 128, 2, 8, "paper"),
    ("v2", 0.75, 192, 1000, 8, "paper"),
    ("v2", 1.0, 224, 1000, 8, "paper"),
    ("v2", 1.4, 224, 1000, 8, "paper"),
    ("v1", 0.25, 32, 10, 8, "paper"),  # these three were not used to fit the predictions
    ("v2", 0.6, 112, 5, 8, "paper", 3),
    ("v2", 1.0, 64, 10, 8, "paper", 1),
    ("v1", 0.25, 90, 2, 8, "listing"),  # odd maps, which need a padding of their own
    ("v2", 0.75, 100, 10, 8, "listing"),
    ("v1", 0.25, 96, 2, 32, "paper"),
    ("v2", 0.35, 96, 2, 32, "paper"),
    ("v1", 0.25, 96, 2, 16, "paper"),
    ("v2", 0.35, 96, 2, 16, "paper"),
)
RECORD = """
import pathlib, sys
from tflite_micro.python.tflite_micro import runtime
kind = runtime.InterpreterConfig.kAllocationRecording
model = pathlib.Path(sys.argv[1]).read_bytes()
made = runtime.Interpreter.from_bytes(model, arena_size=int(sys.argv[2]), intrepreter_config=kind)
made.print_allocations()
"""


def converted(design, bits=8):
    """The design as the bytes of a .tflite file of 8, 16 or 32 bits a weight."""
    import tensorflow as tf
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    model = random_model(design)
    shape = (1, design.resolution, design.resolution, 3)
    call = tf.function(lambda image: model(image, training=False))
    call = call.get_concrete_function(tf.TensorSpec(shape, tf.float32))
    frozen = convert_variables_to_constants_v2(call)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([frozen])
    if bits < 32:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if bits == 16:
        converter.target_spec.supported_types = [tf.float16]
    if bits == 8:
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.representative_dataset = lambda: ([images(design, 1, at)] for at in range(4))
        converter.inference_input_type = converter.inference_output_type = tf.int8
    return converter.convert()


def random_model(design):
    """A model with random weights, and statistics of batch norm that belong to them."""
    import keras

    keras.utils.set_random_seed(0)
    model = build(design)
    for layer in model.layers:
        for weight in layer.weights:
            if weight.path.rpartition("/")[2] in ("beta", "bias"):
                weight.assign(np.random.normal(0, 0.3, weight.shape))
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0  # the pass replaces the statistics
    model(images(design, 4), training=True)
    return model


def images(design, count, seed=0):
    """Noise as `count` images for the design."""
    shape = (count, design.resolution, design.resolution, 3)
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype("float32")


def recorded(model):
    """The bytes that the recorder reports for a .tflite file: "head" (planned), "tail" (kept).

    Raises `RuntimeError` with the runtime's last words where it aborts.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "model.tflite"
        path.write_bytes(model)
        command = [sys.executable, "-c", RECORD, str(path), str(ARENA)]
        run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=300)
    said = run.stdout + run.stderr
    found = dict(re.findall(r"Arena allocation (head|tail) (\d+) bytes", said))
    if len(found) < 2:
        raise RuntimeError(said[-500:])
    return {name: int(size) for name, size in found.items()}


def row(family, alpha, resolution, classes, bits, dialect, expansion=None):
    """A row of recorded.csv. The runtime does not run float16 weights."""
    import tensorflow

    own = {"classes": classes, "dialect": dialect, "expansion": expansion}
    design = Design(family, alpha, resolution=resolution, **own)
    model = converted(design, bits)
    memory = {"head": "", "tail": ""} if bits == 16 else recorded(model)
    return {
        "family": family,
        "alpha": alpha,
        "resolution": resolution,
        "expansion": design.expansion or "",
        "classes": classes,
        "dialect": dialect,
        "bits": bits,
        "file_bytes": len(model),
        "head": memory["head"],
        "persistent": memory["tail"],
        "tensorflow": tensorflow.__version__,
        "tflite_micro": importlib.metadata.version("tflite-micro"),
        "source": "TensorFlow's converter and TensorFlow Lite Micro's recorder, by make.py",
    }


def main():
    """Convert and record every model."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    rows = []
    for model in MODELS:
        rows.append(row(*model))
        print(rows[-1], flush=True)
    with RECORDED.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
