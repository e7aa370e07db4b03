"""A stretch of the record as a file: nothing is left out, and everything in it can be checked."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, NOW
from tests.exchange import open_line
from tests.station.shelf import Talk, shelve

from backchannel.charter.authority import apply_entry, open_authority
from backchannel.charter.signatures import line_id_of, read_signatures, require_in_force
from backchannel.errors import OfficerError
from backchannel.station import transcript as module
from backchannel.station.judging import Record
from backchannel.station.transcript import Span, transcript
from backchannel.wire.codec import decode
from backchannel.wire.entry import parse_header
from backchannel.wire.envelope import Frame, parse_frame
from backchannel.wire.files import parse_file
from backchannel.wire.ids import entry_id
from backchannel.wire.signing import Mode
from backchannel.wire.statement import content_root, parse_signed, parse_statement

HOUR_S = 3_600


def exported(record: Record, span: Span) -> bytes:
    """The file of a stretch."""
    custody = record.custody
    path = Path(custody.database.path)
    return b"".join(transcript(path, custody.line, span, wrap_key=custody.wrap_key))


def frames(raw: bytes) -> tuple[list[Frame], list[Frame]]:
    """The authority frames and the station frames of a file, in order."""
    found: tuple[list[Frame], list[Frame]] = ([], [])
    for each in parse_file("transcript", raw)[1:]:
        kind, frame = decode(each)  # type: ignore[misc]
        found[kind].append(parse_frame(frame))  # type: ignore[index,arg-type]
    return found


def busy(tmp_path: Path) -> tuple[Talk, Record]:
    """Three statements, an hour apart, in two modes."""
    talk = Talk(open_line())
    talk.say(ALDER, "first")
    talk.say(ALDER, "drill", mode=Mode.EXERCISE)
    talk.exchange.clock.now += HOUR_S
    talk.say(BIRCH, "second")
    return talk, shelve(tmp_path, talk.exchange)


def test_a_stranger_can_check_it_from_the_charter_down(tmp_path: Path) -> None:
    talk, record = busy(tmp_path)
    raw = exported(record, Span(Mode.REAL, 0, NOW * 2))
    version, charter, signatures = decode(parse_file("transcript", raw)[0])  # type: ignore[misc]
    assert version == 1
    in_force = require_in_force(charter, read_signatures(signatures))  # type: ignore[arg-type]
    line = line_id_of(charter)  # type: ignore[arg-type]
    authority, station = frames(raw)
    folded = {p: open_authority(line, p, in_force) for p in (ALDER, BIRCH)}
    for frame in authority:
        header = parse_header(frame.header)
        folded[header.no] = apply_entry(folded[header.no], header, frame=frame)
    assert folded[BIRCH].head == talk.exchange.stations[ALDER].state.authorities[BIRCH].head
    heads: dict[int, bytes] = {}
    for frame in station:
        header = parse_header(frame.header)
        assert heads.get(header.no, header.prev) == header.prev
        heads[header.no] = entry_id(frame.header)
        if frame.content is not None:
            statement = parse_statement(parse_signed(frame.payload or b"")[0])
            assert content_root(frame.content) == statement.croot
    ours = talk.exchange.stations[ALDER]
    assert heads == {no: ours.journal(no).head for no in (16, 17)}


def test_a_stretch_holds_one_mode_and_its_times_both_ends_included(tmp_path: Path) -> None:
    _, record = busy(tmp_path)

    def texts(span: Span) -> list[bytes]:
        return [f.content for f in frames(exported(record, span))[1] if f.content is not None]

    assert len(texts(Span(Mode.REAL, 0, NOW * 2))) == 2
    assert len(texts(Span(Mode.REAL, NOW, NOW))) == 1
    assert len(texts(Span(Mode.REAL, NOW + HOUR_S, NOW + HOUR_S))) == 1
    assert len(texts(Span(Mode.EXERCISE, 0, NOW * 2))) == 1


def test_authority_journals_are_whole_in_every_stretch(tmp_path: Path) -> None:
    _, record = busy(tmp_path)
    whole, part = (
        len(frames(exported(record, span))[0])
        for span in (Span(Mode.REAL, 0, NOW * 2), Span(Mode.REAL, NOW + HOUR_S, NOW * 2))
    )
    assert whole == part == 10


@pytest.mark.parametrize(
    ("span", "entries", "reason"),
    [
        (Span(Mode.REAL, 0, 1), 10**6, "span-empty"),
        (Span(Mode.REAL, 0, NOW * 2), 20, "span-too-long"),
    ],
)
def test_a_stretch_that_makes_no_file_is_refused_before_the_first_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, span: Span, entries: int, reason: str
) -> None:
    _, record = busy(tmp_path)
    monkeypatch.setattr(module, "FILE_OBJECTS_MAX", entries)
    with pytest.raises(OfficerError) as caught:
        exported(record, span)
    assert caught.value.reason == reason


def test_it_comes_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, record = busy(tmp_path)
    whole = exported(record, Span(Mode.REAL, 0, NOW * 2))
    monkeypatch.setattr(module, "ENTRIES_AT_ONCE", 3)
    assert exported(record, Span(Mode.REAL, 0, NOW * 2)) == whole
