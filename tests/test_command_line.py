"""`python -m mobilenet_lab`: what it prints, in which format, and what it says to wrong values."""

import io

import pandas as pd
import pytest

from mobilenet_lab import Budget, Design, cost, layer_table, review, sweep
from mobilenet_lab.__main__ import main
from mobilenet_lab.costs.cost import COUNTS
from mobilenet_lab.published.released import phone_model

COMMANDS = {
    "cost": (["cost", "v2", "--alpha", "0.35"], 2 * len(COUNTS)),
    "layers": (["layers", "v2", "--alpha", "0.35"], len(layer_table(Design("v2", 0.35)))),
    "sweep": (["sweep", "v1", "v2", "--alpha", "0.5", "1", "--expansion", "6"], 4),
}


def run(capsys, *arguments):
    """(exit status, standard output, standard error)."""
    try:
        status = main(list(arguments))
    except SystemExit as error:
        status = error.code
    return status, *capsys.readouterr()


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("format", ["text", "csv", "markdown", "latex"])
def test_every_command_has_every_format(capsys, command, format):
    arguments, rows = COMMANDS[command]
    status, out, err = run(capsys, *arguments, "--format", format)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == rows + {"csv": 1, "markdown": 2, "latex": 6}.get(format, command != "cost")
    if format == "markdown":
        assert len({line.count("|") for line in lines}) == 1 and "<NA>" not in out
    if format == "latex":
        assert len({line.count("&") for line in lines if line.endswith(r"\\")}) == 1


def test_the_numbers_are_those_of_the_functions(capsys):
    table = sweep(["v1", "v2"], [0.5, 1.0], expansion=6)
    read = pd.read_csv(io.StringIO(run(capsys, *COMMANDS["sweep"][0])[1]))
    assert read["macs"].tolist() == table["macs"].tolist()
    counts = pd.read_csv(io.StringIO(run(capsys, *COMMANDS["cost"][0], "--format", "csv")[1]))
    assert dict(counts.to_numpy().tolist()) == cost(Design("v2", 0.35)).columns()
    row = run(capsys, *COMMANDS["sweep"][0], "--format", "markdown")[1].splitlines()[2]
    assert row.startswith("| v1 | 0.5 | 1.0 | 224 |  | 1000 | paper |")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["cost", "v1", "--rho", "224"], "did you mean resolution=224?"),
        (["sweep", "v1", "--rho", "1", "192"], "did you mean resolution=192?"),
        (["cost", "v1", "--alpha", "nan"], "alpha=nan"),
        (["layers", "v1", "--resolution", "31"], "resolution=31"),
        (["cost", "v1", "--alpha", "0,5"], "'0,5'"),
        (["cost", "v2", "--width-mult", "0.5"], "width_mult: the lab calls it alpha"),
        (["cost", "v2", "--input_size=96"], "input_size: the lab calls it resolution"),
        (["train", "v1", "--data", "no such data"], "'no such data'"),
        (["train", "v1", "--epochs", "0"], "epochs=0"),
        (["train", "v1", "--workers", "two"], "'two'"),
        (["review"], "the number of limits=0"),
        (["review", "--ram", "2XiB"], "ram='2XiB'"),
        (["review", "--macs", "9M", "--alpha", "0,5"], "alpha='0,5'"),
        (["review", "--macs", "9M", "--alpha", "0.5:1"], "alpha='0.5:1'"),
        (["review", "--macs", "9M", "--out", "review.pdf"], "path='review.pdf'"),
        (["review", "--macs", "9M", "--times", "no such file"], "'no such file'"),
        (["review", "--macs", "9M", "--depth-multiplier", "1"], "the lab calls it alpha"),
        (["review", "--ms", "9"], "times=None is not possible; accepted: pixel1 or"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_is_one_sentence(capsys, arguments, words):
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "") and words in err.splitlines()[-1]


def test_a_review_as_text(capsys):
    limits = ("--macs", "30M", "--ms", "20", "--times", "pixel1")
    status, out, err = run(capsys, "review", *limits, "--alpha", "0.35:0.5:0.05")
    found = review(Budget(macs="30M", ms=20), latency=phone_model(), alpha=[0.35, 0.4, 0.45, 0.5])
    assert (status, err) == (0, "") and out.startswith(f"{found.sentence}\n")
    rows = [line.split() for line in out.splitlines()]
    for row in found.funnel.itertuples():
        assert any({row.limit, str(row.refused), str(row.left)} <= set(line) for line in rows)
    for row in found.candidates.head(20).itertuples():
        assert any({row.family, str(row.macs), str(row.params)} <= set(line) for line in rows)


def test_a_review_where_nothing_fits(capsys):
    status, out, err = run(capsys, "review", "--macs", "1M", "--family", "v2", "--alpha", "0.5")
    assert status == 1 and err == "no design fits\n"
    assert out.startswith("None of 9 designs fits") and "refused, the nearest 9:" in out


def test_what_nobody_has_built_is_printed_with_a_warning(capsys):
    status, out, err = run(capsys, "cost", "v1", "--alpha", "25")
    assert status == 0 and out.startswith("macs ")
    assert err == (
        "warning: alpha=25.0 is far beyond any network that has been built (alpha up to 4); "
        "did you mean 0.25?\n"
    )


def test_a_frame_as_markdown():
    """pandas' own way, with the package that the extra "lab" brings."""
    pytest.importorskip("tabulate")
    assert layer_table(Design("v1")).to_markdown().count("\n") == len(layer_table(Design("v1"))) + 1
