"""Who is on watch, from what officers have entered."""

from hypothesis import given
from hypothesis import strategies as some

from backchannel.notice.catalogue import catalogue
from backchannel.watch.duty import FORM, Change, Hand, Turn, duties

POST = "duty officer"
OKAFOR = Hand(b"o", "Okafor", (POST, "chief of watch"))
VARGA = Hand(b"v", "Varga", (POST,))
CLERK = Hand(b"c", "Clerk", ())


def change(turn: str, *hands: Hand, time: int = 0, party: int = 0, post: str = POST) -> Change:
    """A change of the watch, entered at a time, in the slot of that number."""
    return Change(party, 16 + party, time, time, bytes([time]), turn, post, time, hands)


def officer(*changes: Change, party: int = 0, post: str = POST) -> str | None:
    """Who is on watch at a post in the end; "" for nobody, None for never."""
    found = duties(changes).get((party, post))
    return None if found is None else found.officer.name if found.officer else ""


def test_it_is_the_form_of_the_catalogue() -> None:
    """NOTICE-120: version and codes are those of the file."""
    form = catalogue()["T20-W"]
    assert form.code == FORM
    assert form.fields[0].codes == tuple(Turn)


def test_an_officer_signs_on_and_leaves() -> None:
    """NOTICE-122: whoever signs on takes the post; who leaves it leaves it to nobody."""
    on, off = change("on", OKAFOR), change("off", OKAFOR, time=5)
    assert officer() is None
    assert officer(on) == "Okafor"
    assert officer(on, off) == ""
    assert officer(on, off, change("on", VARGA, time=6)) == "Varga"
    assert officer(on, change("on", VARGA, time=6)) == "Varga"


def test_a_hand_over_has_two_officers() -> None:
    """NOTICE-123: the second who signed takes the watch; of one alone it moves nothing."""
    on = change("on", OKAFOR)
    assert officer(on, change("hand-over", OKAFOR, VARGA, time=2)) == "Varga"
    for hands in ((VARGA,), (VARGA, VARGA), (OKAFOR, VARGA, OKAFOR)):
        assert officer(on, change("hand-over", *hands, time=2)) == "Okafor"


def test_nobody_speaks_of_a_post_that_he_does_not_fill() -> None:
    """NOTICE-122: not to take it, not to leave it, and not to hand it over."""
    on = change("on", OKAFOR)
    for other in (
        change("on", CLERK, time=2),
        change("off", CLERK, time=2),
        change("hand-over", OKAFOR, CLERK, time=2),
        change("hand-over", CLERK, VARGA, time=2),
        change("on", VARGA, time=2, post="chief of watch"),
        change("relieve", VARGA, time=2),
        change("on", VARGA, VARGA, time=2),
        change("on", VARGA, OKAFOR, time=2),
    ):
        assert officer(on, other) == "Okafor", other


def test_posts_and_parties_stand_by_themselves() -> None:
    """NOTICE-121: one post may be left while another, or another room's, is manned."""
    chief = "chief of watch"
    found = (
        change("on", OKAFOR, post=chief),
        change("on", VARGA, time=1),
        change("off", OKAFOR, time=2, post=chief),
        change("on", OKAFOR, time=3, party=1),
    )
    assert (officer(*found), officer(*found, post=chief)) == ("Varga", "")
    assert officer(*found, party=1) == "Okafor"


@given(some.permutations([("on", OKAFOR), ("hand-over", VARGA), ("off", VARGA), ("on", OKAFOR)]))
def test_both_rooms_say_the_same_in_whatever_order_it_came(turns: list[tuple[str, Hand]]) -> None:
    """NOTICE-121: the entries' times and slots decide, not their arrival."""
    stamped = [
        change(turn, OKAFOR, hand, time=n) if turn == "hand-over" else change(turn, hand, time=n)
        for n, (turn, hand) in enumerate(turns)
    ]
    assert duties(stamped) == duties(reversed(stamped))


def test_a_clock_that_goes_back_turns_no_journal_round() -> None:
    """NOTICE-121: in one journal the slots decide; between two of one party the times do."""
    on = change("on", OKAFOR, time=5)
    later = change("off", OKAFOR, time=6)._replace(time=1)
    assert officer(later, on) == ""
    same = change("on", VARGA, time=6)._replace(time=5)
    assert officer(same, on) == "Varga"
    assert officer(on, later._replace(no=32)) == "Okafor", "another station's, entered before"
    assert officer(on, later._replace(no=32, time=7)) == ""
