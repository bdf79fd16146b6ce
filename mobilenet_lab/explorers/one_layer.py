"""The explorer of one layer: four dials, and its cost as a full and a separable convolution."""

from mobilenet_lab.costs import separable
from mobilenet_lab.explorers.controls import Dial
from mobilenet_lab.explorers.panel import Explorer
from mobilenet_lab.plots.one_layer import KNOBS, LayerCost, short


class OneLayer(Explorer):
    """One layer by its four numbers: D, M, N and F.

    Begins with a `kernel` of 1 to 7 px, 8 to 1024 `channels` that are read and `filters` that are
    written, and maps of 7 to 112 px a `side`. Raises `ValueError` for anything else. `controls`
    maps these names to boxes with a `value`; setting one from code moves the picture.
    """

    def __init__(self, kernel=None, channels=None, filters=None, side=None):
        start = (kernel, channels, filters, side)
        dials = {
            name: Dial(knob, value)
            for (name, knob), value in zip(KNOBS.items(), start, strict=True)
        }
        super().__init__({}, dials, [LayerCost()])

    def numbers(self):
        """MACs, parameters and values moved of the layer, full, by part and separable."""
        return separable.compare(**self.chosen).reset_index(names="layer")

    def _move(self):
        self.pictures[0].show(**self.chosen)

    def _sentences(self):
        return [self._sentence(short)]

    def _sentence(self, write):
        kernel, channels, filters, side = self.chosen.values()
        counts = self.numbers().set_index("layer").macs
        layer = f"{kernel}×{kernel}, {channels} → {filters} channels, {side} px"
        macs = {part: write(int(count)) for part, count in counts.items()}
        share = counts["separable"] / counts["full"]
        return (
            f"{layer}: full {macs['full']} MACs; separable {macs['depthwise']} + "
            f"{macs['pointwise']} = {macs['separable']}, {share:.2%} of it"
        )

    def __repr__(self):
        return self._sentence("{:,}".format)
