"""The CDDL of the specification against real objects of the cast."""

import json
from functools import cache
from pathlib import Path

import pycddl  # type: ignore[import-untyped]
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, Cast, found_cast, make_charter, seed
from tests.exchange import Exchange, open_line
from tests.proof.span_objects import of_span
from tests.specimens import (
    HEADER,
    NON_ANSWER,
    PAYLOAD,
)
from tests.witness.logs import Log

from backchannel.charter.charter import pack_charter
from backchannel.charter.oversight import Oversight, Reader
from backchannel.charter.paths import Path as LinePath
from backchannel.charter.paths import PathKind
from backchannel.line.events import MinuteOrdered, Started
from backchannel.line.founding import KIND, pack_founding
from backchannel.line.rows import EntryRow, OutgoingRow, ResealedRow
from backchannel.line.succession import answer, ask
from backchannel.path.messages import Answer, Heads, Message, Parcel, Query, Want, WantReason, frame
from backchannel.proof import disclosure
from backchannel.proof.note import note_text
from backchannel.proof.witnessed import LeafPiece, NotePiece
from backchannel.wire import envelope as sealed
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.files import parse_file
from backchannel.wire.ids import (
    CredentialId,
    EntryId,
)
from backchannel.wire.keys import prekey_from_seed
from backchannel.wire.nonanswer import pack_non_answer
from backchannel.wire.payload import (
    Countersign,
    Fork,
    Happening,
    LineEvent,
    pack_countersign,
    pack_fork,
    pack_line_events,
)
from backchannel.wire.primitives import xwing_public
from backchannel.wire.signing import Mode
from backchannel.wire.statement import (
    Content,
)

SPEC = Path(__file__).parents[1] / "docs" / "spec"
VECTORS = Path(__file__).parents[1] / "vectors" / "proof"
PAYLOADS = {
    EntryType.STATEMENT: "signed-statement",
    EntryType.RECEIPT: "receipt",
    EntryType.PREKEY: "prekey",
    EntryType.OFFER: "offer",
    EntryType.AUTHORITY: "authority-event",
    EntryType.MINUTE: "minute",
    EntryType.SUCCESSION: "succession",
    EntryType.LINE_EVENTS: "line-events",
    EntryType.BEACON_OPENING: "beacon-opening",
    EntryType.NON_ANSWER: "non-answer",
    EntryType.ARCHIVE_SEAL: "archive-seal",
    EntryType.OPENING: "archive-opening",
}
PIECES = {
    1: "piece-charter",
    2: "piece-authority",
    3: "piece-entry",
    4: "piece-fields",
    5: "piece-checkpoint",
    6: "piece-inclusion",
    9: "piece-note",
    10: "piece-leaf",
}
Objects = list[tuple[str, bytes]]


@cache
def schema(rule: str) -> pycddl.Schema:
    """The schema with one of its rules as the root."""
    return pycddl.Schema(f"start = {rule}\n" + (SPEC / "backchannel.cddl").read_text())


def fits(rule: str, raw: bytes) -> bool:
    """Whether an object is what a rule says."""
    try:
        schema(rule).validate_cbor(raw)
    except pycddl.ValidationError:
        return False
    return True


def of_frame(raw: bytes) -> Objects:
    """A frame, and all objects inside it."""
    parsed = sealed.parse_frame(raw)
    assert parsed.payload is not None
    header = decode(parsed.header)
    assert isinstance(header, tuple) and isinstance(header[7], int)
    found = [
        ("frame", raw),
        ("header", parsed.header),
        (PAYLOADS[EntryType(header[7])], parsed.payload),
    ]
    if parsed.content is not None:
        rule = "beacon-words" if header[7] == EntryType.BEACON_OPENING else "content"
        found.append((rule, parsed.content))
    if header[7] == EntryType.STATEMENT:
        payload = decode(parsed.payload)
        assert isinstance(payload, tuple) and isinstance(payload[0], bytes)
        found.append(("statement", payload[0]))
    if header[7] == EntryType.AUTHORITY:
        event = decode(parsed.payload)
        assert isinstance(event, tuple) and isinstance(event[1], bytes)
        found.append(("credential", event[1]))
    return found


def of_founding(cast: Cast) -> Objects:
    """What a founding file holds."""
    first, *rest = parse_file(KIND, pack_founding(cast.founding(BIRCH)))
    found = [("founding-first", first), ("charter", cast.charter)]
    for raw in rest:
        found.append(("founding-frame", raw))
        value = decode(raw)
        assert isinstance(value, tuple) and isinstance(value[1], bytes)
        found += of_frame(value[1])
    return found


def full_charter() -> bytes:
    """A charter with a path and oversight."""
    charter, _ = make_charter()
    key = xwing_public(prekey_from_seed(seed("trustee")))
    reader = Reader("Elm", key)
    return pack_charter(
        replace(
            charter,
            paths=(LinePath(1, PathKind.DIRECT, (ALDER, BIRCH)),),
            oversight=(Oversight(ALDER, 1, (reader,), 1, (reader,)),),
        )
    )


def of_exchange(exchange: Exchange) -> Objects:
    """What two stations write and send when one has said something."""
    exchange.say(ALDER, "Good morning.")
    alder = exchange.stations[ALDER]
    alder.do(MinuteOrdered(at=alder.clock.moment(), mode=Mode.REAL))
    exchange.run()
    found: Objects = []
    for station in exchange.stations:
        for row in station.rows:
            if isinstance(row, EntryRow) and row.no >= 16:
                found += of_frame(sealed.pack_frame(station.frame(row.no, row.seq)))
            if isinstance(row, OutgoingRow | ResealedRow):
                found.append(("envelope", row.envelope))
    return found


def of_start(exchange: Exchange) -> Objects:
    """Question and answer of a restart, and the messages that carry them."""
    alder, birch = exchange.stations
    alder.do(Started(at=alder.clock.moment(), clean=False, mark=None))
    question = ask(alder.state, Mode.REAL)
    assert question is not None
    said = answer(birch.state, *question)
    messages: list[Message] = [
        Heads(1_800_000_000, ((17, 41, seed("head")),)),
        Want(17, 4, 9, WantReason.MISSING),
        Parcel(b"sealed."),
        Query(*question),
        Answer(*said),
    ]
    found = [("query", question[0]), ("answer", said[0])]
    return found + [("message", frame(message)[4:]) for message in messages]


EVENTS: dict[int, tuple[Value, ...]] = {
    Happening.SENT: (seed("e"), (1, 2)),
    Happening.SHOWN: (seed("e"), seed("croot"), ("duty officer",), 1),
    Happening.UNOPENED: ((seed("e"),),),
    Happening.OFFER_REFUSED: (seed("e"), "prekey-superseded"),
    Happening.PATH: (1, "Birch one", 1),
    Happening.CLOCK_STEP: (1, 2),
    Happening.STARTED: ((b"answer",),),
    Happening.ADDRESS: (1, "birch.example:4000", seed("certificate")),
    Happening.EPOCH_ZERO: (seed("officer"),),
    Happening.BOUND_REACHED: (1, 17),
    Happening.ESCALATED: (seed("statement"), 1, 2),
    Happening.NUMBER_VOID: (7,),
    Happening.DISCLOSED: (seed("e"), (2, 21), "for the court"),
    Happening.SPAN_DISCLOSED: (seed("e"), (seed("earlier"),), 3, 1, "for parliament"),
    Happening.HANDED_ON: (seed("e"), "map", "geojson", seed("copy"), 1),
    99: ("of a later version",),
}


def of_disclosure() -> Objects:
    """What a disclosure holds, a piece of each number; an entry with its payload and a link."""
    cast, entry = found_cast(), EntryId(seed("entry"))
    content = Content(b"s" * 16, (0, "en"))
    pieces = (
        disclosure.CharterPiece(cast.charter, cast.signatures),
        disclosure.AuthorityPiece(cast.offices[ALDER].frames[0]),
        disclosure.EntryPiece(HEADER, bytes(64), PAYLOAD),
        disclosure.EntryPiece(HEADER, bytes(64), None),
        disclosure.open_fields(entry, content, (2,)),
        disclosure.CheckpointPiece(16, 8, seed("root"), ((CredentialId(seed("c")), bytes(2420)),)),
        disclosure.InclusionPiece(16, 5, 8, (seed("hash"),)),
        NotePiece(note_text(Log().note(3)).encode()),
        LeafPiece("log.example/1", 3, 1, seed("blind"), ((16, 8, seed("root")),), (seed("h"),)),
    )
    head = disclosure.DisclosureHead(cast.line, Mode.TEST, (16, 5, entry), 1_795_355_000)
    raw = disclosure.pack_disclosure(disclosure.Disclosure(head, pieces))
    first, *rest = parse_file(disclosure.KIND, raw)
    # Each by the rule that its number chooses: the library takes no choice among these arrays.
    return [("disclosure-head", first), *((PIECES[each[1]], each) for each in rest)]


def by_hand() -> Objects:
    """Objects that a quiet line does not write."""
    signed = (HEADER, seed("a") + seed("b"))
    zero = sealed.Envelope(sealed.Form.EPOCH_ZERO, 16, b"box", epoch=1, index=0)
    seal = sealed.Seal(17, 1, bytes(1168))
    direct = sealed.Envelope(sealed.Form.DIRECT, 16, b"box", seals=(seal,))
    found = [
        ("envelope-epoch-zero", encode((*sealed.outside(zero), b"box"))),
        ("envelope-direct", encode((*sealed.outside(direct), b"box"))),
        (
            "countersign",
            pack_countersign(Countersign(EntryId(seed("first")), ((16, 2, seed("h")),))),
        ),
        ("fork", pack_fork(Fork(1, (signed, signed)))),
        ("charter", full_charter()),
        ("non-answer", pack_non_answer(NON_ANSWER)),
    ]
    return found + [
        ("line-events", pack_line_events((LineEvent(kind, values),)))
        for kind, values in EVENTS.items()
    ]


# --- The examples of the pages --------------------------------------------------------------------
CHOICES = {
    "envelope": ("envelope-epoch", "envelope-offer", "envelope-direct", "envelope-epoch-zero"),
    "message": ("heads", "parcel", "want", "query", "answer"),
    "minute": ("proposal", "cosigning"),
    "succession": ("opening", "countersign"),
    "authority-event": ("", "issue", "revoke", "own-rules", "rotate", "fresh"),
}


def exact(rule: str, raw: bytes) -> str:
    """The alternative of a rule that an object's first place chooses."""
    if rule not in CHOICES:
        return rule
    name = CHOICES[rule][raw[1]]
    return f"message-{name}" if rule == "message" else name


def of_archive() -> Objects:
    """The payloads of the archive."""
    files = ("archive_seals", "archive_openings")
    rules = ("archive-seal", "archive-opening")
    read = [json.loads((VECTORS / f"{name}.json").read_text()) for name in files]
    return [
        (rule, bytes.fromhex(case["hex"]))
        for rule, document in zip(rules, read, strict=True)
        for case in document["cases"]
        if case["result"] == "accept"
    ]


@cache
def objects() -> tuple[tuple[str, bytes], ...]:
    """Real objects, each with the rule that it must fit; each once."""
    watched = open_line(witnesses="quorum none\n")
    found = [*of_founding(found_cast()), *of_exchange(watched), *by_hand()]
    found += [*of_start(open_line()), *of_disclosure(), *of_span(), *of_archive()]
    return tuple(dict.fromkeys(found))


def test_every_object_fits_its_rule() -> None:
    wrong = [
        (rule, raw.hex())
        for rule, raw in objects()
        if not fits(rule, raw) or not fits(exact(rule, raw), raw)
    ]
    assert wrong == []


def test_all_forms_and_payloads_are_among_them() -> None:
    assert {rule for rule, _ in objects()} >= {*PAYLOADS.values(), "query", "answer", "credential"}
    forms = {raw[1] for rule, raw in objects() if rule.startswith("envelope")}
    assert forms == {0, 1, 2, 3}
    assert {raw[1] for rule, raw in objects() if rule == "message"} == {0, 1, 2, 3, 4}


def test_a_place_too_many_or_too_few_does_not_fit() -> None:
    firsts = {exact(rule, raw): raw for rule, raw in reversed(objects()) if rule != "charter"}
    assert len(firsts) >= 25
    for rule, raw in firsts.items():
        value = decode(raw)
        assert isinstance(value, tuple)
        if rule in ("line-events", "beacon-words"):  # any number; arrays alone are not counted
            continue
        assert not fits(rule, encode((*value, None))), rule
        assert value == () or not fits(rule, encode(value[:-1])), rule


def test_a_charter_has_its_fields_and_no_others() -> None:
    value = decode(full_charter())
    assert isinstance(value, dict)
    assert not fits("charter", encode({**value, 15: None}))
    assert not fits("charter", encode({key: value[key] for key in value if key != 7}))
