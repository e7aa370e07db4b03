"""Tests of sim.sectors: a file goes back to what was synced, wholly or sector by sector."""

from hypothesis import given
from hypothesis import strategies as st

from backchannel.sim.faults import Chance
from backchannel.sim.sectors import SECTOR_BYTES, Image, Lock, Unsynced

SIZES = st.integers(0, 5 * SECTOR_BYTES)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("write"), SIZES, st.binary(min_size=1, max_size=1_500)),
        st.tuples(st.just("truncate"), SIZES, st.just(b"")),
        st.tuples(st.just("sync"), st.just(0), st.just(b"")),
    ),
    max_size=12,
)


def play(changes: list[tuple[str, int, bytes]]) -> tuple[Image, bytes, bytes]:
    """Change a file; return it with what a simple model says was synced, and was written."""
    image, synced, written = Image(), b"", b""
    for kind, at, data in changes:
        if kind == "write":
            image.write(data, at)
            before = written.ljust(at, b"\0")
            written = before[:at] + data + before[at + len(data) :]
        elif kind == "truncate":
            image.truncate(at)
            written = written.ljust(at, b"\0")[:at]
        else:
            image.sync()
            synced = written
    return image, synced, written


def sectors(content: bytes, size: int) -> list[bytes]:
    whole = content.ljust(size, b"\0")[:size]
    return [whole[at : at + SECTOR_BYTES] for at in range(0, size, SECTOR_BYTES)]


@given(CHANGES)
def test_what_is_read_is_what_was_written(changes: list[tuple[str, int, bytes]]) -> None:
    image, _, written = play(changes)
    assert image.written == written
    assert image.read(700, 300) == written[300:1_000]


@given(CHANGES, st.integers(0, 50))
def test_a_loss_leaves_exactly_what_was_synced(
    changes: list[tuple[str, int, bytes]], seed: int
) -> None:
    image, synced, _ = play(changes)
    image.settle(Chance(seed), Unsynced.LOST)
    assert image.written == synced


@given(CHANGES, st.integers(0, 50))
def test_a_process_that_dies_leaves_exactly_what_was_written(
    changes: list[tuple[str, int, bytes]], seed: int
) -> None:
    image, _, written = play(changes)
    image.settle(Chance(seed), Unsynced.KEPT)
    assert image.written == written


@given(CHANGES, st.integers(0, 50))
def test_a_torn_file_has_each_sector_old_or_new(
    changes: list[tuple[str, int, bytes]], seed: int
) -> None:
    image, synced, written = play(changes)
    image.settle(Chance(seed), Unsynced.TORN)
    size = len(image.written)
    assert size in {len(synced), len(written)}
    left = sectors(bytes(image.written), size)
    choices = zip(left, sectors(synced, size), sectors(written, size), strict=True)
    assert all(sector in (old, new) for sector, old, new in choices)


def test_a_torn_file_mixes_old_and_new_in_another_way_for_each_seed() -> None:
    def torn(seed: int) -> bytes:
        image = Image(b"o" * 10 * SECTOR_BYTES)
        image.write(b"n" * 10 * SECTOR_BYTES, 0)
        image.settle(Chance(seed), Unsynced.TORN)
        return bytes(image.written[::SECTOR_BYTES])

    assert torn(1) == torn(1)
    seen = {torn(seed) for seed in range(20)}
    assert len(seen) > 10
    assert any(b"n" in content and b"o" in content for content in seen)


def test_what_a_power_cut_left_is_synced() -> None:
    image = Image(b"old")
    image.write(b"new", 0)
    image.settle(Chance(1), Unsynced.KEPT)
    image.settle(Chance(1), Unsynced.LOST)
    assert image.written == b"new"


def test_an_undone_truncation_brings_the_end_back() -> None:
    left = set()
    for seed in range(20):
        image = Image(b"o" * 2_000)
        image.truncate(700)
        image.settle(Chance(seed), Unsynced.TORN)
        left.add(bytes(image.written))
    assert left == {b"o" * 2_000, b"o" * 700}


def test_locks_exclude_as_sqlite_asks() -> None:
    image = Image()
    assert image.lock(1, Lock.SHARED)
    assert image.lock(2, Lock.SHARED)
    assert not image.is_reserved()
    assert image.lock(1, Lock.RESERVED)
    assert image.is_reserved()
    assert not image.lock(2, Lock.RESERVED)
    assert not image.lock(1, Lock.EXCLUSIVE)
    image.unlock(2, Lock.NONE)
    assert image.lock(1, Lock.EXCLUSIVE)
    assert not image.lock(2, Lock.SHARED)
    image.unlock(1, Lock.SHARED)
    assert image.lock(2, Lock.SHARED)


def test_a_power_cut_frees_all_locks() -> None:
    image = Image()
    image.lock(1, Lock.EXCLUSIVE)
    image.settle(Chance(1), Unsynced.KEPT)
    assert image.lock(2, Lock.EXCLUSIVE)
