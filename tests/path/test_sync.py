"""What one station sends to another, and when: rule by rule."""

import itertools

from backchannel.limits import WANT_ENTRIES_MAX
from backchannel.path import Clocks
from backchannel.path.messages import Want, WantReason
from backchannel.path.sync import Exchange, Item

OURS, THEIRS = 17, 18
FLASH, ROUTINE = 1, 4


def exchange(count: int, precedence: int = ROUTINE) -> Exchange:
    """An exchange that owes entries 0 to `count` - 1 of our journal."""
    made = Exchange()
    for seq in range(count):
        made.add(Item(precedence, seq, OURS, seq))
    return made


def take_all(made: Exchange, now: float) -> list[int]:
    """All that is due, by seq, in the order of sending."""
    taken: list[int] = []
    while item := made.take(now):
        taken.append(item.seq)
    return taken


def test_entries_leave_by_precedence_and_then_in_causal_order() -> None:
    """PATH-50."""
    made = Exchange()
    rows = [(4, 0), (1, 1), (5, 2), (4, 3), (1, 4), (2, 5)]
    for precedence, order in reversed(rows):
        made.add(Item(precedence, order, OURS, order))
    first = made.next_item()
    assert first is not None
    assert first.precedence == FLASH
    assert take_all(made, 0.0) == [1, 4, 5, 0, 3, 2]
    assert (made.next_item(), made.take(0.0)) == (None, None)


def test_what_is_known_already_is_not_owed_twice() -> None:
    made = exchange(3)
    made.add(Item(ROUTINE, 1, OURS, 1))
    assert take_all(made, 0.0) == [0, 1, 2]
    made.add(Item(FLASH, 1, OURS, 1))
    assert take_all(made, 0.0) == []


def test_only_a_signed_seen_ends_sending() -> None:
    """PATH-51, NT91: heads that claim everything stop nothing for longer than a minute."""
    made = exchange(2)
    take_all(made, 0.0)
    for now in range(10, 60, 10):
        made.hear({OURS: 1}, float(now))
    assert take_all(made, 59.0) == []
    made.hear({OURS: 99}, 60.0)
    assert take_all(made, 60.0) == [0, 1]
    made.cover(OURS, 0)
    made.hear({OURS: 99}, 1000.0)
    assert take_all(made, 1000.0) == [1]
    made.cover(OURS, 1)
    made.hear({}, 9000.0)
    assert take_all(made, 9000.0) == []


def test_what_is_covered_before_it_was_sent_is_not_sent() -> None:
    """PATH-51: it came there by another path."""
    made = exchange(4)
    made.cover(OURS, 1)
    made.cover(THEIRS, 7)
    assert take_all(made, 0.0) == [2, 3]


def test_entries_that_are_added_out_of_order_are_covered_all_the_same() -> None:
    made = Exchange()
    for seq in (5, 2, 9, 0):
        made.add(Item(ROUTINE, seq, OURS, seq))
    made.cover(OURS, 5)
    assert take_all(made, 0.0) == [9]


def test_what_the_heads_lack_is_sent_again_with_growing_pauses() -> None:
    """PATH-53."""
    made = exchange(1)
    sent_at: list[float] = []
    for now in range(300):
        made.hear({}, float(now))
        sent_at += [float(now)] * len(take_all(made, float(now)))
    assert sent_at == [0, 5, 15, 35, 75, 135, 195, 255]


def test_what_the_heads_lack_waits_if_it_went_out_a_moment_ago() -> None:
    """PATH-53: it is on its way."""
    made = exchange(1)
    take_all(made, 100.0)
    made.hear({}, 104.9)
    assert take_all(made, 104.9) == []


def test_one_message_of_heads_brings_back_the_256_most_urgent() -> None:
    """PATH-53: who takes nothing in is not flooded."""
    made = exchange(WANT_ENTRIES_MAX + 50)
    made.add(Item(FLASH, 999, OURS, 999))
    take_all(made, 0.0)
    made.hear({}, 1.0)
    made.hear({}, 10.0)
    assert take_all(made, 10.0) == [999, *range(WANT_ENTRIES_MAX - 1)]


def test_a_new_session_waits_for_heads_before_it_repeats() -> None:
    """PATH-52."""
    made = exchange(4)
    take_all(made, 0.0)
    made.add(Item(ROUTINE, 4, OURS, 4))
    made.start(1.0)
    assert take_all(made, 1.0) == [4]
    made.hear({OURS: 1}, 1.5)
    # Entry 4 went out in this session: it is on its way.
    assert take_all(made, 1.5) == [2, 3]
    made.hear({OURS: 1}, 2.0)
    assert take_all(made, 2.0) == []


def test_a_new_session_repeats_however_much_was_lost() -> None:
    """PATH-52: the bound of 256 is for a session that runs."""
    made = exchange(1000)
    take_all(made, 0.0)
    made.start(1.0)
    made.hear({OURS: 99}, 3.0)
    assert take_all(made, 3.0) == list(range(100, 1000))


def test_a_new_session_gives_the_seen_of_what_it_shows_time_to_come() -> None:
    """PATH-52, PATH-54."""
    made = exchange(1)
    take_all(made, 0.0)
    made.start(400.0)
    made.hear({OURS: 0}, 500.0)
    made.hear({OURS: 0}, 559.0)
    assert take_all(made, 559.0) == []
    made.hear({OURS: 0}, 560.0)
    assert take_all(made, 560.0) == [0]


def test_what_is_withdrawn_is_not_repeated() -> None:
    """PATH-54."""
    made = exchange(2)
    made.withdraw(OURS, 0)
    assert take_all(made, 0.0) == [1]
    made.withdraw(OURS, 1)
    made.withdraw(THEIRS, 1)
    made.hear({}, 100.0)
    assert take_all(made, 100.0) == []


def test_a_want_is_answered_once_a_second() -> None:
    """PATH-55, NT65: a thousand wants for everything get one answer."""
    made = Exchange()
    everything = Want(THEIRS, 0, WANT_ENTRIES_MAX - 1, WantReason.MISSING)
    answers = [made.answer(everything, 50.0 + n / 1000) for n in range(1000)]
    assert answers[0] == tuple(range(WANT_ENTRIES_MAX))
    assert [answer for answer in answers[1:] if answer] == []
    assert len(made.answer(everything, 51.0)) == WANT_ENTRIES_MAX


def test_a_want_does_not_bring_what_is_on_its_way() -> None:
    """PATH-55."""
    made = exchange(3)
    first = made.take(0.0)
    assert first is not None and first.seq == 0
    want = Want(OURS, 0, 3, WantReason.MISSING)
    assert made.answer(want, 4.0) == (3,)
    take_all(made, 4.0)
    assert made.answer(want, 5.0) == (0, 3)
    assert made.answer(want, 6.0) == (3,)
    assert made.answer(want, 10.5) == (0, 1, 2, 3)


def test_what_could_not_be_opened_is_sealed_again_whenever_it_was_sent() -> None:
    """PATH-55: the reason 1 is about an envelope that has come."""
    made = exchange(2)
    take_all(made, 10.0)
    assert made.answer(Want(OURS, 0, 1, WantReason.UNOPENED), 10.1) == (0, 1)


def test_an_answered_want_counts_as_a_sending() -> None:
    """PATH-53: heads that cross the answer do not double it."""
    made = exchange(1)
    take_all(made, 0.0)
    made.answer(Want(OURS, 0, 0, WantReason.MISSING), 20.0)
    for now in (21.0, 29.9):
        made.hear({}, now)
        assert take_all(made, now) == []
    made.hear({}, 30.0)
    assert take_all(made, 30.0) == [0]


def test_a_station_asks_only_for_what_does_not_come_by_itself() -> None:
    """PATH-56."""
    made = Exchange()
    made.hear({THEIRS: 9}, 0.0)
    assert made.want({THEIRS: 4}, 0.0) is None
    assert made.want({THEIRS: 6}, 3.0) is None
    assert made.want({THEIRS: 6}, 7.9) is None
    assert made.want({THEIRS: 6}, 8.0) == Want(THEIRS, 7, 9, WantReason.MISSING)
    assert made.want({THEIRS: 9}, 30.0) is None


def test_nothing_is_asked_for_that_is_held() -> None:
    """PATH-56."""
    made = Exchange()
    made.hear({THEIRS: 9, 3: 0}, 0.0)
    assert [made.want({THEIRS: 9, 3: 5}, float(now)) for now in range(0, 60, 6)] == [None] * 10


def test_asking_again_slows_down() -> None:
    """PATH-56."""
    made = Exchange()
    made.hear({THEIRS: 0}, 0.0)
    asked = [now for now in range(300) if made.want({}, float(now))]
    assert asked == [5, 15, 35, 75, 135, 195, 255]


def test_there_is_one_want_a_second_whatever_the_number_of_journals() -> None:
    """PATH-56."""
    made = Exchange()
    made.hear(dict.fromkeys(range(10), 0), 0.0)
    made.want({}, 0.0)
    asked = [made.want({}, 10.0 + n / 10) for n in range(100)]
    assert sorted(want.no for want in asked if want) == list(range(10))
    at = [n for n, want in enumerate(asked) if want]
    assert all(later - earlier >= 10 for earlier, later in itertools.pairwise(at))


def test_a_long_gap_is_asked_for_piece_by_piece_without_a_pause() -> None:
    """PATH-56: what an answered want has brought shows that asking helps."""
    made = Exchange()
    made.hear({THEIRS: 999}, 0.0)
    held = -1
    asked: list[tuple[int, Want]] = []
    for now in range(60):
        if want := made.want({THEIRS: held}, float(now)):
            asked.append((now, want))
            held = want.last
    assert [now for now, _ in asked] == [5, 6, 7, 8]
    assert [want.last for _, want in asked] == [255, 511, 767, 999]


def test_a_gap_that_an_answer_has_closed_is_over() -> None:
    """PATH-56: what comes later is on its way at first, like everything."""
    made = Exchange()
    made.hear({THEIRS: 3}, 0.0)
    made.want({}, 0.0)
    assert made.want({}, 5.0) == Want(THEIRS, 0, 3, WantReason.MISSING)
    assert made.want({THEIRS: 3}, 6.0) is None
    made.hear({THEIRS: 9}, 7.0)
    assert made.want({THEIRS: 3}, 7.0) is None
    assert made.want({THEIRS: 3}, 12.0) == Want(THEIRS, 4, 9, WantReason.MISSING)


def test_an_answer_that_comes_in_parts_is_awaited() -> None:
    """PATH-56: no second want while the first one is being answered."""
    made = Exchange()
    made.hear({THEIRS: 999}, 0.0)
    made.want({}, 0.0)
    assert made.want({}, 5.0) == Want(THEIRS, 0, 255, WantReason.MISSING)
    assert made.want({THEIRS: 100}, 6.0) is None
    assert made.want({THEIRS: 200}, 7.0) is None
    assert made.want({THEIRS: 255}, 8.0) == Want(THEIRS, 256, 511, WantReason.MISSING)


def test_what_could_not_be_opened_is_asked_for_at_once_and_then_less_often() -> None:
    """PATH-56: with its own reason, and with the same pauses if it does not help."""
    made = Exchange()
    made.note_unopened(THEIRS)
    assert made.want({}, 0.0) is None
    made.hear({THEIRS: 3}, 0.0)
    asked = {now: want for now in range(100) if (want := made.want({THEIRS: 1}, float(now)))}
    assert list(asked) == [0, 5, 15, 35, 75]
    assert set(asked.values()) == {Want(THEIRS, 2, 3, WantReason.UNOPENED)}


def test_what_has_come_to_a_halt_and_then_cannot_be_opened_is_asked_for_at_once() -> None:
    """PATH-56."""
    made = Exchange()
    made.hear({THEIRS: 3}, 0.0)
    assert made.want({}, 0.0) is None
    made.note_unopened(THEIRS)
    assert made.want({}, 1.0) == Want(THEIRS, 0, 3, WantReason.UNOPENED)


def test_what_was_opened_in_the_end_leaves_no_mark() -> None:
    """PATH-56: the next gap is an ordinary one."""
    made = Exchange()
    made.note_unopened(THEIRS)
    made.hear({THEIRS: 3}, 0.0)
    assert made.want({THEIRS: 3}, 0.0) is None
    made.hear({THEIRS: 4}, 10.0)
    assert made.want({THEIRS: 3}, 10.0) is None
    assert made.want({THEIRS: 3}, 15.0) == Want(THEIRS, 4, 4, WantReason.MISSING)


def test_a_new_session_forgets_what_the_old_heads_showed() -> None:
    """PATH-52: only what the other side shows now is asked for."""
    made = Exchange()
    made.hear({THEIRS: 9}, 0.0)
    made.want({}, 0.0)
    made.start(1.0)
    assert [made.want({}, float(now)) for now in range(1, 30)] == [None] * 29


def test_where_heads_are_rare_time_alone_sends_again() -> None:
    """PATH-61."""
    made = Exchange(Clocks(first_s=60.0, longest_s=3_600.0, growth=4.0, by_time=True))
    made.add(Item(FLASH, 0, OURS, 0))
    sent = []
    for now in range(0, 9_000, 10):
        made.pass_time(float(now))
        if made.take(float(now)):
            sent.append(now)
    assert sent == [0, 60, 300, 1_260, 4_860, 8_460]
    made.start(9_000.0)
    made.cover(OURS, 0)
    made.pass_time(99_000.0)
    assert made.take(99_000.0) is None
