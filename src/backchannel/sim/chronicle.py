"""Judges of what happened on the way: commits, restarts, receipts, seals, and what came of it.

They read the log in its order. A judge must not know what was meant to happen; that a disk came
back as it was at an earlier time is something that anybody could see on it.
"""

from collections.abc import Callable, Iterator

from backchannel.line.rows import HeldRow
from backchannel.line.succession import SIEGE_PATIENCE_MS
from backchannel.sim.observed import Booted, Committed, Kept, Slot, Spoke, WentBack
from backchannel.sim.remains import (
    Entry,
    Finding,
    Findings,
    Remains,
    Scene,
    slot_name,
)
from backchannel.wire.entry import EntryType, parse_header

# A run ends when all is settled, or when patience is over; what was written last may be on its way.
UNDER_WAY_MS = 30_000
# Two ticks of the station's own time.
TICKS_MS = 15_000
CANNOT_YET = "still-asking"


class Memory:
    """What one station was told is kept, in the order of its commits, on its present disk."""

    def __init__(self) -> None:
        self.commits: list[tuple[int, dict[Slot, bytes]]] = []
        self.present: dict[Slot, bytes] = {}
        self.ever: set[tuple[Slot, bytes]] = set()

    def add(self, version: int, entries: dict[Slot, bytes]) -> None:
        """A commit has returned."""
        self.commits.append((version, entries))
        self.present.update(entries)
        self.ever.update(entries.items())

    def go_back(self, version: int) -> None:
        """The disk holds what it held at a version: forget what came later."""
        self.commits = [each for each in self.commits if each[0] <= version]
        self.present = {}
        for _, entries in self.commits:
            self.present.update(entries)


class Chronicle:
    """The log of a run, told again commit by commit."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.kept = {station.name: Memory() for station in scene.stations}
        self._gone_back: set[str] = set()

    def commits(self) -> Iterator[Committed]:
        """Yield each commit after it has been counted as kept."""
        for happening in self.scene.observed.happenings:
            if isinstance(happening, WentBack):
                self._gone_back.add(happening.station)
            elif isinstance(happening, Booted):
                self._booted(happening)
            elif isinstance(happening, Committed):
                entries = {(row.no, row.seq): bytes(row.entry) for row in happening.entries}
                self.kept[happening.station].add(happening.core.version, entries)
                yield happening

    def _booted(self, happening: Booted) -> None:
        """Count what a process found: the last one may have died before it could say so."""
        kept = self.kept[happening.station]
        version = happening.loaded.core.version
        if happening.station in self._gone_back:
            self._gone_back.discard(happening.station)
            kept.go_back(version)
        trails = happening.loaded.trails.items()
        kept.add(version, {(no, seq): e for no, trail in trails for seq, e in trail.items()})


def i3_nothing_kept_is_lost(scene: Scene) -> Findings:
    """I3: what a commit kept is there after any crash, unchanged; disks that went back excepted."""
    chronicle = Chronicle(scene)
    for _ in chronicle.commits():
        pass
    for station in scene.honest:
        for slot, entry in sorted(chronicle.kept[station.name].present.items()):
            if station.ids.get(slot) != entry:
                word = "is lost" if slot not in station.ids else "has changed"
                yield Finding("I3", station.name, f"{slot_name(*slot)} {word}")


def i3_a_restart_finds_the_last_commit(scene: Scene) -> Findings:
    """I3, I4: a process that begins loads what the last one kept, or was keeping as it ended."""
    honest = {station.name for station in scene.honest}
    for happening in scene.observed.happenings:
        if isinstance(happening, Booted) and happening.station in honest and happening.possible:
            loaded = Kept(happening.loaded.core, happening.loaded.secrets)
            if loaded not in happening.possible:
                versions = [kept.core.version for kept in happening.possible]
                text = f"loads version {loaded.core.version} at {happening.ms}, not {versions}"
                yield Finding("I3", happening.station, text)


def i5_seen_is_what_was_held(scene: Scene) -> Findings:
    """I5: what a station signs to have seen it held by then, and no component goes back."""
    chronicle = Chronicle(scene)
    stations = {station.name: station for station in scene.honest}
    for commit in chronicle.commits():
        station = stations.get(commit.station)
        if station is None:
            continue
        held = chronicle.kept[commit.station].present
        for row in commit.entries:
            if row.no not in commit.core.own.values():
                continue
            for no, seq, head in parse_header(row.header).seen:
                if held.get((no, seq)) != head:
                    text = f"{slot_name(row.no, row.seq)} cites {slot_name(no, seq)}, not held"
                    yield Finding("I5", commit.station, text)
    for station in scene.honest:
        for no in sorted(station.numbers & station.journals.keys()):
            for fault in going_back(station.journals[no]):
                yield Finding("I5", station.name, fault)


def going_back(entries: list[Entry]) -> Iterator[str]:
    """Yield where a component of seen does not rise."""
    seen: dict[int, int] = {}
    for entry in entries:
        for no, seq, _ in entry.header.seen:
            if seq <= seen.get(no, -1):
                yield f"{slot_name(*entry.slot)} goes back in journal {no}"
            seen[no] = seq


def i6_held_is_held(scene: Scene) -> Findings:
    """I6: what one station shows as held by another, that other has kept, with the same id."""
    chronicle = Chronicle(scene)
    honest = {station.name for station in scene.honest}
    for commit in chronicle.commits():
        if commit.station not in honest:
            continue
        ours = chronicle.kept[commit.station].present
        for row in commit.receipts:
            holder = scene.writer_of(row.by)
            if holder is None or not holder.honest or holder.name == commit.station:
                continue
            if not kept_by(chronicle.kept[holder.name], row, ours.get((row.of, row.upto))):
                text = f"shows {slot_name(row.of, row.upto)} as held by {holder.name} at "
                yield Finding("I6", commit.station, f"{text}{commit.ms}")
    for station in scene.honest:
        yield from held_in_the_end(chronicle, station)


def kept_by(kept: Memory, row: HeldRow, entry: bytes | None) -> bool:
    """Say whether a station ever kept what a receipt of its own speaks of."""
    slot = (row.of, row.upto)
    if entry is None:
        return any(each == slot for each, _ in kept.ever)
    return (slot, entry) in kept.ever


def held_in_the_end(chronicle: Chronicle, station: Remains) -> Findings:
    """Hold the receipts in a store against what their writers kept, by the ids that it has now."""
    rows = station.custody.database.rows("SELECT no, holder, upto FROM held")
    for no, by, upto in rows:
        holder = chronicle.scene.writer_of(by)
        entry = station.ids.get((no, upto))
        if holder is None or not holder.honest or entry is None or holder is station:
            continue
        if ((no, upto), bytes(entry)) not in chronicle.kept[holder.name].ever:
            text = f"its store says that {holder.name} holds {slot_name(no, upto)}"
            yield Finding("I6", station.name, text)


def i12_what_was_written_arrives(scene: Scene) -> Findings:
    """I12: after faults have stopped, every honest station holds what every other wrote.

    A disk that went back lost receipts too: the tail of a journal that ended with it has none.
    """
    gone_back = {h.station for h in scene.observed.happenings if isinstance(h, WentBack)}
    written: dict[tuple[Slot, bytes], int] = {}
    for happening in scene.observed.happenings:
        if isinstance(happening, Committed):
            for row in happening.entries:
                written.setdefault(((row.no, row.seq), bytes(row.entry)), happening.ms)
    for station in scene.honest:
        own = [e for e in station.entries if e.placed.no in station.numbers]
        for other in scene.honest:
            if other is station:
                continue
            for entry in own:
                since = written.get((entry.slot, bytes(entry.placed.entry)), 0)
                late = scene.end_ms - since > UNDER_WAY_MS
                if late and other.ids.get(entry.slot) != entry.placed.entry:
                    text = f"{slot_name(*entry.slot)} has not reached {other.name}"
                    yield Finding("I12", station.name, text)
            if station.name not in gone_back:
                yield from unreceipted(station, other, scene.end_ms, written)


def unreceipted(
    station: Remains, other: Remains, end_ms: int, written: dict[tuple[Slot, bytes], int]
) -> Findings:
    """Find statements of a station for which it has no receipt of another."""
    receipts: dict[int, int] = {}
    for no, by, upto in station.custody.database.rows("SELECT no, holder, upto FROM held"):
        if by in other.numbers:
            receipts[no] = max(upto, receipts.get(no, -1))
    for entry in station.entries:
        if entry.placed.no in station.numbers and entry.placed.type == EntryType.STATEMENT:
            since = written.get((entry.slot, bytes(entry.placed.entry)), 0)
            if end_ms - since > UNDER_WAY_MS and receipts.get(entry.placed.no, -1) < entry.slot[1]:
                text = f"{slot_name(*entry.slot)} has no receipt of {other.name}"
                yield Finding("I12", station.name, text)


def i12_every_station_is_back(scene: Scene) -> Findings:
    """I12: after faults have stopped, every honest station speaks to every other honest one."""
    for station in scene.honest:
        for mode in station.state.core.asking:
            yield Finding("I12", station.name, f"still asks in mode {mode}")
        if len(scene.honest) < 2:
            continue  # whom it could seal to is for others to say
        for no, slots in station.state.core.unsealed.items():
            yield Finding("I12", station.name, f"{len(slots)} entries of {no} are not sealed")


def i13_the_line_is_open(scene: Scene) -> Findings:
    """I13: an officer can speak at every station, but for a bounded time after it has started."""
    honest = {station.name for station in scene.honest}
    for happening in scene.observed.happenings:
        if not isinstance(happening, Spoke) or happening.station not in honest:
            continue
        waits = 0 <= happening.asking_ms <= SIEGE_PATIENCE_MS + TICKS_MS
        if happening.refusal and not (happening.refusal == CANNOT_YET and waits):
            text = f"cannot speak in mode {happening.mode} at {happening.ms}: {happening.refusal}"
            yield Finding("I13", happening.station, text)


def i17_no_nonce_twice(scene: Scene) -> Findings:
    """I17: of the boxes that left or are kept, no two of one key and nonce hold different bytes."""
    made = scene.observed.boxes.made
    out = [box for _, _, box in scene.sent_envelopes]
    for station in scene.honest:
        for table, column in BOXES:
            for (raw,) in station.custody.database.rows(f"SELECT {column} FROM {table}"):
                if raw in made:
                    out.append(made[raw])
    first: dict[tuple[bytes, bytes], bytes] = {}
    honest = {station.name for station in scene.honest}
    for box in out:
        if box.station not in honest:
            continue
        known = first.setdefault((box.key, box.nonce), box.plaintext)
        if known != box.plaintext:
            text = f"one key and nonce for two texts of {len(known)} and {len(box.plaintext)} bytes"
            yield Finding("I17", box.station, text)


BOXES = (
    ("content", "box"),
    ("content_key", "wrapped"),
    ("pending", "content"),
    ("branch", "content"),
)

ON_THE_WAY: tuple[Callable[[Scene], Findings], ...] = (
    i3_nothing_kept_is_lost,
    i3_a_restart_finds_the_last_commit,
    i5_seen_is_what_was_held,
    i6_held_is_held,
    i12_what_was_written_arrives,
    i12_every_station_is_back,
    i13_the_line_is_open,
    i17_no_nonce_twice,
)
