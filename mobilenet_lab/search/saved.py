"""A review as a file, with its best candidates side by side."""

from mobilenet_lab import checks
from mobilenet_lab.reports import save as reports
from mobilenet_lab.search.compare import MOST, compare


def save(review, path, title="", note="", compared=3):
    """Write the report of a `Review`; see `Review.save`."""
    if compared != 0:
        compared = checks.integer("compare", compared, 2, f"0 or 2 to {MOST}", MOST)
    reports.checked_path(path)  # before anything is drawn
    best = review.designs("candidates")[:compared]
    budget = review.budget
    shown = {"bits": budget.bits, "runtime": budget.runtime}
    if len(best) < 2:
        comparison = None
    else:
        comparison = compare(*best, **shown, store=review.store, times=review.latency)
    return reports.save(review, comparison, path, title, note)
