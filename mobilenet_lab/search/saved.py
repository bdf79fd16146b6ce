"""A review as a file, with its best candidates side by side."""

from mobilenet_lab import checks
from mobilenet_lab.reports import save as reports
from mobilenet_lab.search.compare import MOST, compare


def save(review, path, title="", note="", compared=3, times=None):
    """Write the report of a `Review`; see `Review.save`."""
    if compared != 0:
        compared = checks.integer("compare", compared, 2, f"0 or 2 to {MOST}", MOST)
    reports.checked_path(path)  # before anything is drawn
    comparison = _compared(review, compared, review.latency if times is None else times)
    return reports.save(review, comparison, path, title, note)


def _compared(review, number, times):
    """The best candidates side by side; None where there are not two."""
    best, budget = review.designs("candidates")[:number], review.budget
    if len(best) < 2:
        return None
    ways = {"bits": budget.bits, "runtime": budget.runtime}
    return compare(*best, **ways, store=review.store, times=times)
