"""Mailboxes: what every database of a relay must do, on SQLite and on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.relay.boxes import DAY, NOW, QUOTA, capsule, to_birch
from tests.relay.servers import Server, postgres_server

from backchannel.errors import CustodyError, OfficerError
from backchannel.relay.mailbox import DAY_S, Outcome, Quota, Stored, Totals
from backchannel.relay.mailstore import Database, Mailstore
from backchannel.relay.postgres import PostgresDatabase
from backchannel.relay.sqlite import SqliteDatabase
from backchannel.wire.limits import TAKEN_BYTES_MAX
from backchannel.wire.mailbox import Box, Put, Take, capsule_hash

BOX, OTHER = to_birch().box, to_birch(DAY + 1).box
Opening = Callable[[], Database]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres_server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgres"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """Opens one and the same database, each time anew."""
    if request.param == "sqlite":
        return lambda: SqliteDatabase(tmp_path / "relay.db")
    place = request.getfixturevalue("server").new_database()
    return lambda: PostgresDatabase(place)


@pytest.fixture
def store(opening: Opening) -> Iterator[Mailstore]:
    with closing(Mailstore(opening(), QUOTA)) as store:
        yield store


def put(store: Mailstore, number: int, *, box: Box = BOX, size: int = 4_096) -> Outcome:
    (outcome,) = store.apply([Put(box, capsule(number, size))], NOW)
    return outcome


def take(store: Mailstore, *numbers: int, box: Box = BOX) -> Outcome:
    """Fetch what there is, after saying that some capsules are there already."""
    done = tuple(capsule_hash(capsule(each)) for each in numbers)
    (outcome,) = store.apply([Take(box, 0, done)], NOW)
    return outcome


def test_what_is_put_is_taken_in_its_order_until_its_owner_has_it(store: Mailstore) -> None:
    """RELAY-13, RELAY-14."""
    assert take(store) == ()
    for number in (1, 2, 3):
        assert put(store, number) is Stored.NEW
    assert put(store, 2) is Stored.KNOWN
    assert put(store, 9, box=OTHER) is Stored.NEW
    everything = tuple(map(capsule, (1, 2, 3)))
    assert take(store) == take(store) == everything
    assert take(store, 2, 2, 77) == (capsule(1), capsule(3))
    assert store.totals() == Totals(2, 3, 3 * 4_096)
    assert take(store, 1, 3) == ()
    # What was fetched may come again: who puts it does not know that it was fetched.
    assert put(store, 2) is Stored.NEW
    assert take(store, 2) == ()
    assert take(store, box=OTHER) == (capsule(9),)
    assert store.totals() == Totals(1, 1, 4_096)


def test_what_was_answered_is_still_there_after_a_restart(opening: Opening) -> None:
    """RELAY-20."""
    with closing(Mailstore(opening(), QUOTA)) as store:
        put(store, 1)
        put(store, 2)
        take(store, 1)
    with closing(Mailstore(opening(), QUOTA)) as store:
        assert take(store) == (capsule(2),)
        assert store.totals() == Totals(1, 1, 4_096)


def test_many_requests_are_one_transaction(store: Mailstore) -> None:
    """RELAY-20: those who were refused hold up nobody."""
    small = Quota(box_capsules=2, box_bytes=200_000, all_bytes=400_000, keep_days=3)
    tight = Mailstore(store._database, small)
    requests = [Put(BOX, capsule(n)) for n in range(3)]
    outcomes = tight.apply([*requests, Take(BOX, 0, ()), Put(OTHER, capsule(7))], NOW)
    assert outcomes[:2] == [Stored.NEW, Stored.NEW]
    assert isinstance(outcomes[2], OfficerError) and outcomes[2].reason == "box-full"
    assert outcomes[3:] == [(capsule(0), capsule(1)), Stored.NEW]


def test_a_transaction_that_breaks_leaves_nothing(store: Mailstore) -> None:
    """RELAY-20."""
    with pytest.raises(ZeroDivisionError), store._database.transaction():
        store._put(Put(BOX, capsule(1)), NOW)
        raise ZeroDivisionError
    assert take(store) == ()
    assert store.totals() == Totals(0, 0, 0)


@pytest.mark.parametrize(
    ("size", "fits", "reason"),
    [
        (4_096, 8, "box-full"),  # of eight capsules
        (65_536, 3, "box-full"),  # of 200,000 bytes
    ],
)
def test_a_full_mailbox_takes_nothing_more(
    store: Mailstore, size: int, fits: int, reason: str
) -> None:
    """RELAY-21: other mailboxes do, until the relay is full; what is emptied makes room."""
    for number in range(fits):
        assert put(store, number, size=size) is Stored.NEW
    refused = put(store, 99, size=size)
    assert isinstance(refused, OfficerError) and refused.reason == reason
    # What is there already is there.
    assert put(store, 0, size=size) is Stored.KNOWN
    assert put(store, 99, size=size, box=OTHER) is Stored.NEW
    store.apply([Take(BOX, 0, (capsule_hash(capsule(0, size)),))], NOW)
    assert put(store, 99, size=size) is Stored.NEW


def test_a_full_relay_takes_nothing_more_and_throws_nothing_away(store: Mailstore) -> None:
    """RELAY-21."""
    for number in range(6):
        assert put(store, number, size=65_536, box=(BOX, OTHER)[number % 2]) is Stored.NEW
    third = Box(bytes(32))
    refused = put(store, 99, size=65_536, box=third)
    assert isinstance(refused, OfficerError) and refused.reason == "relay-full"
    assert store.totals() == Totals(2, 6, 6 * 65_536)
    assert put(store, 99, box=third) is Stored.NEW


def test_a_capsule_goes_when_its_days_are_over(store: Mailstore) -> None:
    """RELAY-22, RELAY-23."""
    put(store, 1)
    store.apply([Put(BOX, capsule(2)), Put(OTHER, capsule(3))], NOW + DAY_S)
    assert store.expire(NOW + 3 * DAY_S) == 0
    assert store.expire(NOW + 4 * DAY_S) == 1
    assert take(store) == (capsule(2),)
    assert store.totals() == Totals(2, 2, 2 * 4_096)
    assert store.expire(NOW + 5 * DAY_S) == 2
    assert store.expire(NOW + 5 * DAY_S) == 0
    assert store.totals() == Totals(0, 0, 0)


def test_one_answer_is_bounded(opening: Opening) -> None:
    """RELAY-14."""
    roomy = Quota(box_capsules=400, box_bytes=1 << 24, all_bytes=1 << 24, keep_days=3)
    with closing(Mailstore(opening(), roomy)) as store:
        store.apply([Put(BOX, capsule(n, 65_536)) for n in range(5)], NOW)
        store.apply([Put(BOX, capsule(n)) for n in range(5)], NOW)
        found = take(store)
        assert isinstance(found, tuple)
        assert sum(map(len, found)) == TAKEN_BYTES_MAX
        store.apply([Take(BOX, 0, tuple(map(capsule_hash, found)))], NOW)
        rest = take(store)
        assert rest == (capsule(4, 65_536), *(capsule(n) for n in range(5)))


def test_two_relays_share_one_server(server: Server) -> None:
    """RELAY-20: they count together, and each sees what the other stored."""
    place = server.new_database()
    with (
        closing(Mailstore(PostgresDatabase(place), QUOTA)) as one,
        closing(Mailstore(PostgresDatabase(place), QUOTA)) as other,
    ):
        assert one.shared
        assert put(one, 1) is Stored.NEW
        assert put(other, 1) is Stored.KNOWN
        assert put(other, 2) is Stored.NEW
        assert take(one, 1) == (capsule(2),)
        assert one.totals() == other.totals() == Totals(1, 1, 4_096)


def test_a_server_that_was_killed_is_found_again_and_has_lost_nothing(server: Server) -> None:
    """RELAY-20: while it is gone the relay says so, and stores nothing elsewhere."""
    with closing(Mailstore(PostgresDatabase(server.new_database()), QUOTA)) as store:
        assert put(store, 1) is Stored.NEW
        server.kill()
        for number in (2, 3):
            with pytest.raises(CustodyError, match="relay-store"):
                put(store, number)
        server.start()
        assert take(store) == (capsule(1),)
        assert put(store, 2) is Stored.NEW


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_server_that_answers_too_early_is_not_used(server: Server, setting: str) -> None:
    """RELAY-20."""
    place = server.new_database()
    with server.set(setting, "off"), pytest.raises(OfficerError, match="relay-not-durable"):
        PostgresDatabase(place)
    PostgresDatabase(place).close()


def test_a_database_of_another_kind_is_left_alone(tmp_path: Path, server: Server) -> None:
    """One relay a file; and what another program or version made is not written over."""
    path = tmp_path / "relay.db"
    with closing(SqliteDatabase(path)):
        with pytest.raises(OfficerError, match="relay-running"):
            SqliteDatabase(path)
        assert path.stat().st_mode & 0o077 == 0
    path.write_bytes(b"SQLite it is not" * 300)
    with pytest.raises(CustodyError, match="relay-store"):
        SqliteDatabase(path)
    with closing(SqliteDatabase(tmp_path / "later.db")) as later:
        later._connection.execute("PRAGMA user_version = 2")
    with pytest.raises(OfficerError, match="relay-database"):
        SqliteDatabase(tmp_path / "later.db")
    place = server.new_database()
    with closing(PostgresDatabase(place)) as database:
        database._connection.execute("UPDATE relay_schema SET number = 2")
        database._connection.commit()
    with pytest.raises(OfficerError, match="relay-database"):
        PostgresDatabase(place)
