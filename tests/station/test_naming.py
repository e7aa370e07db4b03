"""Which statement a person means."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH
from tests.exchange import open_line
from tests.station.shelf import Talk, shelve
from tests.station.test_judging import open_new_journal

from backchannel.errors import OfficerError
from backchannel.station.naming import entry_named
from backchannel.wire.signing import Mode


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ALDER 0001", "real one"),
        ("alder-0002", "real two"),
        (" Alder 0002 ", "real two"),
        ("ALDER EX 0001", "drill one"),
        ("alder-ex-0001", "drill one"),
        ("ALDER TEST 0001", "test one"),
        ("Birch 0001", "their one"),
    ],
)
def test_a_statement_is_found_by_its_spoken_number(tmp_path: Path, name: str, text: str) -> None:
    talk = Talk(open_line())
    said = {
        "real one": talk.say(ALDER, "real one"),
        "real two": talk.say(ALDER, "real two"),
        "drill one": talk.say(ALDER, "drill one", mode=Mode.EXERCISE),
        "test one": talk.say(ALDER, "test one", mode=Mode.TEST),
        "their one": talk.say(BIRCH, "their one"),
    }
    record = shelve(tmp_path, talk.exchange)
    assert entry_named(record, name) == said[text]
    assert entry_named(record, said[text].hex()[:10]) == said[text]


def test_a_number_is_found_in_the_journal_that_follows(tmp_path: Path) -> None:
    talk = Talk(open_line())
    said = [talk.say(ALDER, "one"), talk.say(ALDER, "two")]
    open_new_journal(talk, ALDER)
    said += [talk.say(ALDER, "three"), talk.say(ALDER, "four")]
    record = shelve(tmp_path, talk.exchange, BIRCH)
    assert [entry_named(record, f"ALDER {n:04}") for n in range(1, 5)] == said


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ALDER 0009", "no-such-entry"),
        ("ALDER EX 0001", "no-such-entry"),
        ("CEDAR 0001", "no-such-entry"),
        ("ALDER 1", "not-an-id"),
        ("not hex", "not-an-id"),
        ("ffffffff", "no-such-entry"),
        ("", "not-an-id"),
    ],
)
def test_nothing_is_guessed(tmp_path: Path, name: str, reason: str) -> None:
    talk = Talk(open_line())
    talk.say(ALDER, "one")
    with pytest.raises(OfficerError) as caught:
        entry_named(shelve(tmp_path, talk.exchange), name)
    assert caught.value.reason == reason
