"""The explorer of one layer: four dials, and its cost as a full and a separable convolution."""

from mobilenet_lab.costs import separable
from mobilenet_lab.explorers.controls import Dial, counts_table
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.plots.one_layer import KNOBS, LayerCost, short


class OneLayer(Panel):
    """One layer by its four numbers: D, M, N and F.

    Begins with a `kernel` of 1 to 7 px, 8 to 1024 `channels` that are read and `filters` that are
    written, and maps of 7 to 112 px a `side`. Raises `ValueError` for anything else. `controls`
    maps these names to boxes with a `value`; setting one from code moves the picture.
    """

    def __init__(self, kernel=None, channels=None, filters=None, side=None):
        start = (kernel, channels, filters, side)
        controls = {
            name: Dial(knob, value)
            for (name, knob), value in zip(KNOBS.items(), start, strict=True)
        }
        super().__init__(_LayerView(LayerCost()), controls, usual())


class _LayerView(PictureView):
    """A layer, full and separable."""

    def draw(self, state):
        """The layer of these four numbers."""
        self.picture.show(**{name: state[name] for name in KNOBS})

    def numbers(self, state):
        """MACs, parameters and values moved of the layer, full, by part and separable."""
        rows = separable.compare(**{name: state[name] for name in KNOBS})
        return rows.reset_index(names="layer")

    def table(self, frame):
        """Counts with commas."""
        return counts_table(frame)

    def words(self, state):
        """The layer's MACs, rounded."""
        return self._said(state, short)

    def text(self, state):
        """The layer's MACs in full."""
        return self._said(state, "{:,}".format)

    def _said(self, state, write):
        kernel, channels, filters, side = (state[name] for name in KNOBS)
        counts = self.numbers(state).set_index("layer").macs
        layer = f"{kernel}×{kernel}, {channels} → {filters} channels, {side} px"
        macs = {part: write(int(count)) for part, count in counts.items()}
        share = counts["separable"] / counts["full"]
        return (
            f"{layer}: full {macs['full']} MACs; separable {macs['depthwise']} + "
            f"{macs['pointwise']} = {macs['separable']}, {share:.2%} of it"
        )
