"""A convolution that one can see: the kernel slides, and each multiply-accumulate is counted."""

from mobilenet_lab.costs import sliding
from mobilenet_lab.explorers.controls import Dial, choice, counts_table
from mobilenet_lab.explorers.panel import Panel
from mobilenet_lab.explorers.parts import usual
from mobilenet_lab.explorers.view import PictureView
from mobilenet_lab.networks.knobs import Knob
from mobilenet_lab.plots.arithmetic import product, say, text
from mobilenet_lab.plots.sliding import SlidingKernel

_PLACE = {
    "row": Knob("", "row", (1, sliding.SIDE, 1), 3, "row of the output, from the top"),
    "column": Knob("", "column", (1, sliding.SIDE, 1), 3, "column of the output, from the left"),
    "channel": Knob("", "channel", (1, sliding.FILTERS, 1), 1, "channel of the output"),
}


class Convolution(Panel):
    """One output of a small convolution: what it reads, multiplies and adds up.

    `kind` is "full", "depthwise", "pointwise" or "separable", `stride` 1 or 2, `padding` "same" or
    "valid". `row`, `column` and `channel` choose the output; they count from 1, and end where the
    map that is written ends. Raises `ValueError` for anything else.
    """

    def __init__(self, kind="full", row=None, column=None, channel=None, stride=1, padding="same"):
        place = dict(zip(_PLACE, (row, column, channel), strict=True))
        controls = {
            "kind": choice("kind", {one: one for one in sliding.KINDS}, kind),
            "stride": choice("stride", {str(one): one for one in sliding.STRIDES}, stride),
            "padding": choice("padding", {one: one for one in sliding.PADDINGS}, padding),
        }
        ends = _ends(kind, stride, padding)
        for (name, knob), end in zip(_PLACE.items(), ends, strict=True):
            value = min(knob.start, end) if place[name] is None else place[name]
            controls[name] = Dial(knob.up_to(end), value)
        super().__init__(_ConvolutionView(SlidingKernel()), controls, usual())

    def fit(self, change):
        """The sliders end where the map ends that is written now."""
        chosen = (self.controls[name].value for name in ("kind", "stride", "padding"))
        for name, end in zip(_PLACE, _ends(*chosen), strict=True):
            self.dials[name].end_at(end)


class _ConvolutionView(PictureView):
    """An output of a convolution."""

    room = "3em"  # for words of two lines

    def uses(self, state, name):
        """A kernel of one position needs no padding."""
        return name != "padding" or state["kind"] != "pointwise"

    def draw(self, state):
        """What the output reads and what has been written so far."""
        self.picture.show(*_output(state))

    def numbers(self, state):
        """The output's products, one row each."""
        return sliding.products(*_output(state))

    def table(self, frame):
        """Whole numbers."""
        return counts_table(frame)

    def words(self, state):
        """The output, its sum and its count."""
        return say(*_output(state))

    def text(self, state):
        """The same, and each product."""
        rows = self.numbers(state).groupby(["part", "channel"], sort=False)
        written = [
            f"{part}, input channel {channel}: "
            f"{' + '.join(map(product, own.value, own.weight))} = {text(own['product'].sum())}"
            for (part, channel), own in rows
        ]
        return "\n".join([self.words(state), *written])


def _output(state):
    """The convolution, and the place of the output, from 0."""
    convolution = sliding.parts(state["kind"], state["stride"], state["padding"])
    return convolution, *(state[name] - 1 for name in _PLACE)


def _ends(kind, stride, padding):
    """The rows, columns and channels that are written."""
    return sliding.parts(kind, stride, padding)[-1].layer.shape_out
