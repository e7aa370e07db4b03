"""Errors across the station's own interface: whose fault it is survives the journey."""

import pytest

from backchannel.errors import (
    BackchannelError,
    BreachError,
    CustodyError,
    JunkError,
    OfficerError,
    ProofError,
)
from backchannel.station.asked import Fault
from backchannel.station.faults import code_of, error_of, fault_of


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (OfficerError, 409), (JunkError, 400), (BreachError, 422), (ProofError, 422),
        (CustodyError, 503),
    ],
)  # fmt: skip
def test_an_error_comes_back_as_it_was_raised(kind: type[BackchannelError], code: int) -> None:
    raised = kind("some-reason", "what to do")
    back = error_of(fault_of(raised))
    assert (type(back), back.reason, back.text) == (kind, "some-reason", "what to do")
    assert code_of(raised) == code


def test_every_class_of_the_tree_has_a_word_of_its_own() -> None:
    words = {fault_of(kind("r")).fault for kind in BackchannelError.__subclasses__()}
    assert len(words) == len(BackchannelError.__subclasses__())


def test_some_reasons_have_a_code_of_their_own() -> None:
    assert code_of(OfficerError("no-such-entry")) == 404
    assert code_of(OfficerError("still-asking")) == 503
    assert code_of(CustodyError("disk-full")) == 507


def test_a_word_that_is_not_known_is_no_reason_to_believe_it() -> None:
    assert type(error_of(Fault("r", "t", "somebody's"))) is JunkError
