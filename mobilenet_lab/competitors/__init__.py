"""The networks that the two papers compare with, each in the vocabulary of `layers`."""
