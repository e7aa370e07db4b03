"""The run mark: the newest whole mark, whatever happens to the write of the next."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store import samples as s

from backchannel.errors import CustodyError, OfficerError
from backchannel.store.runmark import (
    JOURNALS_IN_PAGE,
    PAGE_BYTES,
    RunMark,
    newest_mark,
    open_run_mark,
    pack_page,
    parse_page,
)
from backchannel.wire.ids import LineId

EMPTY = bytes(PAGE_BYTES)


def mark(n: int) -> RunMark:
    """Return the n-th mark of a station."""
    return RunMark(s.LINE, n, {s.OURS: 10 * n, 32: n})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.mark"


def marked(path: Path, count: int) -> bytes:
    """Return the bytes of a file into which so many marks were written."""
    file, _ = open_run_mark(path, s.LINE)
    for n in range(1, count + 1):
        file.write(mark(n))
    file.close()
    return path.read_bytes()


MARKS = st.builds(
    RunMark,
    st.binary(min_size=32, max_size=32),
    st.integers(0, 2**64 - 1),
    st.dictionaries(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1), max_size=9),
)


@given(MARKS, st.integers(0, 2**64 - 1))
def test_any_mark_comes_back(any_mark: RunMark, generation: int) -> None:
    page = pack_page(any_mark, generation)
    assert len(page) == PAGE_BYTES
    assert parse_page(page) == (generation, any_mark)


@given(st.binary(max_size=PAGE_BYTES))
def test_other_bytes_are_no_mark(raw: bytes) -> None:
    assert parse_page(raw) is None


@given(st.integers(0, PAGE_BYTES - 1), st.integers(0, 7))
def test_a_turned_bit_is_found(at: int, bit: int) -> None:
    page = bytearray(pack_page(mark(3), 3))
    page[at] ^= 1 << bit
    assert parse_page(bytes(page)) is None


def test_the_page_has_room_for_its_most_journals_and_no_more() -> None:
    full = RunMark(s.LINE, 1, dict.fromkeys(range(JOURNALS_IN_PAGE), 5))
    assert parse_page(pack_page(full, 1)) == (1, full)
    with pytest.raises(AssertionError, match="journals"):
        pack_page(RunMark(s.LINE, 1, dict.fromkeys(range(JOURNALS_IN_PAGE + 1), 5)), 1)


def test_the_newest_mark_is_read_after_any_number_of_writes(path: Path) -> None:
    for count in range(5):
        path.unlink(missing_ok=True)
        marked(path, count)
        file, found = open_run_mark(path, s.LINE)
        file.close()
        assert found == (mark(count) if count else None)


def test_writing_goes_on_where_the_last_process_ended(path: Path) -> None:
    for n in range(1, 6):
        file, found = open_run_mark(path, s.LINE)
        assert found == (mark(n - 1) if n > 1 else None)
        file.write(mark(n))
        file.close()


def test_a_torn_write_leaves_the_mark_before_it(path: Path) -> None:
    for count in (2, 3):
        path.unlink(missing_ok=True)
        before = marked(path, count)
        file, _ = open_run_mark(path, s.LINE)
        file.write(mark(count + 1))
        file.close()
        after = path.read_bytes()
        changed = [at for at in range(len(after)) if after[at] != before[at]]
        first, last = changed[0], changed[-1]
        for torn_at in range(first + 1, last + 1):
            front = after[:torn_at] + before[torn_at:]
            back = before[:torn_at] + after[torn_at:]
            for torn in (front, back):
                assert newest_mark(torn) == (count, mark(count))
        assert newest_mark(after) == (count + 1, mark(count + 1))


def test_a_first_write_that_was_torn_says_nothing() -> None:
    page = pack_page(mark(1), 1)
    for torn_at in range(1, PAGE_BYTES, 13):
        torn = page[:torn_at].ljust(PAGE_BYTES, b"\x00")
        if torn != page:
            assert newest_mark(EMPTY + torn) == (0, None)


def test_two_damaged_pages_are_damage(path: Path) -> None:
    raw = bytearray(marked(path, 2))
    raw[100] ^= 1
    raw[PAGE_BYTES + 100] ^= 1
    path.write_bytes(raw)
    with pytest.raises(CustodyError, match="run-mark-damaged"):
        open_run_mark(path, s.LINE)


def test_a_cut_file_keeps_its_whole_page(path: Path) -> None:
    raw = marked(path, 2)
    path.write_bytes(raw[:PAGE_BYTES])
    file, found = open_run_mark(path, s.LINE)
    file.close()
    assert found == mark(2)
    assert path.stat().st_size == 2 * PAGE_BYTES


def test_the_mark_of_another_line_is_refused(path: Path) -> None:
    marked(path, 1)
    with pytest.raises(CustodyError, match="run-mark-foreign"):
        open_run_mark(path, LineId(s.digest("another")))


def test_only_its_owner_may_read_it(path: Path) -> None:
    marked(path, 1)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_place_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(OfficerError, match="database-unreachable"):
        open_run_mark(tmp_path / "no" / "run.mark", s.LINE)


@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
def test_a_write_that_fails_spoils_the_older_page_only(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file, _ = open_run_mark(path, s.LINE)
    for n in (1, 2):
        file.write(mark(n))

    def fail(*_: object) -> int:
        raise OSError(errno.EIO, "input/output error")

    for _ in range(3):
        monkeypatch.setattr(os, call, fail)
        with pytest.raises(CustodyError, match="disk-failed"):
            file.write(mark(3))
        monkeypatch.undo()
        assert parse_page(path.read_bytes()[:PAGE_BYTES]) == (2, mark(2))
    file.write(mark(3))
    file.close()
    assert newest_mark(path.read_bytes()) == (3, mark(3))


def test_a_short_write_is_a_full_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = open_run_mark(path, s.LINE)
    monkeypatch.setattr(os, "pwrite", lambda *_: 10)
    with pytest.raises(CustodyError, match="disk-full"):
        file.write(mark(1))
    file.close()
