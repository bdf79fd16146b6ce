"""Keras, TensorFlow and h5py where they are installed; elsewhere None, and tests that use them do not run.

Such a test is marked `keras`. One that lacks the mark fails in `make check`, which hides them.
"""

try:
    import h5py
    import keras
    import tensorflow as tf
except ImportError:
    h5py = keras = tf = None

__all__ = ["h5py", "keras", "tf"]
