"""The conversation: machine and person, original and translation, in order and not."""

import pytest
from msgspec.structs import replace
from tests.desk.terminal.pictures import NOW, ladder, said_line

from backchannel.desk.terminal.cells import Glass, width
from backchannel.desk.terminal.talk import conversation, statement_rows
from backchannel.station.reports import Judgement, LogLine, Rendering

GLASS = Glass()


def texts(line: LogLine) -> list[str]:
    return [row.text for row in statement_rows(GLASS, line)]


def test_a_machine_is_a_hollow_circle_and_a_person_a_filled_square_with_a_name() -> None:
    found = texts(said_line(ladders=(ladder("acknowledged"),)))
    assert "  > Alder: ( ) held 13:43:20Z" in found
    assert "  > [#] ACKNOWLEDGED 13:43:21Z by Marsh (duty officer)" in found


def test_the_original_is_named_and_a_translation_says_whose_it_is() -> None:
    valid = Judgement("valid", "")
    rendering = Rendering("cd" * 32, "en", "sight", "The boat drifts.", "Sun", "Alder", NOW, valid)
    found = texts(said_line(renderings=(rendering,)))
    assert found[0] == "BIRCH 0413 (theirs)  Z FLASH  message  to Alder  2026-11-22T13:43:20Z"
    assert found[1:3] == ["  fr, ORIGINAL, signed by Lin", "  | Le bateau dérive."]
    assert found[3:5] == ["  en, translation (sight), by Sun, Alder", "  : The boat drifts."]


@pytest.mark.parametrize("word", ["invalid", "contested", "regressing", "not-understood"])
def test_what_is_not_in_order_stands_between_two_stop_signs(word: str) -> None:
    found = texts(said_line(verdict=Judgement(word, "the signature does not fit")))
    stops = [n for n, text in enumerate(found) if "!STOP!" in text]
    words = found.index("  | Le bateau dérive.")
    assert stops[0] < words < stops[1]
    assert ("DOES NOT BIND" in found[stops[0]]) == (word == "invalid")


def test_a_drill_says_so_at_both_ends_of_its_head() -> None:
    line = said_line()
    head = texts(replace(line, words=replace(line.words, mode="EXERCISE")))[0]
    assert head.startswith("EXERCISE  ") and head.endswith("  EXERCISE")


def test_an_answer_stands_on_the_ladder_and_one_that_does_not_bind_stands_by_itself() -> None:
    line = said_line()
    ack = replace(line, entry="ef" * 32, words=replace(line.words, kind="ack", text=""))
    assert {entry for entry, _ in conversation(GLASS, (line, ack))} == {line.entry}
    wrong = replace(ack, verdict=Judgement("invalid", "no mandate"))
    assert {entry for entry, _ in conversation(GLASS, (line, wrong))} == {line.entry, wrong.entry}


def test_hostile_words_stay_within_their_rows_and_are_whole() -> None:
    text = "\x1b[2J\u202e" + "漢" * 100 + " " + "W" * 200
    line = said_line()
    found = texts(replace(line, words=replace(line.words, text=text, by=("\x1b[H",))))
    assert max(map(width, found)) <= 78
    drawn = "".join(row[4:] for row in found if row.startswith("  | "))
    assert drawn.count("漢") == 100 and drawn.count("W") == 200
    assert not any("\x1b" in row or "\u202e" in row for row in found)
