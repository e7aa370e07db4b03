"""The archive at a station: a day is sealed, and words go when nobody waits for them any more."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.cast import ALDER, BIRCH, OPEN_WINDOWS, Cast, found_cast
from tests.holders import holder_keys, overseen
from tests.station.house import Room, agreed, rooms, run

from backchannel.charter.policy import DAY_S, Policy
from backchannel.errors import JunkError
from backchannel.line.drafting import remark_body
from backchannel.store import archive
from backchannel.wire.archive import (
    Place,
    Role,
    Seal,
    key_check,
    parse_seal,
    share_commitment,
    share_info,
    unwrap_key,
)
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId, JournalId, LineId
from backchannel.wire.primitives import XWING_PRIVATE_BYTES, gcm_siv_open, hpke_open
from backchannel.wire.shamir import combine
from backchannel.wire.statement import Kind

HOUR_S = 3_600
HOT = Policy(windows=OPEN_WINDOWS, hot_window_s=HOUR_S, hot_cap_s=3 * DAY_S)
OVERSIGHT = (overseen(ALDER), overseen(BIRCH, trustees=0))


def watched() -> Cast:
    """A line with a hot window: Alder has trustees and a custodian, Birch only a custodian."""
    return found_cast(policy=HOT, oversight=OVERSIGHT)


async def pass_time(room: Room, seconds: int) -> None:
    """Let time pass in a room, and the content keys be looked through."""
    room.clock.skipped_s += seconds
    before = room.core.keeping
    await room.until(lambda: room.core.keeping not in (None, before))


def seals(room: Room) -> tuple[Seal, ...]:
    """The archive seals of a room's own journals."""
    custody = room.runner.custody
    found = archive.archive_entries(
        custody.database, custody.line, EntryType.ARCHIVE_SEAL, party=room.party
    )
    return tuple(parse_seal(each.payload) for each in found)


async def sealed(room: Room, count: int = 1) -> Seal:
    """Wait until a room has made so many archive seals, and return the newest."""
    while len(seals(room)) < count:
        await pass_time(room, 61)
    return seals(room)[-1]


async def close(room: Room, entry: str) -> None:
    """Close a matter."""
    report = await room.station.show(entry)
    await room.answer(report, Kind.CLOSE, remark_body(room.clock.now()))


async def closed_matter(alder: Room, birch: Room) -> str:
    """Alder says something, Birch acknowledges it, and Alder closes the matter."""
    said = await alder.say("The convoy leaves at dawn.")
    await birch.acknowledge(await birch.shows(said.entry))
    await alder.reaches(said.entry, "acknowledged")
    await close(alder, said.entry)
    await birch.reaches(said.entry, "closed")
    await agreed(alder, birch)
    return said.entry


# --- A day is sealed ------------------------------------------------------------------------------


def test_a_day_that_is_over_is_sealed_for_the_holders_in_the_charter(tmp_path: Path) -> None:
    """RECORD-117, RECORD-118, PROOF-133, PROOF-134, KEYS-34: the shares open the words of that
    day, and both rooms hold each other's seals."""

    async def story() -> None:
        async with rooms(tmp_path, watched()) as (alder, birch):
            entry = EntryId(bytes.fromhex(await closed_matter(alder, birch)))
            assert not seals(alder)  # the day is not over
            alder.clock.skipped_s += DAY_S
            seal = await sealed(alder)
            own = alder.core.journals[alder.core.own[1]]
            line = alder.runner.state.line
            assert [(each.role, each.threshold, len(each.shares)) for each in seal.circles] == [
                (Role.TRUSTEE, 2, 3),
                (Role.CUSTODIAN, 1, 1),
            ]
            shares = {}
            for place, each in enumerate(seal.circles[0].shares[:2], 1):
                at = Place(line, own.id, seal.n, Role.TRUSTEE, place)
                private = holder_keys("Alder", f"trustee {place}").private
                shares[place] = hpke_open(private, each.sealed, share_info(at))
                assert share_commitment(at, shares[place]) == each.commitment
            key = combine(shares)
            assert key_check(line, own.id, seal.n, key) == seal.check
            assert len(seal.wraps) == 3
            slot = next(w for w in seal.wraps if w.no == own.no)
            content_key = unwrap_key(key, line, seal.day, entry=entry, wrap=slot.wrap)
            custody = alder.runner.custody
            box = archive.box_of(custody.database, custody.line, entry)
            assert box is not None
            assert b"The convoy leaves at dawn." in gcm_siv_open(content_key, bytes(12), box, entry)
            await agreed(alder, birch)
            assert birch.core.journals[own.no].archived == alder.core.journals[own.no].archived

    run(story())


def test_each_day_has_a_key_of_its_own(tmp_path: Path) -> None:
    """NT52, KEYS-34."""

    async def story() -> None:
        async with rooms(tmp_path, watched()) as (alder, birch):
            for day in range(2):
                await alder.say(f"Day {day}.")
                await agreed(alder, birch)
                alder.clock.skipped_s += DAY_S
                await sealed(alder, day + 1)
            first, second = seals(alder)
            assert (first.n, second.n) == (1, 2) and first.day < second.day
            line, own = alder.runner.state.line, alder.core.journals[alder.core.own[1]]
            keys = []
            for each in (first, second):
                at = Place(line, own.id, each.n, Role.CUSTODIAN, 1)
                sealed_share = each.circles[1].shares[0].sealed
                private = holder_keys("Alder", "keeper").private
                share = hpke_open(private, sealed_share, share_info(at))
                keys.append(combine({1: share}))
            assert keys[0] != keys[1]
            entry = EntryId(bytes(alder.runner.state.trails[own.no][second.wraps[0].seq]))
            with pytest.raises(JunkError, match="not-authentic"):
                unwrap_key(keys[0], line, second.day, entry=entry, wrap=second.wraps[0].wrap)
            assert unwrap_key(keys[1], line, second.day, entry=entry, wrap=second.wraps[0].wrap)

    run(story())


def test_without_holders_nothing_is_sealed(tmp_path: Path) -> None:
    """RECORD-117: a charter without them behaves as ever."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            await closed_matter(alder, birch)
            alder.clock.skipped_s += 2 * DAY_S
            await alder.say("Two days later.")
            await agreed(alder, birch)
            assert not seals(alder) and alder.core.keeping is None
            status = alder.station.status()
            assert status.archive is None
            assert "no-hot-window" in {each.slug for each in status.lamps}

    run(story())


# --- The hot window -------------------------------------------------------------------------------


def test_words_that_nobody_waits_for_go_after_the_window_and_not_before(tmp_path: Path) -> None:
    """RECORD-119, RECORD-120, RECORD-122: what is closed is sealed away; what is open stays."""

    async def story() -> None:
        async with rooms(tmp_path, watched()) as (alder, birch):
            entry = await closed_matter(alder, birch)
            open_matter = await alder.say("Are you there?")
            await agreed(alder, birch)
            await pass_time(alder, 2 * HOUR_S)
            line = await alder.line(entry)
            assert line is not None and line.words.text  # over, but its day is not sealed
            alder.clock.skipped_s += DAY_S
            await sealed(alder)
            await pass_time(alder, 61)
            line = await alder.line(entry)
            assert line is not None and line.words.text  # sealed, and still in its window
            await pass_time(alder, HOUR_S + 1)
            await pass_time(alder, 61)
            line = await alder.line(entry)
            assert line is not None and not line.words.text
            assert "sealed: opening needs 2 of 3 trustees" in line.marks
            still = await alder.line(open_matter.entry)
            assert still is not None and still.words.text == "Are you there?"
            report = alder.station.status().archive
            assert report is not None and (report.readable, report.sealed) == (1, 1)
            theirs = await birch.line(entry)
            assert theirs is not None and theirs.words.text  # each station goes by its own day

    run(story())


def test_what_is_never_closed_goes_at_the_cap(tmp_path: Path) -> None:
    """RECORD-121, NT88: the line stays open, and custodians alone can open the words."""

    async def story() -> None:
        async with rooms(tmp_path, watched()) as (alder, birch):
            said = await birch.say("Are you there?")
            await alder.shows(said.entry)
            birch.clock.skipped_s += DAY_S
            await sealed(birch)
            await pass_time(birch, 61)
            await pass_time(birch, 4 * DAY_S)
            await pass_time(birch, 61)
            line = await birch.line(said.entry)
            assert line is not None
            assert "sealed: opening needs 1 of 1 custodians" in line.marks
            again = await birch.say("Still here.")
            await alder.shows(again.entry)

    run(story())


def test_what_a_beacon_opens_is_no_statement_and_stays(tmp_path: Path) -> None:
    """RECORD-119: without it no stranger could be shown what witnesses attest."""
    cast = found_cast(policy=HOT, oversight=OVERSIGHT, witnesses="quorum none\n")

    async def story() -> None:
        async with rooms(tmp_path, cast) as (alder, birch):
            custody = alder.runner.custody
            beats = "SELECT 1 FROM content_key NATURAL JOIN entry WHERE type = 14"
            await alder.say("Good morning.")
            await agreed(alder, birch)
            alder.clock.skipped_s += DAY_S
            await sealed(alder)
            await alder.until(lambda: custody.database.rows(beats))
            for _ in range(3):
                await pass_time(alder, 4 * DAY_S)
            assert custody.database.rows(beats)
            statements = "SELECT 1 FROM content_key NATURAL JOIN entry WHERE type = 1"
            assert not custody.database.rows(statements)

    run(story())


# --- A seized station -----------------------------------------------------------------------------


def secrets_in(value: object) -> Iterator[bytes]:
    """Every byte string in a structure."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, msgspec.Struct):
        yield from secrets_in(msgspec.structs.astuple(value))
    elif isinstance(value, dict):
        yield from secrets_in(tuple(value.values()))
    elif isinstance(value, tuple):
        for each in value:
            yield from secrets_in(each)


def opens(key: bytes, nonce: bytes, box: bytes, aad: bytes) -> bytes | None:
    """What a key makes of a box, if it is its key."""
    try:
        return gcm_siv_open(key, nonce, box, aad)
    except JunkError:
        return None


def require_no_wrap_opens(line: LineId, seal: Seal, key: bytes, entry: EntryId, no: int) -> None:
    """Fail if a key is the archive key under which an entry's wrap lies."""
    for wrap in (each.wrap for each in seal.wraps if each.no == no):
        with pytest.raises(JunkError):
            unwrap_key(key, line, seal.day, entry=entry, wrap=wrap)


def require_no_share_opens(line: LineId, journal: JournalId, seal: Seal, private: bytes) -> None:
    """Fail if an X-Wing key opens a share."""
    for circle in seal.circles:
        for place, share in enumerate(circle.shares, 1):
            at = Place(line, journal, seal.n, circle.role, place)
            with pytest.raises(JunkError):
                hpke_open(private, share.sealed, share_info(at))


def test_no_key_of_a_seized_station_opens_what_was_dropped(tmp_path: Path) -> None:
    """NT57, I15, KEYS-35, KEYS-36: every key that the folder holds is tried on the box, on the
    wrap and on the shares; and the key itself is in no file, not even in the log of writes."""

    async def story() -> None:
        async with rooms(tmp_path, watched()) as (alder, birch):
            entry = EntryId(bytes.fromhex(await closed_matter(alder, birch)))
            custody = alder.runner.custody
            day = alder.clock.now() // DAY_S
            held = archive.unsealed_keys(
                custody.database,
                custody.line,
                1,
                day=day,
                limit=9,
                wrap_key=custody.wrap_key,
            )
            (key,) = (each.key for each in held if each.entry == entry)
            rows = custody.database.rows("SELECT wrapped FROM content_key")
            wrapped = {bytes(each) for (each,) in rows}
            assert found_in(tmp_path / "alder.db", wrapped)  # the search does find what is there
            alder.clock.skipped_s += DAY_S
            seal = await sealed(alder)
            await pass_time(alder, 61)
            await pass_time(alder, HOUR_S + 1)
            await pass_time(alder, 7 * DAY_S)  # prekeys and epochs have served their time too
            await pass_time(alder, 61)
            assert not custody.database.rows("SELECT 1 FROM content_key")
            assert not found_in(tmp_path / "alder.db", {key, *wrapped})
            own = alder.core.journals[alder.core.own[1]]
            keys = {custody.wrap_key, *secrets_in(alder.runner.state.secrets)}
            keys |= {each[at : at + 32] for each in keys for at in range(0, len(each) - 31, 32)}
            box = archive.box_of(custody.database, custody.line, entry)
            assert box is not None and opens(key, bytes(12), box, entry)
            for each in keys:
                if len(each) == 32:
                    assert opens(each, bytes(12), box, entry) is None
                    require_no_wrap_opens(custody.line, seal, each, entry, own.no)
                if len(each) == XWING_PRIVATE_BYTES:
                    require_no_share_opens(custody.line, own.id, seal, each)
            assert any(len(each) == XWING_PRIVATE_BYTES for each in keys)

    run(story())


def found_in(database: Path, values: set[bytes]) -> bool:
    """Say whether a file of the station holds one of the values."""
    files = [path for path in database.parent.glob(f"{database.name}*") if path.is_file()]
    return any(value in path.read_bytes() for path in files for value in values)


# --- What is told ---------------------------------------------------------------------------------


def test_what_stands_in_the_way_of_an_archive_is_told(tmp_path: Path) -> None:
    """PROOF-143, KEYS-36: an opening that nobody practised, a day that waits, and a copy of the
    database that holds keys."""

    async def story() -> None:
        async with rooms(tmp_path, watched()) as (alder, birch):
            assert slugs(alder) >= {"opening-not-practised"}
            assert "opening-not-practised" not in slugs(birch)  # it has no trustees
            await alder.say("Good morning.")
            await agreed(alder, birch)
            (tmp_path / "alder.db.schema-0003").write_bytes(b"")
            assert "old-copy" in slugs(alder) and "no-hot-window" not in slugs(alder)
            assert "day-unsealed" not in slugs(alder)
            alder.clock.later_s += 2 * DAY_S
            assert "day-unsealed" in slugs(alder)
            alder.clock.skipped_s += 61
            await alder.until(lambda: seals(alder))
            assert "day-unsealed" not in slugs(alder)

    run(story())


def slugs(room: Room) -> set[str]:
    """Which lamps are lit in a room."""
    return {each.slug for each in room.station.status().lamps}
