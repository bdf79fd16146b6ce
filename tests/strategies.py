"""Random designs for hypothesis."""

from hypothesis import strategies as st

from mobilenet_lab import Design

LEAST = {  # the smallest alpha that leaves each layer a channel
    ("v1", "paper"): 0.001,  # never less than 8 channels
    ("v1", "listing"): 1 / 64,
    ("v1", "keras"): 1 / 32,
    ("v2", "paper"): 0.001,  # never less than 8 channels
    ("v2", "listing"): 1 / 16,
    ("v2", "keras"): 0.001,
}
DIALECTS = ("paper", "listing", "keras")
PUBLISHED = {"v1": (0.25, 0.5, 0.75, 1.0), "v2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)}


def alphas(family, dialect, most=1.5):
    """Width multipliers: published ones, narrow ones (where widths coincide), any."""
    least = LEAST[family, dialect]
    return st.one_of(
        st.sampled_from(PUBLISHED[family]), st.floats(least, 0.3), st.floats(least, most)
    )


@st.composite
def designs(draw, families=("v1", "v2"), dialects=DIALECTS, largest=400):
    """Any `Design` that Keras builds in about a second."""
    family, dialect = draw(st.sampled_from(families)), draw(st.sampled_from(dialects))
    return Design(
        family,
        draw(alphas(family, dialect)),
        resolution=draw(st.integers(32, largest)),
        expansion=draw(st.integers(1, 7)) if family == "v2" else None,
        classes=draw(st.integers(1, 20)),
        dialect=dialect,
    )
