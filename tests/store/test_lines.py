"""Lines kept in a database: founded, loaded, committed whole or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store import samples as s

from backchannel.errors import CustodyError, OfficerError
from backchannel.line.rows import OutgoingRow, PendingGone, PendingRow, Row, Settled
from backchannel.line.state import Core, InEpoch, Secrets
from backchannel.line.work import TRAIL_MAX
from backchannel.store import sqlite
from backchannel.store.lines import Founded, commit, create_line, line_ids, load_line
from backchannel.store.sqlite import Database
from backchannel.wire.codec import encode
from backchannel.wire.ids import LineId


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with sqlite.open(tmp_path / "station.db") as opened:
        create(opened)
        yield opened


def create(database: Database, founded: Founded = s.FOUNDED) -> None:
    """Keep a line with version 0."""
    create_line(
        database, founded, wrap_key=s.WRAP_KEY, core=s.core(0), secrets=s.secrets(0), rows=()
    )


def keep(database: Database, version: int, *rows: Row, line: LineId = s.LINE) -> None:
    """Commit a version with rows."""
    commit(
        database,
        line,
        wrap_key=s.WRAP_KEY,
        core=s.core(version),
        secrets=s.secrets(version),
        rows=rows,
    )


def everything(database: Database) -> list[tuple[str, list[sqlite.Row]]]:
    """Return all rows of all tables."""
    tables = database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    return [(name, database.rows(f"SELECT * FROM {name}")) for (name,) in tables]


def test_what_was_committed_is_loaded_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with sqlite.open(path) as database:
        create(database)
        keep(database, 1, *s.message(s.OURS, 0), s.pending(s.THEIRS, 7))
    with sqlite.open(path) as database:
        loaded = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
    assert loaded.founded == s.FOUNDED
    assert loaded.core == s.core(1)
    assert loaded.secrets == s.secrets(1)
    assert loaded.trails == {s.OURS: {0: s.entry_id(s.OURS, 0)}}
    assert loaded.pending == {s.THEIRS: {7: s.frame(s.THEIRS, 7)}}


def test_a_line_can_be_founded_with_its_first_rows(tmp_path: Path) -> None:
    with sqlite.open(tmp_path / "station.db") as database:
        create_line(
            database,
            s.FOUNDED,
            wrap_key=s.WRAP_KEY,
            core=s.core(5),
            secrets=s.secrets(5),
            rows=[s.entry(s.OURS, 0)],
        )
        keep(database, 6, s.entry(s.OURS, 1))
        loaded = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
    assert sorted(loaded.trails[s.OURS]) == [0, 1]


def test_a_line_is_founded_once(database: Database) -> None:
    before = everything(database)
    with pytest.raises(OfficerError, match="line-exists"):
        create(database)
    assert everything(database) == before


def test_an_unknown_line_is_named(database: Database) -> None:
    with pytest.raises(OfficerError, match="no-such-line"):
        load_line(database, LineId(s.digest("another")), wrap_key=s.WRAP_KEY)
    with pytest.raises(OfficerError, match="no-such-line"):
        keep(database, 1, line=LineId(s.digest("another")))


@pytest.mark.parametrize("version", [0, 2, 7])
def test_a_step_from_another_state_than_the_stored_one_is_refused(
    database: Database, version: int
) -> None:
    before = everything(database)
    with pytest.raises(CustodyError, match="version-conflict"):
        keep(database, version, *s.message(s.OURS, 0))
    assert everything(database) == before
    keep(database, 1, *s.message(s.OURS, 0))


def test_a_slot_is_filled_once(database: Database) -> None:
    keep(database, 1, s.entry(s.OURS, 0))
    before = everything(database)
    for repeated in (s.entry(s.OURS, 0), s.entry(s.OURS, 0, entry=s.digest("another"))):
        with pytest.raises(AssertionError, match="rule of its table"):
            keep(database, 2, s.outgoing(s.OURS, 1), repeated)
    assert everything(database) == before


def test_an_entry_has_one_slot(database: Database) -> None:
    keep(database, 1, s.entry(s.OURS, 0))
    with pytest.raises(AssertionError, match="rule of its table"):
        keep(database, 2, s.entry(s.OURS, 1, entry=s.entry_id(s.OURS, 0)))


def test_a_full_disk_changes_nothing_and_the_same_step_works_later(database: Database) -> None:
    (pages,) = database.rows("PRAGMA page_count")[0]
    rows = [row for seq in range(200) for row in s.message(s.OURS, seq)]
    before = everything(database)
    database.rows(f"PRAGMA max_page_count = {pages + 20}")
    with pytest.raises(CustodyError, match="disk-full"):
        keep(database, 1, *rows)
    assert everything(database) == before
    database.rows("PRAGMA max_page_count = 100000")
    keep(database, 1, *rows)
    assert load_line(database, s.LINE, wrap_key=s.WRAP_KEY).core == s.core(1)
    sqlite.require_sound(database)


def test_two_lines_in_one_file_do_not_mix(database: Database) -> None:
    other = LineId(s.digest("other line"))
    create(database, msgspec.structs.replace(s.FOUNDED, line=other, party=s.BIRCH))
    keep(database, 1, *s.message(s.OURS, 0), s.pending(s.THEIRS, 5))
    keep(database, 1, s.entry(s.OURS, 0), s.entry(s.OURS, 1), line=other)
    keep(database, 2, *s.message(s.OURS, 1))
    assert line_ids(database) == (s.LINE, other)
    first = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
    second = load_line(database, other, wrap_key=s.WRAP_KEY)
    assert (first.core.version, second.core.version) == (2, 1)
    assert (first.founded.party, second.founded.party) == (s.ALDER, s.BIRCH)
    assert (list(first.pending), list(second.pending)) == ([s.THEIRS], [])


# --- Secrets --------------------------------------------------------------------------------------


def test_secrets_open_under_their_own_wrap_key_only(database: Database) -> None:
    with pytest.raises(CustodyError, match="secrets-unopened"):
        load_line(database, s.LINE, wrap_key=s.digest("another key"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE line SET version = version + 1",
        "UPDATE line SET core = (SELECT core FROM old)",
        "UPDATE secret SET box = (SELECT box FROM old)",
        "UPDATE line SET line_id = zeroblob(32)",
    ],
)
def test_secrets_open_beside_the_state_of_their_own_commit_only(
    database: Database, change: str
) -> None:
    database.rows("CREATE TEMP TABLE old AS SELECT core, box FROM line JOIN secret USING (line)")
    keep(database, 1)
    load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
    with database.transaction():
        database.rows(change)
    (line,) = line_ids(database)
    with pytest.raises(CustodyError, match="secrets-unopened"):
        load_line(database, line, wrap_key=s.WRAP_KEY)


def test_no_two_commits_seal_under_one_nonce(database: Database) -> None:
    nonces = set()
    for version in range(1, 20):
        keep(database, version)
        with pytest.raises(AssertionError):
            keep(database, version + 1, s.entry(s.OURS, 0), s.entry(s.OURS, 0))
        ((box,),) = database.rows("SELECT box FROM secret")
        nonces.add(box[:12])
    assert len(nonces) == 19


def test_nothing_secret_lies_open_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with sqlite.open(path) as database:
        create(database)
        keep(database, 1, *s.message(s.OURS, 0), s.pending(s.THEIRS, 5), s.branch(s.THEIRS, 2))
        raw = path.read_bytes() + path.with_name("station.db-wal").read_bytes()
    assert s.frame(s.THEIRS, 5, worded=False)[:100] in raw
    for words in (s.words(s.OURS, 0), s.words(s.THEIRS, 5), s.words(s.THEIRS, 2)):
        assert words[:40] not in raw
    for secret in (s.digest("chain", 1), s.digest("seed", 1), s.content_key(s.OURS, 0)):
        assert secret not in raw


def test_what_was_replaced_or_dropped_is_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "station.db"
    with sqlite.open(path) as database:
        create(database)
        keep(database, 1, s.pending(s.THEIRS, 5), s.outgoing(s.OURS, 0))
        ((box,),) = database.rows("SELECT box FROM secret")
        gone = (box[:40], s.outgoing(s.OURS, 0).envelope[:40], s.digest("header", s.THEIRS, 5))
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        assert all(value in path.read_bytes() for value in gone)
        keep(database, 2, PendingGone(s.THEIRS, 5), Settled(s.OURS, 0))
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        assert [value for value in gone if value in path.read_bytes()] == []


# --- What is rebuilt from the record --------------------------------------------------------------


def test_authority_frames_come_in_the_order_in_which_they_were_accepted(database: Database) -> None:
    lists = encode(((0, b"\x01" * 64, b"\x02" * 3_309),))
    first, second = s.entry(s.BIRCH, 0, signature=lists), s.entry(s.ALDER, 0, signature=lists)
    third = s.entry(s.BIRCH, 1, signature=lists, payload=None)
    keep(database, 1, first, s.entry(s.OURS, 0), second)
    keep(database, 2, third)
    loaded = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
    assert [frame.header for frame in loaded.authority] == [
        row.header for row in (first, second, third)
    ]
    assert loaded.authority[0].signature == ((0, b"\x01" * 64, b"\x02" * 3_309),)
    assert [frame.payload for frame in loaded.authority] == [first.payload, second.payload, None]


def test_a_trail_ends_far_below_what_all_hold(database: Database) -> None:
    last = 2 * TRAIL_MAX
    slots = range(last + 1)
    keep(database, 1, *(s.entry(no, seq) for no in (s.OURS, s.THEIRS) for seq in slots))

    def lowest() -> dict[int, int]:
        trails = load_line(database, s.LINE, wrap_key=s.WRAP_KEY).trails
        assert all(list(trail) == sorted(trail) for trail in trails.values())
        assert all(max(trail) == last for trail in trails.values())
        return {no: min(trail) for no, trail in trails.items()}

    # Nobody has given a receipt: a late station may be shown every slot of ours.
    newest = last + 1 - TRAIL_MAX
    assert lowest() == {s.OURS: 0, s.THEIRS: newest}
    keep(database, 2, Settled(s.OURS, TRAIL_MAX + 9), Settled(s.THEIRS, 0))
    assert lowest() == {s.OURS: 9, s.THEIRS: newest}
    keep(database, 3, Settled(s.OURS, last))
    assert lowest() == {s.OURS: last - TRAIL_MAX, s.THEIRS: newest}


# --- Any sequence of steps ------------------------------------------------------------------------

SLOTS = st.tuples(st.sampled_from((s.OURS, s.THEIRS)), st.integers(0, 5))
CHANGES = st.one_of(
    SLOTS.map(lambda slot: s.pending(*slot, worded=slot[1] % 2 == 0)),
    SLOTS.map(lambda slot: PendingGone(*slot)),
    SLOTS.map(lambda slot: s.outgoing(*slot)),
    SLOTS.map(lambda slot: Settled(*slot)),
)


def play(model: dict[str, dict[tuple[int, int], bytes]], rows: Sequence[Row]) -> None:
    """Do to two dicts what rows do to the tables from which rows leave."""
    waiting, outbox = model["pending"], model["outgoing"]
    for row in rows:
        if isinstance(row, PendingRow):
            waiting[row.no, row.seq] = row.frame
        elif isinstance(row, PendingGone):
            waiting.pop((row.no, row.seq), None)
        elif isinstance(row, OutgoingRow):
            outbox[row.no, row.seq] = row.envelope
        elif isinstance(row, Settled):
            for slot in [slot for slot in outbox if slot[0] == row.no and slot[1] <= row.upto]:
                del outbox[slot]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CHANGES, max_size=12), min_size=1, max_size=6))
def test_rows_of_any_steps_leave_what_was_put_in_and_not_taken_out(steps: list[list[Row]]) -> None:
    model: dict[str, dict[tuple[int, int], bytes]] = {"pending": {}, "outgoing": {}}
    with passing() as database:
        create(database)
        for version, rows in enumerate(steps, 1):
            keep(database, version, *rows)
            play(model, rows)
        loaded = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
        sent = database.rows("SELECT no, seq, envelope FROM outgoing")
    found = {(no, seq): raw for no, slots in loaded.pending.items() for seq, raw in slots.items()}
    assert found == model["pending"]
    assert {(no, seq): envelope for no, seq, envelope in sent} == model["outgoing"]


@contextmanager
def passing() -> Iterator[Database]:
    """Yield a database that is gone afterwards."""
    with TemporaryDirectory() as folder, sqlite.open(Path(folder) / "station.db") as database:
        yield database


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**48),
    st.binary(max_size=200),
    st.dictionaries(st.integers(0, 99), st.binary(max_size=64)),
)
def test_any_state_comes_back(elapsed: int, raw: bytes, courier: dict[int, bytes]) -> None:
    core = msgspec.structs.replace(s.core(0), elapsed=elapsed, consent={1: raw})
    chain = InEpoch(raw, 3, elapsed, skipped=courier)
    secrets = Secrets({}, incoming={s.THEIRS: {2: chain}}, courier=courier)
    with passing() as database:
        create_line(database, s.FOUNDED, wrap_key=s.WRAP_KEY, core=core, secrets=secrets)
        loaded = load_line(database, s.LINE, wrap_key=s.WRAP_KEY)
    assert (loaded.core, loaded.secrets) == (core, secrets)
    assert isinstance(loaded.core, Core)
