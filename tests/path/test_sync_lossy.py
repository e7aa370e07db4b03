"""Two stations and a link that loses what it likes: everything arrives, and nothing too often."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.path.sync import Exchange, Item

OURS = 17
ROUTINE = 4


class Receiver:
    """The other station, as far as a path is concerned: what it holds without a gap."""

    def __init__(self) -> None:
        self.got: Counter[tuple[int, int]] = Counter()

    def held(self) -> dict[int, int]:
        journals = {no for no, _ in self.got}
        return {no: seq for no in journals if (seq := self._contiguous(no)) >= 0}

    def _contiguous(self, no: int) -> int:
        seq = -1
        while (no, seq + 1) in self.got:
            seq += 1
        return seq


def converse(items: list[Item], others: int, lost: list[bool], breaks: set[int]) -> Receiver:
    """Ten minutes of traffic over a link that loses message n where lost[n] says so.

    Alder owes `items` and holds `others` entries of a third journal, which Birch gets by asking
    only. Every second both do what is due; heads cross every 10 s, a signed `seen` comes every
    7 s. The session begins anew at the seconds of `breaks`, and what was under way is lost.
    """
    sender, asker, receiver = Exchange(), Exchange(), Receiver()
    pattern = iter(lost)
    holds = {3: others - 1, OURS: len(items) - 1}
    for item in items:
        sender.add(item)
    for now in range(600):
        running = float(now)
        if now in breaks:
            sender.start(running)
            asker.start(running)
        arriving: list[tuple[int, int]] = []
        while item := sender.take(running):
            arriving.append((item.no, item.seq))
        # Who has just met exchanges heads at once, then every ten seconds.
        if (now % 10 == 0 or now in breaks) and not next(pattern, False):
            sender.hear(receiver.held(), running)
            asker.hear(holds, running)
        if (want := asker.want(receiver.held(), running)) and not next(pattern, False):
            arriving += [(want.no, seq) for seq in sender.answer(want, running)]
        if now + 1 not in breaks:
            receiver.got.update(each for each in arriving if not next(pattern, False))
        if now % 7 == 6 and not next(pattern, False):
            for no, seq in receiver.held().items():
                sender.cover(no, seq)
    return receiver


outboxes = st.lists(st.integers(1, 5), max_size=40).map(
    lambda precedences: [Item(p, n, OURS, n) for n, p in enumerate(precedences)]
)


@settings(max_examples=150, deadline=None)
@given(
    outboxes,
    st.integers(0, 30),
    st.lists(st.booleans(), max_size=400),
    st.sets(st.integers(0, 300), max_size=4),
)
def test_everything_arrives_over_a_link_that_loses(
    items: list[Item], others: int, lost: list[bool], breaks: set[int]
) -> None:
    """PATH-50 to PATH-56 together: what is lost comes again, by pushing or by asking."""
    receiver = converse(items, others, lost, breaks)
    expected = {(OURS, item.seq) for item in items} | {(3, seq) for seq in range(others)}
    assert set(receiver.got) == expected


@settings(max_examples=50, deadline=None)
@given(outboxes, st.integers(0, 30))
def test_nothing_is_sent_twice_over_a_link_that_loses_nothing(
    items: list[Item], others: int
) -> None:
    """PATH-53, PATH-55: heads, wants and new entries cross all the time, and repeat nothing."""
    assert set(converse(items, others, [], set()).got.values()) <= {1}


@pytest.mark.parametrize("broken", [1, 5, 12, 33])
def test_a_new_session_repeats_only_what_was_under_way(broken: int) -> None:
    """PATH-52: what was there before the break is not sent again."""
    items = [Item(ROUTINE, n, OURS, n) for n in range(50)]
    assert set(converse(items, 0, [], {broken}).got.values()) == {1}
