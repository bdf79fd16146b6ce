"""The exercises of notebook 01."""

EXERCISES = ()
