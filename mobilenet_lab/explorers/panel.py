"""What every explorer is: controls above live pictures, and the state in words."""

import base64
import html
import io
from functools import partial

import ipywidgets as widgets
from PIL import Image

from mobilenet_lab.explorers.controls import FRAME, Status, finish, switch, table
from mobilenet_lab.explorers.live import Ahead, LiveFigure, alone

WRAP = {"flex_flow": "row wrap"}


class Display:
    """What displays as a widget, as a still picture and as words, and can be taken along.

    Subclasses give the `widget`, list in `numbers` what is shown, and go back to the start in
    `reset`.
    """

    STILL = {"colors": 128}  # how the still picture's colours are chosen, for Pillow's `quantize`

    def __init__(self, figures):
        self.figures = figures
        self.status, self.message = Status(), Status(role="alert")
        self.numbers_button = switch("numbers", "show the table")
        self.save_button = action("save", "picture and numbers as files")
        self.reset_button = action("reset", "back to the start")
        self.table, self.files = widgets.HTML(), widgets.HTML()
        self.save_button.on_click(lambda _: self._offer_files())
        self.reset_button.on_click(lambda _: self.reset())

    def _actions(self):
        return [self.numbers_button, self.save_button, self.reset_button]

    @property
    def pictures(self):
        """The `Picture`s of the figures."""
        return [figure.picture for figure in self.figures]

    @property
    def shown(self):
        """The figures that are saved, and kept as a still picture."""
        return self.figures

    def png(self):
        """The pictures, one below the other, as PNG bytes."""
        stills = [Image.open(io.BytesIO(figure.picture.png())) for figure in self.shown]
        height = sum(still.height for still in stills)
        sheet = Image.new("RGB", (max(still.width for still in stills), height), "white")
        top = 0
        for still in stills:
            sheet.paste(still.convert("RGB"), (0, top))
            top += still.height
        buffer = io.BytesIO()
        sheet.quantize(**self.STILL).save(buffer, "png", optimize=True)
        return buffer.getvalue()

    @alone
    def _repr_mimebundle_(self, include=None, exclude=None):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        width = max(figure.picture.size[0] for figure in self.shown)
        bundle = {
            "text/plain": repr(self),
            "image/png": base64.b64encode(self.png()).decode("ascii"),
            "application/vnd.jupyter.widget-view+json": view,
        }
        words = " ".join(figure.picture.words for figure in self.shown)
        return bundle, {"image/png": {"width": width, "alt": words}}

    @alone
    def _offer_files(self):
        links = [
            _link("picture (PNG)", "mobilenet.png", "image/png", self.png()),
            _link("numbers (CSV)", "mobilenet.csv", "text/csv", self.numbers().to_csv(index=False)),
        ]
        for index, figure in enumerate(self.shown, 1):
            name, picture = f"mobilenet-{index}", figure.picture
            links += [
                _link(f"picture {index} (SVG)", f"{name}.svg", "image/svg+xml", picture.svg()),
                _link(f"picture {index} (PDF)", f"{name}.pdf", "application/pdf", picture.pdf()),
            ]
        self.files.value = "Save: " + " · ".join(links)


class Explorer(Display):
    """Controls above live pictures.

    `controls` maps names to widgets with a `value`; setting one from code moves the pictures.
    Subclasses move their pictures in `_move`, say in `_sentences` what is shown, and read their
    controls through `chosen`.
    """

    def __init__(self, choices, dials, pictures):
        super().__init__([LiveFigure(picture) for picture in pictures])
        self.dials = dials
        self.controls = choices | {name: dial.box for name, dial in dials.items()}
        self.ahead = Ahead([self.status.widget, *(figure.widget for figure in self.figures)])
        self._start = {name: control.value for name, control in self.controls.items()}
        self._state, self._assumed, self._quiet = {}, {}, False
        self._wire()
        self.widget = widgets.VBox(self._rows())
        self.widget.add_class(FRAME)
        self._changed()

    def _rows(self):
        return [
            *(widgets.HBox(row, layout=WRAP) for row in self._control_rows() if row),
            self.message.widget,
            self.status.widget,
            *(figure.widget for figure in self.figures),
            *self._below(),
            widgets.HBox(self._actions(), layout=WRAP),
            self.files,
            self.table,
            self.ahead.widget,
            finish(),
        ]

    def _control_rows(self):
        choices = [box for name, box in self.controls.items() if name not in self.dials]
        return choices, [dial.widget for dial in self.dials.values()]

    def _below(self):
        """Widgets between the pictures and the buttons."""
        return []

    def _wire(self):
        for box in (*self.controls.values(), self.numbers_button):
            box.observe(self._changed, "value")

    @property
    @alone
    def chosen(self):
        """What is shown, by name of the control; not what is typed in and not possible."""
        return self._state | self._assumed

    @alone
    def set(self, **values):
        """Move several controls and draw once."""
        self._quiet = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._quiet = False
        self._changed()

    @alone
    def reset(self):
        """Everything as it was at the beginning."""
        self.numbers_button.value = False
        self.set(**self._start)

    @alone
    def _changed(self, change=None):
        if self._quiet:
            return
        sent = self.ahead.drop()  # before sliders move that nobody has touched
        for dial in self.dials.values():
            if change is None or change["owner"] is dial.box:
                dial.follow()
        before = self._state
        self._state = {name: box.value for name, box in self.controls.items()}
        self._state |= {name: dial.value for name, dial in self.dials.items()}
        for name, dial in self.dials.items():
            if dial.problem and not self.uses(name):  # what is shown at the sides may yet use it
                self._state[name] = before[name]
        problems = [problem for problem in self._problems() if problem]
        self.message.say(" ".join(problems))
        self._enable(not problems)
        if problems:
            self._state = before
            if sent:
                self.ahead.undo()
            return
        self._show()
        for name, dial in self.dials.items():
            if change and change["owner"] is dial.box:
                self.ahead.later(dial.slider, self._beside(name))

    def _problems(self):
        """A sentence, or None, for each control that could be wrong."""
        return [dial.problem for name, dial in self.dials.items() if self.uses(name)]

    def uses(self, name):
        """Whether what is shown depends on the knob."""
        return name in self.dials

    def _enable(self, on):
        """What is on screen can be kept, unless it is not what the boxes say."""
        self.numbers_button.disabled = self.save_button.disabled = not on

    def _show(self):
        self._move()
        for figure in self.figures:
            figure.send()
        self.status.say(self._words())
        self.files.value = ""
        self.table.value = self._numbers_table() if self.numbers_button.value else ""

    def _words(self):
        return " ".join(self._sentences())

    def _sentences(self):
        return [repr(self)]

    def _beside(self, name):
        """What `ahead` is to draw: the positions of a dial one step away, and where it stands."""
        dial = self.dials[name]
        here = [self.status.widget.value, *(figure.widget.value for figure in self.figures)]
        stands = {dial.value: lambda: here} if dial.value in dial.knob.values else {}
        return stands | {value: partial(self._at, name, value) for value in dial.beside()}

    def _at(self, name, value):
        """What would be shown if a dial stood elsewhere: the HTML of the words and the pictures."""
        self._assumed = {name: value}
        try:
            self._move()
            return [self.status.html(self._words()), *(figure.html() for figure in self.figures)]
        finally:
            self._assumed = {}
            self._move()

    def _numbers_table(self):
        frame = self.numbers()
        counts = frame.dtypes.map(lambda kind: kind.kind == "i")
        return table(frame, ["{:,}".format if count else None for count in counts])


def action(name, meaning):
    """A button with a name."""
    return widgets.Button(description=name, tooltip=meaning, layout={"width": "6em"})


def _link(label, name, kind, content):
    """A link that saves `content` as a file of that name."""
    content = content.encode("utf-8") if isinstance(content, str) else content
    data = base64.b64encode(content).decode("ascii")
    style = "color:#0072B2;text-decoration:underline"
    address = f"data:{kind};base64,{data}"
    return f'<a style="{style}" download="{name}" href="{address}">{html.escape(label)}</a>'
