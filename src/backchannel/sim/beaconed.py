"""The judges of beacons: what witnesses saw is a prefix of the record, a leaf for each period.

They read the requests that were put on the way to witnesses, and the openings in the stores. They
must not ask a station or a witness how far it has come.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from backchannel.line.leaves import MODE
from backchannel.proof.checkpoint import log_origin_of
from backchannel.proof.merkle import root_of
from backchannel.proof.submission import Submission, parse_submission
from backchannel.sim.chronicle import UNDER_WAY_MS
from backchannel.sim.observed import Asked, Booted, Committed, WentBack
from backchannel.sim.remains import Finding, Findings, Remains, Scene, slot_name
from backchannel.wire.beacon import Beat, parse_beat
from backchannel.wire.entry import EntryType

# A tick of the station, and what its signer and its disk take.
LATE_MS = 6_000


class Shown(NamedTuple):
    """A checkpoint that a station put on the way to a witness, and the journal that it is of."""

    ms: int
    no: int
    asked: Submission


class Opened(NamedTuple):
    """A commit of an opening by the station that writes its journal."""

    ms: int
    no: int
    seq: int
    beat: Beat


def shown_by(scene: Scene, station: Remains) -> list[Shown]:
    """Return all checkpoints that a station showed to anybody, in order."""
    journals = station.state.core.journals
    numbers = {log_origin_of(j.id): no for no, j in journals.items() if no in station.numbers}
    found = []
    for each in scene.observed.happenings:
        if isinstance(each, Asked) and each.station == station.name:
            asked = parse_submission(each.body)
            found.append(Shown(each.ms, numbers[asked.checkpoint.origin], asked))
    return found


def opened_by(scene: Scene, station: Remains) -> list[Opened]:
    """Return all openings that a station committed in journals of its own, in order."""
    return [
        Opened(each.ms, row.no, row.seq, parse_beat(row.payload or b""))
        for each in scene.observed.happenings
        if isinstance(each, Committed) and each.station == station.name
        for row in each.entries
        if row.type == EntryType.BEACON_OPENING and row.no in station.numbers
    ]


def leaves_in(station: Remains, no: int) -> list[bytes]:
    """Return the leaves of a journal's log, as a store has them."""
    return [
        leaf
        for entry in station.journals.get(no, ())
        if entry.placed.type == EntryType.BEACON_OPENING and not entry.placed.verdict
        for leaf in parse_beat(entry.placed.frame.payload or b"").leaves
    ]


def i14_what_is_published_is_a_prefix(scene: Scene) -> Findings:
    """I14: whatever a witness was shown is the beginning of what every record holds in the end.

    What lay on a disk that went back, and had not reached anybody, nobody holds.
    """
    gone_back = {h.station for h in scene.observed.happenings if isinstance(h, WentBack)}
    for station in scene.honest:
        shown = shown_by(scene, station)
        for holder in scene.honest:
            under_way = UNDER_WAY_MS if holder is not station else -1
            for each, fault in unlike(holder, shown):
                late = scene.end_ms - each.ms <= under_way
                if fault is Unlike.ANOTHER or not (late or station.name in gone_back):
                    text = f"leaf {each.asked.checkpoint.size} of journal {each.no}"
                    yield Finding("I14", holder.name, f"{text}, shown at {each.ms}, {fault.value}")


class Unlike(Enum):
    """In what a record differs from what was shown of it."""

    MISSING = "is not here"
    ANOTHER = "is another one here"


def unlike(holder: Remains, shown: list[Shown]) -> Iterator[tuple[Shown, Unlike]]:
    """Yield what was shown and is not the beginning of what a store holds."""
    held = {no: leaves_in(holder, no) for no in {each.no for each in shown}}
    for each in shown:
        found = each.asked.checkpoint
        if found.size > len(held[each.no]):
            yield each, Unlike.MISSING
        elif root_of(held[each.no][: found.size]) != found.root:
            yield each, Unlike.ANOTHER


def i14_nothing_is_published_before_it_is_kept(scene: Scene) -> Findings:
    """I14: an opening was committed before any checkpoint had its leaves (PROOF-60)."""
    for station in scene.honest:
        kept: dict[tuple[int, int], int] = {}
        for each in opened_by(scene, station):
            for n in range(len(each.beat.leaves)):
                kept.setdefault((each.no, each.beat.n + n), each.ms)
        for shown in shown_by(scene, station):
            since = kept.get((shown.no, shown.asked.checkpoint.size - 1), 0)
            if shown.ms < since:
                text = f"journal {shown.no}: a leaf was shown at {shown.ms} and kept at {since}"
                yield Finding("I14", station.name, text)


def i14_who_was_restored_holds_what_survived(scene: Scene) -> Findings:
    """I14: a station whose disk went back ends with the record of those whose disks did not."""
    gone_back = {h.station for h in scene.observed.happenings if isinstance(h, WentBack)}
    first: dict[tuple[int, int], int] = {}
    for each in scene.observed.happenings:
        if isinstance(each, Committed):
            for row in each.entries:
                first.setdefault((row.no, row.seq), each.ms)
    survivors = [each for each in scene.honest if each.name not in gone_back]
    honest = {no for station in scene.honest for no in station.numbers}
    for restored in (each for each in scene.honest if each.name in gone_back):
        for survivor in survivors:
            for slot, entry in sorted(survivor.ids.items()):
                late = scene.end_ms - first.get(slot, 0) < UNDER_WAY_MS
                if slot[0] in honest and not late and restored.ids.get(slot) != entry:
                    text = f"{slot_name(*slot)} is not what {survivor.name} holds"
                    yield Finding("I14", restored.name, text)


def i16_one_leaf_for_each_period(scene: Scene) -> Findings:
    """I16, NT54: whatever is said, a station makes one leaf for each period of its running time."""
    boots = [each for each in scene.observed.happenings if isinstance(each, Booted)]
    for station in scene.honest:
        if not station.state.charter.witness_policy:
            continue
        period_ms = station.state.charter.beacon_period_s * 1_000
        began = [each.ms for each in boots if each.station == station.name]
        openings = opened_by(scene, station)
        for since, until in zip(began, [*began[1:], scene.end_ms + 1], strict=True):
            life = [each for each in openings if since <= each.ms < until]
            for text in irregular(life, period_ms):
                yield Finding("I16", station.name, text)
        asked = silent_until(scene, station, began[-1])
        newest = max((each.ms for each in openings if each.ms >= asked), default=asked)
        if scene.end_ms - newest > period_ms + LATE_MS:
            yield Finding("I16", station.name, f"no leaf was made since {newest}")


def irregular(life: list[Opened], period_ms: int) -> Iterator[str]:
    """Yield where the leaves of one life are more or fewer than the periods that passed."""
    for first, last in pairwise(life):
        if first.no != last.no:
            continue
        passed = (last.ms - first.ms) / period_ms
        made = len(last.beat.leaves)
        if abs(made - passed) > 1 + LATE_MS / period_ms:
            yield f"{made} leaves at {last.ms}, after {passed:.1f} periods"


def silent_until(scene: Scene, station: Remains, since: int) -> int:
    """Return until when a station could not speak in its present life: it asked the others."""
    for each in scene.observed.happenings:
        if isinstance(each, Committed) and each.station == station.name:
            since = max(since, each.ms) if MODE in each.core.asking else since
    return since


ON_BEACONS = (
    i14_what_is_published_is_a_prefix,
    i14_nothing_is_published_before_it_is_kept,
    i14_who_was_restored_holds_what_survived,
    i16_one_leaf_for_each_period,
)
