"""`quiz("03")`: the questions on a notebook, with buttons, and a sentence about each choice."""

import html

import ipywidgets as widgets

from mobilenet_lab import quizzes
from mobilenet_lab.explorers import browser, still
from mobilenet_lab.explorers.controls import Status

NOTE = "The questions only. To answer them, run this cell in the notebook."


def quiz(notebook):
    """The quiz on a notebook, by its number, such as "03"; raises `ValueError` for any other."""
    return Quiz(quizzes.questions(notebook))


class Asked:
    """A question on the screen: radio buttons, and a line that says what the choice is worth."""

    def __init__(self, number, question, changed):
        self.question, self.changed = question, changed
        self.text = f"{number}. {question.asks}"
        self.buttons = widgets.RadioButtons(
            options=question.choices, value=None, layout={"width": "auto", "margin": "0 0 0 1.5em"}
        )
        self.buttons.observe(self._chosen, "value")
        self.status = Status()
        self.widget = widgets.VBox(
            [widgets.HTML(f"<b>{html.escape(self.text)}</b>"), self.buttons, self.status.widget]
        )

    @property
    def is_right(self):
        """Whether the right choice is marked."""
        return self.buttons.value == self.question.answer

    def _chosen(self, change):
        chosen = self.buttons.value
        self.status.say("" if chosen is None else self.question.told(chosen))
        self.changed()


class Quiz:
    """Questions one below the other, and how many are answered right."""

    def __init__(self, questions):
        self.status = Status()
        self.asked = [Asked(at, one, self._changed) for at, one in enumerate(questions, start=1)]
        rows = [*(one.widget for one in self.asked), self.status.widget, browser.finish()]
        self.widget = widgets.VBox(rows)
        self.widget.add_class(browser.FRAME)
        self.widget.add_class(f"{browser.FRAME}-quiz")

    def _changed(self):
        right = sum(one.is_right for one in self.asked)
        self.status.say(f"{right} of {len(self.asked)} are right.")

    def __repr__(self):
        return "\n".join(
            "\n".join([one.text, *(f"   - {choice}" for choice in one.question.choices)])
            for one in self.asked
        )

    def _repr_html_(self):
        items = []
        for one in self.asked:
            choices = "".join(f"<li>{html.escape(name)}</li>" for name in one.question.choices)
            items.append(f"<p>{html.escape(one.text)}</p>\n<ul>{choices}</ul>")
        return "\n".join(items)

    def _ipython_display_(self):
        still.show(self._repr_mimebundle_, NOTE)

    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        texts = {"text/plain": repr(self), "text/html": self._repr_html_()}
        return texts | {still.VIEW: view}, {}
