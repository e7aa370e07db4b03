"""The frame: what an officer must see from the chair, with no colour."""

from tests.desk.terminal.pictures import NOW, due, picture

from backchannel.desk.terminal.cells import Glass, Look, Row, width
from backchannel.desk.terminal.frame import Stand, edged, foot, head
from backchannel.desk.terminal.inbox import inbox
from backchannel.desk.terminal.picture import Picture
from backchannel.station.dutyreports import DutyReport

GLASS = Glass()


def stand(shown: Picture | None, mode: str = "REAL", age_s: float = 0.0) -> Stand:
    items = inbox(shown, 0) if shown else ()
    return Stand(shown, mode, NOW, age_s, "no socket", "Marsh", items[:1], items)


def test_the_frame_says_who_speaks_to_whom_who_sits_here_and_what_is_due() -> None:
    watch = (DutyReport("REAL", "Birch", "duty", "Lin", NOW, NOW, "", None, None, 0, False, ""),)
    title, path, manned, bar = head(GLASS, stand(picture(due("FLASH", 32), watch=watch)))
    assert title.text.startswith("  REAL  Alder <> Birch") and "Marsh  13:43:20Z" in title.text
    assert "direct: Birch up" in path.text and "2 without a receipt" in path.text
    assert "Alder NOT MANNED, Birch manned by Lin" in manned.text
    assert "open 1, 1 ours" in manned.text
    assert "Z FLASH     ack BIRCH 0413  0:32 (by 13:43:52Z)" in bar.text
    assert bar.look is Look.INVERSE and title.look is Look.INVERSE


def test_a_dead_path_says_so_in_capitals() -> None:
    rows = list(head(GLASS, stand(picture(up=False))))
    assert "Birch NO CONNECTION" in rows[1].text
    assert set(rows[3].text.strip()) == {"-"}, "nothing sounds"


def test_a_drill_differs_from_what_is_real_in_every_row() -> None:
    real, drill = picture(), picture()
    for one, other in zip(
        head(GLASS, stand(real)), head(GLASS, stand(drill, "EXERCISE")), strict=True
    ):
        assert one.text[:2] == "  " and other.text[:2] == "//"
    assert next(head(GLASS, stand(drill, "EXERCISE"))).text.startswith("//EXERCISE//EXERCISE//")
    assert [edged(Row("x"), mode).text for mode in ("REAL", "EXERCISE", "TEST")] == [
        *("  x", "//x", "..x")
    ]
    note, _, keys = foot(GLASS, stand(drill, "EXERCISE"), "done", "A ack")
    assert note.text.startswith("//done") and keys.text.startswith("//EXERCISE//  A ack")


def test_a_station_that_does_not_answer_takes_the_place_of_all_that_is_not_current() -> None:
    for shown, since in ((picture(), "for 6 s"), (None, "yet")):
        rows = list(head(GLASS, stand(shown, age_s=6.0)))
        assert f"NOTHING BELOW IS CURRENT: the station has not answered {since}" in rows[1].text
        assert "no socket" in rows[2].text
        assert all(row.look is Look.INVERSE for row in rows)


def test_no_row_of_the_frame_is_wider_than_the_screen() -> None:
    shown = picture(due("FLASH", 32))
    for row in (*head(GLASS, stand(shown)), *foot(GLASS, stand(shown), "n" * 200, "k" * 200)):
        assert width(row.text) <= 80
