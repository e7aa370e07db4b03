"""Check letters: what a voice gets wrong changes them."""

from hypothesis import assume, given
from hypothesis import strategies as st

from backchannel.desk.chart.letters import ALPHABET, EAST_WEST, MODULUS, check_letters
from backchannel.errors import JunkError
from backchannel.notice.places import HALF_TURN, POLE, print_point, read_point

POINTS = st.tuples(st.integers(-POLE, POLE), st.integers(-HALF_TURN, HALF_TURN))


def test_the_letters_of_some_points_never_change() -> None:
    points = [(0, 0), (5_993_750, 3_030_860), (-POLE, -HALF_TURN), (POLE, HALF_TURN)]
    assert [check_letters(each) for each in points] == ["ED", "YA", "AA", "JG"]
    assert len(set(ALPHABET)) == 22 and not set(ALPHABET) & set("IOSZ0125")
    assert len(ALPHABET) ** 2 >= MODULUS and all(n % MODULUS for n in (2, 5, EAST_WEST))


@given(POINTS, st.data())
def test_one_wrong_digit_or_two_exchanged_ones_always_change_them(
    point: tuple[int, int], data: st.DataObject
) -> None:
    text = print_point(point)
    places = [n for n, each in enumerate(text) if each.isdecimal()]
    n = data.draw(st.sampled_from(places))
    wrong = text[:n] + data.draw(st.sampled_from("0123456789")) + text[n + 1 :]
    swapped = text[: n + 1] if n + 1 not in places else text[:n] + text[n + 1] + text[n]
    for other in (wrong, swapped + text[len(swapped) :]):
        try:
            heard = read_point(other)
        except JunkError:
            assume(False)
        assert heard == point or check_letters(heard) != check_letters(point)
