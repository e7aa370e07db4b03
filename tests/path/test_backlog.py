"""The order of writing: ranks, whole frames, and bounds for each rank alone."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.path.backlog import Backlog, Rank, parcel_rank, rank_of
from backchannel.path.limits import BACKLOG_BYTES_MAX, BACKLOG_MESSAGES_MAX
from backchannel.path.messages import Answer, Heads, Message, Parcel, Query, Want, WantReason

CONTROL: list[Message] = [
    Heads(0, ()),
    Want(1, 1, 1, WantReason.MISSING),
    Query(b"?", bytes(64)),
    Answer(b"!", bytes(64)),
]


def test_parcels_rank_by_precedence_and_the_rest_behind_flash() -> None:
    """PATH-40."""
    ranks = [rank_of(Parcel(b"x"), precedence) for precedence in range(1, 6)]
    assert ranks == [
        Rank.FLASH,
        Rank.IMMEDIATE,
        Rank.PRIORITY,
        Rank.ROUTINE,
        Rank.DEFERRED,
    ]
    for message, precedence in itertools.product(CONTROL, range(1, 6)):
        assert Rank.FLASH < rank_of(message, precedence) < Rank.IMMEDIATE


@pytest.mark.parametrize("precedence", [0, 6])
def test_there_are_five_precedences(precedence: int) -> None:
    with pytest.raises(AssertionError):
        parcel_rank(precedence)


def test_a_flash_overtakes_everything_that_waits() -> None:
    """PATH-40, PATH-41."""
    backlog = Backlog()
    for number in range(500):
        backlog.put(Rank.ROUTINE, b"r%03d" % number)
    assert backlog.take(8) == b"r000r001"
    backlog.put(Rank.CONTROL, b"want")
    backlog.put(Rank.FLASH, b"flash")
    assert backlog.take(20) == b"flashwantr002r003"
    assert len(backlog) == 496


@given(st.lists(st.tuples(st.sampled_from(Rank), st.binary(min_size=1, max_size=9))))
def test_all_leaves_by_rank_and_then_in_order(frames: list[tuple[Rank, bytes]]) -> None:
    """PATH-40, PATH-41: whatever the size of a write."""
    backlog = Backlog()
    for rank, frame in frames:
        backlog.put(rank, frame)
    left = b""
    while len(backlog):
        left += backlog.take(16)
    # Sorting is stable, so equal ranks keep the order in which they came.
    assert left == b"".join(frame for _, frame in sorted(frames, key=lambda each: each[0]))


def test_a_write_holds_whole_frames_and_always_one() -> None:
    """PATH-41: no frame is cut, however small the write."""
    backlog = Backlog()
    for frame in (b"a" * 10, b"b" * 10, b"c" * 100):
        backlog.put(Rank.PRIORITY, frame)
    assert backlog.take(25) == b"a" * 10 + b"b" * 10
    assert backlog.take(25) == b"c" * 100
    assert backlog.take(25) == b""


def test_a_less_urgent_frame_does_not_fill_the_room_that_an_urgent_one_left() -> None:
    """PATH-40: what does not fit ends the write; nothing behind it goes first."""
    backlog = Backlog()
    backlog.put(Rank.PRIORITY, b"a" * 10)
    backlog.put(Rank.PRIORITY, b"b" * 20)
    backlog.put(Rank.ROUTINE, b"c")
    assert backlog.take(15) == b"a" * 10


def test_a_full_rank_holds_up_no_other() -> None:
    """PATH-42."""
    backlog = Backlog()
    for _ in range(BACKLOG_MESSAGES_MAX):
        backlog.put(Rank.ROUTINE, b"x")
    assert [rank for rank in Rank if not backlog.has_room(rank)] == [Rank.ROUTINE]
    with pytest.raises(AssertionError):
        backlog.put(Rank.ROUTINE, b"x")
    backlog.take(1)
    assert backlog.has_room(Rank.ROUTINE)


def test_a_rank_is_full_by_bytes_too() -> None:
    """PATH-42."""
    backlog = Backlog()
    backlog.put(Rank.FLASH, bytes(BACKLOG_BYTES_MAX - 1))
    assert backlog.has_room(Rank.FLASH)
    backlog.put(Rank.FLASH, b"x")
    assert not backlog.has_room(Rank.FLASH)
    backlog.take(1)
    assert backlog.has_room(Rank.FLASH)


def test_what_is_forgotten_leaves_room() -> None:
    """PATH-23."""
    backlog = Backlog()
    backlog.put(Rank.FLASH, bytes(BACKLOG_BYTES_MAX))
    backlog.clear()
    assert (len(backlog), backlog.take(1), backlog.has_room(Rank.FLASH)) == (0, b"", True)
