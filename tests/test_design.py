"""What a design may be, and every way in which it may not."""

import copy
import dataclasses
import itertools
import pickle
import re
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import DIALECTS, LEAST, designs

from mobilenet_lab import (
    Design,
    cost,
    mobilenet_v1,
    mobilenet_v2,
    price,
    published,
    sweep,
    trace,
)
from mobilenet_lab.layers import FeatureMap
from mobilenet_lab.networks import aliases

FAR_BEYOND = pytest.mark.filterwarnings("ignore:.*is far beyond any network:UserWarning")

NO_NUMBERS = ["1", "", None, [0.5], (1.0,), {}, 1j, True, np.bool_(True), Decimal("0.5"), b"1"]
BAD_ALPHAS = [0, 0.0, -0.0, -1, -0.5, float("nan"), float("inf"), -float("inf"), *NO_NUMBERS]
BAD_ALPHAS += [np.float32("nan"), np.float64("inf"), np.array([0.5]), np.array(float("nan"))]
BAD_ALPHAS += [10**400, "a\nb", "long" * 200]  # the first is an integer, but no float
BAD_INTEGERS = [0, -1, 2.5, 2.0, float("nan"), float("inf"), np.float64(3.0), -(10**400)]
BAD_INTEGERS += [value for value in NO_NUMBERS if value is not None]


def start_of(value):
    """The beginning of a value as an error message repeats it."""
    return repr(value)[:40]


# What is stored


def test_what_is_chosen_is_what_is_stored():
    design = Design("v2", 0.35, resolution=96, expansion=3, classes=10, dialect="listing")
    assert design.values() == {
        "family": "v2",
        "alpha": 0.35,
        "resolution": 96,
        "expansion": 3,
        "classes": 10,
        "dialect": "listing",
    }


def test_positions_and_defaults():
    assert Design("v2", 0.5) == Design(family="v2", alpha=0.5, rho=1.0, expansion=None)
    with pytest.raises(TypeError):
        Design("v1", 1.0, 224)  # an input size, or the multiplier that it is read as?
    assert Design("v1") == Design(
        "v1", 1.0, rho=1.0, expansion=None, classes=1000, dialect="paper", resolution=None
    )
    assert Design("v1").resolution == 224
    assert Design("v1").expansion is None
    assert Design("v2").expansion == Design("v2", expansion=None).expansion == 6


def test_types_are_plain_whatever_came_in():
    design = Design(
        np.str_("v2"),
        np.float32(0.35),
        resolution=np.uint8(160),
        expansion=np.int64(6),
        classes=np.array(10),
        dialect=np.str_("paper"),
    )
    assert design == Design("v2", 0.35, resolution=160, classes=10)
    types = [type(value) for value in design.values().values()]
    assert types == [str, float, int, int, int, str]


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, np.longdouble, np.array])
def test_numpy_numbers_mean_their_digits(kind):
    assert Design("v2", kind("0.35") if kind is not np.array else kind(0.35)) == Design("v2", 0.35)


def test_other_real_numbers():
    assert Design("v1", Fraction(3, 4)) == Design("v1", 0.75)
    assert Design("v1", 1) == Design("v1", 1.0)


@pytest.mark.parametrize(
    ("rho", "pixels"),
    [
        (1, 224),
        (0.571, 128),  # 127.904
        (4 / 7, 128),
        (0.714, 160),
        (6 / 7, 192),
        (0.857, 192),
        (32 / 224, 32),
        (0.141, 32),  # 31.584
        (32.5 / 224, 33),
        (1.5, 336),
        (np.float32(0.571), 128),
        (8, 1792),
    ],
)
def test_rho_means_the_nearest_pixel(rho, pixels):
    assert Design("v1", rho=rho).resolution == pixels


@given(st.integers(32, 8 * 224))
def test_rho_round_trip(pixels):
    design = Design("v1", resolution=pixels)
    assert design.rho == pixels / 224
    assert Design("v1", rho=design.rho) == design


@FAR_BEYOND
@pytest.mark.parametrize("pixels", [32, 33, 35, 97, 223, 225, 449, 10**9 + 1])
@pytest.mark.parametrize("family", ["v1", "v2"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_any_size_from_32_up(family, dialect, pixels):
    design = Design(family, 0.5, resolution=pixels, dialect=dialect)
    sizes = [pixels]
    for number in range(5):  # five strides of 2, rounded up or, in the listing, down
        rounds_up = dialect == "paper" or (dialect == "keras" and (family == "v2" or not number))
        sizes.append((sizes[-1] + rounds_up) // 2)
    maps = [layer.shape_out[:2] for layer in trace(design) if layer.stride == 2]
    assert maps == [(size, size) for size in sizes[1:]]


@FAR_BEYOND
def test_no_upper_bound():
    design = Design("v2", 1e300, resolution=10**300, expansion=10**300, classes=10**300)
    assert cost(design).kernels > 10**600
    assert Design("v1", 1e-1, resolution=10**30).rho == 10**30 / 224
    assert len(f"{cost(design).macs:,}") > 1000 and str(10**300) in repr(design)


@pytest.mark.parametrize("rho", [224, 192.0, np.float32(128), 8.001, 1e6, 1e300, 10**300])
def test_rho_is_no_resolution(refused, rho):
    """`Design("v1", rho=224)` would be a network for 50,176 px."""
    meant = f"did you mean resolution={rho:.0f}?" if 32 <= rho < 1e5 else "beyond that, resolution"
    refused(lambda: Design("v1", rho=rho), f"rho={rho!r}"[:60], "32 px", "up to rho=8", meant)
    refused(lambda: sweep("v1", rho=[1.0, rho]), f"rho={rho!r}"[:60], meant)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"alpha": 25},
            "alpha=25.0 is far beyond any network that has been built (alpha up to 4);",
        ),
        ({"alpha": 25}, "did you mean 0.25?"),
        ({"alpha": 4.01}, "alpha=4.01 is far"),
        ({"resolution": 50176}, "(resolution up to 8,192)"),
        ({"expansion": 600}, "expansion=600 is far"),
        ({"classes": 10**6 + 1}, "(classes up to 1,000,000)"),
    ],
)
def test_what_nobody_has_built_is_built_with_a_warning(values, words):
    """One sentence, at the line that asked for it; the numbers are right all the same."""
    for ask in (Design, sweep, lambda family, **own: price(frame_of(family, **own))):
        with pytest.warns(UserWarning, match=re.escape(words)) as caught:
            ask("v2", **values)
        assert [one.filename for one in caught] == [__file__]
    with pytest.warns(UserWarning):
        design = Design("v2", **values)
        assert sweep("v2", **values)["macs"].tolist() == [cost(design).macs]


def frame_of(family, **values):
    return pd.DataFrame([{"family": family, "alpha": 1.0, "resolution": 224} | values])


@pytest.mark.parametrize("largest", [{"alpha": 4.0, "resolution": 8192}, {"classes": 10**6}])
def test_what_somebody_may_have_built_is_no_surprise(largest):
    with warnings.catch_warnings(action="error"):
        Design("v2", expansion=64, **largest)
        sweep("v2", expansion=[1, 64], **largest)


@pytest.mark.parametrize(
    ("noisy", "alpha"),
    [
        (0.7 - 0.2, 0.5),
        (0.1 + 0.2, 0.3),
        (np.nextafter(1, 0), 1.0),
        (np.nextafter(1, 2), 1.0),
        (np.float32(0.7) - np.float32(0.2), 0.5),
        (1.0499999999999998, 1.05),
    ],
)
def test_a_rounding_error_is_not_another_network(noisy, alpha):
    assert Design("v1", noisy) == Design("v1", alpha)
    assert sweep("v1", [noisy])["alpha"].tolist() == [alpha]
    assert price(frame_of("v1", alpha=noisy))["macs"].tolist() == [cost(Design("v1", alpha)).macs]
    assert published.of(Design("v1", noisy)).equals(published.of(Design("v1", alpha)))


def test_a_width_near_by_is_another_network():
    for alpha in (0.4999, 0.50001, 0.9999999, 0.123456, 1 / 3, 2 / 3, 0.47):
        assert Design("v1", alpha).alpha == alpha


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        *[(name, "calls it alpha") for name in ("depth_multiplier", "width_mult", "widen_factor")],
        *[(name, "calls it resolution") for name in ("input_shape", "image_size", "input_size")],
        ("resolution_multiplier", "calls it rho"),
        *[(name, "calls it classes") for name in ("num_classes", "n_classes")],
        *[(name, "calls it expansion") for name in ("expand_ratio", "t")],
        ("rows", "the paper's rows"),
        ("include_top", "build(design, top=...)"),
        ("weights", "build(design, weights=...)"),
        ("dropout", "build(design, dropout=...)"),
        ("round_nearest", "dialect"),
        ("colour", "accepted: family, rho, alpha, resolution, expansion, classes, dialect"),
    ],
)
@pytest.mark.parametrize(
    "ask", [Design, sweep, Design("v2").replace], ids=["new", "sweep", "replace"]
)
def test_the_names_of_other_libraries_are_answered(ask, argument, words):
    family = {} if ask == Design("v2").replace else {"family": "v2"}
    with pytest.raises(TypeError, match=re.escape(f"{argument!r}: ")) as caught:
        ask(**family, **{argument: 0.5})
    assert words in str(caught.value) and len(str(caught.value).splitlines()) == 1


def test_no_name_of_the_labs_is_another_librarys():
    parameters = {"family", "alpha", "rho", "resolution", "expansion", "classes", "dialect"}
    parameters |= {"channels"}
    assert set(aliases.CALLED) <= parameters
    assert not parameters & {*aliases.LAB_NAME, *aliases.ELSEWHERE}
    assert len(aliases.LAB_NAME) == sum(map(len, aliases.CALLED.values()))


@FAR_BEYOND
@pytest.mark.parametrize("name", ["resolution", "expansion", "classes"])
def test_integers_beyond_the_floats_are_refused(refused, name):
    for ask in (Design, sweep):
        refused(lambda ask=ask: ask("v2", **{name: 10**301}), f"{name}=1000", "at most 300 digits")
    assert getattr(Design("v2", **{name: 10**300}), name) == 10**300
    frame = sweep("v2", **{name: 10**300})
    assert frame[name].tolist() == [10**300] and frame["rho"][0] < np.inf


# A value like any other


def test_equal_networks_are_equal_designs():
    designs = {
        Design("v2", rho=0.714),
        Design("v2", resolution=160),
        Design("v2", np.float32(1), rho=160 / 224, expansion=6),
    }
    assert len(designs) == 1
    assert len({hash(design) for design in designs}) == 1
    assert Design("v1") != Design("v2")
    assert Design("v2", dialect="listing") != Design("v2")
    assert Design("v2", resolution=161) != Design("v2", resolution=160)


@pytest.mark.parametrize("name", ["family", "alpha", "resolution", "expansion", "rho", "other"])
def test_frozen(name):
    with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
        setattr(Design("v2"), name, 1)


@given(designs())
def test_copies_are_equal(design):
    assert design.replace() == design
    assert copy.deepcopy(design) == pickle.loads(pickle.dumps(design)) == design
    assert eval(repr(design)) == design
    assert hash(copy.copy(design)) == hash(design)


def test_replace_checks_too(refused):
    design = Design("v2", 0.5, resolution=96)
    assert design.replace(alpha=1.4) == Design("v2", 1.4, resolution=96)
    assert design.replace(resolution=128, expansion=2) == Design(
        "v2", 0.5, resolution=128, expansion=2
    )
    refused(lambda: design.replace(alpha=-1), "alpha=-1")


@given(designs())
def test_in_words(design):
    text = str(design)
    assert design.family in text
    assert f"{design.resolution} px" in text
    for dialect in ("listing", "keras"):
        assert (dialect in text) == (design.dialect == dialect)
    assert (f"t {design.expansion}" in text) == (design.family == "v2")


# What no network has


@pytest.mark.parametrize("alpha", BAD_ALPHAS, ids=start_of)
@pytest.mark.parametrize("family", ["v1", "v2"])
def test_bad_alpha(refused, family, alpha):
    refused(lambda: Design(family, alpha), f"alpha={start_of(alpha)}", "finite number above 0")


@pytest.mark.parametrize(("family", "dialect"), LEAST)
def test_alpha_that_leaves_a_layer_without_a_channel(refused, family, dialect):
    least = LEAST[family, dialect]
    if (family, dialect) in (("v1", "paper"), ("v2", "paper"), ("v2", "keras")):
        narrowest = Design(family, 1e-300, classes=8, dialect=dialect)
        assert min(layer.c_out for layer in trace(narrowest)) == 8
    else:
        assert min(layer.c_out for layer in trace(Design(family, least, dialect=dialect))) == 1
        for alpha in (np.nextafter(least, 0), 0.001, 1e-300):
            refused(
                lambda alpha=alpha: Design(family, alpha, dialect=dialect),
                f"alpha={float(alpha)!r}",
                f"{least:g}",
            )


@pytest.mark.parametrize("rho", [value for value in BAD_ALPHAS if value is not None], ids=start_of)
def test_bad_rho(refused, rho):
    refused(lambda: Design("v2", rho=rho), f"rho={start_of(rho)}", "32 px")


@pytest.mark.parametrize("rho", [0.14, 0.1, 31.49 / 224, 1e-300])
def test_rho_that_leaves_less_than_32_pixels(refused, rho):
    refused(lambda: Design("v1", rho=rho), f"rho={rho!r}", "32 px")


@pytest.mark.parametrize(
    "pixels", [31, 1, 224.0, 224.5, np.float64(160), *BAD_INTEGERS], ids=start_of
)
def test_bad_resolution(refused, pixels):
    refused(
        lambda: Design("v1", resolution=pixels),
        f"resolution={start_of(pixels)}",
        "integer number of pixels, 32 or more",
    )


@pytest.mark.parametrize("rho", [1.0, 160 / 224, "x" * 500, np.zeros((3, 3))], ids=start_of)
def test_rho_and_resolution_together(refused, rho):
    refused(lambda: Design("v1", rho=rho, resolution=160), "160", "not both")


@pytest.mark.parametrize("expansion", BAD_INTEGERS, ids=start_of)
def test_bad_expansion(refused, expansion):
    refused(
        lambda: Design("v2", expansion=expansion), f"expansion={start_of(expansion)}", "least 1"
    )


@pytest.mark.parametrize("expansion", [1, 6, 0, "6", float("nan")])
def test_expansion_for_v1(refused, expansion):
    refused(lambda: Design("v1", expansion=expansion), f"expansion={expansion!r}", "None for v1")


@pytest.mark.parametrize("classes", [*BAD_INTEGERS, None], ids=start_of)
def test_bad_classes(refused, classes):
    refused(lambda: Design("v1", classes=classes), f"classes={start_of(classes)}", "least 1")


@pytest.mark.parametrize("family", ["v3", "V1", "", 1, None, ["v1"], "MobileNet", b"v1"])
def test_bad_family(refused, family):
    refused(lambda: Design(family), f"family={family!r}", "'v1' or 'v2'")


@pytest.mark.parametrize("dialect", ["slim", "Keras", "Paper", "", 0, None, ["paper"]])
def test_bad_dialect(refused, dialect):
    refused(
        lambda: Design("v1", dialect=dialect),
        f"dialect={dialect!r}",
        "'paper' or 'listing' or 'keras'",
    )


def test_a_message_stays_one_line_whatever_the_value(refused):
    class Verse:
        def __repr__(self):
            return "roses\nviolets\r\nsugar\u2028" * 50

    refused(lambda: Design("v1", Verse()), "alpha=roses violets sugar")
    refused(lambda: Design("v1", 10**5000), "alpha=")
    refused(lambda: Design("v1", resolution=-(10**5000)), "resolution=")
    refused(lambda: Design("v1", rho=10**5000, resolution=160), "resolution=160")


# The same rules through the sweep …


@pytest.mark.parametrize("several", [False, True], ids=["alone", "in a list"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("alpha", value) for value in (0, -1, float("nan"), float("inf"), "1", None, True)],
        *[("rho", value) for value in (0, 0.1, float("nan"), "1")],
        *[("resolution", value) for value in (31, 224.0, "224", True)],
        *[("expansion", value) for value in (0, 2.5, "6", True)],
        *[("family", value) for value in ("v3", None, 1)],
    ],
)
def test_sweep_refuses_the_same(refused, name, value, several):
    choices = {"family": "v2", name: [value] if several else value}
    refused(lambda: sweep(**choices), f"{name}={value!r}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("classes", value) for value in (0, 2.5, "10", None, [10])],
        *[("dialect", value) for value in ("slim", None, ["paper"])],
    ],
)
def test_sweep_is_of_one_task_in_one_dialect(refused, name, value):
    refused(lambda: sweep("v2", **{name: value}), f"{name}={value!r}")


@pytest.mark.parametrize("name", ["family", "alpha", "rho", "resolution", "expansion"])
@pytest.mark.parametrize("nothing", [[], (), range(0), np.array([])], ids=repr)
def test_sweep_of_nothing(refused, name, nothing):
    refused(lambda: sweep(**{"family": "v2", name: nothing}), f"{name}=", "at least one")


def test_sweep_refuses_what_one_family_has_not(refused):
    refused(lambda: sweep("v1", expansion=6), "expansion=6", "None for v1")
    refused(lambda: sweep(["v1"], expansion=[1, 6]), "expansion=[1, 6]", "None for v1")
    narrow = {"alpha": [0.5, 0.01], "dialect": "listing"}
    refused(lambda: sweep(["v1", "v2"], **narrow), "alpha=0.01")
    refused(lambda: sweep("v1", rho=1.0, resolution=224), "resolution=224", "not both")
    refused(lambda: sweep("v1", rho=[1.0], resolution=[160, 192]), "resolution=160", "not both")


@pytest.mark.parametrize("values", [[[0.5], [0.5, 1]], [[0.5]], np.ones((2, 2)), {"a": 1}])
def test_sweep_takes_flat_sequences(refused, values):
    refused(lambda: sweep("v2", alpha=values), "alpha=")


def test_sweep_takes_generators():
    both = ["v1", "v2"]
    frame = sweep(iter(both), (a / 4 for a in (2, 4)), resolution=map(int, ("32", "64")))
    assert frame.equals(sweep(both, [0.5, 1.0], resolution=[32, 64]))
    assert sweep("v2", expansion=filter(None, range(3))).equals(sweep("v2", expansion=[1, 2]))
    assert sweep("v1", rho=(rho for rho in (1,))).equals(sweep("v1"))


def test_sweep_takes_no_endless_generator(refused, monkeypatch):
    monkeypatch.setattr("mobilenet_lab.costs.sweep.MOST_UNCOUNTED", 100)
    refused(lambda: sweep("v2", itertools.count(1)), "alpha=count(", "generator of up to 100")
    refused(lambda: sweep("v2", (a for a in ())), "alpha=<generator", "at least one")
    refused(lambda: sweep("v2", expansion=range(1, 10**30)), "expansion=range", "fits in memory")
    assert len(sweep("v2", iter([1.0] * 100))) == 100


# … and through the functions that make the networks


def block_calls(x):
    """Each block function as a call of one argument by name, on `x`."""
    return {
        ("v1 block", "alpha"): lambda v: mobilenet_v1.depthwise_block(x, 16, v, 1),
        ("v1 block", "strides"): lambda v: mobilenet_v1.depthwise_block(x, 16, 1.0, v),
        ("v1 block", "n_filters"): lambda v: mobilenet_v1.depthwise_block(x, v, 1.0, 1),
        ("v1 full", "strides"): lambda v: mobilenet_v1.full_block(x, 16, 1.0, v),
        ("v1 group", "alpha"): lambda v: mobilenet_v1.depthwise_group(x, 16, 2, v),
        ("v1 group", "n_blocks"): lambda v: mobilenet_v1.depthwise_group(x, 16, v, 1.0),
        ("v1 stem", "alpha"): lambda v: mobilenet_v1.stem(x, v),
        ("v1 learner", "alpha"): lambda v: mobilenet_v1.learner(x, v),
        ("v1 classifier", "n_classes"): lambda v: mobilenet_v1.classifier(x, 1.0, 0.1, v),
        ("v2 block", "alpha"): lambda v: mobilenet_v2.inverted_block(x, 16, v),
        ("v2 block", "expansion"): lambda v: mobilenet_v2.inverted_block(x, 16, 1.0, v),
        ("v2 block", "strides"): lambda v: mobilenet_v2.inverted_block(x, 16, 1.0, 6, v),
        ("v2 block", "n_filters"): lambda v: mobilenet_v2.inverted_block(x, v, 1.0),
        ("v2 group", "expansion"): lambda v: mobilenet_v2.inverted_group(x, 16, 2, 1.0, v),
        ("v2 group", "strides"): lambda v: mobilenet_v2.inverted_group(x, 16, 2, 1.0, 6, v),
        ("v2 group", "n_blocks"): lambda v: mobilenet_v2.inverted_group(x, 16, v, 1.0),
        ("v2 stem", "alpha"): lambda v: mobilenet_v2.stem(x, v),
        ("v2 learner", "alpha"): lambda v: mobilenet_v2.learner(x, v),
        ("v2 learner", "expansion"): lambda v: mobilenet_v2.learner(x, 1.0, v),
        ("v2 classifier", "n_classes"): lambda v: mobilenet_v2.classifier(x, v),
    }


BAD_ARGUMENTS = {
    "alpha": [0, -1, float("nan"), float("inf"), "1", None, [1.0], True],
    "expansion": [0, -6, 2.5, "6", None, True],
    "strides": [0, -1, (2, 1), (1, 2), (2, 2, 2), (), 1.5, "2", "22", None, True, np.ones(2)],
    "n_classes": [0, -1, 2.5, "10", None, True],
    "n_blocks": [0, -1, 2.5, "2", None],
    "n_filters": [0, -8, 2.5, "16", None],
}


@pytest.mark.parametrize("kind", ["FeatureMap", pytest.param("Keras", marks=pytest.mark.keras)])
@pytest.mark.parametrize(("function", "name"), block_calls(FeatureMap(32, 32, 3)))
def test_blocks_refuse_the_same(refused, request, kind, function, name):
    x = FeatureMap(32, 32, 3) if kind == "FeatureMap" else keras_input()
    call = block_calls(x)[function, name]
    for value in BAD_ARGUMENTS[name]:
        refused(lambda value=value: call(value), f"{name}={value!r}")


def keras_input():
    import keras

    return keras.Input((32, 32, 3))


def test_a_pair_of_strides_is_a_pair_of_integers(refused):
    x = FeatureMap(32, 32, 3)
    refused(lambda: mobilenet_v1.depthwise_block(x, 16, 1.0, (1.5, 1.5)), "strides=1.5")
    refused(lambda: mobilenet_v2.inverted_block(x, 16, 1.0, 6, (True, True)), "strides=True")


@pytest.mark.parametrize(
    "call",
    [
        lambda x, d: mobilenet_v1.depthwise_block(x, 8, 0.1, 1, dialect=d),
        lambda x, d: mobilenet_v1.learner(x, 0.001, dialect=d),
        lambda x, d: mobilenet_v1.network(x, 0.01, dialect=d),
    ],
)
def test_listing_blocks_of_v1_refuse_an_alpha_that_leaves_no_channel(refused, call):
    x = FeatureMap(32, 32, 3)
    refused(lambda: call(x, "listing"), "alpha=0.", "keeps a channel")
    assert min(layer.c_out for layer in call(x, "paper").layers if layer.op == "pointwise") == 8


def test_listing_blocks_of_v2_refuse_an_alpha_that_leaves_no_channel(refused):
    x = FeatureMap(32, 32, 8)
    refused(lambda: mobilenet_v2.inverted_block(x, 16, 0.05, dialect="listing"), "alpha=0.05")
    assert mobilenet_v2.inverted_block(x, 16, 0.05).channels == 8


@pytest.mark.parametrize("module", [mobilenet_v1, mobilenet_v2])
def test_blocks_refuse_an_unknown_dialect(refused, module):
    for name in ("stem", "learner"):
        call = getattr(module, name)
        refused(
            lambda call=call: call(FeatureMap(32, 32, 3), 1.0, dialect="slim"), "dialect='slim'"
        )


@pytest.mark.parametrize("x", [None, "image", 3, [224, 224, 3], np.str_("x"), np.ones(3)], ids=repr)
def test_blocks_refuse_what_is_no_image(refused, x):
    refused(lambda: mobilenet_v1.stem(x, 1.0), f"x={x!r}")
    refused(lambda: mobilenet_v2.inverted_block(x, 16, 1.0), f"x={x!r}")


@pytest.mark.parametrize(
    "shape", [(0, 32, 3), (32, -1, 3), (32, 32, 0), (32.0, 32, 3), ("a", 1, 1)]
)
def test_a_feature_map_has_whole_sizes(refused, shape):
    refused(lambda: FeatureMap(*shape), "integer")
