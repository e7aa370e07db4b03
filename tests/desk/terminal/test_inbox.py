"""The inbox: what needs this room now, and in which order."""

from msgspec.structs import replace
from tests.desk.terminal.pictures import due, ladder, picture, said_line

from backchannel.desk.terminal.inbox import countdown, inbox
from backchannel.station.reports import Finding


def test_precedence_stands_before_the_time_that_is_left() -> None:
    found = inbox(picture(due("ROUTINE", 5), due("FLASH", 90), due("FLASH", 20)), 0)
    assert [(each.precedence, each.left_s) for each in found] == [
        ("FLASH", 20),
        ("FLASH", 90),
        ("ROUTINE", 5),
    ]


def test_seconds_pass_between_two_pictures_and_a_clock_that_runs_out_is_a_new_alarm() -> None:
    shown = picture(due("FLASH", 20))
    before, after = inbox(shown, 0)[0], inbox(shown, 21)[0]
    assert (before.left_s, after.left_s) == (20, -1)
    assert before.key != after.key and after.overdue and not before.overdue


def test_what_the_other_room_lets_run_out_is_immediate_here() -> None:
    clock = replace(due("ROUTINE", -3).clock, by="Birch")
    found = inbox(picture(due("ROUTINE", -3, ours=False, clock=clock)), 0)[0]
    assert (found.rank, found.what) == (2, "Birch to ack")
    assert inbox(picture(due("ROUTINE", -3)), 0)[0].rank == 4, "ours stays what it is"


def test_our_statement_that_was_read_back_waits_for_our_word() -> None:
    line = said_line()
    ours = replace(line, words=replace(line.words, ours=True), ladders=(ladder("read back"),))
    assert [each.what for each in inbox(picture(lines=(ours,)), 0)] == ["confirm"]
    done = replace(ours, ladders=(ladder("read back", "confirmed"),))
    assert inbox(picture(lines=(done,)), 0) == ()
    theirs = replace(ours, words=line.words)
    assert inbox(picture(lines=(theirs,)), 0) == ()


def test_lamps_stand_among_the_rest_but_notes_do_not() -> None:
    lamps = tuple(Finding(level, level, "text", "advice") for level in ("note", "warning", "alarm"))
    found = inbox(picture(due("IMMEDIATE", 5), lamps=lamps), 0)
    assert [each.about for each in found] == ["alarm", "BIRCH 0413", "warning"]
    assert found[0].words == ("text", "advice")


def test_what_is_left_is_printed_by_hours_minutes_and_seconds() -> None:
    assert [countdown(n) for n in (0, 59, -100, 7_260)] == ["0:00", "0:59", "1:40", "2:01:00"]
