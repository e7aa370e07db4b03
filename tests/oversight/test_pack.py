"""What follows from the word of a station: who was informed, what was promised, what is unknown."""

import json
from pathlib import Path

import msgspec
import pytest
from tests.oversight.packs import altered, folder, pack_in, page_of
from tests.station.spanned import PROMISE, Span, promised, wanted
from tests.station.test_packing import packed

from backchannel.oversight.pack import ALWAYS_UNKNOWN, FORMAT, PROMISES_NOTE, as_json, unknown
from backchannel.station.asked import Damage
from backchannel.station.reports import Field, Judgement


def test_a_pack_is_one_json_object(tmp_path: Path) -> None:
    """PROOF-121."""
    span, _ = promised()
    found = json.loads(json.dumps(as_json(folder(pack_in(tmp_path, span)))))
    assert list(found) == [
        *("format", "evidence", "informed", "promises", "promises_note", "unknown", "station")
    ]
    assert found["format"] == FORMAT and found["evidence"]["file"] == "span.bcd"
    assert [each["report"]["line"]["words"]["kind"] for each in found["station"]["statements"]] == [
        *("message", "message", "translate", "readback", "ack")
    ]


def test_who_was_informed_and_when(tmp_path: Path) -> None:
    """PROOF-121: by every rung at which somebody learnt of it, and not of answers."""
    span, _ = promised()
    rows = folder(pack_in(tmp_path, span)).informed
    assert [each.time for each in rows] == sorted(each.time for each in rows)
    told = [(each.statement, each.rung) for each in rows if each.addressee == "Birch"]
    assert told == [
        ("ALDER 0001", "held"),
        ("ALDER 0001", "acknowledged"),
        ("ALDER 0001", "read back"),
    ]
    assert {each.statement for each in rows} == {"ALDER 0001", "BIRCH 0001"}


def test_what_could_be_held_up_as_a_promise(tmp_path: Path) -> None:
    """PROOF-121: with who acknowledged it, and the word of what the register is."""
    span, entry = promised()
    found = folder(pack_in(tmp_path, span))
    assert found.promises_note == PROMISES_NOTE
    morning, promise = found.promises
    assert (promise.entry, promise.text, promise.commits) == (entry.hex(), PROMISE, False)
    assert morning.acknowledged == () and len(promise.acknowledged) == 2
    assert promise.acknowledged[0].startswith("Birch: acknowledged by first, 2026-11-22T")


def test_what_a_notice_states_as_promises_is_told_as_it_states_it(tmp_path: Path) -> None:
    """PROOF-121: of the two forms that have such a field, and of no other."""
    span, _ = promised()
    pack = pack_in(tmp_path, span)
    first = pack.statements[0]
    rows = (Field(23, "scope", "south of the line"), Field(27, "promises", "no crossing, envoy"))
    promise = "no crossing, envoy"
    for form, told in (("T08/1", promise), ("T19/1", promise), ("T01/1", "")):
        words = msgspec.structs.replace(
            first.report.line.words, kind="notice", form=form, text="", fields=rows
        )
        line = msgspec.structs.replace(first.report.line, words=words)
        report = msgspec.structs.replace(first.report, line=line)
        changed = msgspec.structs.replace(
            pack, statements=(msgspec.structs.replace(first, report=report),)
        )
        (found,) = folder(changed).promises
        assert (found.form, found.promised) == (form, told)
        assert (told or "see the notice") in page_of(changed)


def test_a_hidden_promise_is_listed_without_its_words(tmp_path: Path) -> None:
    """PROOF-105, PROOF-123."""
    span, entry = promised()
    pack = packed(span.record(tmp_path), wanted(0, span.exchange.clock.now, entry))
    promise = folder(pack).promises[1]
    assert promise.hidden and promise.text == ""
    (said,) = [each for each in unknown(pack) if "are hidden" in each]
    assert said.startswith("The words of 4 statements, which are hidden: ALDER 0001, translate ")


def test_what_could_not_be_known_is_said(tmp_path: Path) -> None:
    """PROOF-123: what no version of the record holds, both ends, who did not acknowledge."""
    span, _ = promised()
    record = span.record(tmp_path)
    pack = packed(record, wanted(span.times[0] + 1, span.exchange.clock.now + 99))
    found = list(unknown(pack))
    assert found[: len(ALWAYS_UNKNOWN)] == list(ALWAYS_UNKNOWN)
    assert found[len(ALWAYS_UNKNOWN) :] == [
        "What was entered before 2026-11-22T13:44:20Z: another pack covers it.",
        "What was entered after 2026-11-22T13:47:20Z: asked was until 2026-11-22T13:49:59Z, but no "
        "minute after that is cosigned by all parties.",
        "Whether all parties together changed the record since: no witness holds it fast.",
    ]
    whole = list(unknown(packed(record, wanted())))
    assert "Nothing lies before this pack: it begins with the line." in whole
    assert "Whether anybody understood BIRCH 0001: nobody acknowledged." in whole


def test_what_does_not_bind_is_said(tmp_path: Path) -> None:
    """PROOF-123."""
    span, _ = promised()
    verdict = Judgement("invalid", "unreleased")
    found = list(unknown(altered(pack_in(tmp_path, span), verdict=verdict)))
    assert "Whether BIRCH 0001 binds anybody: invalid unreleased" in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"forks": ("journal 17 of party 1",)}, "Which of two things holds: journal 17 of"),
        ({"gaps": ("journal 17: slots 4 to 5 are missing",)}, "What lies in a gap: journal 17"),
        ({"damage": Damage(16, 3, "RECORD-3", "bad-signature", ""), "summary": "DAMAGED at 3"},
         "What our own record held: DAMAGED at 3"),
    ],
)  # fmt: skip
def test_what_the_check_found_is_said(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    """PROOF-123."""
    span, _ = promised()
    pack = pack_in(tmp_path, span)
    check = msgspec.structs.replace(pack.check, **changes)
    found = list(unknown(msgspec.structs.replace(pack, check=check)))
    assert any(each.startswith(sentence) for each in found)


def test_words_that_never_came_are_told_apart_from_hidden_ones(tmp_path: Path) -> None:
    """PROOF-123."""
    span = Span()
    span.talk.say(0, PROMISE)
    span.minute()
    record = span.record(tmp_path)
    with record.custody.database.transaction():
        record.custody.database.rows("DELETE FROM keeping")
        record.custody.database.rows("DELETE FROM content_key")
        record.custody.database.rows("DELETE FROM content")
    found = list(unknown(packed(record, wanted())))
    assert "The words of 1 statements, which never came here: ALDER 0001." in found
    assert not [each for each in found if "are hidden" in each]
