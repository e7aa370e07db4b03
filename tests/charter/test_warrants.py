"""Who must have signed a warrant, and what it must name."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW, YEAR, Cast, found_cast, officer_keys, seed
from tests.holders import (
    DAY,
    ORDER,
    enrol_trustee,
    enrolled,
    holder_keys,
    overseen,
    warrant,
)

from backchannel.charter.credentials import CredentialKind
from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.charter.warrants import At, require_warrant
from backchannel.errors import BackchannelError
from backchannel.wire.archive import ArchiveOpening, Role, order_values
from backchannel.wire.codec import Value
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, pack_content

OVERSIGHT = (overseen(ALDER), overseen(BIRCH, trustees=0))
USUAL = order_values(ORDER)


def line() -> Cast:
    """A line on which Alder has three trustees, two of whom open, and Birch has none."""
    return found_cast(oversight=OVERSIGHT)


def judged(cast: Cast, opening: ArchiveOpening, party: int = ALDER, **at: int) -> str:
    """What is concluded of a warrant: "" if it holds, else the reason."""
    authority = cast.offices[party].authority
    seen = At(**{"mode": Mode.REAL, "seq": authority.seq, "moment": NOW, **at})
    try:
        assert require_warrant(opening, authority, seen) == (ORDER, Role.TRUSTEE)
    except BackchannelError as refused:
        return refused.reason
    return ""


def test_as_many_trustees_as_the_charter_wants_are_enough() -> None:
    """PROOF-137."""
    cast = line()
    two = enrolled(cast, ALDER, 1, 3)
    assert judged(cast, warrant(cast, two)) == ""
    assert judged(cast, warrant(cast, two[:1])) == "too-few-holders"


def test_one_key_under_two_credentials_is_one_trustee() -> None:
    """PROOF-137."""
    cast = line()
    (first,) = enrolled(cast, ALDER, 1)
    (again,) = enrolled(cast, ALDER, 1, until=NOW + 2 * YEAR)
    assert first[0] != again[0]
    assert judged(cast, warrant(cast, [first, again])) == "too-few-holders"


def test_an_officer_is_no_trustee_and_neither_is_a_key_the_charter_does_not_name() -> None:
    """PROOF-137: the office alone cannot make a trustee."""
    cast = line()
    (one,) = enrolled(cast, ALDER, 1)
    officer = (cast.offices[ALDER].officers["first"][0], officer_keys("Alder", "first").secret)
    assert judged(cast, warrant(cast, [one, officer])) == "not-a-holder"
    (stranger,) = enrolled(cast, ALDER, 9)
    assert judged(cast, warrant(cast, [one, stranger])) == "not-a-holder"


def test_a_party_without_trustees_orders_nothing() -> None:
    """PROOF-137."""
    cast = line()
    (one,) = enrolled(cast, BIRCH, 1)
    assert judged(cast, warrant(cast, [one]), BIRCH) == "not-a-holder"


def test_a_mandate_that_ended_orders_nothing() -> None:
    """PROOF-137: expired, revoked, or not issued by the entry that is named."""
    cast = line()
    two = enrolled(cast, ALDER, 1, 2)
    opening = warrant(cast, two)
    assert judged(cast, opening, moment=NOW + YEAR) == "expired"
    assert judged(cast, opening, seq=0) == "unknown-credential"
    cast.offices[ALDER].enter(pack_revoke(Revoke(two[0][0], RevocationReason.WITHDRAWN, None)))
    assert judged(cast, opening) == "revoked"


def test_every_signature_must_hold_over_these_bytes_in_this_mode() -> None:
    """PROOF-137, NT74: a warrant of an exercise opens nothing that is real."""
    cast = line()
    two = enrolled(cast, ALDER, 1, 2)
    good = warrant(cast, two)
    assert judged(cast, warrant(cast, two, mode=Mode.EXERCISE)) == "bad-signature"
    one = good.signatures[:1]
    assert judged(cast, replace(good, signatures=one)) == "warrant-signatures"
    assert judged(cast, replace(good, signatures=one * 2)) == "bad-signature"
    other = pack_content(Content(seed("other")[:16], USUAL))
    assert judged(cast, replace(good, content=other)) == "warrant-content"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (USUAL[:-1], "warrant-shape"),
        ((*USUAL, 1), "warrant-shape"),
        ((*USUAL[:20], DAY, DAY - 1, None, "why"), "warrant-days"),
        ((*USUAL[:20], DAY, 2**32, None, "why"), "archive-day"),
        ((*USUAL[:20], -1, DAY, None, "why"), "count-range"),
        ((*USUAL[:20], DAY, DAY, (21, 12), "why"), "warrant-labels"),
        ((*USUAL[:20], DAY, DAY, (), "why"), "warrant-labels"),
        ((*USUAL[:20], DAY, DAY, "all", "why"), "warrant-labels"),
        ((*USUAL[:20], DAY, DAY, None, ""), "warrant-purpose"),
        ((*USUAL[:20], DAY, DAY, None, "x" * 201), "warrant-purpose"),
    ],
)
def test_a_warrant_names_a_period_labels_and_a_purpose(
    values: tuple[Value, ...], reason: str
) -> None:
    """PROOF-135."""
    cast = line()
    assert judged(cast, warrant(cast, enrolled(cast, ALDER, 1, 2), values=values)) == reason


def test_another_kind_of_statement_is_no_warrant() -> None:
    """PROOF-135: what an officer said is never an order to open."""
    cast = line()
    opening = warrant(cast, enrolled(cast, ALDER, 1, 2), kind=Kind.MESSAGE)
    assert judged(cast, opening) == "warrant-shape"


def test_custodians_order_for_themselves_and_not_beside_trustees() -> None:
    """PROOF-137: each role has its own threshold and its own shares."""
    cast = line()
    office = cast.offices[ALDER]
    made = enrol_trustee(office, "keeper", kind=CredentialKind.CUSTODIAN, powers=0)
    keeper = (made, holder_keys("Alder", "keeper").secret)
    at = At(Mode.REAL, office.authority.seq, NOW)
    found = require_warrant(warrant(cast, [keeper]), office.authority, at)
    assert found.role == Role.CUSTODIAN
    (one,) = enrolled(cast, ALDER, 1)
    assert judged(cast, warrant(cast, [one, keeper])) == "not-a-holder"
