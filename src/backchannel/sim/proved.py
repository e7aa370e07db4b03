"""The judges of proof: what an honest record can prove to a stranger, and that he agrees with us.

Of each honest station's record they build disclosures, evidence and spans; the independent verifier
judges them, and then with something changed. They must not know why a thing was said or done, or
move the history that they judge.
"""

from collections.abc import Iterator
from typing import NamedTuple

from backchannel.errors import OfficerError
from backchannel.limits import TIME_MAX
from backchannel.line.verdicts import Verdict as Word
from backchannel.sim.faults import Chance
from backchannel.sim.loop import BEGINNING_UTC_S
from backchannel.sim.remains import ALL, Finding, Findings, Remains, Scene, slot_name
from backchannel.sim.stranger import Verdict, ask, at_hand, roots_of
from backchannel.sim.tampered import i9_sets_cannot_be_changed, i20_bits_cannot_be_changed
from backchannel.station.accusing import case_of, evidence_file
from backchannel.station.disclosing import Wanted, content_of, disclosure_of
from backchannel.station.gathering import addressed, held_by
from backchannel.station.judging import Record, said_of, vectors, verdict_of
from backchannel.station.spanning import Gathered, SpanWanted, span_of
from backchannel.store.queries import Stated, evidence, statements
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Label

DISCLOSED = 4
CHANGED = 1
# Of every span: it speaks of what is held, and of nobody's word.
HOLDS = ("charter", "authority", "minutes", "complete", "words", "post-quantum")
# Of every statement that a station calls valid.
VALID = ("charter", "authority", "statement", "release", "mode", "entry", "fields")
# Why a station may have nothing to show.
NOTHING = ("no-content", "no-minute", "disclosure-too-large", "span-too-long")
EMERGENCY = "emergency-release"


class Made(NamedTuple):
    """A file that a station made of its record, and what it is of."""

    station: str
    name: str
    raw: bytes
    roots: str


def record_of(station: Remains) -> Record:
    """Return a station's record as its faces read it."""
    return Record(station.custody, station.state, BEGINNING_UTC_S)


def judge_proof(scene: Scene, chance: Chance) -> Findings:
    """Build files of every honest record, have them judged, and change them."""
    with at_hand():
        made: list[Made] = []
        for station in scene.honest:
            for judge in (of_statements, of_evidence, of_spans):
                yield from judge(station, chance.stream(station.name), made)
        for each in chance.shuffled(made)[:CHANGED]:
            for text in i20_bits_cannot_be_changed(each.raw, each.roots, chance):
                yield Finding("I20", each.station, f"{each.name}: {text}")
        spans = [each for each in made if each.name.startswith("span")]
        for each in chance.shuffled(spans)[:CHANGED]:
            for text in i9_sets_cannot_be_changed(each.raw, each.roots, chance):
                yield Finding("I9", each.station, f"{each.name}: {text}")


# --- Disclosures ----------------------------------------------------------------------------------


def of_statements(station: Remains, chance: Chance, made: list[Made]) -> Findings:
    """I20, I21: a stranger proves what the station calls valid, and nothing that it does not."""
    record, vector_at = record_of(station), vectors(record_of(station))
    custody = record.custody
    held = statements(custody.database, custody.line, limit=ALL)
    for stated in chance.shuffled(held)[:DISCLOSED]:
        raw = shown(record, stated)
        if raw is None:
            continue
        one = Made(
            station.name,
            f"statement {slot_name(stated.said.no, stated.said.seq)}",
            raw,
            roots_of(custody.line, station.state.charter.parties),
        )
        made.append(one)
        word = verdict_of(record, said_of(record, stated), vector_at)
        delivered = all(any(held_by(record, stated, n)) for n in addressed(record.state, stated))
        for text in disagreements(ask(one.raw, one.roots), word, delivered=delivered):
            yield Finding("I21", station.name, f"{one.name}: {text}")


def shown(record: Record, stated: Stated) -> bytes | None:
    """Return a statement's disclosure with all fields but the mark, or None if it has no words."""
    try:
        labels = range(1, len(content_of(record, stated).values) + 1)
        opened = tuple(n for n in labels if n != Label.DURESS)
        mode = Mode(stated.said.mode)
        return disclosure_of(record, Wanted(mode, b"", stated.said.entry, opened, ""))
    except OfficerError as fault:
        if fault.reason in NOTHING:
            return None
        raise


def disagreements(found: Verdict, word: Word, *, delivered: bool) -> Iterator[str]:
    """Yield where the verifier and the station's own engine differ on a statement."""
    if found.refusal:
        yield f"refused as {found.refusal}"
        return
    fallen = found.fallen()
    if word.word == "valid":
        for name in VALID:
            if fallen.get(name, "") not in ("", word.reason):
                yield f"valid here, and {name} is not proven: {fallen[name]}"
    elif word.word == "invalid" and not fallen.keys() & {*VALID, "revocation"}:
        yield f"invalid here ({word.reason}), and proven to a stranger"
    elif word.word == "contested" and "revocation" not in fallen:
        yield "contested here, and no revocation is told"
    if delivered and word.word == "valid" and "delivery" in fallen and not word.reason:
        yield f"held by all here, and delivery is not proven: {fallen['delivery']}"
    if not delivered and "delivery" not in fallen:
        yield "not held by all here, and delivery is proven"


# --- Evidence and spans ---------------------------------------------------------------------------


def of_evidence(station: Remains, chance: Chance, made: list[Made]) -> Findings:
    """I20, I21: whom a station convicts is convicted before a stranger."""
    record = record_of(station)
    custody = record.custody
    for kept in evidence(custody.database, custody.line, limit=ALL):
        if case_of(record, kept.row) is None:
            continue
        one = Made(
            station.name,
            f"evidence {kept.row.reason} against journal {kept.row.no}",
            evidence_file(record, str(kept.evidence)),
            roots_of(custody.line, station.state.charter.parties),
        )
        made.append(one)
        found = ask(one.raw, one.roots)
        if found.refusal or found.fallen():
            why = found.refusal or found.fallen()
            yield Finding("I21", station.name, f"{one.name} is not proven: {why}")


def of_spans(station: Remains, chance: Chance, made: list[Made]) -> Findings:
    """I9, I20, I21: what all have cosigned is shown to be complete, each statement as judged."""
    record = record_of(station)
    for mode in sorted(record.state.core.own):
        gathered = spanned(record, Mode(mode))
        if gathered is None:
            continue
        roots = roots_of(record.custody.line, station.state.charter.parties)
        one = Made(station.name, f"span of mode {mode}", gathered.raw, roots)
        made.append(one)
        found = ask(one.raw, one.roots)
        fallen = {name: found.claims.get(name, found.refusal) for name in HOLDS}
        for name in HOLDS:
            if fallen[name]:
                yield Finding("I9", station.name, f"{one.name}: {name}: {fallen[name]}")
        for text in misjudged(record, gathered, found):
            yield Finding("I21", station.name, f"{one.name}: {text}")


def spanned(record: Record, mode: Mode) -> Gathered | None:
    """Return all of a mode that all have cosigned, from the beginning, or None."""
    try:
        return span_of(record, SpanWanted(mode, b"", 0, TIME_MAX, (), ""))
    except OfficerError as fault:
        if fault.reason in NOTHING:
            return None
        raise


def misjudged(record: Record, gathered: Gathered, found: Verdict) -> Iterator[str]:
    """Yield the statements of a span that a station and a stranger judge differently."""
    vector_at = vectors(record)
    told = {(n["journal"], n["slot"]): n["reason"] for n in found.told.get("statements", ())}  # type: ignore[attr-defined]
    for stated in gathered.statements:
        place = stated.said.no, stated.said.seq
        word = verdict_of(record, said_of(record, stated), vector_at)
        if word.word == "valid" and told.get(place, "missing"):
            yield f"{slot_name(*place)} is valid here, and there {told.get(place, 'missing')}"
        judged = word.word == "invalid" and not stated.verdict and word.reason != "revoked"
        if judged and not told.get(place, ""):
            yield f"{slot_name(*place)} is invalid here ({word.reason}), and proven there"
