"""Makes saved.zip: fine-tuned models as Keras 2 saves them, and what they answer.

    python -m venv keras2 && keras2/bin/python -m pip install tf_keras
    keras2/bin/python tests/keras2/make.py

Keras 2 lives on as `tf_keras`, which wants the large build of TensorFlow; so the tests do without
and read these files. Their values are few, so that the archive is small.
"""

import pathlib
import tempfile
import zipfile

import numpy as np
import tf_keras as keras

SAVED = pathlib.Path(__file__).with_name("saved.zip")
SMALL = {"compression": zipfile.ZIP_DEFLATED, "compresslevel": 9}
CLASSES, PIXELS = 3, 32
STATISTICS = {"moving_mean": (-0.5, 0.0, 0.5)}  # others: (0.5, 1.0, 1.5)


def sequential():
    """A body of which the last layers were trained, pooling and a classifier."""
    body = keras.applications.MobileNet((PIXELS, PIXELS, 3), 0.25, include_top=False, weights=None)
    for layer in body.layers[:-12]:
        layer.trainable = False
    head = keras.layers.Dense(CLASSES, activation="softmax")
    parts = [body, keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.2), head]
    return keras.Sequential(parts), body


def functional():
    """Rescaling and augmentation before a frozen body."""
    shape = (PIXELS, PIXELS, 3)
    body = keras.applications.MobileNetV2(shape, 0.1, include_top=False, weights=None)
    body.trainable = False
    augment = [keras.layers.RandomFlip("horizontal"), keras.layers.RandomRotation(0.1)]
    image = keras.Input(shape)
    x = keras.layers.Rescaling(1 / 127.5, offset=-1)(keras.Sequential(augment)(image))
    x = keras.layers.GlobalAveragePooling2D()(body(x, training=False))
    return keras.Model(image, keras.layers.Dense(CLASSES, activation="softmax")(x)), body


def few_values(layer, random):
    """Weights that keep a signal alive, of two or three values each."""
    for weight in layer.weights:
        name = weight.name.rpartition("/")[2].partition(":")[0]
        if "kernel" in name:
            inputs = np.prod(weight.shape[:2] if "depthwise" in name else weight.shape[:-1])
            values = random.choice([-1, 1], weight.shape) * np.sqrt(2 / inputs)
        elif weight.dtype.is_floating:
            values = random.choice(STATISTICS.get(name, (0.5, 1.0, 1.5)), weight.shape)
        else:
            continue  # the state of a random generator
        weight.assign(values)


def main():
    """Each model in each format, and its answer to one image."""
    random, answers = np.random.default_rng(0), {}
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(SAVED, "w", **SMALL) as archive:
        for make in (sequential, functional):
            name, (model, body) = make.__name__, make()
            model.compile("adam", "sparse_categorical_crossentropy")
            for layer in [*body.layers, model.layers[-1]]:
                few_values(layer, random)
            model.save(f"{folder}/{name}.h5")
            model.save(f"{folder}/{name}.keras")
            model.save_weights(f"{folder}/{name}.weights.h5")
            model.save_weights(f"{folder}/{name}_weights.h5")
            image = random.uniform(-1, 1, (1, PIXELS, PIXELS, 3)).astype("float32")
            seen = image if make is sequential else (image + 1) * 127.5
            answers |= {
                f"{name}_image": image,
                f"{name}_body": body.predict(image, verbose=0),
                f"{name}_answer": model.predict(seen, verbose=0),
            }
        np.savez(f"{folder}/answers.npz", **answers)
        for path in sorted(pathlib.Path(folder).iterdir()):
            archive.write(path, path.name)


if __name__ == "__main__":
    main()
