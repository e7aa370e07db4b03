"""Tests of cli.sim: what is printed of a run, and what the shell is told."""

import json

import pytest
from typer.testing import CliRunner, Result

from backchannel.cli.main import app
from backchannel.cli.sim import read_seeds
from backchannel.errors import OfficerError

WRONG = ("--design", "receipt-over-gaps")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["sim", *words])


def test_seeds_are_two_numbers_from_and_before() -> None:
    assert read_seeds("3:7") == range(3, 7)


@pytest.mark.parametrize("text", ["", "7", "7:", ":7", "7:7", "8:7", "a:b", "1:2:3", "-1:2"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(OfficerError, match="seeds"):
        read_seeds(text)


def test_seeds_in_order_end_with_0_and_print_no_data() -> None:
    result = run("--seeds", "0:2")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "seeds run: 2, failed: 0" in result.stderr


def test_a_seed_that_fails_is_printed_with_the_way_to_repeat_it() -> None:
    result = run("--seed", "3", *WRONG)
    assert result.exit_code == 1
    assert "seed 3: history " in result.stdout
    assert "seed 3: I5 does not hold at " in result.stdout
    assert "backchannel sim --seed 3 --trace" in result.stderr


def test_a_trace_is_the_history_and_its_hash() -> None:
    result = run("--seed", "1", "--trace")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0 and lines == run("--seed", "1", "--trace").stdout.splitlines()
    assert lines[0].endswith("alder        starts with version 6")
    assert lines[-1].startswith("seed 1: history ") and len(lines[-1].split()[-1]) == 64


def test_json_is_one_object_with_what_failed() -> None:
    good, bad = run("--seed", "1", "--json"), run("--seed", "3", "--json", *WRONG)
    assert json.loads(good.stdout) == {"seeds": 1, "failed": []}
    failed = json.loads(bad.stdout)["failed"]
    assert (bad.exit_code, [each["seed"] for each in failed]) == (1, [3])
    assert {"invariant", "station", "text"} == set(failed[0]["findings"][0])


def test_an_unknown_design_is_refused() -> None:
    result = run("--seed", "1", "--design", "hope")
    assert result.exit_code == 2 and "unknown-design" in result.stderr
