"""What a report of a review contains, section by section."""

from mobilenet_lab.machine import facts
from mobilenet_lab.networks.design import CLASSES
from mobilenet_lab.published.released import lost_as_integers
from mobilenet_lab.reports import pictures, rebuild, tables
from mobilenet_lab.reports.document import Code, Document, Points, Section, Table, Text
from mobilenet_lab.reports.labels import labels

TITLE = "MobileNet design review"
MOST, FEWER = 20, 10  # rows of a table of candidates, and of near misses; the CSV has all


def document(review, comparison, path, title, note):
    """The report of a review, and of the `Comparison` of the best (or None), as a `Document`.

    `path` is what the file is called in the command that makes it again.
    """
    named = labels(review.budget.bits, review.budget.runtime, str(review.latency or ""))
    compared = len(comparison.sides) if comparison else 0
    again = rebuild.command(review, path, title, note, compared)
    sections = (
        _question(review, named),
        _funnel(review, named),
        _candidates(review, named),
        _ties(review, named),
        _near_misses(review, named),
        _comparison(comparison, review.budget),
        _numbers(comparison, named),
        _again(review, again, comparison),
    )
    return Document(title or TITLE, note, tuple(one for one in sections if one))


def _question(review, named):
    """The budget, what was searched and what came out."""
    budget = review.budget
    limits = [
        (named[name].name, budget.words(name, most), named[name].convention)
        for name, most in budget.limits.items()
    ]
    blocks = (
        Text(f"Which MobileNet for {review.classes:,} classes takes {budget}?"),
        Text(f"{review.sentence}."),
        Table("The budget", ("limit", "at most", "how it is counted"), tuple(limits)),
        Text(f"Searched: {review.searched:,} designs: {rebuild.grid_words(review.grid)}."),
    )
    return Section("Question and answer", blocks)


def _funnel(review, named):
    """How many designs each limit leaves out."""
    bases = {named[name].basis for name in review.budget.limits}
    basis = "predicted" if "predicted" in bases else "computed"
    heads = ("limit", "left out", "left", "left out by it alone")
    rows = [
        (
            review.budget.words(row.limit, row.most),
            *map("{:,}".format, (row.refused, row.left, row.alone)),
        )
        for row in review.funnel.itertuples()
    ]
    blocks = (
        Text(
            f"{review.fits:,} of {review.searched:,} designs fit{'s' * (review.fits == 1)}. "
            "The limits one after the other:"
        ),
        Table(f"Designs left by each limit, {basis}", heads, tuple(rows), frozenset(heads[1:])),
        pictures.funnel(review),
    )
    return Section("What each limit leaves out", blocks)


def _candidates(review, named):
    """The designs that fit, as a table and over their prices."""
    if review.candidates.empty:
        return Section("Candidates", (Text("No design that was searched fits the budget."),))
    shown = review.candidates.head(MOST)
    front = ["yes" if one else "no" for one in shown["on_front"]]
    designs = review.designs("candidates")[: len(shown)]
    blocks = (
        Text(f"{_order(review)}{_first(shown, review.candidates)}{_same(review)}{_about(review)}"),
        tables.of_designs("Designs that fit", shown, designs, named, ("on the front", front)),
        *pictures.candidates(review, named),
    )
    return Section("Candidates", blocks)


def _order(review):
    """By what the candidates are in order."""
    if review.ties.empty:
        return (
            "What they would reach on ImageNet is unknown: the one with the fewest MACs is first."
        )
    return (
        "The best first. A design is on the front if no other that fits is at least as accurate "
        "and costs at most as much by every limit."
    )


def _first(shown, frame):
    """How many of the rows of a table are shown, where these are not all."""
    return f" The first {len(shown)} are shown." if len(shown) < len(frame) else ""


def _same(review):
    """What a row is, where a network is in the grid more than once."""
    if review.networks == review.searched:
        return ""
    return " Where several α round to the same widths, one row stands for all of them."


def _about(review):
    """What the accuracies are not about: other classes, integers."""
    told = ""
    if review.classes != CLASSES:
        told += (
            f" The accuracies are those of ImageNet's 1000 classes: they rank the designs, and do "
            f"not say what these reach on {review.classes:,} classes."
        )
    if review.budget.bits == 8:
        rows = lost_as_integers()
        told += (
            f" All accuracies are of float32 networks: as int8, the {len(rows)} checkpoints of "
            f"{' and '.join(rows['family'].unique())} that are published as both lose "
            f"{rows['lost'].min():.1f} to {rows['lost'].max():.1f} points."
        )
    return told


def _ties(review, named):
    if review.ties.empty:  # nothing fits, or nothing is known of what does
        return None
    if len(review.ties) == 1:
        return Section("Ties", (Text("No other interval of accuracy reaches that of the best."),))
    shown = review.ties.head(MOST)
    told = (
        "The intervals of these accuracies overlap, so that what is known cannot tell which of the "
        "designs is the most accurate: choose among them by another reason."
    )
    blocks = (
        Text(f"{told}{_first(shown, review.ties)}"),
        tables.of_designs(
            "Not to be told from the best", shown, review.designs("ties")[: len(shown)], named
        ),
    )
    return Section("Ties", blocks)


def _near_misses(review, named):
    if review.refused.empty:
        return Section("Near misses", (Text("No design was refused."),))
    shown = review.refused.head(FEWER)
    reasons = [
        f"{named[row.limit].name}: {tables.percent(row.excess)} over the limit"
        for row in shown.itertuples()
    ]
    designs = review.designs("refused")[: len(shown)]
    blocks = (
        Text("Refused designs, the smallest excess first: a limit may be softer than it looks."),
        tables.of_designs("Refused", shown, designs, named, ("reason", reasons)),
    )
    return Section("Near misses", blocks)


def _comparison(comparison, budget):
    """The best designs side by side."""
    if comparison is None:
        return None
    blocks = (
        Points(comparison.words),
        tables.side_by_side("Side by side", comparison),
        pictures.stages(comparison),
        *pictures.memory(comparison, budget.ram),
    )
    return Section("The best side by side", blocks)


def _numbers(comparison, named):
    """What is published, computed, predicted and measured, how, and how far predictions miss."""
    columns = ("number", "basis", "convention", "source")
    both = [*named.items(), *(comparison.labels.items() if comparison else [])]
    rows = dict.fromkeys(
        (own.name, own.basis, own.convention, own.source)
        for name, own in both
        if name not in tables.ENDS
    )
    told = (
        "The accuracies that are predicted come from a model that is fitted to the published "
        "checkpoints. Fitted without some of them, it misses those by:"
    )
    blocks = (Table("Basis, convention, source", columns, tuple(rows)), Text(told), tables.missed())
    return Section("How each number was obtained", blocks)


def _again(review, command, comparison):
    """The code of the designs, the command of the report, and the versions."""
    designs = comparison.designs if comparison else review.designs("candidates")[:1]
    blocks = [Text("The command that makes this report again:"), Code(command, "sh")]
    if comparison and _is_measured(comparison):
        blocks.append(Text("It measures nothing, so the times side by side will be missing."))
    if rebuild.TIMES in rebuild.times(review):
        blocks.append(Text(f"{rebuild.TIMES} holds the measured times: {review.latency}."))
    if designs:
        blocks += [Text("The designs in Python:"), Code(rebuild.python(designs), "python")]
    blocks.append(Table("Machine and versions", ("what", "which"), tuple(facts().items())))
    return Section("To make it again", tuple(blocks))


def _is_measured(comparison):
    return "ms" in comparison.labels and comparison.labels["ms"].basis == "measured"
