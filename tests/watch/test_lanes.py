"""Lanes: one notice closes one, two close one that is protected, its own party opens it again."""

from backchannel.watch.lanes import LaneNotice, Turn, closed, suspensions

DAY_S = 86_400
DELAYS = {"political": 0, "life-safety": 3 * DAY_S}


def notice(time: int, lane: str, **changes: object) -> LaneNotice:
    made = LaneNotice(0, 16, time, time, b"e", Turn.SUSPEND, lane, time, None)
    return made._replace(**changes)  # type: ignore[arg-type]


def is_closed(notices: list[LaneNotice], lane: str | None, now: int) -> bool:
    return closed(suspensions(notices, DELAYS).values(), lane, now) is not None


def test_a_notice_closes_a_lane_from_its_entry_until_its_end() -> None:
    """NOTICE-141: dated back, it closes nothing that was before it."""
    said = notice(100, "political", since=50, until=200)
    assert [is_closed([said], "political", now) for now in (99, 100, 199, 200)] == [
        *(False, True, True, False)
    ]
    ahead = notice(100, "political", since=150)
    assert [is_closed([ahead], "political", now) for now in (149, 150)] == [False, True]
    assert is_closed([said], None, 150)
    assert not is_closed([said], "life-safety", 150)
    assert not is_closed([notice(100, "weather")], None, 150)


def test_a_protected_lane_takes_two_notices_and_the_delay() -> None:
    """NOTICE-142."""
    first, second = notice(0, "life-safety"), notice(DAY_S, "life-safety")
    assert not is_closed([first], "life-safety", 10 * DAY_S)
    closes = [is_closed([second, first], "life-safety", n * DAY_S) for n in (1, 2, 3, 4)]
    assert closes == [False, False, True, True]
    third = notice(5 * DAY_S, "life-safety", since=9 * DAY_S)
    assert is_closed([first, second, third], "life-safety", 6 * DAY_S)
    late = notice(10 * DAY_S, "life-safety")
    assert not is_closed([first, late], "life-safety", 10 * DAY_S - 1)
    assert is_closed([first, late], "life-safety", 10 * DAY_S)


def test_only_its_own_party_resumes_a_lane() -> None:
    """NOTICE-141, NOTICE-142: and then the count begins anew."""
    said = notice(100, "political")
    own = notice(200, "political", turn=Turn.RESUME)
    assert not is_closed([said, own], "political", 300)
    assert is_closed([said, own._replace(party=1)], "political", 300)
    assert is_closed([said, own._replace(turn="maintenance")], "political", 300)
    first, back = notice(0, "life-safety"), notice(1, "life-safety", turn=Turn.RESUME)
    again = notice(4 * DAY_S, "life-safety")
    assert not is_closed([first, back, again], "life-safety", 9 * DAY_S)
