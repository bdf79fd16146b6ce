"""Keras models of designs, their weights and their time, by TensorFlow."""
