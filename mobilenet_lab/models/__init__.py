"""Keras models of designs, their weights and their time. Only this room runs TensorFlow."""
