"""What a drill claims must be so: it fails aloud, and does not wait for ever."""

from pathlib import Path

import pytest

from backchannel.drill import watching
from backchannel.drill.rooms import Person, Room
from backchannel.drill.story import say_alone
from backchannel.errors import OfficerError


def test_a_claim_that_is_not_so_ends_the_drill() -> None:
    watching.require(True, "two and two are four")
    with pytest.raises(OfficerError) as caught:
        watching.require(False, "two and two are five")
    assert caught.value.reason == "drill-failed"
    assert "two and two are five" in caught.value.text


def test_a_release_that_takes_two_and_came_from_one_ends_the_drill(tmp_path: Path) -> None:
    okafor = Person("Okafor", "duty officer", tmp_path / "okafor.key")
    room = Room("Alder", "en", tmp_path, "", (okafor,), lambda *words: '{"entry": "ab"}')
    with pytest.raises(OfficerError) as caught:
        say_alone(room)
    assert caught.value.reason == "drill-failed"


def test_what_never_comes_ends_the_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PATIENCE_S", 0.0)
    with pytest.raises(OfficerError) as caught:
        watching.patiently(lambda: None, "a letter")
    assert caught.value.reason == "drill-failed"
    assert "a letter" in caught.value.text
