"""The parts of a panel: table, files, reset, budget, published list, code line."""

import base64
import html
import math

import ipywidgets as widgets

from mobilenet_lab import checks
from mobilenet_lab.costs.limits import LIMITS
from mobilenet_lab.explorers.controls import choice, limit, number, switch
from mobilenet_lab.explorers.live import alone
from mobilenet_lab.explorers.words import called, code
from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.networks.families import knobs
from mobilenet_lab.published.known import known

MEANING = {  # of a limit, by its unit
    "M": "a limit in millions; empty for none",
    "KiB": "a limit in KiB, with int8 weights and values; empty for none",
    "ms": "a limit in milliseconds; empty for none",
}


class Part:
    """A participant in the loop of a `Panel`.

    `start` is its contribution to the first state, `instead` replaces it if a download fails. Its
    widgets are placed beside a control, by its name (None: after the lists), in a row above the
    pictures, among the actions below them, below these, or at the foot. Those in `keeping` are
    disabled while the controls and the pictures disagree.
    """

    start, instead, beside = {}, {}, {}
    above, below, actions, foot, keeping = (), (), (), (), ()

    def watch(self, panel):
        """Let its widgets change what the panel shows."""

    def read(self, before, problems):
        """Its contribution to the state; for an invalid value it adds a sentence to `problems`."""
        return {}

    def shown(self, panel):
        """Adapt to what the panel shows now."""

    def reset(self):
        """Return its widgets to their first state."""

    def kept(self, panel):
        """Its own figures, to be saved with the panel's."""
        return []

    def frames(self, panel):
        """Its own tables by name, to be shown and saved with the panel's numbers."""
        return {}


def usual():
    """The parts that every explorer has."""
    return {"numbers": _Numbers(), "save": _Save(), "reset": _Reset()}


class _Numbers(Part):
    """The numbers as a table, on demand."""

    def __init__(self):
        self.box, self.table = switch("numbers", "show the table"), widgets.HTML()
        self.actions = self.keeping = [self.box]
        self.foot = [self.table]

    def watch(self, panel):
        """React to the box."""
        self.box.observe(panel.changed, "value")

    def shown(self, panel):
        """The table of the present state."""
        frames = reversed(panel.frames.values()) if self.box.value else ()  # the longest last
        self.table.value = "".join(map(panel.view.table, frames))

    def reset(self):
        """No table."""
        self.box.value = False


class _Save(Part):
    """Pictures and numbers as files; a page whose sliders work without Python, of some views."""

    def __init__(self):
        self.button, self.files = action("save", "picture and numbers as files"), widgets.HTML()
        self.actions = self.keeping = [self.button]
        self.foot = [self.files]

    def watch(self, panel):
        """Offer the files on a click."""
        self.button.on_click(lambda _: self._offer(panel))

    def shown(self, panel):
        """Withdraw the files of an earlier state."""
        self.files.value = ""

    @alone
    def _offer(self, panel):
        links = [link("picture (PNG)", "mobilenet.png", "image/png", panel.png())]
        if page := getattr(panel.view, "live", lambda state: None)(panel.state):
            links.append(link("live page (HTML)", "mobilenet-live.html", "text/html", page.html))
        for name, frame in panel.frames.items():
            file = "mobilenet.csv" if name == "numbers" else f"mobilenet-{name}.csv"
            links.append(link(f"{name} (CSV)", file, "text/csv", frame.to_csv(index=False)))
        for index, figure in enumerate(panel.kept, 1):
            name, picture = f"mobilenet-{index}", figure.picture
            links += [
                link(f"picture {index} (SVG)", f"{name}.svg", "image/svg+xml", picture.svg()),
                link(f"picture {index} (PDF)", f"{name}.pdf", "application/pdf", picture.pdf()),
            ]
        self.files.value = "Save: " + " · ".join(links)


class _Reset(Part):
    """A button that returns to the start."""

    def __init__(self):
        self.button = action("reset", "back to the start")
        self.actions = [self.button]

    def watch(self, panel):
        """Reset on a click."""
        self.button.on_click(lambda _: panel.reset())


class Budget(Part):
    """Limits in their units: "budget" in the state has counts and bytes, None for no limit.

    It begins with no limit, or with what is in the boxes by name.
    """

    def __init__(self, names, limits=LIMITS, begin=None):
        self.limits = {name: own for name, own in limits.items() if name in names}
        self.boxes = {
            name: limit(f"{title} ≤ ({unit})", MEANING[unit])
            for name, (title, unit, _) in self.limits.items()
        }
        self.begin = dict.fromkeys(self.boxes, "") | (begin or {})
        self.above = list(self.boxes.values())
        self.reset()

    def watch(self, panel):
        """React to the boxes."""
        for box in self.boxes.values():
            box.observe(panel.changed, "value")

    def read(self, before, problems):
        """The limits that are set, in counts and bytes."""
        limits = dict.fromkeys(LIMITS | self.limits)
        for name, box in self.boxes.items():
            most = number(box.value)
            if most is not None and 0 < most < math.inf:
                limits[name] = most * self.limits[name].size
            elif most is not None:
                wrong = f"{box.description}: {checks.shown(box.value, 20)} is not possible"
                problems.append(f"{wrong}; accepted: a number above 0, or nothing for no limit.")
        return {"budget": limits}

    def reset(self):
        """The limits of the start."""
        for name, box in self.boxes.items():
            box.value = self.begin[name]


class Published(Part):
    """A list of the published designs of some families to jump to, with so many classes."""

    def __init__(self, families, classes=CLASSES):
        options = {
            called(one.design): one.design.replace(classes=classes)
            for one in known()
            if one.series != "keras" and one.design.family in families and not one.design.variant
        }
        self.list = choice("published", {"choose …": ""} | options, "")
        self.beside = {None: self.list}

    def watch(self, panel):
        """Move the controls to a design that is chosen."""
        self.list.observe(lambda change: self._go(panel, change["new"]), "value")

    def _go(self, panel, design):
        if design:
            names = panel.controls.keys() & {"family", *knobs()}
            values = {name: getattr(design, name) for name in names}
            panel.set(**{name: value for name, value in values.items() if value is not None})

    def shown(self, panel):
        """Name the design only while it is shown."""
        if self.list.value != panel.design:
            self.list.value = ""

    def reset(self):
        """None is chosen."""
        self.list.value = ""


class CodeLine(Part):
    """The line of Python that creates the design, to copy; typing over it is undone."""

    def __init__(self):
        self.box = widgets.Text(
            description="as code",
            continuous_update=False,
            style={"description_width": "7em"},
            layout={"width": "40em", "max_width": "100%"},
        )
        self.actions = [self.box]

    def watch(self, panel):
        """Undo typing."""
        self.box.observe(lambda _: self.shown(panel), "value")

    def shown(self, panel):
        """The line of the present design."""
        if panel.design:
            self.box.value = code(panel.design)


def action(name, meaning):
    """A button with a name."""
    return widgets.Button(description=name, tooltip=meaning, layout={"width": "6em"})


def link(label, name, kind, content):
    """A link that saves `content` as a file of that name."""
    content = content.encode("utf-8") if isinstance(content, str) else content
    data = base64.b64encode(content).decode("ascii")
    style = "color:#0072B2;text-decoration:underline;white-space:nowrap"
    address = f"data:{kind};base64,{data}"
    return f'<a style="{style}" download="{name}" href="{address}">{html.escape(label)}</a>'
