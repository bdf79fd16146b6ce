"""What a network costs, from the trace of its layers; no TensorFlow."""
