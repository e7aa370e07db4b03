"""Promises in the fields of a notice, and what becomes of them."""

import pytest

from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.notice.promises import (
    Ending,
    Promise,
    State,
    holds_until,
    promises_in,
    promising_forms,
    same_promise,
    state_of,
)

REASSURANCE = {
    1: "Our exercise.",
    2: "none",
    3: "We do not intend to cross.",
    4: ["the coast brigade"],
    5: "None.",
    6: "none",
    7: [["We will not cross.", "chief of watch", "2026-12-31T00:00:00Z", "by notice", "2 d"]],
}
KEPT = Promise("x", expiry=1_000, notice_s=100)


def test_the_forms_with_a_column_for_promises_are_known() -> None:
    """NOTICE-73: found by their columns, so that a new form need not be named here."""
    assert promising_forms() == ("T08/1", "T15-W/1", "T19/1")


def test_a_promise_has_owner_scope_expiry_and_withdrawal() -> None:
    """NOTICE-73."""
    form = form_named("T08")
    (promise,) = promises_in(form, fill(form, REASSURANCE))
    assert promise == Promise(
        "We will not cross.", "chief of watch", "the coast brigade", 1798675200, "by notice", 172800
    )
    bare = {**REASSURANCE, 7: [["We will call.", "", "", "", ""]]}
    (promise,) = promises_in(form, fill(form, bare))
    assert (promise.owner, promise.expiry, promise.notice_s) == ("", None, None)
    assert promises_in(form, fill(form, {**REASSURANCE, 7: "none"})) == ()


def test_what_fits_no_form_is_told_raw() -> None:
    """NOTICE-73: never dropped; and unknown is no time."""
    form = form_named("T08")
    values = (*(None,) * 3, 7, None, None, (("x",), 5, (1, None, True, None, True)))
    found = promises_in(form, values)
    assert [each.text for each in found] == ["[x]", "5", "1"]
    assert (found[2].expiry, found[2].notice_s, found[2].scope) == (None, None, "7")
    assert promises_in(form, values[:3]) == () and promises_in(form, (None,) * 7) == ()


@pytest.mark.parametrize(
    ("promise", "ending", "now", "state"),
    [
        (KEPT, None, 999, State.OPEN),
        (KEPT, None, 1_000, State.EXPIRED),
        (KEPT, Ending(500, "cancel", b"e"), 599, State.OPEN),
        (KEPT, Ending(500, "cancel", b"e"), 600, State.WITHDRAWN),
        (KEPT, Ending(950, "cancel", b"e"), 1_000, State.EXPIRED),
        (Promise("x"), Ending(500, "cancel", b"e"), 500, State.WITHDRAWN),
        (Promise("x"), None, 2**40, State.OPEN),
    ],
)
def test_a_promise_is_open_until_it_expires_or_its_notice_has_run(
    promise: Promise, ending: Ending | None, now: int, state: State
) -> None:
    """NOTICE-74."""
    assert state_of(promise, ending, now) == state


def test_notice_runs_from_the_withdrawal() -> None:
    """NOTICE-74."""
    assert holds_until(KEPT, Ending(500, "cancel", b"e")) == 600


def test_text_and_owner_make_a_promise_the_same() -> None:
    """NOTICE-73: a longer expiry is the same promise; another owner is another."""
    one = Promise("x", "duty officer", expiry=5)
    assert same_promise(one, one._replace(expiry=9, notice_s=3))
    assert not same_promise(one, one._replace(owner="minister"))
    assert not same_promise(one, one._replace(text="y"))
