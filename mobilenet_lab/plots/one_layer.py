"""One layer's cost, as a full and as a separable convolution."""

import numpy as np
from matplotlib import rc_context

from mobilenet_lab.costs import separable
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.plots.picture import Picture
from mobilenet_lab.plots.style import INK, OPERATION, PALE, REFERENCE, STYLE, log_axis, millions

KNOBS = {
    "kernel": Knob("D", "kernel (px)", (1, 7, 2), 3, "the kernel reads D × D pixels"),
    "channels": Knob("M", "inputs", (8, 1024, 8), 512, "channels of the map that is read"),
    "filters": Knob("N", "outputs", (8, 1024, 8), 512, "channels of the map that is written"),
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

    Grey rings stay at the layer of the v1 paper's Table 3.
    """

    SCALES = {
        "macs": (60, 2e12, (1e3, 1e6, 1e9)),
        "params": (1.5, 2e8, (1e3, 1e6)),
    }
    TITLES = {"macs": "MACs (log scale)", "params": "parameters (log scale)"}
    FILTERS = np.unique(np.round(np.geomspace(8, 1024, 80)).astype(int))
    SHARES = (0.02, 0.05, 0.1, 0.2, 0.5, 1)

    def __init__(self, width=840, height=288):
        super().__init__(width, height)
        with rc_context(STYLE):
            panels = self.figure.subplots(1, 3)
            self.bars = dict(zip(self.SCALES, panels[:2], strict=True))
            self.law = panels[2]
            for name, axes in self.bars.items():
                self._draw_scale(axes, name)
            self._draw_law()
            self._add_moving()
        self.freeze()

    def _draw_scale(self, axes, name):
        low, high, ticks = self.SCALES[name]
        log_axis(axes.xaxis, (low, high), ticks)
        words = {1e3: "thousand", 1e6: "million", 1e9: "billion"}
        axes.set_xticks(ticks, [words[tick] for tick in ticks])
        axes.set(title=self.TITLES[name], ylim=(-0.5, 3.8), yticks=())
        axes.spines["left"].set_visible(False)
        axes.grid(color="#ececec")
        example = separable.compare(**separable.EXAMPLE)[name]
        axes.plot(example, range(3, -1, -1), "o", ms=11, mfc="none", mec=REFERENCE)

    def _draw_law(self):
        axes = self.law
        log_axis(axes.xaxis, (7, 1200), (8, 32, 128, 512))
        log_axis(axes.yaxis, (0.015, 1.6), self.SHARES)
        axes.set_yticks(self.SHARES, [f"{share:.0%}" for share in self.SHARES])
        axes.set(xlabel="channels out, N", title="separable, as a share of full")
        axes.grid(color="#ececec")
        for kernel in KNOBS["kernel"].values:
            y = separable.share(kernel, 8, self.FILTERS, 7)
            axes.plot(self.FILTERS, y, color=PALE, lw=1.4)
            at = (self.FILTERS[-1], y[-1])
            axes.annotate(f"D {kernel}", at, (-2, 4), textcoords="offset points", ha="right")
        share = separable.share(**separable.EXAMPLE)
        axes.plot(separable.EXAMPLE["filters"], share, "o", ms=11, mfc="none", mec=REFERENCE)

    def _add_moving(self):
        self.stems, self.texts = {}, {}
        for name, axes in self.bars.items():
            for part, color in COLOR.items():
                style = {"color": color, "lw": 2.4, "marker": "o", "ms": 8, "markevery": [1]}
                (self.stems[name, part],) = axes.plot([], [], **style)
                self.texts[name, part] = axes.text(self.SCALES[name][0] * 1.3, 0, "", va="bottom")
        (self.curve,) = self.law.plot([], [], color=INK, lw=2)
        (self.point,) = self.law.plot([], [], "o", ms=8, color=INK)
        place = {"ha": "right", "va": "top", "weight": "bold"}
        self.value = self.law.text(0.99, 0.86, "", transform=self.law.transAxes, **place)
        self.moving = [*self.stems.values(), *self.texts.values()]
        self.moving += [self.curve, self.point, self.value]
        for artist in self.moving:
            artist.set_in_layout(False)

    def show(self, kernel, channels, filters, side):
        """Move to the layer of these four numbers."""
        table = separable.compare(kernel, channels, filters, side)
        for (name, part), stem in self.stems.items():
            count, y = int(table.loc[part, name]), 3 - list(COLOR).index(part)
            stem.set_data([self.SCALES[name][0], count], [y, y])
            self.texts[name, part].set_y(y + 0.14)
            self.texts[name, part].set_text(f"{part}  {short(count)}")
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
            f"separable is {share:.2%} of full. Grey rings: the layer of MobileNet v1's Table 3."
        )


def short(count):
    """A count to read at a glance: in full below a million, then in millions."""
    return f"{count:,}" if count < 1e6 else millions(count)
