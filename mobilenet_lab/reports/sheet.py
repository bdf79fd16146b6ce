"""The designs of a review as CSV: candidates, ties and refused, with the basis of each number."""

import pandas as pd

from mobilenet_lab.reports.labels import labels
from mobilenet_lab.reports.tables import COUNTS


def csv(review):
    """A row a design: its `status` ("candidate", "tie" or "refused"), numbers and their basis.

    A tie is a candidate that cannot be told from the best. Counts are exact, sizes in bytes.
    """
    frame = rows(review)
    return frame.to_csv(index=False, lineterminator="\n")


def rows(review):
    """The rows of the CSV as a DataFrame."""
    ties = set(review.designs("ties"))
    status = ["tie" if one in ties else "candidate" for one in review.designs("candidates")]
    parts = [
        review.candidates.assign(status=status),
        review.refused.assign(status="refused"),
    ]
    found = pd.concat([one for one in parts if len(one)] or parts, ignore_index=True)
    found = found.assign(classes=review.classes)
    found.insert(0, "status", found.pop("status"))
    named = labels(review.budget.bits, review.budget.runtime, str(review.latency or ""))
    bases = {f"{name}_basis": named[name].basis for name in COUNTS if name in named}
    return found.rename(columns={"basis": "top1_basis"}).assign(**bases)
