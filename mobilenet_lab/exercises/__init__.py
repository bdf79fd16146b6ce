"""The exercises of the notebooks: `check("03.1", prediction)` judges an answer and gives a hint."""

from mobilenet_lab.exercises.check import check, tell

__all__ = ["check", "tell"]
