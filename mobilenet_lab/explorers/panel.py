"""The loop that every explorer runs: controls are read into a state, and a view shows the state."""

import base64
import contextlib
from functools import partial

import ipywidgets as widgets

from mobilenet_lab.explorers import still
from mobilenet_lab.explorers.browser import FRAME, finish
from mobilenet_lab.explorers.controls import Dial, Status, offer
from mobilenet_lab.explorers.live import Ahead, LiveFigure, alone
from mobilenet_lab.explorers.problems import EXPECTED, sentence
from mobilenet_lab.plots.picture import MARGIN, card

_WRAP = {"flex_flow": "row wrap"}
WAITS = "Until that is corrected, nothing else changes."


class Panel:
    """Controls above live pictures, with a description in words.

    A state is a dict: the values of the controls by name, and what follows from them. The `view`
    has `pictures` and defines what they show of a state:

    - `uses(state, name)`: whether a control makes a difference;
    - `settle(state, before)`: the state with what follows; `ValueError` for what cannot be;
    - `draw(state)` moves the pictures; it may return a list of those that stay as they are;
    - `words(state)` for the status line, `text(state)` for where there are no widgets;
    - `numbers(state)` as a `DataFrame`, `table(frame)` as HTML.

    Where `settle` gives a "key", `compute(state)` gives the "passes", which take long; the status
    line says meanwhile what is `computing`. They are kept as long as the key stays the same; then
    `follow(state)` adapts what depends on them. The options of lists that change are "lists" in the
    state, by name of the control.

    If anything fails on the way, even by an interrupt, the explorer returns to what it showed
    before.

    `controls` are dials and lists by name, `parts` are the other participants in the loop (see
    `parts`). In an explorer, `controls[name].value` is the reader's setting; setting it from code
    moves the pictures.
    """

    below = ()  # names of controls whose place is below the first of several pictures
    first = 1  # how many pictures are the first

    def __init__(self, view, controls, parts):
        self.view, self.parts = view, parts
        self.dials = {name: one for name, one in controls.items() if isinstance(one, Dial)}
        self.controls = controls | {name: dial.box for name, dial in self.dials.items()}
        self.figures = [LiveFigure(picture) for picture in view.pictures]
        self.status, self.message = Status(), Status(role="alert")
        self.status.widget.layout.min_height = view.room
        self.ahead = Ahead(self.status, self.figures)
        self.state, self._problems, self._quiet = {}, [], False
        for control in self.controls.values():
            control.observe(self.changed, "value")
        for part in parts.values():
            part.watch(self)
        self._begin()
        self.widget = widgets.VBox(self._rows())
        self.widget.add_class(FRAME)

    def _begin(self):
        """The first state. If a download fails, another one is used and a sentence says so."""
        start, instead = {}, {}
        for part in self.parts.values():
            start |= part.start
            instead |= part.instead
        try:
            self._go(step=lambda: start)
        except ConnectionError as error:
            self._go(step=lambda: start | instead)
            self.message.say(sentence(error))
        self._start = {name: value for name, value in self.state.items() if name != "passes"}

    # From the controls to the pictures

    @alone
    def changed(self, change=None):
        """Show the state of the controls; an impossible one gets a message and changes nothing."""
        if not self._quiet:
            self._go(change)

    @alone
    def change(self, step):
        """Change the state by the dict that `step` returns; it may raise `ValueError`."""
        if not self._quiet:
            self._go(step=step)

    @alone
    def set(self, **values):
        """Move several controls and draw once."""
        with self._silent():
            for name, value in values.items():
                self.controls[name].value = value
        self._go()

    @alone
    def reset(self):
        """Return everything to its first state."""
        with self._silent():
            for part in self.parts.values():
                part.reset()
            for name, dial in self.dials.items():
                dial.box.value = self._start[name]
        self._offer(self._start)
        self._go(step=lambda: self._start)

    def fit(self, change):
        """Adapt where dials end to the other controls, before they are read."""

    def _go(self, change=None, step=dict):
        with self._silent():
            self.fit(change)
        moved = self._moved(change)
        stays = moved and self.dials[moved].is_on_position
        self.ahead.begin(self.dials[moved].slider if stays else None)  # before sliders move
        self._follow(change)
        state, problems = self._read()
        for part in self.parts.values():
            for widget in part.keeping:
                widget.disabled = bool(problems)
        waiting = [WAITS] if problems and problems == self._problems else []  # another was changed
        self._problems = problems
        self.message.say(" ".join(problems + waiting))
        if problems:
            return self.ahead.undo()
        before = self.state
        try:
            self.state = self._settled(state | step(), state)
            self._show()
        except (Exception, KeyboardInterrupt) as error:
            if not before:
                raise
            self._restore(before, error)
            if not isinstance(error, EXPECTED):
                raise
        else:
            if moved:
                self.ahead.later(self.dials[moved].slider, self.beside(moved))

    def _restore(self, before, error):
        """Show again what was shown before something went wrong, and say what it was."""
        self.state = before
        self.message.say(sentence(error))
        self._offer(before)
        self.ahead.undo()
        self._show()

    def _moved(self, change):
        """The name of the dial that a reader has moved, or None."""
        owners = ((name, dial) for name, dial in self.dials.items() if change)
        return next((name for name, dial in owners if change["owner"] is dial.box), None)

    def _follow(self, change):
        """Move sliders to where their boxes are."""
        for dial in self.dials.values():
            if change is None or change["owner"] is dial.box:
                dial.follow()

    def _read(self):
        """The state of the controls, and a sentence for each invalid one."""
        state = self.state | {name: control.value for name, control in self.controls.items()}
        problems = []
        for name, dial in self.dials.items():
            state[name], problem = dial.value, dial.problem
            if problem and self.view.uses(state, name):
                problems.append(problem)
            elif problem:  # other families in the picture may still use it
                state[name] = self.state[name]
        for part in self.parts.values():
            state |= part.read(self.state, problems)
        return state, problems

    def _settled(self, state, read):
        """The state with everything that follows from it, and updated lists.

        `read` is what the controls said.
        """
        state = self.view.settle(state, self.state)
        if "key" in state:
            if "passes" not in state or state["key"] != self.state["key"]:
                if self.view.computing:
                    self.status.say(self.view.computing)
                state["passes"] = self.view.compute(state)
            state = self.view.follow(state)
            self._offer(state, read)
        return state

    def _offer(self, state, read=None):
        """Update the lists to a state.

        One that says the same as when it was `read` is left alone: by now, another thread may have
        heard that the reader has moved it on.
        """
        lists = state.get("lists", {})
        with self._silent():
            for name in self.controls.keys() - self.dials.keys():
                moves = read is None or state[name] != read[name]
                if name in lists:
                    offer(self.controls[name], lists[name], state[name], moves)
                elif moves:
                    self.controls[name].value = state[name]

    @contextlib.contextmanager
    def _silent(self):
        """Ignore changes of controls made inside this block."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _show(self):
        for name, control in self.controls.items():
            control.disabled = not self.view.uses(self.state, name)
        for dial in self.dials.values():
            dial.slider.disabled = dial.box.disabled
        staying = self.view.draw(self.state) or ()
        for figure in self.figures:
            if figure.picture not in staying:
                figure.send()
        self.status.say(self.view.words(self.state))
        for part in self.parts.values():
            part.shown(self)

    # One step away

    def beside(self, name):
        """The positions for `ahead` to draw, by value: a dial's own and those around it."""
        dial = self.dials[name]
        here = self.status.text, [figure.shown for figure in self.figures]
        stands = {dial.value: lambda: here} if dial.is_on_position else {}
        return stands | {value: partial(self._shown_at, name, value) for value in dial.beside()}

    def _shown_at(self, name, value):
        """The words and the pictures for another value of a dial."""
        state = self.view.settle(self.state | {name: value}, self.state)
        try:
            self.view.draw(state)
            return self.view.words(state), [figure.shot() for figure in self.figures]
        finally:
            self.view.draw(self.state)

    # Output

    @property
    def design(self):
        """The design that is shown; None if it is not a single one."""
        return self.state.get("design")

    def numbers(self):
        """What is shown, as a table."""
        return self.view.numbers(self.state)

    def __repr__(self):
        return self.view.text(self.state)

    @property
    def frames(self):
        """The tables that are shown and saved, by name: the numbers, and those of the parts."""
        frames = {"numbers": self.numbers()}
        for part in self.parts.values():
            frames |= part.frames(self)
        return frames

    @property
    def kept(self):
        """The figures that are saved and kept as a still picture."""
        return [*self.figures, *(one for part in self.parts.values() for one in part.kept(self))]

    def png(self):
        """The pictures, one below the other, as PNG bytes."""
        scale = max(figure.picture.STILL for figure in self.kept)  # columns stay in line
        return card([figure.picture.png(scale) for figure in self.kept], scale, **self.view.still)

    def _ipython_display_(self):
        still.show(self._repr_mimebundle_)

    @alone
    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        width = max(figure.picture.size[0] for figure in self.kept) + 2 * MARGIN
        bundle = {
            "text/plain": repr(self),
            "image/png": base64.b64encode(self.png()).decode("ascii"),
            still.VIEW: view,
        }
        words = " ".join(figure.picture.words for figure in self.kept)
        return bundle, {"image/png": {"width": round(still.WIDER * width), "alt": words}}

    def _rows(self):
        """Controls, words, pictures and buttons, from the top."""
        parts, shown = list(self.parts.values()), [figure.widget for figure in self.figures]
        first = shown[: self.first] if self.below and len(shown) > self.first else []
        rows = [
            *(self._row(names) for names in self._named_rows()),
            [one for part in parts for one in part.above],
        ]
        return [
            *(widgets.HBox(row, layout=_WRAP) for row in rows if row),
            self.message.widget,
            self.status.widget,
            *first,
            *([widgets.HBox(self._row(self.below), layout=_WRAP)] if self.below else []),
            *shown[len(first) :],
            widgets.HBox([one for part in parts for one in part.actions], layout=_WRAP),
            *(one for part in reversed(parts) for one in part.below),  # these move no button
            *(one for part in reversed(parts) for one in part.foot),  # files above a long table
            self.ahead.widget,
            finish(),
        ]

    def _named_rows(self):
        """The controls above the pictures, row by row; None is the place after the lists."""
        lists = [name for name in self.controls if name not in (*self.dials, *self.below)]
        return [*lists, None], list(self.dials)

    def _row(self, names):
        """Controls, each with the widgets that parts put beside it."""
        row = []
        for name in names:
            widget = self.dials[name].widget if name in self.dials else self.controls.get(name)
            beside = [part.beside[name] for part in self.parts.values() if name in part.beside]
            row += [*([widget] if widget else []), *beside]
        return row
