"""What a design holds in memory while it runs: the planned arena over the operations."""

import numpy as np
from matplotlib import rc_context
from matplotlib.patches import Rectangle

from mobilenet_lab import checks
from mobilenet_lab.costs.arena import RUNTIMES, memory
from mobilenet_lab.costs.graph import operations
from mobilenet_lab.networks.design import checked_design, trace
from mobilenet_lab.networks.trace import IMAGE
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import ACCENT, INK, OPERATION, PALE, REFERENCE, STYLE

KIB = 1024
PLACE = (0.09, 0.22, 0.64, 0.7)  # of the axes, the same for every design


class Arena(Picture):
    """The arena of TensorFlow Lite Micro: each tensor as a block over its life, at its place.

    A block has the colour of the operation that writes it. The hatched band on top is kept all the
    time (an estimate). Lines are the peaks by the definitions of `costs.arena`, and a `limit` in
    bytes. `ceiling`, in bytes, is the height of the picture, so that designs can be compared.
    """

    LINES = {  # in the words of the picture; several that are as high share a line
        "tflm": "plan",
        "live": "live",
        "mcunet": "MCUNet",
        "in-place": "in place",
    }
    KINDS = {
        "image": REFERENCE,
        **{name: OPERATION[name] for name in ("convolution", "depthwise", "pointwise", "addition")},
        "others": PALE,
    }
    BETWEEN = 0.055  # of the height, from one label to the next

    def __init__(self, design, bits=8, limit=None, ceiling=None, width=840, height=400):
        super().__init__(width, height)
        self.figure.set_layout_engine("none")
        graph = operations(trace(checked_design(design)))
        limit = limit if limit is None else checks.integer("limit", limit)
        self.found = {name: memory(design, bits, name) for name in RUNTIMES}
        plan = self.found["tflm"]
        most = max(plan.peak + plan.persistent, limit or 0) if ceiling is None else ceiling
        self.top = 1.08 * checks.integer("ceiling", most) / KIB
        with rc_context(STYLE):
            self.axes = self.figure.add_axes(PLACE)
            self.axes.set(xlim=(0, len(graph)), ylim=(0, self.top))
            self.axes.set(xlabel="operation", ylabel="place in memory (KiB)")
            self.axes.set_title(f"{design}, {bits} bit")
            self._draw_blocks(plan.blocks, graph)
            self._draw_persistent(plan)
            self._draw_lines(plan, limit)
            self._name_stages(graph, design)
        self._name_blocks(plan)
        self.words = self._in_words(plan, limit)

    def _draw_blocks(self, blocks, graph):
        kinds = {IMAGE: "image"} | {own.name: own.op for own in graph}
        for row in blocks.itertuples():
            size = row.last + 1 - row.first, row.bytes / KIB
            color = self.KINDS.get(kinds[row.tensor], PALE)
            place = (row.first, row.offset / KIB)
            self.axes.add_patch(Rectangle(place, *size, fc=color, ec="white", lw=0.7))
        seen = {kind if kind in self.KINDS else "others" for kind in kinds.values()}
        handles = [
            Rectangle((0, 0), 1, 1, fc=color, label=kind)
            for kind, color in self.KINDS.items()
            if kind in seen
        ]
        self.figure.legend(handles=handles, loc="lower left", ncols=6, frameon=False)

    def _draw_persistent(self, plan):
        style = {"fc": "white", "ec": REFERENCE, "hatch": "///", "lw": 0}
        place = (0, plan.peak / KIB), len(plan.operations), plan.persistent / KIB
        self.axes.add_patch(Rectangle(*place, **style))

    def _draw_lines(self, plan, limit):
        """A line at each peak, and its name on the right."""
        heights = {}
        for name, words in self.LINES.items():
            heights.setdefault(self.found[name].peak, []).append(words)
        heights.setdefault(plan.peak + plan.persistent, []).append("with persistent")
        styles = {peak: {"color": INK, "lw": 1} for peak in heights}
        if limit is not None:
            heights.setdefault(limit, []).append("limit")
            styles[limit] = {"color": ACCENT, "lw": 1.8, "ls": "--"}
        below = -self.top
        for peak, names in sorted(heights.items()):
            self.axes.axhline(peak / KIB, **styles[peak])
            below = max(peak / KIB, below + self.BETWEEN * self.top)
            text = f"{', '.join(names)} {peak / KIB:,.0f}"
            style = {"va": "center", "color": styles[peak]["color"], "size": 9}
            at = self.axes.get_yaxis_transform()
            self.axes.text(1.01, below, text, transform=at, **style)

    def _name_stages(self, graph, design):
        """A tick where each stage starts, with its name where there is room for it."""
        of = {layer.name: layer.stage for layer in trace(design)}
        starts = {}
        for number, own in enumerate(graph):
            starts.setdefault(of.get(own.name, ""), number)
        starts.pop("", None)  # a softmax, which belongs to the layer before
        names = [name.replace("classifier", "head") for name in starts]
        room = np.diff([*starts.values(), len(graph)]) * PLACE[2] * self.size[0] / len(graph)
        shown = [name if 7 * len(name) < own else "" for name, own in zip(names, room, strict=True)]
        self.axes.set_xticks(list(starts.values()), shown, ha="left", size=9)

    def _name_blocks(self, plan):
        rows = list(plan.blocks.itertuples())
        x = [(row.first + row.last + 1) / 2 for row in rows]
        y = [(row.offset + row.bytes / 2) / KIB for row in rows]
        names = [f"{row.tensor}\n{row.bytes:,} bytes at {row.offset:,}" for row in rows]
        self.name(self.axes, x, y, names)

    def _in_words(self, plan, limit):
        peaks = [f"{words} {self.found[name].peak:,}" for name, words in self.LINES.items()]
        total = plan.peak + plan.persistent
        words = (
            f"Memory of {plan.design} at {plan.bits} bits over its {len(plan.operations)} "
            f"operations, each tensor a block. Peaks in bytes: {'; '.join(peaks)}; plan and "
            f"persistent part (an estimate) {total:,}. The plan is fullest at {plan.at}."
        )
        if limit is not None:
            meet = "meet" if total <= limit else "exceed"
            words += f" Limit: {limit:,}, which both together {meet}."
        return words
