"""Live pages: what travels in them is what the lab computes, and nothing comes from elsewhere."""

import base64
import hashlib
import itertools
import json
import re
from pathlib import Path

import numpy as np
import pytest

from mobilenet_lab import (
    Budget,
    Design,
    cost,
    explorers,
    layer_table,
    live_page,
    quizzes,
    review,
    sweep,
)
from mobilenet_lab.explorers.words import describe
from mobilenet_lab.networks.families import FAMILIES, knobs
from mobilenet_lab.pages import page, parts
from mobilenet_lab.pages.live import PAGES
from mobilenet_lab.plots import style
from mobilenet_lab.published.known import known, top1
from mobilenet_lab.published.released import checkpoints
from mobilenet_lab.search.budget import PRECISIONS, RUNTIMES

MOST = 1_500_000  # bytes of a page
DATA = re.compile(r'<script type="application/octet-stream" id="data">([^<]*)</script>')
SAMPLE = np.random.default_rng(16)


@pytest.fixture(scope="module")
def data():
    """What travels in each page, read back from its text."""
    return {name: read(live_page(name)) for name in PAGES}


def read(shown):
    return page.unpacked(DATA.search(shown.html)[1])


def designs(axes, family):
    """The designs at all positions, each as a dict, in the order of a nested loop."""
    own = {name: axes[name] for name in ("alpha", "resolution", *FAMILIES[family].knobs)}
    return [dict(zip(own, at, strict=True)) for at in itertools.product(*own.values())]


# --- every design ---


@pytest.mark.parametrize("family", FAMILIES)
def test_every_design_has_its_counts(data, family):
    found, axes = data["tour"]["families"][family], data["tour"]["axes"]
    every = designs(axes, family)
    assert found["knobs"] == list(every[0])
    assert all(axes[name] == knob.values for name, knob in knobs().items())
    frame = sweep(family, **{name: axes[name] for name in every[0]})
    rows = frame[[*every[0], "macs", "params"]].to_dict("records")
    counts = zip(every, found["macs"], found["params"], strict=True)
    assert rows == [at | {"macs": macs, "params": params} for at, macs, params in counts]
    for place in SAMPLE.choice(len(every), 25, replace=False):
        design = Design(family, **every[place])
        price = cost(design)
        assert (price.macs, price.params) == (found["macs"][place], found["params"][place])
        assert found["words"][place] == describe(design)
    reached = [top1(Design(family, **at))[0] for at in every]
    assert found["top1"] == reached and any(reached)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_bars_of_every_design_add_up_to_its_counts(data, family):
    found, axes = data["layers"]["families"][family], data["layers"]["axes"]
    every = designs(axes, family)
    frame = sweep(family, **{name: axes[name] for name in every[0]})
    macs, held = (np.array(found[name], dtype=float) for name in ("macs", "held"))
    assert (np.nansum(macs, axis=0) == frame["macs"]).all()
    assert (np.nanmax(held, axis=0) == frame["peak_activations"]).all()
    table, names = layer_table(Design(family)), set(found["names"])
    rest = table[~table["name"].isin(names)]
    assert rest["held"].isna().all() and (rest["macs"] == 0).all()
    for place in SAMPLE.choice(len(every), 12, replace=False):
        rows = layer_table(Design(family, **every[place])).query("held.notna()")
        first = [at for at in every if at["resolution"] == axes["resolution"][0]]
        flat = first.index(every[place] | {"resolution": axes["resolution"][0]})
        for name, at in (("macs", place), ("held", place), ("params", flat)):
            drawn = {layer: own[at] for layer, own in zip(found["names"], found[name], strict=True)}
            there = {layer: one for layer, one in drawn.items() if one is not None}
            assert there == dict(zip(rows["name"], rows[name], strict=True))


def test_the_plane_has_v1_and_its_checkpoints(data):
    found, axes = data["plane"]["family"], data["plane"]["axes"]
    every = designs(axes, "v1")
    assert found["macs"] == [*sweep("v1", **axes)["macs"]] and len(every) == len(found["macs"])
    own = {(one.design.alpha, one.design.resolution): one for one in known()[::-1]}
    for point in data["plane"]["points"]:
        one = own[point["alpha"], point["resolution"]]
        assert (point["macs"], point["top1"]) == (one.macs, one.top1)
    assert len(data["plane"]["points"]) == 16


def test_the_families_have_every_checkpoint(data):
    rows = checkpoints(*FAMILIES)
    for name in ("family", "macs", "params", "top1"):
        assert [one[name] for one in data["families"]["points"]] == [*rows[name]]
    for name, order in data["families"]["orders"].items():
        assert [*rows[name].iloc[order]] == sorted(rows[name])


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_candidates_have_their_prices(data, runtime):
    found = data["candidates"]
    for bits in PRECISIONS:
        asked = Budget(macs=10**12, runtime=runtime, bits=bits)
        frame = review(asked, most=1000).candidates
        assert found["networks"]["macs"] == [*frame["macs"]]
        assert found["networks"]["top1"] == [*frame["top1"]]
        assert found["ram"][runtime][f"{bits}"] == [*frame["ram"]]
        assert found["flash"][f"{bits}"] == [*frame["flash"]]
    place = SAMPLE.integers(len(frame))
    row = frame.iloc[place]
    design = Design(row["family"], row["alpha"], resolution=row["resolution"])
    assert found["names"][place] == f"{design}"
    assert cost(design).macs == found["networks"]["macs"][place]


def test_the_quiz_has_all_questions(data):
    for number in quizzes.NOTEBOOKS:
        assert data["quiz"]["quizzes"][number] == quizzes.listed(number)


def test_the_quiz_calls_the_notebooks_by_their_titles():
    folder = Path(__file__).parents[1] / "notebooks"
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("[0-9]*.ipynb")]
    firsts = ["".join(json.loads(text)["cells"][0]["source"]) for text in texts]
    titles = [first.partition("\n")[0].removeprefix("# ") for first in firsts]
    options = re.findall(r"<option [^>]*>([^<]+)</option>", live_page("quiz").html)
    assert options == sorted(titles)


# --- where it begins ---


def test_a_value_between_positions_gets_one():
    shown = read(live_page(family="v1", alpha=0.52))
    place = shown["axes"]["alpha"].index(0.52)
    assert shown["texts"]["alpha"][place] == "0.52"
    at = place * len(shown["axes"]["resolution"]) + shown["axes"]["resolution"].index(224)
    assert shown["families"]["v1"]["macs"][at] == cost(Design("v1", 0.52)).macs


def test_it_begins_where_the_reader_stands():
    text = live_page("layers", family="v1", resolution=96, scale="own").html
    assert 'id="resolution" min="0" max="8" step="1" value="1"' in text
    assert '<option value="v1" selected>' in text and '<option value="own" selected>' in text
    budget = Budget(params="1.7M", ram="256KiB", bits=16, runtime="live")
    shown = live_page("candidates", budget=budget)
    found = read(shown)
    assert found["limits"]["params"].index(1_700_000) == 4
    assert re.search(r'id="params" min="0" max="\d+" step="1" value="4"', shown.html)
    for value in ("live", "16", "params"):
        assert f'<option value="{value}" selected>' in shown.html


def test_what_is_pinned_has_its_own_curves():
    design = Design("v2", 0.5, resolution=160)
    (pin,) = read(live_page(pinned=[design]))["pinned"]
    assert pin["words"] == describe(design) and pin["macs"] == cost(design).macs
    for name, values in pin["lines"].items():
        for x, macs in zip(values["x"], values["macs"], strict=True):
            assert macs == cost(design.replace(**{name: x})).macs


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": "tours"},
        {"family": "v9"},
        {"along": "rho"},
        {"alpha": 1.6},
        {"alpha": "1"},
        {"resolution": 100.5},
        {"expansion": 0},
        {"budget": 150},
        {"pinned": Design("v1")},
        {"classes": 0},
        {"page": "plane", "expansion": 3},
        {"page": "layers", "scale": "mine"},
        {"page": "families", "network": Design("v1", 0.6)},
        {"page": "families", "order": "t"},
        {"page": "quiz", "notebook": "3"},
        {"page": "candidates", "price": "ms"},
        {"page": "candidates", "budget": Budget(ms=3)},
    ],
    ids=str,
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(ValueError, match="is not possible; accepted: "):
        live_page(**wrong)


def test_an_unknown_name_is_refused():
    for page_name in ("tour", "plane", "layers"):
        with pytest.raises(TypeError, match="unexpected keyword argument 'width'"):
            live_page(page_name, width=1)


@pytest.mark.parametrize("path", ["page.htm", "page", 3, ""])
def test_a_page_ends_in_html(path):
    with pytest.raises(ValueError, match="accepted: the path of a file that ends in .html"):
        live_page("families").save(path)


def test_it_is_saved_as_it_is(tmp_path):
    shown = live_page("families")
    place = shown.save(tmp_path / "families.html")
    assert place.read_bytes().decode("utf-8") == shown.html
    assert "The families on one plane" in repr(shown)


# --- from an explorer ---

V1 = {"family": "v1", "along": "resolution", "alpha": 0.5, "resolution": 160}


def begins(text, **settings):
    """Whether the controls of a page begin with these settings."""
    for name, value in settings.items():
        if isinstance(value, str):
            assert f'<option value="{value}" selected>' in text
        else:
            start = re.search(rf'id="{name}" min="0" max="\d+" step="1" value="(\d+)"', text)
            assert value == int(start[1]), name


def test_save_offers_the_tour_as_the_reader_has_set_it():
    tour = explorers.Tour()
    tour.set(**V1)
    tour.parts["pin"].button.click()
    tour.set(family="v2")
    tour.parts["budget"].boxes["macs"].value = "150"
    tour.parts["budget"].boxes["ram"].value = "256"  # which the panels do not show
    text, found = tour.view.live(tour.state).html, read(tour.view.live(tour.state))
    begins(text, family="v2", along="resolution", alpha=8, resolution=3, expansion=5)
    (pin,) = found["pinned"]
    assert pin["words"] == describe(Design("v1", 0.5, resolution=160))
    assert found["limits"] == {"macs": {"most": 150.0, "words": "Limit: 150 M MACs."}}
    tour.parts["save"].button.click()
    files = tour.parts["save"].files.value
    address = re.search(r'download="mobilenet-live.html" href="[^",]+,([^"]+)"', files)
    assert base64.b64decode(address[1]).decode("utf-8") == text


def test_other_explorers_offer_theirs():
    plane = explorers.WidthAndResolution(alpha=0.5, resolution=96)
    begins(plane.view.live(plane.state).html, alpha=8, resolution=1)
    bars = explorers.LayerByLayer("v2", expansion=3)
    bars.controls["rescale"].value = True
    begins(bars.view.live(bars.state).html, family="v2", expansion=2, scale="own")
    released = explorers.Released()
    begins(released.view.live(released.state).html, network=0)
    released.set(network=len(released.view.designs) - 1)
    text = released.view.live(released.state).html
    assert re.search(r'aria-valuetext="([^"]+)"', text)[1] in str(released.design)


def test_a_design_review_offers_what_a_page_can_show():
    shown = explorers.DesignReview(Budget(macs="150M", flash="2MiB", bits=16, runtime="live"))
    begins(shown.view.live(shown.state).html, macs=7, flash=5, bits="16", runtime="live")
    for other in ({"classes": 2}, {"families": "v1"}, {"alpha": [0.5, 0.75]}):
        special = explorers.DesignReview(Budget(macs="150M"), **other)
        assert special.view.live(special.state) is None


# --- nothing from elsewhere ---


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_nothing_else(name):
    text = live_page(name).html
    assert len(text.encode("utf-8")) < MOST
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    named = dict(one.split(" ", 1) for one in policy.split("; "))
    assert named["default-src"] == "'none'"
    for kind in ("style", "script"):
        (own,) = re.findall(f"<{kind}>(.*?)</{kind}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(own.encode("utf-8")).digest()).decode()
        assert named[f"{kind}-src"] == f"'sha256-{digest}'"
    assert not re.search(r' (style|on\w+|src)="', text)  # what the policy would forbid


def test_the_same_page_has_the_same_bytes():
    assert live_page("plane").html == live_page("plane").html


def test_texts_stay_texts():
    wild = '</script><b onclick="x">&"'
    control = parts.Slider("alpha", wild, [wild], 0, wild)
    live = parts.Live(
        "tour", wild, wild, [control], [], [parts.Key(wild, "o")], {wild: wild}, [wild]
    )
    text = page.html(live, home=wild)
    assert wild not in text and "<b " not in text
    assert page.unpacked(DATA.search(text)[1])[wild] == wild


STATIC = Path(page.__file__).parent / "static"


@pytest.mark.parametrize("name", PAGES)
def test_modules_become_one_script(name):
    """Which has a module's names only if that stands before."""
    text = live_page(name).html
    assert not re.search(r"^(import|export) ", text, re.MULTILINE)
    for path in ("chart", "live", name):
        source = (STATIC / f"{path}.js").read_text(encoding="utf-8")
        for names, origin in re.findall(r'^import \{ (.*) \} from "\./(\w+)\.js";$', source, re.M):
            exported = (STATIC / f"{origin}.js").read_text(encoding="utf-8")
            for one in names.split(", "):
                assert re.search(rf"^export .*\b{one}\b", exported, re.MULTILINE)


def test_the_library_comes_with_its_licence():
    text = (STATIC / page.LIBRARY).read_text(encoding="utf-8")
    version = re.search(r"uPlot \(v(\d+\.\d+\.\d+)\)", text)[1]
    assert version in (STATIC / "uplot" / "README.md").read_text(encoding="utf-8")
    assert "MIT" in (STATIC / "uplot" / "LICENSE").read_text(encoding="utf-8")


def test_colours_are_the_plots_own():
    text = (STATIC / "chart.js").read_text(encoding="utf-8")
    for name in ("INK", "REFERENCE", "PALE"):
        assert re.search(rf'\b{name} = "([^"]*)"', text)[1] == getattr(style, name)
