"""A design in one sentence, as explorers and live pages say it."""

from mobilenet_lab.networks.design import Design
from mobilenet_lab.plots.style import millions
from mobilenet_lab.published.known import SERIES, top1, unknown


def described(design: Design, macs: int, params: int, write=millions) -> str:
    """A design, its MACs, parameters and published top-1; `write` gives a count as text."""
    value, series = top1(design)
    accuracy = f"top-1 {value:.1f} % ({SERIES[series]})" if series else unknown(design)
    return f"{design}: {write(macs)} MACs, {write(params)} parameters, {accuracy}"
