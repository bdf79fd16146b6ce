"""The exercises of the notebooks, and their quizzes.

`check("03.1", prediction)` judges an answer and gives a hint; `quiz("03")` asks five questions.
"""

from mobilenet_lab.exercises.check import check, tell
from mobilenet_lab.exercises.quiz import quiz

__all__ = ["check", "quiz", "tell"]
