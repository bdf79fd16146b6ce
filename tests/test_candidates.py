"""Plots of a review: what fits with its interval, what is refused, what each limit leaves."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from mobilenet_lab import pareto, sweep
from mobilenet_lab.plots import Candidates, Funnel
from mobilenet_lab.plots.style import amount
from mobilenet_lab.published import predicted

LIMIT = 150e6  # MACs


def grid(family):
    rows = sweep(family, [0.5, 0.7, 0.75, 1.0], resolution=[128, 160, 192, 224])
    found = predicted.many(family, rows.alpha, rows.resolution)
    return rows.assign(family=family, basis="predicted", **found._asdict())


@pytest.fixture(scope="module")
def tables():
    """The candidates, the refused networks and the ties of a budget of MACs."""
    rows = pd.concat([grid("v1"), grid("v2")], ignore_index=True)
    rows["ram"] = rows.peak_activations
    excess = rows.macs / LIMIT - 1
    fit = rows[excess <= 0].sort_values("top1", ascending=False, ignore_index=True)
    fit["on_front"] = fit.index.isin(pareto(fit, ["macs", "ram"], "top1").index)
    refused = rows.assign(limit="macs", excess=excess)[excess > 0].sort_values("excess")
    return fit, refused, fit[fit.high >= fit.low[0]]


@pytest.fixture(scope="module")
def picture(tables):
    fit, refused, ties = tables
    return Candidates(fit, "macs", refused, ties, LIMIT)


def points(picture, hollow):
    """The marks of networks, without rings: (x, y)."""
    lines = [line for line in picture.axes.lines if line.get_ls() == "None"]
    lines = [line for line in lines if line.get_ms() < 10]
    lines = [line for line in lines if (line.get_mfc() == "none") == hollow]
    return {point for line in lines for point in zip(*line.get_data(), strict=True)}


def expected(rows):
    return set(zip(rows.macs / 1e6, rows.top1, strict=True))


def rings(picture, size):
    (line,) = (line for line in picture.axes.lines if line.get_ms() == size)
    return set(zip(*line.get_data(), strict=True))


def test_what_fits_is_filled_and_what_is_refused_is_hollow(picture, tables):
    fit, refused, _ = tables
    near = refused[refused.macs <= 1.6 * LIMIT]
    assert 0 < len(near) < len(refused)
    assert points(picture, hollow=False) == expected(fit)
    assert points(picture, hollow=True) == expected(near)


def test_near_misses_are_drawn_darker(picture):
    hollow = [line for line in picture.axes.lines if line.get_mfc() == "none"]
    hollow = [line for line in hollow if line.get_ms() < 10]
    for line in hollow:
        excess = line.get_xdata() * 1e6 / LIMIT - 1
        assert (excess <= 0.1).all() if line.get_alpha() == 1 else (excess > 0.1).all()
    assert {line.get_alpha() for line in hollow} == {0.35, 1}


def test_each_candidate_has_its_interval(picture, tables):
    fit, *_ = tables
    drawn = {
        tuple(np.ravel(path.vertices))
        for bars in picture.axes.collections
        for path in bars.get_paths()
    }
    mega = fit.macs / 1e6
    assert drawn == set(zip(mega, fit.low, mega, fit.high, strict=True))


def test_front_is_that_over_the_price(picture, tables):
    fit, *_ = tables
    (line,) = (line for line in picture.axes.lines if line.get_drawstyle() == "steps-post")
    own = pareto(fit, "macs", "top1")
    np.testing.assert_array_equal(line.get_data(), [own.macs / 1e6, own.top1])
    over_all = [line for line in picture.axes.lines if line.get_alpha() == 0.9]
    assert sum(len(line.get_xdata()) for line in over_all) == fit.on_front.sum() > len(own)


def test_the_best_and_its_ties_are_ringed(picture, tables):
    fit, _, ties = tables
    assert len(ties) > 2
    assert rings(picture, 13) == expected(fit[:1])
    assert rings(picture, 10) == expected(ties[1:])
    assert f"{len(ties) - 1} of the others cannot be told from it" in picture.words


def test_the_limit_is_a_line_with_its_amount(picture):
    (line,) = (line for line in picture.axes.lines if line.get_ls() == "--")
    assert list(line.get_xdata()) == [150, 150]
    assert "limit: 150 M MACs" in [text.get_text() for text in picture.axes.texts]
    assert "Limit: 150 M MACs." in picture.words


def test_marks_say_what_they_are(picture, tables):
    fit, refused, _ = tables
    names = [place.name for place in picture.places]
    assert len(names) == len(points(picture, False)) + len(points(picture, True))
    best = fit.iloc[0]
    assert names[0] == (
        f"{best.family}, α {best.alpha:g}, {best.resolution} px, t 6\n{amount(best.macs, 'macs')}, "
        f"{best.top1:.1f} % ({best.low:.1f} to {best.high:.1f}), predicted"
    )
    assert sum("\nrefused: " in name for name in names) == len(points(picture, True))
    assert all(0 < place.x < 1 and 0 < place.y < 1 for place in picture.places)


def inside(picture):
    """All texts lie on the figure."""
    picture.figure.draw_without_rendering()
    words = picture.axes.get_title("left")
    (title,) = picture.axes.findobj(lambda one: isinstance(one, Text) and one.get_text() == words)
    texts = [*picture.axes.texts, *picture.figure.legends[0].get_texts(), title]
    boxes = [text.get_window_extent() for text in texts]
    ends = np.array([(*box.min, *(picture.figure.bbox.max - box.max)) for box in boxes])
    return ends.min() >= -1


@pytest.mark.parametrize("limit", [LIMIT, 2e9])
@pytest.mark.parametrize("some", [slice(None), slice(1), slice(-1, None), slice(0)], ids=str)
def test_nothing_is_cut_off(tables, some, limit):
    fit, refused, ties = tables
    picture = Candidates(fit[some], "macs", refused, ties[some], limit)
    assert inside(picture) and len(picture.places) >= len(fit[some])


@pytest.mark.parametrize(
    ("price", "axis"), [("params", "parameters (millions)"), ("ram", "RAM (KiB)")]
)
def test_other_prices(tables, price, axis):
    fit, *_ = tables
    picture = Candidates(fit, price, limit=fit[price].max())
    assert picture.axes.get_xlabel() == axis
    assert amount(fit[price].max(), price) in picture.words


def test_unknown_ones_are_left_out_and_measured_ones_not_mixed_in(tables):
    fit, *_ = tables
    odd = fit.copy()
    odd.loc[3, ["top1", "low", "high", "basis"]] = [np.nan, np.nan, np.nan, "unknown"]
    odd.loc[5, "basis"] = "measured"
    picture = Candidates(odd)
    assert points(picture, hollow=False) == expected(fit.drop([3, 5]))
    assert "Left out: 2 whose accuracy" in picture.words


@pytest.mark.parametrize(
    ("basis", "title", "bar"),
    [
        ("published", "ImageNet top-1", "90 % interval"),
        ("ranking", "it ranks, no more", "90 % interval"),
        ("measured", "on the data of the runs", "from seed to seed"),
    ],
)
def test_the_title_says_what_the_accuracies_are_about(tables, basis, title, bar):
    picture = Candidates(tables[0].assign(basis=basis))
    assert title in picture.axes.get_title("left") and title in picture.words
    assert bar in [text.get_text() for text in picture.figure.legends[0].get_texts()]


def test_nothing_fits(tables):
    fit, refused, _ = tables
    picture = Candidates(fit[:0], "macs", refused, fit[:0], 5e6)
    assert picture.words.startswith("ImageNet top-1") and "0 candidates" in picture.words
    assert refused.macs.iloc[0] / 1e6 in {x for x, _ in points(picture, hollow=True)}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"price": "cost"}, "price='cost'"),
        ({"limit": -1}, "limit=-1"),
        ({"candidates": None}, "frame=None"),
        ({"refused": "near"}, "frame='near'"),
        ({"ties": pd.DataFrame({"family": ["v1"]})}, "'alpha'"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn(refused, tables, changes, words):
    refused(lambda: Candidates(**{"candidates": tables[0]} | changes), words)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("family", "v3"), ("macs", 0), ("macs", np.inf), ("macs", "many"), ("alpha", "x")],
        *[("top1", np.inf), ("top1", "good"), ("low", -np.inf), ("excess", "x")],
    ],
)
def test_columns_that_cannot_be_drawn(refused, tables, name, value):
    refused(lambda: Candidates(tables[0].assign(**{name: value})), str(value))


@pytest.mark.parametrize(
    ("value", "name", "words"),
    [
        (2**18, "ram", "256 KiB of RAM"),
        (99_840, "flash", "97.5 KiB of flash"),
        (1_404_928, "ram", "1,372 KiB of RAM"),
        (2**20, "flash", "1 MiB of flash"),
        (2**20 + 1, "flash", "1,024 KiB of flash"),
        (0, "ram", "0 bytes of RAM"),
        (12.345, "ms", "12.3 ms"),
        (4_253_864, "params", "4.25 M parameters"),
    ],
)
def test_amounts_in_words(value, name, words):
    assert amount(value, name) == words


# --- the funnel ---

COUNTS = {"limit": ["macs", "ram"], "most": [150e6, 2**18], "refused": [90, 8], "left": [30, 22]}


def lengths(picture):
    """How far the bars reach, in the order in which they are drawn."""
    return [bar.get_x() + bar.get_width() for bar in picture.axes.patches]


def test_bars_are_what_was_left_and_what_is_left():
    picture = Funnel(pd.DataFrame(COUNTS))
    assert lengths(picture) == [120, 120, 30, 120, 30, 22]
    assert picture.axes.get_xscale() == "linear"
    texts = [text.get_text() for text in picture.axes.texts]
    assert texts == ["120", "30  (−90)", "22  (−8)"]
    names = [text.get_text() for text in picture.axes.get_yticklabels()]
    assert names == ["searched", "at most 150 M MACs", "at most 256 KiB of RAM"]


def test_words_and_names_say_the_counts():
    picture = Funnel(pd.DataFrame(COUNTS))
    for words in ("searched: 120", "at most 150 M MACs: 30 left, 90 refused"):
        assert words in picture.words and words in [place.name for place in picture.places]
    assert all(0 <= place.x <= 1 and 0 <= place.y <= 1 for place in picture.places)


@pytest.mark.parametrize("last", [0, 1, 7])
def test_many_designs_are_on_a_logarithmic_scale(last):
    rows = pd.DataFrame(
        {"limit": ["flash", "ms"], "refused": [10**7, 99 - last], "left": [99, last]}
    )
    picture = Funnel(rows)
    assert picture.axes.get_xscale() == "log" and "logarithmic" in picture.axes.get_title("left")
    found = lengths(picture)
    assert found[:5] == pytest.approx([10_000_099, 10_000_099, 99, 10_000_099, 99])
    assert found[5] == pytest.approx(max(last, 0.7))
    assert [text.get_text() for text in picture.axes.get_yticklabels()][1] == "flash (KiB)"


def test_counts_of_a_funnel_are_on_the_figure():
    rows = pd.DataFrame(COUNTS).assign(refused=[10**8, 10**7], left=[2 * 10**7, 10**7])
    picture = Funnel(rows)
    picture.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in picture.axes.texts]
    assert max(box.x1 for box in boxes) <= picture.figure.bbox.width + 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"limit": ["macs", "cost"]}, "'cost'"),
        ({"left": [3, -1]}, "'left'"),
        ({"left": [3, np.nan]}, "'left'"),
        ({"left": [3, 1.5]}, "'left'"),
        ({"left": [3, np.inf]}, "'left'"),
        ({"most": ["a", 1]}, "most='a'"),
        ({"refused": ["a", 1]}, "'a'"),
        ({"limit": [], "most": [], "refused": [], "left": []}, "'left'"),
    ],
    ids=str,
)
def test_what_is_no_funnel(refused, changes, words):
    refused(lambda: Funnel(pd.DataFrame(COUNTS | changes)), words)
