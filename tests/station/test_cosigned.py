"""A minute from an officer's order to what status and check say of it, between two real rooms."""

from pathlib import Path

import msgspec
import pytest
from tests.exchange import open_line
from tests.station.house import Room, agreed, order_by, rooms, run
from tests.station.shelf import shelve
from tests.station.test_checking import checked
from tests.station.test_replay import damage, spoil

from backchannel.errors import OfficerError
from backchannel.line.events import MinuteOrdered
from backchannel.line.minutes import checkpoint_of
from backchannel.proof.cosignature import cosigner_of, require_cosignature
from backchannel.proof.merkle import root_of
from backchannel.station.cosigned import minute_named, minute_report, minutes_log
from backchannel.station.judging import Record
from backchannel.station.minutereports import MinuteReport
from backchannel.station.orders import Action
from backchannel.station.uncosigned import uncosigned_lamps
from backchannel.store import queries
from backchannel.store.queries import NEWEST
from backchannel.store.sequence import all_cosignatures
from backchannel.wire.signing import Mode


def minute_of(room: Room, mode: Mode = Mode.REAL) -> MinuteReport | None:
    """The newest minute of a mode, as status tells it."""
    return next(m.minute for m in room.station.status().modes if m.mode == mode.name)


def is_whole(room: Room) -> bool:
    """Whether every station has cosigned the newest minute."""
    found = minute_of(room)
    return found is not None and all(c.signed == found.checkpoints for c in found.cosigners)


def test_an_ordered_minute_is_cosigned_by_both_rooms(tmp_path: Path) -> None:
    """PROOF-12, PROOF-22, PROOF-23: computed from each store; every root is that of both."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            await birch.shows((await alder.say("Good morning.")).entry)
            assert minute_of(alder) is None
            told = await alder.station.order(order_by(alder, Action.MINUTE, "first"))
            assert told.text == "REAL: minute done"
            await alder.until(lambda: is_whole(alder) and is_whole(birch))
            await agreed(alder, birch)
            found = minute_of(birch)
            assert found is not None and (found.n, found.checkpoints) == (1, 4)
            assert [each.party for each in found.cosigners] == ["Alder", "Birch"]
            assert all(each.differing == 0 for each in found.cosigners)
            for room in (alder, birch):
                require_true(room)
                custody = room.runner.custody
                record = Record(custody, room.runner.state, room.clock.now())
                assert checked(record).outcome == 0

    run(story())


def require_true(room: Room) -> None:
    """Fail unless every stored cosignature holds, over the root that the store gives."""
    custody, state = room.runner.custody, room.runner.state
    minutes = state.core.minutes[Mode.REAL]
    assert minutes.newest is not None and not minutes.open
    keys = {j.credential: j.pq_public for j in state.core.journals.values()}
    for no, size in minutes.newest.sizes:
        leaves = queries.leaves(custody.database, custody.line, no, from_seq=0, limit=size)
        rows = queries.cosignatures(custody.database, custody.line, no, from_size=size)
        rows = tuple(row for row in rows if row.size == size)
        assert len(rows) == 2 and {row.root for row in rows} == {root_of(leaves)}
        for row in rows:
            checkpoint = checkpoint_of(
                state.line, state.core.journals, no, size=size, root=row.root
            )
            assert checkpoint is not None
            cosigner = cosigner_of(state.line, row.credential)
            require_cosignature(keys[row.credential], row.signature, cosigner, checkpoint)


def test_two_minutes_of_one_state_sign_each_checkpoint_once(tmp_path: Path) -> None:
    """PROOF-22: what was cosigned at a size is left out of the next answer."""

    async def story() -> None:
        async with rooms(tmp_path) as (alder, birch):
            for n in (1, 2):
                await alder.station.order(order_by(alder, Action.MINUTE, "first"))
                await alder.until(
                    lambda n=n: is_whole(alder) and is_whole(birch) and minute_of(alder).n == n
                )
            custody = alder.runner.custody
            rows = queries.cosignatures(custody.database, custody.line, 0, from_size=1)
            # An authority journal has not grown: one size, one signature of each station.
            assert len(rows) == 2 and len({row.size for row in rows}) == 1

    run(story())


def with_a_minute(tmp_path: Path) -> Record:
    """Alder's record with a minute that both have cosigned."""
    exchange = open_line()
    exchange.say(1, "Good morning.")
    exchange.run()
    alder = exchange.stations[0]
    alder.do(MinuteOrdered(at=alder.clock.moment(), mode=Mode.REAL))
    exchange.run()
    return shelve(tmp_path, exchange)


def test_who_has_not_cosigned_is_missing(tmp_path: Path) -> None:
    """PROOF-23: and who has another root than ours is told."""
    record = with_a_minute(tmp_path)
    assert minute_report(record, Mode.EXERCISE) is None
    whole = minute_report(record, Mode.REAL)
    assert whole is not None and [c.signed for c in whole.cosigners] == [4, 4]
    birch = record.state.core.journals[17].credential.hex()
    spoil(record, f"UPDATE cosignature SET root = randomblob(32) WHERE credential = x'{birch}'")
    found = minute_report(record, Mode.REAL)
    assert found is not None and [c.differing for c in found.cosigners] == [0, 4]
    spoil(record, f"DELETE FROM cosignature WHERE credential = x'{birch}'")
    found = minute_report(record, Mode.REAL)
    assert found is not None and [c.signed for c in found.cosigners] == [4, 0]


def test_a_signature_that_is_missing_for_a_day_is_a_lamp(tmp_path: Path) -> None:
    """PROOF-24: who is missing is named; what all have cosigned lights nothing, however old."""
    record = with_a_minute(tmp_path)
    late = msgspec.structs.replace(record, now=record.now + 10 * 86_400)
    assert list(uncosigned_lamps(late)) == []
    birch = record.state.core.journals[17].credential.hex()
    spoil(record, f"DELETE FROM cosignature WHERE credential = x'{birch}'")
    assert list(uncosigned_lamps(record)) == []
    (lamp,) = uncosigned_lamps(late)
    assert (lamp.slug, lamp.level) == ("not-cosigned", "warning")
    assert "REAL: Birch one REAL of Birch has not cosigned the minute of 2026-11-22" in lamp.text


def test_a_later_minute_that_all_have_cosigned_covers_an_earlier_one(tmp_path: Path) -> None:
    """PROOF-24."""
    exchange = open_line()
    alder = exchange.stations[0]
    for pause in (2 * 86_400, 0):
        exchange.say(1, "Good morning.")
        alder.do(MinuteOrdered(at=alder.clock.moment(), mode=Mode.REAL))
        exchange.clock.now += pause
        if not pause:
            exchange.run()
    assert list(uncosigned_lamps(shelve(tmp_path, exchange))) == []


CHANGES = {
    "one taken away": "DELETE FROM cosignature WHERE rowid = 1",
    "another root": "UPDATE cosignature SET root = randomblob(32) WHERE rowid = 1",
    "another signature": "UPDATE cosignature SET signature = randomblob(2420) WHERE rowid = 2",
    "another credential": "UPDATE cosignature SET credential = randomblob(32) WHERE rowid = 2",
    "one more": "INSERT INTO cosignature (line, no, size, root, credential, signature, entry) "
    "SELECT line, no, size, randomblob(32), credential, signature, entry FROM cosignature LIMIT 1",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_check_finds_a_cosignature_that_no_minute_holds(tmp_path: Path, change: str) -> None:
    """PROOF-22: and one that a minute holds and the store does not."""
    record = with_a_minute(tmp_path)
    assert checked(record).outcome == 0
    spoil(record, CHANGES[change])
    assert damage(record).reason == "row-altered"


def test_a_minute_in_the_record_is_verified_anew(tmp_path: Path) -> None:
    """PROOF-22: a changed answer is not the payload that its header names."""
    record = with_a_minute(tmp_path)
    spoil(
        record,
        "UPDATE entry SET payload = CAST(substr(payload, 1, 90) || x'ffff' || "
        "substr(payload, 93) AS BLOB) WHERE type = 6 AND length(payload) > 2000",
    )
    assert damage(record).reason == "payload-altered"


def test_a_minute_is_found_by_how_its_id_begins(tmp_path: Path) -> None:
    """PROOF-23: a proposal, and neither an answer to one nor anything else."""
    record = with_a_minute(tmp_path)
    custody = record.custody
    ours = minutes_log(record, mode=None, since=0, before=NEWEST)
    assert ours and all(each.cosigners for each in ours)
    assert minutes_log(record, mode=Mode.TEST, since=0, before=NEWEST) == ()
    assert minutes_log(record, mode=None, since=ours[0].arrival + 1, before=NEWEST) == ()
    for each in ours:
        for digits in (8, 64):
            assert minute_named(record, each.entry[:digits].upper()) == each
    rows = all_cosignatures(custody.database, custody.line)
    answer = next(row.entry.hex() for row in rows)
    for name in (answer, "", "zz", "0" * 64, ours[0].entry + "0"):
        with pytest.raises(OfficerError, match="no-such-entry"):
            minute_named(record, name)
