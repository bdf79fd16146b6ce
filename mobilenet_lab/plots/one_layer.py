"""One layer's cost, as a full and as a separable convolution."""

import numpy as np
from matplotlib import rc_context
from matplotlib.patches import Rectangle

from mobilenet_lab.costs import separable
from mobilenet_lab.networks.knobs import Knob, Powers
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import INK, OPERATION, PALE, REFERENCE, STYLE, log_axis, millions

KNOBS = {
    "kernel": Knob("D", "kernel (px)", (1, 7, 2), 3, "the kernel reads D × D pixels"),
    "channels": Powers("M", "inputs", (8, 1024, 8), 512, "channels of the map that is read"),
    "filters": Powers("N", "outputs", (8, 1024, 8), 512, "channels of the map that is written"),
    "side": Knob("F", "map (px)", (7, 112, 7), 14, "height and width of both maps"),
}
COLOR = {
    "full": OPERATION["convolution"],
    "depthwise": OPERATION["depthwise"],
    "pointwise": OPERATION["pointwise"],
    "separable": INK,
}


class LayerCost(Picture):
    """A layer's MACs and parameters, full, by part and separable, and 1/N + 1/D² over N.

    A bar is as long as its count is large, beside the full convolution's of the same layer: a
    ninth of the count is a ninth of the length. Grey marks stay at the layer of the v1 paper's
    Table 3.
    """

    TITLES = {"macs": "MACs, as a share of full", "params": "parameters, as a share of full"}
    TICKS = (0, 0.25, 0.5, 0.75, 1)
    THICK = 0.36
    MOST = 1.15  # with D 1 a separable layer costs up to 1/8 more than a full one
    FILTERS = np.unique(np.round(np.geomspace(8, 1024, 80)).astype(int))
    SHARES = (0.02, 0.05, 0.1, 0.2, 0.5, 1)

    def __init__(self, width=840, height=288):
        super().__init__(width, height)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, 3)
            self.bars = dict(zip(self.TITLES, panels[:2], strict=True))
            self.law, self.marks = panels[2], []
            for name, axes in self.bars.items():
                self._draw_scale(axes, name)
            self._draw_law()
            self._add_moving()
        self.freeze()

    def _draw_scale(self, axes, name):
        axes.set(title=self.TITLES[name], xlim=(0, self.MOST), ylim=(-0.5, 3.8), yticks=())
        axes.set_xticks(self.TICKS, [f"{tick:.0%}" for tick in self.TICKS])
        axes.grid(color="#ececec")
        example = separable.compare(**separable.EXAMPLE)[name]
        shares = example / example["full"]
        marks = {"ms": 20, "mew": 2, "color": REFERENCE, "zorder": 3}
        self.marks += axes.plot(shares, range(3, -1, -1), "|", **marks)

    def _draw_law(self):
        axes = self.law
        log_axis(axes.xaxis, (7, 1200), (8, 32, 128, 512))
        log_axis(axes.yaxis, (0.015, 1.6), self.SHARES)
        axes.set_yticks(self.SHARES, [f"{share:.0%}" for share in self.SHARES])
        axes.set(xlabel="channels out, N", title="separable / full (log scales)")
        axes.grid(color="#ececec")
        for kernel in KNOBS["kernel"].values:
            y = separable.share(kernel, 8, self.FILTERS, 7)
            axes.plot(self.FILTERS, y, color=PALE, lw=1.4)
            at = (self.FILTERS[-1], y[-1])
            axes.annotate(f"D {kernel}", at, (-2, 4), textcoords="offset points", ha="right")
        share = separable.share(**separable.EXAMPLE)
        ring = {"ms": 11, "mfc": "none", "mec": REFERENCE, "label": "v1's Table 3"}
        axes.plot(separable.EXAMPLE["filters"], share, "o", **ring)
        axes.legend(loc="lower left", frameon=False, fontsize=9, handletextpad=0)

    def _add_moving(self):
        self.boxes, self.texts = {}, {}
        for name, axes in self.bars.items():
            for row, (part, color) in enumerate(COLOR.items()):
                box = Rectangle((0, 3 - row - self.THICK / 2), 0, self.THICK, lw=0, fc=color)
                self.boxes[name, part] = axes.add_patch(box)
                y = 3 - row + self.THICK / 2 + 0.04
                self.texts[name, part] = axes.text(0.015, y, "", va="bottom")
        (self.curve,) = self.law.plot([], [], color=INK, lw=2)
        (self.point,) = self.law.plot([], [], "o", ms=8, color=INK)
        place = {"ha": "right", "va": "top", "weight": "bold"}
        self.value = self.law.text(0.99, 0.86, "", transform=self.law.transAxes, **place)
        self.moving = [*self.boxes.values(), *self.texts.values()]
        self.moving += self.marks  # which do not move, but stand in front of the bars
        self.moving += [self.curve, self.point, self.value]
        for artist in self.moving:
            artist.set_in_layout(False)

    def show(self, kernel, channels, filters, side):
        """Move to the layer of these four numbers."""
        table = separable.compare(kernel, channels, filters, side)
        for (name, part), box in self.boxes.items():
            count = int(table.loc[part, name])
            share = count / int(table.loc["full", name])
            box.set_width(share)
            said = "" if part == "full" else f", {share:.1%}"
            self.texts[name, part].set_text(f"{part}  {short(count)}{said}")
        share = separable.share(kernel, channels, filters, side)
        self.curve.set_data(self.FILTERS, separable.share(kernel, channels, self.FILTERS, side))
        self.point.set_data([filters], [share])
        self.value.set_text(f"1/{filters} + 1/{kernel}² = {share:.1%}")
        counts = "; ".join(
            f"{part} {row.macs:,} MACs and {row.params:,} parameters"
            for part, row in table.iterrows()
        )
        self.words = (
            f"One layer, {kernel}×{kernel}, {channels} to {filters} channels, {side} px: {counts}; "
            f"separable is {share:.2%} of full. "
            "Grey marks and a grey ring: the layer of MobileNet v1's Table 3."
        )


def short(count):
    """A count in short: in full below a million, then in millions."""
    return f"{count:,}" if count < 1e6 else millions(count)
