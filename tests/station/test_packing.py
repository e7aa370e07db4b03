"""What a station says for a pack: who, by what authority, which words, when; what it hides."""

from pathlib import Path

import msgspec
from tests.cast import ALDER, BIRCH, found_cast
from tests.station.spanned import PROMISE, RENDERING, Span, promised, wanted
from tests.station.test_replay import checked

from backchannel.line.events import SpanDisclosed
from backchannel.station.judging import Record
from backchannel.station.packing import pack_of
from backchannel.station.packs import Pack
from backchannel.station.spanning import SpanWanted, span_of
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.statement import Precedence


def packed(record: Record, order: SpanWanted) -> Pack:
    """What a station says of a period."""
    signer = found_cast().offices[ALDER].officers["first"][0]
    gathered = span_of(record, order)
    by = [CredentialId(signer)]
    return pack_of(record, order, gathered, ordered_by=by, check=checked(record))


def test_who_took_part_under_which_mandates(tmp_path: Path) -> None:
    """PROOF-121: officers who signed something, stations, charters; and who ordered it."""
    span, _ = promised()
    pack = packed(span.record(tmp_path), wanted())
    found = [(each.party, each.signer.name, each.statements) for each in pack.participants]
    assert found == [("Alder", "first", 1), ("Birch", "first", 4)]
    assert all(each.signer.powers and each.signer.granted_by for each in pack.participants)
    assert [(each.party, each.revoked) for each in pack.stations] == [
        ("Alder", None),
        ("Birch", None),
    ]
    assert [(each.charter, each.entry, each.time) for each in pack.charters] == [(pack.line, 0, 0)]
    assert [each.name for each in pack.ordered_by] == ["first"]
    assert (pack.mode, pack.party, pack.parties) == ("REAL", "Alder", ("Alder", "Birch"))


def test_every_statement_with_its_words_renderings_and_rungs(tmp_path: Path) -> None:
    """PROOF-121."""
    span, entry = promised()
    pack = packed(span.record(tmp_path), wanted(span.times[0] + 1))
    assert len(pack.statements) == 4 and not any(each.hidden for each in pack.statements)
    said = pack.statements[0]
    assert said.report.line.entry == entry.hex() and said.report.line.words.text == PROMISE
    assert [each.text for each in said.report.line.renderings] == [RENDERING]
    (readback,) = said.report.readbacks
    assert [(each.original, each.repeated) for each in readback.departures] == [("south", "north")]
    rungs = {each.rung: each.time for each in said.report.line.ladders[0].rungs}
    assert rungs["held"] <= rungs["acknowledged"] and "released" in rungs
    assert (said.commits, said.rule) == (False, "inform: 1 to sign")
    assert pack.since is not None and pack.since.time == span.times[0]
    assert (pack.upto.time, pack.upto.party) == (span.times[1], "Birch")
    ends = {each.journal: (each.start, each.end) for each in pack.stretches}
    assert ends[0] == (5, 5) and ends[16][0] < ends[16][1]


def test_a_class_that_asks_for_the_power_to_commit_is_marked(tmp_path: Path) -> None:
    """PROOF-121."""
    span = Span()
    said = span.talk.say(0, PROMISE, category=2, officers=("first", "second"))
    span.minute()
    (found,) = packed(span.record(tmp_path), wanted()).statements
    assert found.report.line.entry == said.hex()
    assert (found.commits, found.rule) == (True, "commit: 2 to sign")


def test_nothing_of_what_is_hidden_stands_in_a_pack(tmp_path: Path) -> None:
    """PROOF-105, PROOF-121: neither the words nor a rendering, a readback, a field of an answer."""
    span, entry = promised()
    record = span.record(tmp_path)
    pack = packed(record, wanted(0, 1 << 40, entry))
    raw = msgspec.json.encode(pack)
    for word in (PROMISE, RENDERING, "north"):
        assert msgspec.json.encode(word)[1:-1] not in raw
    hidden = [each for each in pack.statements if each.hidden]
    assert len(hidden) == 4
    for each in hidden:
        words = each.report.line.words
        assert (words.text, words.fields, words.language) == ("", (), "") and words.by
    assert hidden[0].report.line.ladders[0].top == "read back"


def test_a_rendering_alone_can_be_hidden(tmp_path: Path) -> None:
    """PROOF-105: it is hidden where it hangs on the original, too."""
    span = Span()
    entry = span.talk.say(0, PROMISE)
    rendering = span.talk.translate(entry, RENDERING)
    readback = span.talk.read_back(entry, "We stay north.")
    span.minute()
    pack = packed(span.record(tmp_path), wanted(0, 1 << 40, rendering, readback))
    original = pack.statements[0].report
    assert original.line.words.text == PROMISE and not pack.statements[0].hidden
    assert [(each.text, each.language) for each in original.line.renderings] == [("", "")]
    assert [(each.text, each.departures) for each in original.readbacks] == [("", ())]


def test_a_rendering_that_came_after_the_span_is_hidden_with_its_original(tmp_path: Path) -> None:
    """PROOF-121: what names a hidden statement names it whenever it came."""
    span, entry = promised()
    span.talk.translate(entry, "Nous restons au sud.")
    pack = packed(span.record(tmp_path), wanted(0, 1 << 40, entry))
    assert b"Nous restons" not in msgspec.json.encode(pack)
    assert len(pack.statements[1].report.line.renderings) == 2


def test_an_earlier_span_is_among_the_disclosures(tmp_path: Path) -> None:
    """PROOF-104, PROOF-121: whoever disclosed it."""
    span, _ = promised()
    birch = span.exchange.stations[BIRCH]
    upto = birch.state.core.minutes[1].newest
    assert upto is not None
    seq = next(at for (no, at), row in birch.entries.items() if row.entry == upto.entry)
    birch.do(
        SpanDisclosed(
            at=birch.clock.moment(),
            entry=EntryId(upto.entry),
            no=17,
            seq=seq,
            since=(),
            shown=2,
            hidden=1,
            purpose="for the press",
        )
    )
    span.exchange.run()
    (found,) = packed(span.record(tmp_path), wanted()).spans_disclosed
    assert (found.party, found.shown, found.hidden) == ("Birch", 2, 1)
    assert (found.purpose, found.since, found.upto) == ("for the press", None, upto.entry.hex())


def test_an_emergency_and_a_fork_are_as_the_station_judged(tmp_path: Path) -> None:
    """PROOF-121: the check of the whole record stands in the pack."""
    span = Span()
    span.talk.say(0, "Turn away now.", precedence=Precedence.FLASH)
    span.minute()
    pack = packed(span.record(tmp_path), wanted())
    (said,) = pack.statements
    assert any(mark.startswith("emergency-release") for mark in said.report.line.marks)
    assert pack.check.outcome == 0 and pack.check.summary.startswith("whole and verified")
