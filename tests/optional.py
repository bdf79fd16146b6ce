"""Keras, TensorFlow and h5py where they are installed, None elsewhere.

A test that uses them is marked `keras`; `make check` hides them, so that one that lacks the mark
fails there.
"""

try:
    import h5py
    import keras
    import tensorflow as tf
except ImportError:
    h5py = keras = tf = None

__all__ = ["h5py", "keras", "tf"]
