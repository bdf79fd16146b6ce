"""Keras, TensorFlow and h5py where they are installed, None elsewhere.

A test that uses them is marked `keras`; without the mark it fails in `make check`, which hides them.
"""

try:
    import h5py
    import keras
    import tensorflow as tf
except ImportError:
    h5py = keras = tf = None

__all__ = ["h5py", "keras", "tf"]
