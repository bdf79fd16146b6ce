"""The exercises of notebook 05."""

from mobilenet_lab.costs.laws import error_laws, macs_for
from mobilenet_lab.exercises.cheapest import cheapest
from mobilenet_lab.exercises.kinds import Choice, Number
from mobilenet_lab.published.released import checkpoints, phone_times, several

BUDGET = 1.8e6  # parameters, in the third exercise


def time_of_a_thinner_one():
    """The time of v2 at α = 0.75, predicted from that at α = 1."""
    wide, thin = (_one(phone_times(), "v2", alpha) for alpha in (1, 0.75))
    predicted = thin.macs * wide.ns_per_mac / 1e6
    short = 100 - 100 * predicted / thin.pixel1_ms
    return Number(
        unit="ms",
        answer=predicted,
        within=0.2,
        reason=f"Predicted are {predicted:.1f} ms, published are {thin.pixel1_ms} ms, so the "
        f"prediction is {short:.0f} % too low. The smaller network pays "
        f"more for a MAC: {thin.ns_per_mac:.3f} ns in place of {wide.ns_per_mac:.3f}.",
        mistakes={
            thin.pixel1_ms: "That is the published time. Predict it from the other one.",
            wide.pixel1_ms * 0.75: "That scales the time by α. Scale it by the MACs.",
            wide.pixel1_ms * 0.75**2: "That scales the time by α². Use the MACs as counted; "
            "in v2 they fall more slowly, for example because the last convolution keeps its "
            "1280 channels.",
        },
        hint="Divide the time at α = 1 by its MACs, and multiply by the MACs at α = 0.75.",
    )


def macs_of_v1():
    """The MACs at which v1's law comes down to v2's published error."""
    points = checkpoints()
    laws, wide, old = error_laws(points), _one(points, "v2", 1), _one(points, "v1", 1)
    error = 100 - wide.top1
    needed = macs_for(error, laws["v1"])
    return Number(
        unit="million MACs",
        answer=needed / 1e6,
        within=4,
        reason=f"The law predicts {wide.top1} % for {needed / 1e6:.0f} million MACs, fewer than "
        f"the {old.macs / 1e6:.0f} million with which the released v1 reaches {old.top1} %. Even "
        "inside the range of the points, the end of a straight line is its weakest part.",
        mistakes={
            macs_for(error, laws["v2"]) / 1e6: "That is the law of v2.",
            wide.macs / 1e6: "That is what v2 has. Use the law of v1.",
            macs_for(wide.top1, laws["v1"]) / 1e6: "The law is about the error, 100 − top-1.",
            old.macs / 1e6: "That is what the released v1 has at α = 1. The law predicts another "
            "number.",
        },
        hint="Use `macs_for` with the error and the law of v1.",
    )


def few_parameters():
    """The family that leads within a limit on parameters."""
    points = checkpoints()
    within = points[points.params <= BUDGET].sort_values("top1", ascending=False)
    best = within.iloc[0]
    other = within[within.family != best.family].iloc[0]
    return Choice(
        answer=best.family,
        reason=f"v1 reaches {best.top1} % with {best.params / 1e6:.2f} million parameters. The "
        f"best v2 that fits reaches {other.top1} % with {other.params / 1e6:.2f} million, three "
        "quarters of them in the classifier. But v1 pays with MACs: "
        f"{best.macs / 1e6:.0f} million, {best.macs / other.macs:.1f} times as many.",
        hints={
            other.family: "Count what the smallest networks of this family keep in their "
            "classifier, and look at the right-hand plot again."
        },
    )


def what_would_settle_it():
    """What tells the architecture from the training."""
    rows = several("checkpoint", "timm").query("alpha == 1").set_index("family")
    gain, lead = rows.timm - rows.checkpoint, rows.loc["v2"] - rows.loc["v1"]
    return Choice(
        answer="one recipe for both",
        reason="Two things differ between the series of points, the architecture and the "
        "training, so one of them has to be held fixed. The lists cannot do this: v1 gained "
        f"{gain['v1']:.1f} points by another recipe alone and v2 {gain['v2']:.1f} by yet another, "
        f"while v2 leads v1 by {lead.checkpoint:.1f} in one list and trails by {-lead.timm:.1f} in "
        "the other.",
        hints={
            "more widths": "More points of the same two series make both lines more certain. They "
            "still differ in two things at once.",
            "the list of timm": "timm trained v1 by the recipe `ra4_e3600` and v2 by `ra`. "
            "What differs between its two networks?",
            "a better fit": "A better curve describes the same points. It does not say why they "
            "lie where they do.",
        },
    )


def _one(points, family, alpha):
    """A family's network of some width at 224 px."""
    full = points[(points.family == family) & (points.alpha == alpha)]
    return full[full.resolution == 224].iloc[0]


EXERCISES = (
    time_of_a_thinner_one,
    macs_of_v1,
    few_parameters,
    what_would_settle_it,
    cheapest,
)
