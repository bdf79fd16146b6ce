"""What a report of a review contains, section by section."""

from mobilenet_lab.networks.design import short
from mobilenet_lab.reports import pictures, rebuild, tables
from mobilenet_lab.reports.compare import compare
from mobilenet_lab.reports.document import Code, Document, Points, Section, Table, Text
from mobilenet_lab.reports.labels import labels

TITLE = "MobileNet design review"
MOST = 20  # rows of a table of designs; the CSV has all that the review kept
COMPARED = 3  # of the best, side by side


def document(review, title=TITLE, note="", compared=COMPARED):
    """The report of a review as a `Document`; `compared` of the best are set side by side."""
    named = labels(review.budget.bits, review.budget.runtime, rebuild.times(review))
    parts = (
        _question(review, named),
        _funnel(review),
        _candidates(review, named),
        _ties(review, named),
        _near_misses(review, named),
        _comparison(review, compared),
        _numbers(named),
        _again(review, title, note, compared),
    )
    return Document(title, note, tuple(part for part in parts if part))


def _question(review, named):
    budget = review.budget
    rows = [
        (named[name].name, budget.words(name, most), named[name].convention)
        for name, most in budget.limits.items()
    ]
    return Section(
        "Question and answer",
        (
            Text(f"Which MobileNet with {review.classes:,} classes needs {budget}?"),
            Text(review.sentence),
            Table("The budget", ("limit", "at most", "counted as"), tuple(rows)),
            Text(f"Searched: {review.searched:,} designs, {rebuild.grid_words(review)}."),
        ),
    )


def _funnel(review):
    """How many designs each limit leaves out, in the order in which they are applied."""
    rows = [
        (review.budget.words(row.limit, review.budget.limits[row.limit]), f"{row.refused:,}", f"{row.left:,}")
        for row in review.funnel.itertuples()
    ]
    heads = ("limit", "left out", "left")
    return Section(
        "What each limit leaves",
        (
            Text(f"{review.fits:,} of {review.searched:,} designs fit the budget."),
            Table("The limits in order, computed", heads, tuple(rows), frozenset(heads[1:])),
            pictures.funnel(review),
        ),
    )


def _candidates(review, named):
    frame = review.candidates
    if frame.empty:
        return Section("Candidates", (Text("No design of the grid fits the budget."),))
    shown = frame.head(MOST)
    front = ["yes" if on_front else "" for on_front in shown["on_front"]]
    told = (
        "The best first. A design on the front is beaten by no other: none is at least as accurate "
        "and costs no more."
    )
    return Section(
        "Candidates",
        (
            Text(f"{told} {_how_many(len(shown), review.fits)}"),
            tables.candidates("Designs that fit", shown, review, named, ("front", front)),
            pictures.candidates(review),
        ),
    )


def _how_many(shown, there):
    return f"The first {shown} of {there:,}." if shown < there else f"All {there} are shown."


def _ties(review, named):
    frame = review.ties
    if frame.empty:
        return Section("Ties", (Text("No other design is as good as the best within the error of the prediction."),))
    shown = frame.head(MOST)
    told = (
        "The predictions cannot tell these from the best, because the intervals of their accuracy "
        "reach as far as its own. Another reason may decide between them."
    )
    return Section(
        "Ties",
        (
            Text(f"{told} {_how_many(len(shown), len(frame))}"),
            tables.candidates("As good as the best, as far as can be told", shown, review, named),
        ),
    )


def _near_misses(review, named):
    frame = review.refused
    if frame.empty:
        return Section("Near misses", (Text("No design was refused."),))
    shown = frame.head(MOST // 2)
    reasons = [
        f"{named[row.limit].name}: {100 * row.excess:.3g} % over the limit"
        for row in shown.itertuples()
    ]
    return Section(
        "Near misses",
        (
            Text("Designs that a limit refuses, those that exceed it least first."),
            tables.candidates("Refused", shown, review, named, ("refused for", reasons)),
        ),
    )
