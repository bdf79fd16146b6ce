"""A chosen sweep in words: its runs, how long they take, what came out, how far they are."""

import math

from mobilenet_lab.networks.design import short
from mobilenet_lab.networks.families import FAMILIES, knobs

PLACES = {"alpha": "α {}", "resolution": "{} px"}  # a value of a knob in a sentence


def value_words(along, value):
    """A value with its unit or symbol: "α 0.25", "24 px", "t 6"."""
    return PLACES.get(along, f"{knobs()[along].symbol} {{}}").format(short(value))


def title(chosen):
    """What is trained on what, in a line."""
    variant = chosen.base["variant"]
    family = f"{FAMILIES[chosen.family].title}, {variant}"
    return f"{family}, on {chosen.name} · {counted(chosen.epochs, 'epoch')}"


def asked(chosen):
    """The networks that are chosen, on what and how they are trained."""
    values = ", ".join(value_words(chosen.along, value) for value in chosen.values)
    seeds = counted(chosen.seeds, "seed") + (" each" if len(chosen.values) > 1 else "")
    return (
        f"{FAMILIES[chosen.family].title}, {chosen.base['variant']}, {values} on {chosen.name}, "
        f"{seeds}, {counted(chosen.epochs, 'epoch')}"
    )


def amount(count, left, minutes, workers, source):
    """How many runs there are, and how long the `left` ones take.

    `minutes` are those of one process after the other, nan if nothing is known of them; `source`
    says what they are predicted from.
    """
    if not left:
        return f"{'the run is' if count == 1 else f'all {count:,} runs are'} finished already"
    done = f"{counted(count, 'run')}; {are(count - left)} finished already"
    if math.isnan(minutes):
        unknown = "no time is predicted yet: press time, or Start and wait for the first run"
        return f"{counted(count, 'run') if left == count else done}; {unknown}"
    long = (
        f"{duration(minutes / workers)} with {counted(workers, 'worker')} (predicted from {source})"
    )
    return f"{counted(count, 'run')}, {long}" if left == count else f"{done}, the rest takes {long}"


def results(title, rows, along):
    """Mean accuracies along a knob, in words; "" for no runs."""
    if rows.empty:
        return ""
    said = ", ".join(
        f"{value_words(along, value)} {100 * own.mean():.1f} % ({counted(len(own), 'seed')})"
        for value, own in rows.groupby(along).accuracy
    )
    return f"{title}: {said}."


def duration(minutes):
    """Minutes as people say them: "about 40 seconds", "about 4 minutes", "about 2.5 hours"."""
    if minutes < 1.5:
        return f"about {max(10, round(6 * minutes) * 10)} seconds"
    if minutes < 90:
        return f"about {round(minutes)} minutes"
    return f"about {minutes / 60:.1f} hours"


def counted(number, thing):
    """A number with its noun: "1 run", "6 runs"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def are(number):
    """A number with its verb."""
    return f"{number:,} {'is' if number == 1 else 'are'}"


def progress(job, count, left, minutes, folder):
    """How far a job is: `left` of `count` runs, which take `minutes` more, nan if unknown."""
    done = f"{count - left:,} of {counted(count, 'run')} {'is' if count - left == 1 else 'are'}"
    if job.kind == "timing":
        return "Stopping: timing ends." if job.stopping else "Timing a few steps …"
    if job.stopping:
        return f"Stopping: the run under way ends with its step. {done} finished."
    if job.kind:
        rest = "" if math.isnan(minutes) else f", {duration(minutes)} left"
        return f"Training: {done} finished{rest}."
    if job.failure:
        return job.failure
    if job.plan is None:
        return "Nothing is trained before Start is pressed."
    if not left:
        return f"Done: {done} finished and kept in {folder}."
    return f"Stopped: {done} finished and kept in {folder}; Start goes on with the others."
