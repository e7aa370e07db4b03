"""Tests of sim.checkers and sim.chronicle: an untouched run is in order, and each judge can fail.

Each test harms a finished run in one way; the judge of that invariant must notice.
"""

from collections.abc import Iterator

import msgspec
import pytest
from tests.sim import lines

from backchannel.line.events import Moment
from backchannel.line.rows import EntryRow, HeldRow
from backchannel.line.state import Asking, InEpoch, LineState
from backchannel.path.messages import Parcel
from backchannel.sim import checkers, chronicle, judges
from backchannel.sim.cast import DATABASE
from backchannel.sim.disk import Disk
from backchannel.sim.forgery import Forged, direct, forge
from backchannel.sim.observed import Booted, Committed, Kept, Sent, Spoke
from backchannel.sim.remains import Findings, Remains, Scene
from backchannel.sim.world import World
from backchannel.store import sqlite
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import Envelope, Form, parse_frame, seal_envelope
from backchannel.wire.payload import RECEIPT_PAYLOAD
from backchannel.wire.signing import Mode

AT = Moment(1_800_000_000, 0, bytes(32))
FAR_MS = 10_000_000


@pytest.fixture(scope="module")
def finished() -> Iterator[tuple[World, Scene]]:
    """A calm run of three parties, with its libraries still replaced."""
    with lines.begun(lines.setting(lines.THREE)) as world:
        lines.rest(world)
        yield world, lines.scene(world)


@pytest.fixture
def scene(finished: tuple[World, Scene]) -> Iterator[Scene]:
    """A scene that may be harmed: its stores and its log are copies."""
    world, left = finished
    log = left.observed.happenings
    left.observed.happenings = [*log]
    disks = [copy_of(station.machine.disk) for station in world.stations]
    stations = [reopened(*each) for each in zip(left.stations, disks, strict=True)]
    yield Scene(left.observed, stations, left.end_ms)
    left.observed.happenings = log
    for disk in disks:
        disk.close()


def copy_of(disk: Disk) -> Disk:
    """Return a disk that holds the same."""
    copy = Disk("copy")
    copy.put_back(disk.snapshot())
    return copy


def reopened(station: Remains, disk: Disk) -> Remains:
    """Return what is left of a station, with its store on another disk."""
    database = sqlite.open(DATABASE, vfs=disk.vfs, exclusive=True)
    database.rows("PRAGMA foreign_keys = OFF")
    custody = msgspec.structs.replace(station.custody, database=database)
    return Remains(station.name, station.party, honest=True, state=station.state, custody=custody)


def found(findings: Findings) -> set[tuple[str, str]]:
    return {(each.invariant, each.station) for each in findings}


def named(scene: Scene, name: str) -> Remains:
    return next(each for each in scene.stations if each.name == name)


def sql(station: Remains, text: str, *values: object) -> None:
    station.custody.database.rows(text, values)  # type: ignore[arg-type]


def replace_core(state: LineState, **changes: object) -> LineState:
    return msgspec.structs.replace(state, core=msgspec.structs.replace(state.core, **changes))


def last_commit(scene: Scene, name: str) -> Committed:
    commits = [h for h in scene.observed.happenings if isinstance(h, Committed)]
    return [commit for commit in commits if commit.station == name][-1]


def test_an_untouched_run_is_in_order(scene: Scene) -> None:
    assert judges.judge(scene) == []


def test_every_invariant_has_a_judge() -> None:
    judged = {judge.__name__.split("_")[0] for judge in judges.JUDGES}
    assert judged == {f"i{n}" for n in (*range(1, 9), *range(12, 15), *range(16, 20), 22, 23, 24)}


# --- Records --------------------------------------------------------------------------------------


def test_i1_sees_another_payload_under_an_equal_head(scene: Scene) -> None:
    sql(named(scene, "birch"), "UPDATE entry SET payload = x'80' WHERE no = 16 AND seq = 2")
    assert found(checkers.i1_equal_heads_equal_records(scene)) == {
        ("I1", "alder"),
        ("I1", "birch"),
    }


def test_i2_sees_a_missing_slot(scene: Scene) -> None:
    sql(named(scene, "birch"), "DELETE FROM entry WHERE no = 16 AND seq = 2")
    assert found(checkers.i2_journals_are_chains(scene)) == {("I2", "birch")}


@pytest.mark.parametrize(
    "change",
    [
        "SET entry = randomblob(32)",
        "SET payload = x'80'",
        "SET signature = (SELECT signature FROM entry WHERE no = 17 AND seq = 2)",
        "SET header = (SELECT header FROM entry WHERE no = 17 AND seq = 2)",
    ],
)
def test_i2_sees_an_altered_entry(scene: Scene, change: str) -> None:
    sql(named(scene, "alder"), f"UPDATE entry {change} WHERE no = 16 AND seq = 2")
    assert found(checkers.i2_journals_are_chains(scene)) == {("I2", "alder")}


def test_i3_sees_what_is_lost_and_what_has_changed(scene: Scene) -> None:
    sql(named(scene, "birch"), "DELETE FROM entry WHERE no = 16 AND seq = 3")
    sql(named(scene, "cedar"), "UPDATE entry SET entry = randomblob(32) WHERE no = 16 AND seq = 3")
    texts = {f.station: f.text for f in chronicle.i3_nothing_kept_is_lost(scene)}
    assert texts == {"birch": "16/3 is lost", "cedar": "16/3 has changed"}


def test_i3_sees_a_restart_that_goes_back(scene: Scene) -> None:
    state = named(scene, "alder").state
    older = replace_core(state, version=state.core.version - 1)
    possible = (Kept(state.core, state.secrets),)
    scene.observed.happenings.append(Booted(FAR_MS, "alder", state, possible))
    assert found(chronicle.i3_a_restart_finds_the_last_commit(scene)) == set()
    scene.observed.happenings.append(Booted(FAR_MS, "alder", older, possible))
    assert found(chronicle.i3_a_restart_finds_the_last_commit(scene)) == {("I3", "alder")}


def test_i4_sees_a_state_that_the_store_does_not_give_back(scene: Scene) -> None:
    alder = named(scene, "alder")
    alder.state = replace_core(alder.state, starts=alder.state.core.starts + 1)
    findings = list(checkers.i4_state_is_what_the_disk_says(scene))
    assert [(f.station, "starts" in f.text) for f in findings] == [("alder", True)]


@pytest.mark.parametrize("change", ["vector = x'a0'", "verdict = 'regressing'"])
def test_i4_sees_a_vector_that_is_not_the_fold(scene: Scene, change: str) -> None:
    sql(named(scene, "alder"), f"UPDATE entry SET {change} WHERE no = 17 AND seq = 4")
    findings = list(checkers.i4_state_is_what_the_disk_says(scene))
    assert [f.text.partition(":")[0] for f in findings] == ["journal 17"]


# --- Receipts -------------------------------------------------------------------------------------


def cites(scene: Scene, name: str, seen: tuple[tuple[int, int, bytes], ...]) -> EntryRow:
    """Return the row of an entry that cites heads, as the station's next commit might hold it."""
    state = named(scene, name).state
    forged = Forged(type=EntryType.RECEIPT, payload=RECEIPT_PAYLOAD, seen=seen)
    frame = parse_frame(forge(state, Mode.REAL, AT, forged))
    header = parse_header(frame.header)
    return EntryRow(
        *(header.no, header.seq, b"e" * 32, 1, header.type, 0, 0),  # type: ignore[arg-type]
        *(frame.header, b"", b"", b"", b"", ""),
    )


def commit_more(scene: Scene, name: str, **rows: object) -> None:
    """Add a commit to the log."""
    last = last_commit(scene, name)
    empty = msgspec.structs.replace(last, ms=FAR_MS, entries=(), receipts=())
    scene.observed.happenings.append(msgspec.structs.replace(empty, **rows))


def test_i5_sees_a_receipt_for_what_is_not_held(scene: Scene) -> None:
    held = named(scene, "alder").ids
    commit_more(scene, "alder", entries=(cites(scene, "alder", ((17, 4, held[17, 4]),)),))
    assert found(chronicle.i5_seen_is_what_was_held(scene)) == set()
    commit_more(scene, "alder", entries=(cites(scene, "alder", ((17, 999, b"x" * 32),)),))
    assert found(chronicle.i5_seen_is_what_was_held(scene)) == {("I5", "alder")}


def test_i5_sees_a_component_that_goes_back(scene: Scene) -> None:
    entries = named(scene, "alder").journals[16]
    citing = next(entry for entry in entries if entry.header.seen and entry.placed.seq > 1)
    again = msgspec.structs.replace(citing)
    assert list(chronicle.going_back(entries)) == []
    assert list(chronicle.going_back([*entries, again]))


def test_i6_sees_a_receipt_that_its_writer_did_not_keep(scene: Scene) -> None:
    beyond = named(scene, "alder").state.core.journals[16].seq + 1
    commit_more(scene, "alder", receipts=(HeldRow(17, 4, 16, 2, 0),))
    assert found(chronicle.i6_held_is_held(scene)) == set()
    commit_more(scene, "alder", receipts=(HeldRow(17, 4, 16, beyond, 0),))
    assert found(chronicle.i6_held_is_held(scene)) == {("I6", "alder")}


def test_i6_sees_a_receipt_in_a_store_for_another_entry(scene: Scene) -> None:
    sql(named(scene, "alder"), "UPDATE entry SET entry = randomblob(32) WHERE no = 18 AND seq = 2")
    sql(named(scene, "alder"), "INSERT INTO held VALUES (1, 18, 17, 2, 99, 0)")
    assert found(chronicle.i6_held_is_held(scene)) == {("I6", "alder")}


# --- Forks ----------------------------------------------------------------------------------------


def test_i7_sees_a_conflict_without_proof(scene: Scene) -> None:
    sql(named(scene, "alder"), "UPDATE entry SET entry = randomblob(32) WHERE no = 18 AND seq = 2")
    wanted = {("I7", "alder"), ("I7", "birch"), ("I7", "cedar")}
    assert found(checkers.i7_conflicts_are_proved(scene)) == wanted


def sent(scene: Scene, sender: str, envelope: bytes) -> None:
    scene.observed.happenings.append(Sent(FAR_MS, sender, "birch", Parcel(envelope)))


def test_i8_sees_a_slot_signed_twice_in_what_was_sent(scene: Scene) -> None:
    state = named(scene, "alder").state
    forged = Forged(type=EntryType.RECEIPT, payload=RECEIPT_PAYLOAD, seq=2, prev=bytes(32))
    frame = forge(state, Mode.REAL, AT, forged)
    sent(scene, "alder", direct(state, frame, state.core.journals[17], bytes(32)))
    assert found(checkers.i8_no_slot_is_signed_twice(scene)) == {("I8", "alder")}


def test_i8_convicts_nobody_by_another_key(scene: Scene) -> None:
    state = named(scene, "birch").state
    forged = Forged(type=EntryType.RECEIPT, payload=RECEIPT_PAYLOAD, no=16, seq=2, prev=bytes(32))
    frame = forge(state, Mode.REAL, AT, forged)
    sent(scene, "birch", direct(state, frame, state.core.journals[18], bytes(32)))
    assert found(checkers.i8_no_slot_is_signed_twice(scene)) == set()


# --- Life -----------------------------------------------------------------------------------------


def test_i12_sees_what_has_not_arrived(scene: Scene) -> None:
    sql(named(scene, "birch"), "DELETE FROM entry WHERE no = 16 AND seq = 2")
    assert found(chronicle.i12_what_was_written_arrives(scene)) == {("I12", "alder")}


def test_i12_sees_a_statement_without_receipt(scene: Scene) -> None:
    later = Scene(scene.observed, scene.stations, FAR_MS)
    assert found(chronicle.i12_what_was_written_arrives(later)) == set()
    sql(named(scene, "alder"), "DELETE FROM held")
    assert found(chronicle.i12_what_was_written_arrives(later)) == {("I12", "alder")}


def test_i12_sees_a_station_that_still_asks(scene: Scene) -> None:
    alder, birch = named(scene, "alder"), named(scene, "birch")
    alder.state = replace_core(alder.state, asking={1: Asking(b"", 0, False)})
    birch.state = replace_core(birch.state, unsealed={17: {3: 4}})
    wanted = {("I12", "alder"), ("I12", "birch")}
    assert found(chronicle.i12_every_station_is_back(scene)) == wanted


@pytest.mark.parametrize(
    ("asking_ms", "refusal", "wanted"),
    [
        (-1, "", set()),
        (5_000, "still-asking", set()),
        (500_000, "still-asking", {("I13", "alder")}),
        (-1, "still-asking", {("I13", "alder")}),
        (5_000, "expired", {("I13", "alder")}),
    ],
)
def test_i13_sees_a_silenced_officer(
    scene: Scene, asking_ms: int, refusal: str, wanted: set[tuple[str, str]]
) -> None:
    scene.observed.happenings.append(Spoke(FAR_MS, "alder", 1, asking_ms, refusal))
    assert found(chronicle.i13_the_line_is_open(scene)) == wanted


def test_i13_sees_a_statement_that_cannot_be_shown(scene: Scene) -> None:
    sql(named(scene, "alder"), "UPDATE content SET box = randomblob(60)")
    alder = named(scene, "alder")
    # Its entries are read without their words, as a screen reads them one by one.
    alder.__dict__["entries"] = scene.stations[1].entries
    alone = Scene(scene.observed, [alder], scene.end_ms)
    assert found(checkers.i13_all_can_be_shown(alone)) == {("I13", "alder")}


# --- Keys and bounds ------------------------------------------------------------------------------


def test_i17_sees_one_nonce_for_two_texts(scene: Scene) -> None:
    boxes = scene.observed.boxes
    boxes.station = "alder"
    line = named(scene, "alder").state.line
    empty = Envelope(Form.EPOCH, 16, b"", epoch=1, index=5)
    for text in (b"one", b"one"):
        sent(scene, "alder", seal_envelope(line, bytes(32), empty, text))
    assert found(chronicle.i17_no_nonce_twice(scene)) == set()
    again = Scene(scene.observed, scene.stations, scene.end_ms)
    sent(again, "alder", seal_envelope(line, bytes(32), empty, b"two"))
    assert found(chronicle.i17_no_nonce_twice(again)) == {("I17", "alder")}


def test_i18_sees_stores_beyond_their_bounds(scene: Scene) -> None:
    alder, birch, cedar = scene.stations
    alder.state = msgspec.structs.replace(alder.state, waiting=tuple(map(bytes, range(65))))
    many = dict.fromkeys(range(1025), b"frame")
    birch.state = msgspec.structs.replace(birch.state, pending={16: many})
    chain = InEpoch(bytes(32), 600, 0, {index: bytes(32) for index in range(513)})
    secrets = msgspec.structs.replace(cedar.state.secrets, incoming={16: {1: chain}})
    cedar.state = msgspec.structs.replace(cedar.state, secrets=secrets)
    wanted = {("I18", "alder"), ("I18", "birch"), ("I18", "cedar")}
    assert found(checkers.i18_stores_are_bounded(scene)) == wanted


def test_i19_sees_two_verdicts_on_one_statement(scene: Scene) -> None:
    sql(named(scene, "cedar"), "UPDATE said SET signed = 'bad'")
    assert found(checkers.i19_verdicts_agree(scene)) == {("I19", "alder"), ("I19", "birch")}


def test_i22_sees_a_flood_that_is_kept(scene: Scene) -> None:
    for seq in range(20):
        values = "VALUES (1, 18, ?, randomblob(32), 0, x'00', x'')"
        columns = "(line, no, seq, entry, arrived, bare, content)"
        sql(named(scene, "alder"), f"INSERT INTO branch {columns} {values}", seq)
    for _ in range(1_000):
        columns = "(line, no, seq, reason, body, time)"
        sql(named(scene, "birch"), f"INSERT INTO evidence {columns} VALUES (1, 18, 1, 'x', x'', 0)")
    wanted = {("I22", "alder"), ("I22", "birch")}
    assert found(checkers.i22_a_flood_is_bounded(scene)) == wanted
