"""The vectors of notices, and the bytes on their page."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import BreachError, JunkError
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.notice.kinds import Bounds
from backchannel.notice.relations import About, Saying, require_relation
from backchannel.notice.values import TYPES, read_value
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.statement import Content, Label, Statement

ROOT = Path(__file__).parents[2]
FOUND = json.loads((ROOT / "vectors" / "notice" / "values.json").read_text())
CASES: list[dict[str, Any]] = FOUND["cases"]  # what a JSON file holds
PAGE = ROOT / "docs" / "spec" / "notice.md"


def test_more_is_refused_than_accepted() -> None:
    refused = [case for case in CASES if case["result"] != "accept"]
    assert len(refused) > len(CASES) - len(refused) > 0
    assert {case["type"] for case in CASES} >= set(TYPES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['type']}: {case['text'][:40]}")
def test_a_value_is_read_or_refused_as_the_vector_says(case: dict[str, Any]) -> None:
    """NOTICE-10, NOTICE-11, and the clause that the case names."""
    assert f"**{case['clause']}**" in PAGE.read_text()
    kind = TYPES[case["type"]]
    if case["result"] == "accept":
        value = read_value(case["type"], case["text"], Bounds(tuple(FOUND["codes"])))
        assert encode(value).hex() == case["hex"]
        assert kind.show(decode(bytes.fromhex(case["hex"]))) == case["text"]
        return
    with pytest.raises(JunkError) as fault:
        read_value(case["type"], case["text"], Bounds(tuple(FOUND["codes"]), ("MW", "kV"), 60))
    assert fault.value.reason == case["result"]


def test_the_example_of_the_page_is_what_a_station_signs() -> None:
    """NOTICE-3."""
    values = fill(
        form_named("T06-S"),
        {
            1: "a hospital",
            2: "15.50000N 032.56000E within 100m imagery near Old Bridge",
            3: "2026-12-01T10:00:00Z",
            4: ["duty officer", "likely"],
            5: "30 min",
        },
    )
    printed = re.findall(r"^[\[\"\d].*\s([0-9a-f]{6,})$", PAGE.read_text(), re.MULTILINE)
    assert [encode(value).hex() for value in values[:5]] == printed


RELATIONS: list[dict[str, Any]] = json.loads(  # what a JSON file holds
    (ROOT / "vectors" / "notice" / "relations.json").read_text()
)["cases"]


def test_more_relations_are_refused_than_accepted() -> None:
    refused = {case["result"] for case in RELATIONS} - {"accept"}
    assert sum(case["result"] == "accept" for case in RELATIONS) * 2 < len(RELATIONS)
    assert refused == {"relation-party", "relation-form", "relation-unknown", "relation-word"}


@pytest.mark.parametrize("case", RELATIONS, ids=str)
def test_a_relation_is_in_its_place_or_not_as_the_vector_says(case: dict[str, Any]) -> None:
    """NOTICE-60, NOTICE-61, NOTICE-62."""
    values: list[Value] = [0, "en", *(None,) * 25]
    values[Label.RELATION - 1], values[21] = case["relation"], case["label22"]
    values[26] = None if case["action"] is None else (case["action"], None)
    statement = Statement(*(case["kind"], case["form"], 2, 4, 0, 0, (), (), (), bytes(32)))
    saying = Saying(statement, Content(b"s" * 16, tuple(values)), case["party"], case["mode"])
    about = None if case["about"] is None else About(**case["about"])
    assert f"**{case['clause']}**" in PAGE.read_text()
    try:
        require_relation(saying, about)
    except BreachError as fault:
        assert fault.reason == case["result"]
    else:
        assert case["result"] == "accept"
