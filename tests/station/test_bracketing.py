"""Between which times a statement was made: proved to a stranger by witnesses over real sockets."""

import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.cast import NOW, OFFICER_POWERS, found_cast, seed
from tests.journeys.test_stranger import roots_of
from tests.station.house import reference, rooms, run
from tests.station.test_disclosing import disclose
from tests.station.test_witnessing import OTHER, beat, free_port, report, witness
from tests.verifier.making import usual, usual_scene
from tests.witness.logs import WITNESS, Clock

from backchannel.charter.powers import Power
from backchannel.proof.checkpoint import Checkpoint, parse_checkpoint
from backchannel.proof.disclosure import parse_disclosure
from backchannel.proof.note import Note, NoteSignature, note_text, parse_note
from backchannel.proof.vkey import cosign_at, witness_key
from backchannel.station import witnessing
from backchannel.verifier.__main__ import verify
from backchannel.verifier.cbor import Refusal
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.moments import print_moment

Piece = tuple[Any, ...]
Change = Callable[[Piece], Piece | None]
BEFORE, AFTER = NOW + 1_000, NOW + 3_000
KIND = "disclosure"


@cache
def made() -> tuple[bytes, bytes, str]:
    """A statement of Alder's, disclosed by Alder, and one of Birch's, disclosed by Alder too; and
    the roots. Both witnesses saw the log before and after they were made; it takes both."""
    found: list[Any] = []

    async def story(folder: Path) -> None:
        ports = free_port(), free_port()
        keys = [witness_key(each.name, each.seed).text() for each in (WITNESS, OTHER)]
        lines = "".join(
            f"witness w{n} {key} http://127.0.0.1:{port}\n"
            for n, (key, port) in enumerate(zip(keys, ports, strict=True))
        )
        cast = found_cast(witnesses=f"{lines}group both all w0 w1\nquorum both\n")
        cast.offices[0].enrol_officer("envoy", powers=int(OFFICER_POWERS | Power.DISCLOSE))
        clock = Clock()
        clock.time = BEFORE
        async with rooms(folder, cast) as (alder, birch), AsyncExitStack() as stack:
            for secret, port in zip((WITNESS, OTHER), ports, strict=True):
                await stack.enter_async_context(witness(folder, alder, port, secret, clock))
            await beat(alder, 1)
            await alder.until(lambda: report(alder).witnessed == 1)
            await beat(alder, 2)
            await alder.until(lambda: report(alder).witnessed == 2)
            said = await alder.say("before the court")
            told = await birch.reaches(said.entry, "held")
            await birch.acknowledge(told)
            theirs = await birch.say("and this from us")
            await alder.reaches(theirs.entry, "held")
            await alder.until(lambda: reference(told))
            clock.time = AFTER
            await beat(alder, 3)
            await alder.until(lambda: report(alder).witnessed == 3)
            found.append(await disclose(alder, said.entry))
            found.append(await disclose(alder, theirs.entry))
            found.append(roots_of(alder))

    with pytest.MonkeyPatch.context() as patched, tempfile.TemporaryDirectory() as folder:
        patched.setattr(witnessing, "WITNESS_PAUSE_SECONDS_MIN", 0.01)
        run(story(Path(folder)))
    return found[0], found[1], found[2]


def judged(raw: bytes) -> tuple[str, str]:
    """The reason and the text of the claim, "" as reason if it is proven."""
    _, shown, _ = verify(raw, made()[2])
    claims = shown["claims"]
    assert isinstance(claims, list)
    (claim,) = [each for each in claims if each["claim"] == "witnessed"]
    return claim["reason"], claim["text"]


def pieces(raw: bytes) -> Iterator[Piece]:
    for each in parse_file(KIND, raw)[1:]:
        piece = decode(each)
        assert isinstance(piece, tuple)
        yield piece


def changed(number: int, change: Change, raw: bytes | None = None) -> bytes:
    """The file with every piece of a number changed, or left out."""
    raw = raw or made()[0]
    kept = [change(each) if each[0] == number else each for each in pieces(raw)]
    head = parse_file(KIND, raw)[0]
    return pack_file(KIND, [head, *(encode(each) for each in kept if each is not None)])


def parse(piece: Piece) -> Checkpoint:
    """The checkpoint in a piece 9."""
    return parse_checkpoint(parse_note(piece[1]).text)


def with_lines(change: Callable[[Note], tuple[NoteSignature, ...]]) -> bytes:
    """The file with other signatures under its checkpoints."""

    def other(piece: Piece) -> Piece:
        note = parse_note(piece[1])
        return (9, note_text(Note(note.text, change(note))).encode())

    return changed(9, other)


def test_a_stranger_learns_between_which_times_a_statement_was_made() -> None:
    """PROOF-76 to PROOF-78: nobody's word but that of the witnesses."""
    reason, text = judged(made()[0])
    assert reason == ""
    assert text == (
        f"made after {print_moment(BEFORE)} and stood by {print_moment(AFTER)}, as a quorum of the "
        "charter's witnesses says"
    )
    numbers = [each[0] for each in pieces(made()[0])]
    assert numbers == sorted(numbers) and {9, 10} <= set(numbers)
    assert verify(made()[0], made()[2], ["witnessed", "entry", "charter"])[0] == 0
    assert parse_disclosure(made()[0]).pieces


def test_the_other_rooms_statement_is_covered_too() -> None:
    """PROOF-77: by our beacon; after when it was made only what they hold could tell."""
    reason, text = judged(made()[1])
    assert (reason, text.split(",")[0]) == ("", f"stood by {print_moment(AFTER)}")


@pytest.mark.parametrize(
    ("number", "reason"), [(10, "no-beacon"), (9, "no-witnesses"), (6, "no-beacon")]
)
def test_without_a_piece_nothing_is_proven(number: int, reason: str) -> None:
    """PROOF-77."""
    assert judged(changed(number, lambda _: None))[0] == reason


def test_a_checkpoint_too_many_takes_nothing_away() -> None:
    """PROOF-77: of two roots that one log has signed, that counts which holds the leaf."""
    head, *objects = parse_file(KIND, made()[0])
    first = next(n for n, each in enumerate(pieces(made()[0])) if each[0] == 9)
    others = [
        (9, each[1].replace(*(b64encode(root) for root in (parse(each).root, seed("x")))))
        for each in pieces(made()[0])
        if each[0] == 9
    ]
    both = [*objects[:first], *map(encode, others), *objects[first:]]
    assert judged(pack_file(KIND, [head, *both])) == judged(made()[0])


def test_who_is_named_twice_is_counted_once() -> None:
    """PROOF-66, NT43: one witness alone, once, twice, or under the other's name."""
    one, two = (witness_key(each.name, each.seed) for each in (WITNESS, OTHER))

    def alone(note: Note) -> tuple[NoteSignature, ...]:
        return tuple(each for each in note.signatures if one.wrote(each))

    def twice(note: Note) -> tuple[NoteSignature, ...]:
        return (*alone(note), *alone(note))

    def renamed(note: Note) -> tuple[NoteSignature, ...]:
        (line,) = alone(note)
        return (line, NoteSignature(two.name, two.key_id(), line.signature))

    def resigned(note: Note) -> tuple[NoteSignature, ...]:
        (line,) = alone(note)
        body = cosign_at(WITNESS.seed, two.name, parse_checkpoint(note.text), AFTER)
        return (line, NoteSignature(two.name, two.key_id(), body))

    for change in (alone, twice, renamed, resigned):
        reason, text = judged(with_lines(change))
        assert reason == "no-quorum" and "cosigned by w0," in text


def test_another_time_than_was_signed_is_nobodys_word() -> None:
    """PROOF-65: who dates a line back spoils it."""

    def earlier(note: Note) -> tuple[NoteSignature, ...]:
        when = (NOW - 1_000).to_bytes(8, "big")
        return tuple(
            NoteSignature(each.name, each.key_id, when + each.signature[8:])
            for each in note.signatures
        )

    assert judged(with_lines(earlier))[0] == "no-quorum"


LEAF_CHANGES: dict[str, Change] = {
    "another blind": lambda p: (*p[:4], seed("blind"), *p[5:]),
    "another index": lambda p: (*p[:3], p[3] - 1, *p[4:]),
    "a foreign proof of the right length": lambda p: (*p[:6], (seed("x"),) * len(p[6])),
    "a hash less": lambda p: (*p[:6], p[6][1:]),
    "a hash more": lambda p: (*p[:6], (*p[6], seed("x"))),
    "another root": lambda p: (*p[:5], tuple((n, s, seed("x")) for n, s, _ in p[5]), p[6]),
    "a row less": lambda p: (*p[:5], p[5][1:], p[6]),
    "a row more": lambda p: (*p[:5], (*p[5], (60_000, 1, seed("x"))), p[6]),
}


@pytest.mark.parametrize("change", LEAF_CHANGES.values(), ids=LEAF_CHANGES)
def test_a_leaf_that_is_not_in_the_log_covers_nothing(change: Change) -> None:
    """PROOF-61, PROOF-77, NT42."""
    assert judged(changed(10, change))[0] == "inclusion"


def test_a_leaf_that_covers_less_covers_nothing() -> None:
    """PROOF-77, NT48: who enters late is not under the leaf of the time that he claims."""
    short = changed(10, lambda p: (*p[:5], tuple((n, 1, r) for n, _, r in p[5]), p[6]))
    assert judged(short)[0] == "no-beacon"


def test_a_foreign_path_of_the_right_length_leads_nowhere() -> None:
    """PROOF-2, NT42."""
    foreign = changed(6, lambda p: (*p[:4], tuple(seed("x") for _ in p[4])))
    assert judged(foreign)[0] == "inclusion"


def test_without_a_link_to_the_quote_there_is_no_time_after() -> None:
    """PROOF-78: the claim stands with what is left of it, and says no more."""

    def no_opening(piece: Piece) -> Piece | None:
        return None if parse_header(piece[1]).type == EntryType.BEACON_OPENING else piece

    def no_payload(piece: Piece) -> Piece:
        opening = parse_header(piece[1]).type == EntryType.BEACON_OPENING
        return (*piece[:3], None) if opening else piece

    for change in (no_opening, no_payload):
        reason, text = judged(changed(3, change))
        assert (reason, text.split(",")[0]) == ("", f"stood by {print_moment(AFTER)}")


def test_a_quote_that_does_not_stand_in_the_entry_is_refused() -> None:
    """PROOF-78: a payload that its header does not name proves nothing, whatever it quotes."""

    def other(piece: Piece) -> Piece:
        opening = parse_header(piece[1]).type == EntryType.BEACON_OPENING
        return (*piece[:3], encode((0, 0, (seed("x"),), ()))) if opening else piece

    assert judged(changed(3, other))[0] == "payload-hash"


def test_witnesses_who_contradict_each_other_prove_nothing() -> None:
    """PROOF-78: by when it stood lies before after when it was made."""

    def early(piece: Piece) -> Piece:
        note, checkpoint = parse_note(piece[1]), parse(piece)
        if checkpoint.size != 3:
            return piece
        keys = [(each, witness_key(each.name, each.seed)) for each in (WITNESS, OTHER)]
        lines = tuple(
            NoteSignature(key.name, key.key_id(), cosign_at(of.seed, key.name, checkpoint, NOW))
            for of, key in keys
        )
        return (9, note_text(Note(note.text, lines)).encode())

    assert judged(changed(9, early))[0] == "time-crossed"


def test_a_gap_in_the_beacon_widens_the_time_and_never_narrows_it() -> None:
    """PROOF-77, NT49: without the note that was quoted, nothing is said of a time after."""

    def newest(piece: Piece) -> Piece | None:
        return piece if parse(piece).size == 3 else None

    reason, text = judged(changed(9, newest))
    assert (reason, text.split(",")[0]) == ("", f"stood by {print_moment(AFTER)}")


def test_a_changed_byte_in_the_evidence_proves_nothing_more() -> None:
    """I20: whatever byte of a note or a leaf is another one, the times are not narrower."""
    raw = made()[0]
    _, whole = judged(raw)
    objects = list(parse_file(KIND, raw))
    for at, each in enumerate(objects):
        if at == 0 or decode(each)[0] not in (9, 10):  # type: ignore[index]
            continue
        for place in range(0, len(each), max(1, len(each) // 60)):
            bent = each[:place] + bytes((each[place] ^ 1,)) + each[place + 1 :]
            try:
                reason, text = judged(pack_file(KIND, [*objects[:at], bent, *objects[at + 1 :]]))
            except Refusal:
                continue
            assert reason or text != whole, (at, place)


def test_a_charter_without_witnesses_has_no_such_claim() -> None:
    """PROOF-77: and who asks for it is not told that it is proven."""
    roots = usual_scene().roots()
    code, shown, _ = verify(usual().pack(), roots, ["witnessed"])
    claims = shown["claims"]
    assert isinstance(claims, list)
    assert (code, [each for each in claims if each["claim"] == "witnessed"]) == (1, [])
