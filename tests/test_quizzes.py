"""The quizzes: form, and every number in them a second time, by hand or from the data as such."""

import json
import re
from math import comb, log2, sqrt
from pathlib import Path

import by_hand
import nbformat
import numpy as np
import pytest

from mobilenet_lab import quizzes
from mobilenet_lab.exercises import quiz
from mobilenet_lab.explorers import still
from mobilenet_lab.published.released import checkpoints
from mobilenet_lab.training.measured import measured

ROOT = Path(__file__).parents[1]
NOTEBOOKS = tuple(quizzes.NOTEBOOKS)
each = pytest.mark.parametrize("notebook", NOTEBOOKS)


@each
def test_five_questions_with_a_sentence_for_each_choice(notebook):
    asked = quizzes.questions(notebook)
    assert len(asked) == 5 and len({one.asks for one in asked}) == 5
    for one in asked:
        assert re.fullmatch(r"[\w.].*[?]", one.asks) and "\n" not in one.asks
        assert 3 <= len(one.choices) <= 4 and one.answer not in one.hints
        assert len({choice.casefold() for choice in one.choices}) == len(one.choices)
        for choice in one.choices:
            said = one.told(choice)
            assert said.startswith("Right. " if choice == one.answer else "Not yet. ")
            assert re.fullmatch(r".+[.?]", said) and re.match(r"[A-Z0-9(]", said.split(". ", 1)[1])


def test_the_place_of_the_right_choice_gives_nothing_away():
    places = [one["right"] for notebook in NOTEBOOKS for one in quizzes.listed(notebook)]
    assert {0, 1, 2} == set(places) and max(map(places.count, range(3))) <= 25


@each
def test_the_list_for_a_page_is_json_and_says_the_same(notebook):
    listed = json.loads(json.dumps(quizzes.listed(notebook)))
    for one, question in zip(listed, quizzes.questions(notebook), strict=True):
        assert one["text"] == question.asks and tuple(one["choices"]) == question.choices
        assert one["choices"][one["right"]] == question.answer
        assert one["told"] == [question.told(choice) for choice in one["choices"]]
        assert [said.startswith("Right.") for said in one["told"]].count(True) == 1


@each
def test_the_notebook_ends_with_its_quiz_and_shows_it_as_it_is(notebook):
    (path,) = (ROOT / "notebooks").glob(f"{notebook}_*.ipynb")
    *_, title, cell, objectives = nbformat.read(path, as_version=4).cells
    assert title.source.startswith("## Quiz") and objectives.source.startswith("## Can you now")
    assert f'quiz("{notebook}")' in cell.source
    assert cell.metadata.get("tags") == objectives.metadata.get("tags"), "in a dashboard or not"
    assert cell.outputs[-1].data["text/plain"] == repr(quiz(notebook))
    assert cell.outputs[-1].data["text/html"] == quiz(notebook)._repr_html_()


def test_what_there_is_not_is_refused(refused):
    for wrong in ("10", 3, None):
        refused(lambda wrong=wrong: quizzes.questions(wrong))
    question = quizzes.questions("00")[0]
    refused(lambda: question.told("everything"), "everything")


@each
def test_on_the_screen_each_choice_is_answered_and_the_right_ones_are_counted(notebook):
    shown = quiz(notebook)
    assert shown.status.text == ""
    for number, asked in enumerate(shown.asked, start=1):
        assert asked.buttons.value is None and asked.status.text == ""
        for choice in (*asked.question.hints, asked.question.answer):
            asked.buttons.value = choice
            assert asked.status.text == asked.question.told(choice)
        assert shown.status.text == f"{number} of 5 are right."
    first = shown.asked[0]
    first.buttons.value = next(iter(first.question.hints))
    assert shown.status.text == "4 of 5 are right."


@each
def test_without_a_kernel_the_questions_are_there_and_no_answer(notebook):
    shown = quiz(notebook)
    bundle, _ = shown._repr_mimebundle_()
    assert still.VIEW in bundle
    for text in (bundle["text/plain"], bundle["text/html"]):
        plain = text.replace("&#x27;", "'").replace("&lt;", "<")
        for one in quizzes.questions(notebook):
            assert one.asks in plain and all(choice in plain for choice in one.choices)
            assert one.reason not in plain


# --- the numbers ---


def v2(size=224, alpha=1.0, t=6, **others):
    """The layers of a v2 with another expansion."""
    usual = by_hand.V2
    by_hand.V2 = [usual[0], *((t, *row[1:]) for row in usual[1:])]
    try:
        return by_hand.v2(size, alpha, **others)[0]
    finally:
        by_hand.V2 = usual


def v2_macs(**knobs):
    return by_hand.macs(v2(**knobs))


def params(layers):
    """All that is stored: weights, four numbers for each normalised channel, 1000 biases."""
    return by_hand.weights(layers) + 4 * by_hand.normalised(layers)[0] + 1000


def share(layers, part):
    return 100 * by_hand.macs([one for one in layers if one.part == part]) / by_hand.macs(layers)


def released(family):
    """α, side, top-1 as published, and MACs by hand."""
    rows = checkpoints().query(f"family == '{family}'")
    make = by_hand.v1 if family == "v1" else lambda size, alpha: by_hand.v2(size, alpha)[0]
    return [
        (row.alpha, row.resolution, row.top1, by_hand.macs(make(row.resolution, row.alpha)))
        for row in rows.itertuples()
    ]


def line(points):
    """Slope and value at 0 of the straight line nearest to points."""
    return np.polyfit(*np.array(points).T, 1)


def beaten(points):
    """How many of (prices …, value) another one beats."""
    return sum(
        any(
            all(a <= b for a, b in zip(other[:-1], one[:-1], strict=True))
            and other[-1] >= one[-1]
            and other != one
            for other in points
        )
        for one in points
    )


def accuracies(**wanted):
    """Measured accuracies in percent, by seed."""
    usual = {"family": "v2", "alpha": 0.5, "resolution": 32, "variant": "small"}
    found = {}
    for row in measured().to_dict("records"):
        t = wanted.get("expansion", 6)
        same = all(
            row[name] == value for name, value in (usual | wanted).items() if name != "expansion"
        )
        if same and (row["family"] == "v1" or row["expansion"] == t):
            found[row["seed"]] = 100 * row["accuracy"]
    assert len(found) == 5
    return found


def mean(**wanted):
    return np.mean(list(accuracies(**wanted).values()))


def notebook_00():
    full, step = v2_macs() / 1e6, (v2_macs() - v2_macs(t=5)) / 1e6
    half = v2_macs(alpha=0.5) / 1e6
    v1 = by_hand.macs(by_hand.v1(alpha=0.5)) / by_hand.macs(by_hand.v1())
    times = [full / half, v2_macs() / v2_macs(size=112), v2_macs() / v2_macs(t=3)]
    assert max(times) == times[1]
    return (
        ("all", [params(v2())], [112, 224]),
        ("about a third", [full, half, 100 * half / full, 100 * v1], [0.5, 1, 8, 1280, 24]),
        (step, [step * 10 / 6, step * 6 / 10], [5, 6, 9, 10]),
        ("resolution", times, []),
        ("nobody published its accuracy", [], [0]),
    )


def notebook_01():
    full, depthwise, pointwise = (n * 14**2 for n in (9 * 512 * 512, 9 * 512, 512 * 512))
    small = depthwise + pointwise
    moved = [14**2 * 512 * 2 + 9 * 512, 14**2 * 512 * 2 + 9 * 512 * 512]
    return (
        (100 * (1 / 64 + 1 / 9), [100 / 9, 100 / 3], [3, 1, 64, 9]),
        ("the pointwise part", [100 * pointwise / small, 512, 9], [3]),
        ("its MACs become 4 times as many, its parameters stay", [small, 4 * small, 4], [14, 28]),
        (
            "products of the depthwise and the pointwise weights",
            [9 * 512 * 512, 9 * 512 + 512 * 512],
            [],
        ),
        (
            "it moves many values for each MAC",
            [depthwise / moved[0], full / moved[1], 9 * 512, 512 * 512],
            [],
        ),
    )


def notebook_02():
    layers = by_hand.v1()
    held = {}
    for row, channels in zip(layers, [one.channels for one in layers], strict=True):
        stage = "end" if channels in (1000, 1024) or row.outputs == 49 * 512 else "before"
        held[stage] = held.get(stage, 0) + row.weights + 4 * channels
    held["end"] += 1000 - 4 * 1000  # biases, and no batch norm
    end = 100 * held["end"] / params(layers)
    third = sum(9 * c + c * d + 4 * (c + d) for c, d in [(256, 512)] + 5 * [(512, 512)])
    assert 28**2 * 256**2 == 14**2 * 512**2
    return (
        (
            "the pointwise convolutions",
            [share(layers, "pointwise"), share(layers, "depthwise")],
            [9],
        ),
        ("in its first block", [112 * 112 * (32 + 64), 112, 32, 64, 7], [3]),
        ("stage 4 and the classifier", [end, 100 * third / params(layers)], [1, 3, 4]),
        ("as many MACs as before", [14**2 * 512**2], [2, 3]),
        ("the next row", [14 / 2, (7 + 1) // 2, by_hand.macs(layers) / 1e6], [1, 2, 3, 1024]),
    )


def notebook_03():
    full, half = by_hand.macs(by_hand.v1()), by_hand.macs(by_hand.v1(alpha=0.5))
    small = by_hand.macs(by_hand.v1(128))
    points = released("v1")
    slope, start = line([(log2(macs), top1) for alpha, _, top1, macs in points if alpha > 0.25])
    missing = [
        slope * log2(macs) + start - top1 for alpha, _, top1, macs in points if alpha == 0.25
    ]
    by_macs = [(macs, top1) for *_, top1, macs in points]
    by_both = [
        (macs, by_hand.weights(by_hand.v1(alpha=alpha)), top1) for alpha, _, top1, macs in points
    ]
    return (
        (100 * half / full, [25, 50], [0.5, 224, 1]),
        (
            "the parameters",
            [params(by_hand.v1()), full, small, 112**2 * 96, 64**2 * 96],
            [224, 128],
        ),
        ("the same number of points", [slope], [0.5, 100]),
        ("too much", [min(missing), max(missing)], [0.5, 0.25]),
        (
            "not if parameters count as well",
            [beaten(by_macs), len(points), beaten(by_both)],
            [0.5, 192],
        ),
    )


def notebook_04():
    steps = {t: (v2_macs(t=t + 1) - v2_macs(t=t)) / 1e6 for t in (2, 5, 9)}
    by_two = v2_macs(t=2) - v2_macs(t=1)
    assert by_two / 1e6 > steps[5] == steps[9]
    lost = [sum(comb(6, k) for k in range(few)) / 2**6 for few in (1, 2)]
    return (
        ("its narrow ends", [24, 6 * 24], [2]),
        ("the projection", [], []),
        ("from 1 to 2", [by_two / 1e6, steps[2], steps[5], steps[9]], [1, 2, 5, 6, 9, 10]),
        (100 * lost[1], [100 * lost[0], 50, 6 + 1, 2**6], [1, 2, 6]),
        ("v2", [112**2 * 96 + 56**2 * 96, 112**2 * (32 + 64)], []),
    )


def notebook_05():
    narrow = params(v2(alpha=0.35))
    macs = 1 - v2_macs() / by_hand.macs(by_hand.v1())
    slopes, missed = [], []
    for family in ("v1", "v2"):
        logs = [(log2(macs), log2(100 - top1)) for *_, top1, macs in released(family)]
        slopes.append(line(logs)[0])
        middle = np.median([x for x, _ in logs])
        slope, start = line([(x, y) for x, y in logs if x > middle])
        small = [2**y - 2 ** (slope * x + start) for x, y in logs if x <= middle]
        missed.append(np.mean(small))
    assert min(missed) > 0
    return (
        ("v2 keeps its wide classifier", [100 * 1281000 / narrow], [0.35, 1280, 1]),
        (100 * (1 - 75 / 113), [100 * macs, 75, 113], []),
        ("no, recipes differ too", [75.4 - 70.9, 71.8 - 70.9], []),
        (-1 / slopes[0], [-1 / slope for slope in slopes], [1, 2]),
        ("too small an error", missed, []),
    )


def notebook_06():
    field, jump, fields = 1, 1, []
    for kernel, stride in kernels():
        field, jump = field + (kernel - 1) * jump, jump * stride
        fields.append((field, jump))
    assert (19, 4) in fields and field > 2 * 224
    wide = by_hand.eight(24 * 0.35)
    return (
        (19 + 2 * 4, [19, 4, 21, 57], [3, 2]),
        ("positions", [48, 112, 100 * (48 / 112) ** 2], [96, 224]),
        ("it is silent for this picture", [], [0]),
        ("enough values are left", [6 * wide, wide], [2, 0.35]),
        (7 * 7, [7, field, jump], [224]),
    )


def kernels():
    """Kernel and stride of the convolutions of v2 before its pooling, but those of 1 × 1."""
    return [(3, 2)] + [(3, s if at == 0 else 1) for _, _, n, s in by_hand.V2 for at in range(n)]


def notebook_07():
    base, without = accuracies(), accuracies(variant="small, no shortcut")
    gains = [without[seed] - base[seed] for seed in base]
    error = np.std(gains, ddof=1) / sqrt(5)
    pixels = [mean(family=f) - mean(family=f, resolution=16) for f in ("v1", "v2")]
    widths = [mean(family=f) - mean(family=f, alpha=0.25) for f in ("v1", "v2")]
    t = mean() - mean(expansion=1)
    assert min(pixels) > max([*widths, t])
    one = 100 * sqrt(0.9 * 0.1 / 4000)
    assert len(set(base.values())) == 5
    return (
        (
            "the first weights and the order of the pictures",
            [min(base.values()), max(base.values()), 5],
            [0.5],
        ),
        (one / 2, [one, one / 4], [90, 4000]),
        ("runs come in pairs, and common chance cancels", [], []),
        ("nothing beyond doubt yet", [-np.mean(gains), error, -np.mean(gains) / error], []),
        ("fewer pixels", [*pixels, *widths, t], [32, 16, 6, 1, 0.5, 0.25]),
    )


def notebook_08():
    layers = v2()
    weights, channels = by_hand.weights(layers), by_hand.normalised(layers)[0]
    macs = v2_macs()
    first = share(by_hand.v1(), "first_convolution")
    return (
        ("both: one cuts off, one rounds", [300, 0.301, macs / 1e6, macs / 1e9], []),
        ("batch norm and biases", [weights, params(layers), 4 * channels, 1000], []),
        ("the column must add up to 100", [first, 1.19, 100], [2]),
        ("another reading gives its digits", [], []),
        ("the fit is weak", [], []),
    )


def notebook_09():
    # 8 channels, six times as wide inside, at α 0.35 and at 0.55 alike; with stride 2.
    wide = {6 * by_hand.eight(16 * alpha) for alpha in (0.35, 0.5, 0.55)}
    assert wide == {48}
    live = 64 * 64 * 48 + 32 * 32 * 48
    return (
        ("they cannot be told apart", [], []),
        ("a lower bound of its plan", [live, 256 * 1024], [0.5, 128]),
        ("its widest maps have equally many channels", [live, 48, 8], [128, 0.35, 0.55]),
        ("train the design", [], [0]),
        ("by the designs that it alone keeps out", [], []),
    )


NAMES = re.compile(r"v[12]\b|ReLU6|top-1|int8|Conv \dx\d|log2|D²|α²|2ⁿ")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text):
    """The numbers in a text, each with half a unit of its last digit."""
    for found in NUMBER.findall(NAMES.sub("", text)):
        digits = found.rstrip(",").replace(",", "")
        yield float(digits), 0.5 * 10.0 ** -len(digits.partition(".")[2]) + 1e-9


@each
def test_every_answer_and_number_comes_out_by_hand(notebook):
    again = globals()[f"notebook_{notebook}"]()
    for one, (right, results, given) in zip(quizzes.questions(notebook), again, strict=True):
        if isinstance(right, str):
            assert one.answer == right
        else:
            ((first, unit),) = {*numbers(one.answer)}
            assert abs(first - right) <= unit, one
            results = [right, *results]
        texts = [one.asks, one.answer, one.reason, *one.hints, *one.hints.values()]
        for number, unit in {found for text in texts for found in numbers(text)}:
            known = number in given or any(abs(number - value) <= unit for value in results)
            assert known, f"{number} in: {one}"
        printed = [found for text in texts for found in numbers(text)]
        for value in results:
            assert any(abs(number - value) <= unit for number, unit in printed), (value, one)
