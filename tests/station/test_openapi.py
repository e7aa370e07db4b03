"""The description of the interface, and the pages that are printed from it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backchannel.station.api import Station
from backchannel.station.client import Client
from backchannel.station.couriers import Couriers
from backchannel.station.handing import Handing
from backchannel.station.handout import Files
from backchannel.station.local import HANDLING
from backchannel.station.openapi import description
from backchannel.station.routes import BY_NAME, ROUTES

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"


def printed(*options: str) -> str:
    """What the tool prints."""
    command = [sys.executable, str(ROOT / "tools" / "api.py"), *options]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize(("page", "options"), [("api.md", ()), ("openapi.json", ("--json",))])
def test_the_pages_are_what_the_source_says(page: str, options: tuple[str, ...]) -> None:
    assert printed(*options) == (REFERENCE / page).read_text(), "run: make reference"


def test_every_route_is_served_asked_for_and_done_by_the_facade() -> None:
    names = set(BY_NAME)
    assert set(HANDLING) == names
    done = {*vars(Station), *vars(Files), *vars(Handing), *vars(Couriers)}
    # These lists are read from the record alone.
    assert names - done == {"trials", "directory", "figures", "joint"}
    assert not {name for name in names if not hasattr(Client, name)}


def test_every_reference_leads_to_a_shape() -> None:
    made = description()
    text = json.dumps(made)
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named == set(made["components"]["schemas"]) & named
    assert {"StatusReport", "Fault", "Release"} <= named


def test_every_operation_says_what_it_takes_and_answers() -> None:
    made = description()
    assert made["openapi"] == "3.1.0"
    for route in ROUTES:
        operation = made["paths"][route.path][route.method.lower()]
        assert operation["operationId"] == route.name
        assert route.media in operation["responses"]["200"]["content"]
        assert ("requestBody" in operation) == (route.octets or route.body is not None)


def test_a_query_is_described_field_by_field() -> None:
    described = description()["paths"]["/v1/voice"]["get"]["parameters"]
    parameters = {each["name"]: each for each in described}
    assert parameters["mode"]["required"] and not parameters["seconds"]["required"]
    assert parameters["seconds"]["schema"]["maximum"] == 30
