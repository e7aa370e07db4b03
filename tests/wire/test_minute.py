"""Minutes as bytes: one spelling each, and a reason for every other."""

import pytest

from backchannel.errors import JunkError
from backchannel.limits import COSIGNATURES_MAX, MINUTE_ROWS_MAX, MINUTES_NAMED_MAX
from backchannel.wire.codec import Value, encode
from backchannel.wire.ids import EntryId
from backchannel.wire.minute import (
    Cosigning,
    Proposal,
    pack_cosigning,
    pack_proposal,
    parse_minute,
)

ONE, TWO = EntryId(b"\x01" * 32), EntryId(b"\x02" * 32)
ROOT = b"\x03" * 32
SIGNATURE = b"\x04" * 2420


def test_both_forms_come_back_as_they_were() -> None:
    """PROOF-20, PROOF-22."""
    for proposal in (Proposal(1, (), ((16, 3),)), Proposal(7, (ONE, TWO), ((0, 2), (16, 3)))):
        assert parse_minute(pack_proposal(proposal)) == proposal
    for answer in (Cosigning(ONE, ()), Cosigning(TWO, ((0, 2, ROOT, SIGNATURE),))):
        assert parse_minute(pack_cosigning(answer)) == answer


def test_each_form_has_its_bounds() -> None:
    """PROOF-20, PROOF-22: the longest of each is taken."""
    named = tuple(EntryId(n.to_bytes(32, "big")) for n in range(MINUTES_NAMED_MAX))
    sizes = tuple((no, 1) for no in range(MINUTE_ROWS_MAX))
    assert parse_minute(pack_proposal(Proposal(1, named, sizes))) == Proposal(1, named, sizes)
    rows = tuple((no, 1, ROOT, SIGNATURE) for no in range(COSIGNATURES_MAX))
    assert parse_minute(pack_cosigning(Cosigning(ONE, rows))) == Cosigning(ONE, rows)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ((), "minute-shape"),
        (0, "minute-shape"),
        ((None, 1, (), ((16, 3),)), "minute-shape"),
        ((True, 1, (), ((16, 3),)), "minute-shape"),
        ((0, 1, ()), "minute-shape"),
        ((1, ONE, (), ()), "minute-shape"),
        ((2, ONE, ()), "minute-kind"),
        ((0, 0, (), ((16, 3),)), "minute-number"),
        ((0, -1, (), ((16, 3),)), "count-range"),
        ((0, 1, None, ((16, 3),)), "minute-named"),
        ((0, 1, (ONE[:-1],), ((16, 3),)), "hash-length"),
        ((0, 1, (TWO, ONE), ((16, 3),)), "minute-named"),
        ((0, 1, (ONE, ONE), ((16, 3),)), "minute-named"),
        (
            (0, 1, tuple(n.to_bytes(32, "big") for n in range(65)), ((16, 3),)),
            "minute-named",
        ),
        ((0, 1, (), ()), "minute-rows"),
        ((0, 1, (), None), "minute-rows"),
        ((0, 1, (), tuple((no, 1) for no in range(65))), "minute-rows"),
        ((0, 1, (), ((16, 3, ROOT),)), "minute-rows"),
        ((0, 1, (), (16,)), "minute-rows"),
        ((0, 1, (), ((16, 0),)), "minute-rows"),
        ((0, 1, (), ((16, 3), (16, 3))), "minute-rows"),
        ((0, 1, (), ((17, 3), (16, 3))), "minute-rows"),
        ((0, 1, (), ((65_536, 3),)), "journal-number"),
        ((0, 1, (), ((16, -1),)), "count-range"),
        ((1, ONE[:-1], ()), "hash-length"),
        ((1, ONE, None), "minute-rows"),
        ((1, ONE, ((16, 3, ROOT),)), "minute-rows"),
        ((1, ONE, ((16, 0, ROOT, SIGNATURE),)), "minute-rows"),
        ((1, ONE, ((17, 3, ROOT, SIGNATURE), (16, 3, ROOT, SIGNATURE))), "minute-rows"),
        ((1, ONE, tuple((no, 1, ROOT, SIGNATURE) for no in range(21))), "minute-rows"),
        ((1, ONE, ((16, 3, ROOT[:-1], SIGNATURE),)), "hash-length"),
        ((1, ONE, ((16, 3, ROOT, SIGNATURE[:-1]),)), "signature-length"),
        ((1, ONE, ((16, 3, ROOT, None),)), "signature-length"),
    ],
)
def test_another_shape_is_refused(value: Value, reason: str) -> None:
    """PROOF-20, PROOF-22."""
    with pytest.raises(JunkError) as caught:
        parse_minute(encode(value))
    assert caught.value.reason == reason
