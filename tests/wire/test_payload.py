"""The payloads of a station's own entries, each refused with a reason when it is misshapen."""

import pytest
from tests.wire.shapes import H32, reason_of, spoilt, with_place

from backchannel.errors import JunkError
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.envelope import Seal
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.keys import prekey_from_seed
from backchannel.wire.payload import (
    Countersign,
    Fork,
    Happening,
    LineEvent,
    Offer,
    Opening,
    Prekey,
    pack_countersign,
    pack_fork,
    pack_line_event,
    pack_line_events,
    pack_offer,
    pack_opening,
    pack_prekey,
    parse_fork,
    parse_line_events,
    parse_offer,
    parse_prekey,
    parse_succession,
    prekey_signed_bytes,
    read_line_events,
    values_of,
)
from backchannel.wire.primitives import xwing_public

PREKEY = Prekey(1, xwing_public(prekey_from_seed(H32)), 100, 200, bytes(2420))
OFFER = Offer(3, 1, (Seal(16, 1, bytes(1168)),))
OPENING = Opening(bytes(16), CredentialId(H32), "founding", ((16, 4, H32),))
COUNTERSIGN = Countersign(EntryId(H32), ((16, 4, H32),))
FORK = Fork(1, ((b"one", bytes(64)), (b"two", bytes(64))))
EVENTS: tuple[tuple[Value, ...], ...] = (
    (1, H32, (1, 2)),
    (2, H32, H32, ("duty officer",), 1_795_355_000),
    (3, (H32,)),
    (4, H32, "prekey-superseded"),
    (5, 1, "aabbccdd", 1),
    (6, 100, 90),
    (7, (b"an answer",)),
    (8, 1, "192.0.2.7:7100", H32),
    (9, H32),
    (10, 1, 33),
    (11, H32, 2, 100),
    (12, 413),
    (13, H32, (2, 21), "for the court"),
)


def fields_of(raw: bytes) -> tuple[Value, ...]:
    fields = decode(raw)
    assert isinstance(fields, tuple)
    return fields


def test_payloads_are_parsed_as_they_were_packed() -> None:
    """RECORD-51 to RECORD-55."""
    assert parse_prekey(pack_prekey(PREKEY)) == PREKEY
    assert parse_offer(pack_offer(OFFER)) == OFFER
    assert parse_succession(pack_opening(OPENING)) == OPENING
    assert parse_succession(pack_countersign(COUNTERSIGN)) == COUNTERSIGN
    assert parse_fork(pack_fork(FORK)) == FORK
    events = tuple(LineEvent(int(kind), tuple(values)) for kind, *values in EVENTS)  # type: ignore[call-overload]
    assert parse_line_events(pack_line_events(events)) == events


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (parse_prekey, pack_prekey(PREKEY)),
        (parse_offer, pack_offer(OFFER)),
        (parse_succession, pack_opening(OPENING)),
        (parse_succession, pack_countersign(COUNTERSIGN)),
        (parse_fork, pack_fork(FORK)),
    ],
)
def test_a_place_of_another_kind_is_refused(parse: object, raw: bytes) -> None:
    """RECORD-51 to RECORD-54."""
    for fields in spoilt(fields_of(raw)):
        if "text" in fields or () in fields:
            continue  # a reason is any text, and no journal need end
        with pytest.raises(JunkError):
            parse(encode(fields))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("place", "new", "reason"),
    [
        (0, 0, "key-number"),
        (0, 2**32, "key-number"),
        (1, bytes(1216), "low-order-share"),
        (1, bytes(1215), "key-length"),
        (1, "text", "prekey-shape"),
        (3, 100, "prekey-window"),
        (4, bytes(2419), "prekey-signature"),
    ],
)
def test_a_prekey_is_refused_for_its_reason(place: int, new: Value, reason: str) -> None:
    """NT6: a share of low order is refused at admission. RECORD-52, KEYS-2."""
    raw = encode(with_place(fields_of(pack_prekey(PREKEY)), place, new))
    assert reason_of(lambda: parse_prekey(raw)) == reason


def test_a_prekeys_signature_covers_its_journal() -> None:
    """KEYS-3."""
    assert prekey_signed_bytes(H32, PREKEY) == encode((H32, 1, PREKEY.public, 100, 200))


@pytest.mark.parametrize(
    ("place", "new", "reason"),
    [(0, 0, "key-number"), (0, 2**32, "key-number"), (1, 65_536, "generation-range")],
)
def test_an_offer_is_refused_for_its_reason(place: int, new: Value, reason: str) -> None:
    """RECORD-53."""
    raw = encode(with_place(fields_of(pack_offer(OFFER)), place, new))
    assert reason_of(lambda: parse_offer(raw)) == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ((2, H32, ()), "succession-kind"),
        ((0, H32, ()), "succession-kind"),
        ((1, bytes(16), H32, "", ()), "succession-kind"),
        ((0, bytes(15), H32, "", ()), "succession-nonce"),
        ((0, bytes(16), bytes(31), "", ()), "hash-length"),
        ((0, bytes(16), H32, "x" * 201, ()), "text-shape"),
        ((0, bytes(16), H32, b"", ()), "text-shape"),
        ((0, bytes(16), H32, "", ((16, 1, H32), (16, 2, H32))), "heads-order"),
        ((True, H32, ()), "succession-shape"),
        ((0, H32), "succession-shape"),
    ],
)
def test_a_succession_is_refused_for_its_reason(value: Value, reason: str) -> None:
    """RECORD-51."""
    assert reason_of(lambda: parse_succession(encode(value))) == reason


def test_a_fork_is_refused_for_its_reason() -> None:
    """RECORD-54."""
    part = (b"h", b"s")
    for value in ((1, (part,)), (1, (part, (b"h",))), (1, (part, (b"h", "s"))), (1,), 7):
        assert reason_of(lambda v=value: parse_fork(encode(v))) == "fork-shape"  # type: ignore[misc]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: Happening(event[0]).name)
def test_a_known_line_event_has_its_shape(event: tuple[Value, ...]) -> None:
    """RECORD-56: whoever reads the record relies on it."""
    parse_line_events(encode((event,)))
    for fields in spoilt(event):
        if fields[0] != event[0] or fields in ((3, ()), (7, ())) or "text" in fields:
            continue
        if fields[-1] == () and event[0] == 1:
            continue  # sent by no path
        if event[0] == 13 and fields[2] == ():
            continue  # no field is opened
        with pytest.raises(JunkError):
            parse_line_events(encode((fields,)))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ((), "events-shape"),
        (7, "events-shape"),
        ((7,), "event-shape"),
        (((),), "event-shape"),
        ((("text",),), "count-range"),
        (((8, 1, "x" * 201, H32),), "text-shape"),
        (((8, 1, "x", bytes(31)),), "hash-length"),
        (((10, 1, 65_536),), "journal-number"),
        (((12,),), "event-shape"),
        (((3, H32),), "event-shape"),
        (((7, (b"an answer", "text")),), "event-shape"),
        (((13, H32, (21, 2), ""),), "labels-order"),
        (((13, H32, (2, 2), ""),), "labels-order"),
        (((13, H32, (0,), ""),), "labels-order"),
        (((13, H32, (65,), ""),), "labels-order"),
        (((13, H32, (True,), ""),), "labels-order"),
        (((23, H32, "map", "cap", H32, 2),), "event-shape"),
        (((23, H32, "map", "cap", H32, True),), "event-shape"),
        (((13, H32, 2, ""),), "event-shape"),
        (((13, H32, (2,), "x" * 201),), "text-shape"),
    ],
)
def test_line_events_are_refused_for_their_reason(value: Value, reason: str) -> None:
    """RECORD-55, RECORD-56."""
    assert reason_of(lambda: parse_line_events(encode(value))) == reason


def test_a_line_event_of_an_unknown_kind_is_kept() -> None:
    """RECORD-55: a later version's event may have any shape."""
    (event,) = parse_line_events(encode(((77, {1: None}),)))
    assert event == LineEvent(77, ({1: None},))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: Happening(event[0]).name)
def test_a_line_event_is_read_with_its_encoding(event: tuple[Value, ...]) -> None:
    """WIRE-6: what a row keeps of it is cut out of the payload, not encoded again."""
    ((read, packed),) = read_line_events(encode((event,)))
    assert packed == encode(event) == pack_line_event(read)
    assert values_of(read, packed) == encode(event[1:])


def test_what_is_no_list_of_line_events_is_refused_as_it_is_read() -> None:
    """An encoding that is none is refused as such, before its shape."""
    assert reason_of(lambda: parse_line_events(b"\x18\x01")) == "non-minimal-integer"
    assert reason_of(lambda: parse_line_events(b"")) == "truncated"
