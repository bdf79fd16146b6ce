"""What docs/course.md says: minutes as the notebooks state them, and numbers worked out here."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from mobilenet_lab import Budget, Design, cost, layer_table, review
from mobilenet_lab.costs import manifold, separable
from mobilenet_lab.costs.conventions import CONVENTIONS
from mobilenet_lab.features import receptive_fields
from mobilenet_lab.networks.design import trace
from mobilenet_lab.published.released import checkpoints, several, table4
from mobilenet_lab.quizzes import questions
from mobilenet_lab.training.measured import measured

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "course.md").read_text(encoding="utf-8")
NOTEBOOKS = {path.name[:2]: path for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))}


@cache
def first_cell(number):
    cells = json.loads(NOTEBOOKS[number].read_text(encoding="utf-8"))["cells"]
    return "".join(cells[0]["source"])


def minutes(number):
    return int(re.search(r"\*(\d+) minutes ·", first_cell(number))[1])


def section(title):
    """The words under a heading."""
    found = re.search(rf"^#+ {re.escape(title)}.*?\n(.*?)(?=^#|\Z)", TEXT, re.M | re.S)[1]
    return " ".join(found.split())


def says(number, *claims):
    title = next(line for line in TEXT.splitlines() if line.startswith(f"### {number} · "))
    words = section(title.removeprefix("### "))
    for claim in claims:
        assert claim in words, claim


# --- the path and the plans ---


def test_each_notebook_has_its_minutes_and_a_place_on_the_projector():
    table = re.findall(r"^\| \[(\d\d) [^]]*\]\([^)]*\) \| (\d+) \|", TEXT, re.M)
    assert [number for number, _ in table] == list(NOTEBOOKS)
    assert all(int(found) == minutes(number) for number, found in table)
    assert f"All ten take {sum(map(minutes, NOTEBOOKS))} minutes" in TEXT
    assert re.findall(r"^### (\d\d) · ", TEXT, re.M) == list(NOTEBOOKS)
    for title in re.findall(r"^### (\d\d · .+)$", TEXT, re.M):
        assert f"# {title}\n" in first_cell(title[:2])
        for part in (
            "- **Show** ",
            "- **Ask:** ",
            "- **Usual misunderstanding:** ",
            "- **Answer:** ",
        ):
            assert section(title).count(part) == 1, (title, part)


def test_what_a_notebook_needs_comes_before_it():
    table = re.findall(r"^\| \[(\d\d) [^]]*\]\([^)]*\) \| \d+ \| ([\d, ]*)\|", TEXT, re.M)
    for number, needs in table:
        assert all(other < number for other in re.findall(r"\d\d", needs))


@pytest.mark.parametrize("plan", ["One week", "Four weeks"])
def test_the_sessions_of_a_plan_add_up(plan):
    part = re.search(rf"^### {plan}.*?(?=^##)", TEXT, re.M | re.S)[0]
    sessions = re.findall(r"^\| \d \| (.+?) \| (\d+) \|", part, re.M)
    taken = [re.findall(r"\[(\d\d)\]", names) for names, _ in sessions]
    for names, (_, total) in zip(taken, sessions, strict=True):
        assert sum(map(minutes, names)) == int(total)
    assert set(re.findall(r"\[(\d\d)\]", part)) == set(NOTEBOOKS)


def test_the_lecture_takes_its_minutes():
    part = re.search(r"^### One lecture, (\d+) minutes.*?(?=^##)", TEXT, re.M | re.S)
    assert sum(map(int, re.findall(r"^\| (\d+) \|", part[0], re.M))) == int(part[1])


def test_exercises_named_exist():
    for number, exercise in re.findall(r"\b(0\d)\.(\d)\b", TEXT):
        text = NOTEBOOKS[number].read_text(encoding="utf-8")
        assert f'check(\\"{number}.{exercise}\\"' in text


def test_explorers_shown_are_in_the_notebook():
    for number in NOTEBOOKS:
        title = next(line for line in TEXT.splitlines() if line.startswith(f"### {number} · "))
        shown = section(title.removeprefix("### ")).split("**Ask:**")[0]
        text = NOTEBOOKS[number].read_text(encoding="utf-8")
        names = re.findall(r"(?<!\*)\*([A-Z]\w+)\*(?!\*)", shown)
        assert all(f"{name}(" in text for name in names), names


# --- the answers ---

V1, V2 = cost(Design("v1")), cost(Design("v2"))


def test_answers_about_one_layer_and_v1():
    halves = [cost(Design(family, 0.5)).macs for family in ("v1", "v2")]
    says("00", f"{halves[0] / V1.macs:.0%} in v1 and".replace("%", " %"))
    says("00", f"and {halves[1] / V2.macs:.0%} in v2".replace("%", " %"))
    layer = separable.compare(3, 512, 512, 14)
    per_value = layer.macs / layer.moved
    says(
        "01",
        f"has {100 * layer.macs.separable / layer.macs.full:.1f} % of the MACs",
        f"moves {100 * layer.moved.separable / layer.moved.full:.0f} % of the values",
        f"computes {per_value.full:.0f} MACs for each value that it moves, the depthwise part "
        f"{per_value.depthwise:.1f}",
        f"{100 * separable.share(1, 512, 512, 14):.1f} % of the MACs",
    )
    table = layer_table(Design("v1"))
    shares = table.groupby("stage")[["macs", "params"]].sum() / table[["macs", "params"]].sum()
    late = shares.params.stage4 + shares.params.classifier
    peak = table.loc[table.held.idxmax()]
    assert peak.stage == "stem" and peak.held == V1.peak_activations
    says(
        "02",
        f"Stage 3 has {100 * shares.macs.stage3:.0f} % of the MACs",
        f"stage 4 and the classifier have {100 * late:.0f} % of the parameters",
        f"the peak of the memory, {V1.peak_activations:,} values, is in the stem",
    )


def test_answers_about_alpha_rho_and_t():
    found = checkpoints().query("family == 'v1'").set_index(["alpha", "resolution"])
    one, other = found.loc[(0.5, 192)], found.loc[(0.75, 128)]
    says(
        "03",
        f"α 0.5 at 192 px reaches {one.top1} % ({one.macs / 1e6:.0f} M), "
        f"α 0.75 at 128 px {other.top1} % ({other.macs / 1e6:.0f} M)",
        f"it has {one.params / 1e6:.2f} million, the other {other.params / 1e6:.2f} million",
    )
    twice = cost(Design("v2", expansion=12)).macs
    says(
        "04",
        f"{twice / V2.macs:.2f} times. Only the inside grows, by {(twice - V2.macs) // 6:,} MACs",
        f"{manifold.mean_lost(2):.0f} % of the spiral's points in 2 dimensions and "
        f"{manifold.mean_lost(12):.1f} % in 12",
    )
    full = table4().set_index("network").loc[["MobileNetV1", "MobileNetV2"]]
    macs, times = (full[name].iloc[1] / full[name].iloc[0] - 1 for name in ("macs", "pixel1_ms"))
    best = checkpoints().query("params < 1.8e6").groupby("family").top1.max()
    recipes = several("checkpoint", "timm").query("family == 'v1'").iloc[0]
    says(
        "05",
        f"v2 has {-100 * macs:.0f} % fewer MACs",
        f"{-100 * times:.0f} % less on a Pixel 1 (75 ms against 113 ms, published)",
        f"the best checkpoint is a v1, with {best.v1} % against {best.v2} %",
        f"timm's recipe alone brought v1 {recipes.timm - recipes.checkpoint:.1f} points",
    )
    assert full.pixel1_ms.tolist() == [113, 75]


def test_answers_about_maps_training_counts_and_devices():
    fields = receptive_fields(Design("v2")).set_index("name").field
    says("06", f"the field after stage 7 is {fields['stage7_block1_project_bn']} px wide")
    runs = measured().query("variant == 'small' and resolution == 32")
    spread = {}
    for family, alpha in (("v2", 0.5), ("v1", 0.25)):
        own = runs[(runs.family == family) & (runs.alpha == alpha)]
        own = own[own.expansion.isna() | (own.expansion == 6)].accuracy
        assert len(own) == 5
        spread[family] = 100 * (own.max() - own.min())
    says(
        "07",
        f"lie {spread['v2']:.1f} points apart (v2 at α 0.5), "
        f"and {spread['v1']:.0f} points (v1 at α 0.25)",
    )
    network = trace(Design("v2"))
    million = {name: f"{one(network) / 1e6:.2f}" for name, one in CONVENTIONS.items()}
    says(
        "08",
        f"{million['MACs']} million MACs, {million['MACs and batch norm']} million with batch "
        f"norm, {million['FLOPs and element-wise work']} million FLOPs with everything element-",
        f"And {million['MACs and first expansion']} million, with an expansion",
    )
    live, plan = (
        review(Budget(ram="256KiB", flash="1MiB", runtime=runtime), classes=2)
        for runtime in ("live", "tflm")
    )
    designs = [live.best, plan.best]
    assert {(one.family, one.alpha) for one in designs} == {("v1", 0.5)}
    says(
        "09",
        f"how many of the {live.searched} designs fit",
        f"{live.fits} by live tensors, and {plan.fits} by the plan of TensorFlow Lite Micro",
        f"from v1 at {designs[0].resolution} px to v1 at {designs[1].resolution} px",
    )


def test_there_is_a_quiz_of_five_for_each_notebook():
    assert all(len(questions(number)) == 5 for number in NOTEBOOKS)
