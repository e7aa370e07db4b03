"""Messages and frames: what the vectors say, what they leave out, and streams cut anywhere."""

import doctest
import itertools
import json
import re
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.errors import JunkError
from backchannel.limits import (
    ENVELOPE_BYTES_MAX,
    JOURNAL_NUMBER_MAX,
    MESSAGE_BYTES_MAX,
    OBJECT_BYTES_MAX,
    SEQUENCE_MAX,
    TIME_MAX,
    WANT_ENTRIES_MAX,
)
from backchannel.path import messages
from backchannel.path.messages import (
    GREETING,
    Answer,
    Heads,
    Message,
    Parcel,
    Query,
    Splitter,
    Want,
    WantReason,
    frame,
    parse,
)

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "vectors" / "path"

hashes = st.binary(min_size=32, max_size=32)
seqs = st.integers(0, SEQUENCE_MAX)
journals = st.integers(0, JOURNAL_NUMBER_MAX)
signatures = st.binary(min_size=64, max_size=64)
wants = st.builds(
    lambda no, first, more, reason: Want(no, first, first + more, reason),
    journals,
    st.integers(0, SEQUENCE_MAX - WANT_ENTRIES_MAX),
    st.integers(0, WANT_ENTRIES_MAX - 1),
    st.sampled_from(WantReason),
)
heads = st.builds(
    lambda time, rows: Heads(time, tuple((no, *rest) for no, rest in sorted(rows.items()))),
    st.integers(0, TIME_MAX),
    st.dictionaries(journals, st.tuples(seqs, hashes), max_size=8),
)
every_message = st.one_of(
    heads,
    wants,
    st.builds(Parcel, st.binary(min_size=1, max_size=300)),
    st.builds(Query, st.binary(min_size=1, max_size=80), signatures),
    st.builds(Answer, st.binary(min_size=1, max_size=80), signatures),
)


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in json.loads(_text(name))]


def _text(name: str) -> str:
    return (VECTORS / name).read_text()


def joined(case: dict[str, Any]) -> bytes:
    return b"".join(bytes.fromhex(piece) * times for piece, times in case["parts"])


def value_of(message: Message) -> list[Any]:
    """A message as the vectors write it."""
    match message:
        case Heads(time, rows):
            return ["heads", time, [[no, seq, head.hex()] for no, seq, head in rows]]
        case Parcel(envelope):
            return ["parcel", envelope.hex() if len(envelope) < 100 else len(envelope)]
        case Want(no, first, last, reason):
            return ["want", no, first, last, int(reason)]
        case Query(query, signature):
            return ["query", query.hex(), signature.hex()]
        case Answer(answer, signature):
            return ["answer", answer.hex(), signature.hex()]


@pytest.mark.parametrize("case", cases("messages.json"))
def test_a_message_of_the_vectors(case: dict[str, Any]) -> None:
    """PATH-3, PATH-4, PATH-5, PATH-6 and PATH-7, case by case."""
    raw = joined(case)
    if case["verdict"] == "refuse":
        with pytest.raises(JunkError) as refused:
            parse(raw)
        assert refused.value.reason == case["reason"]
    else:
        message = parse(raw)
        assert value_of(message) == case["value"]
        assert frame(message) == len(raw).to_bytes(4, "big") + raw


@pytest.mark.parametrize("case", cases("streams.json"))
def test_a_stream_of_the_vectors(case: dict[str, Any]) -> None:
    """PATH-1 and PATH-2, case by case."""
    found: list[bytes] = []
    reason = None
    try:
        for message in Splitter().messages(joined(case)):
            found.append(message)  # noqa: PERF402 (what came before a refusal counts)
    except JunkError as junk:
        reason = junk.reason
    assert [m.hex() if len(m) < 100 else len(m) for m in found] == case["frames"]
    assert reason == case.get("reason")


def test_every_reason_of_this_module_has_a_vector() -> None:
    source = (ROOT / "src" / "backchannel" / "path" / "messages.py").read_text()
    given_there = set(re.findall(r'JunkError\(\s*"([a-z-]+)"|MAX, "([a-z-]+)"', source))
    reasons = {one or two for one, two in given_there}
    in_vectors = {c.get("reason") for n in ("messages", "streams") for c in _all(f"{n}.json")}
    assert len(reasons) > 10
    assert reasons - in_vectors == set()


def _all(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(_text(name))
    return found


def test_the_example_of_the_module_holds() -> None:
    assert doctest.testmod(messages).failed == 0


def test_the_page_shows_the_bytes_that_leave() -> None:
    page = (ROOT / "docs" / "spec" / "path.md").read_text().replace(" ", "")
    shown = [Parcel(b"sealed."), Want(17, 4, 9, WantReason.MISSING)]
    assert [frame(message).hex() in page for message in shown] == [True, True]
    assert frame(Heads(1_800_000_000, ((17, 41, bytes(range(32))),))).hex()[:32] in page


@given(every_message)
def test_what_is_framed_is_parsed_again(message: Message) -> None:
    (raw,) = Splitter().messages(frame(message))
    assert parse(raw) == message


@given(st.binary(max_size=120))
def test_what_is_accepted_has_one_encoding(raw: bytes) -> None:
    """PATH-3: junk is refused with a reason, and nothing has two spellings."""
    try:
        message = parse(raw)
    except JunkError as junk:
        assert junk.reason
    else:
        assert frame(message)[4:] == raw


@given(every_message, st.data())
def test_a_changed_byte_changes_the_message_or_is_refused(
    message: Message, data: st.DataObject
) -> None:
    raw = bytearray(frame(message)[4:])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        assert parse(bytes(raw)) != message
    except JunkError as junk:
        assert junk.reason


def test_the_largest_envelope_is_still_an_object() -> None:
    """PATH-5: with its own head and that of the parcel it stays within the codec's bound."""
    framed = frame(Parcel(bytes(ENVELOPE_BYTES_MAX)))
    assert len(framed) - 4 <= OBJECT_BYTES_MAX


def test_a_message_beyond_its_bound_is_our_bug() -> None:
    for envelope in (b"", bytes(ENVELOPE_BYTES_MAX + 1)):
        with pytest.raises(AssertionError):
            frame(Parcel(envelope))


STREAM = [
    b"",
    *(frame(m)[4:] for m in (Want(1, 2, 3, WantReason.UNOPENED), Parcel(b"one"))),
    b"",
    *(frame(m)[4:] for m in (Heads(7, ((1, 1, bytes(32)),)), Query(b"q", bytes(64)))),
]
STREAM_BYTES = b"".join(len(raw).to_bytes(4, "big") + raw for raw in STREAM)


@pytest.mark.parametrize("cut", range(len(STREAM_BYTES) + 1))
def test_a_stream_cut_at_any_byte_yields_the_same_frames(cut: int) -> None:
    """PATH-1."""
    splitter = Splitter()
    found = [*splitter.messages(STREAM_BYTES[:cut]), *splitter.messages(STREAM_BYTES[cut:])]
    assert found == STREAM


def test_a_stream_that_comes_byte_by_byte_yields_the_same_frames() -> None:
    """PATH-1."""
    splitter = Splitter()
    assert [m for b in STREAM_BYTES for m in splitter.messages(bytes((b,)))] == STREAM


@given(st.lists(st.binary(max_size=40), max_size=6), st.lists(st.integers(0, 300), max_size=8))
def test_a_stream_in_any_pieces_yields_the_same_frames(
    frames: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(len(raw).to_bytes(4, "big") + raw for raw in frames)
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    splitter = Splitter()
    pieces = [stream[a:b] for a, b in itertools.pairwise(edges)]
    assert [m for piece in pieces for m in splitter.messages(piece)] == frames


def test_whoever_stops_reading_in_the_middle_loses_nothing() -> None:
    splitter = Splitter()
    first = next(splitter.messages(STREAM_BYTES))
    assert [first, *splitter.messages(b"")] == STREAM


def test_a_claimed_length_takes_no_memory() -> None:
    """PATH-2: the largest frame is claimed by four bytes; nothing is set aside for it."""
    splitters = [Splitter() for _ in range(100)]
    claim = MESSAGE_BYTES_MAX.to_bytes(4, "big")
    tracemalloc.start()
    for splitter in splitters:
        assert list(splitter.messages(claim)) == []
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert held < MESSAGE_BYTES_MAX


def test_a_frame_that_is_too_long_stays_refused() -> None:
    """PATH-2: nothing after it is ever taken for a frame."""
    splitter = Splitter()
    for piece in ((MESSAGE_BYTES_MAX + 1).to_bytes(4, "big"), GREETING, frame(Parcel(b"late"))):
        with pytest.raises(JunkError) as refused:
            list(splitter.messages(piece))
        assert refused.value.reason == "frame-too-long"
