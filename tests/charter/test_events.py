"""What an office enters: every payload reads back, and every malformed one has its reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.charter.people import (
    ALDER,
    LINE,
    RAW,
    TWO_OF_EACH,
    head,
    officer,
    officer_credential,
    post,
    proof_of,
    reason_of,
    root_set,
    seed,
    signatures_of,
)

from backchannel.charter.credentials import CredentialKind, pack_body
from backchannel.charter.events import (
    Amendment,
    Fresh,
    Issue,
    NewRootSignature,
    OwnRules,
    RevocationReason,
    Revoke,
    RotateRoots,
    pack_amendment,
    pack_fresh,
    pack_issue,
    pack_own_rules,
    pack_revoke,
    pack_rotation,
    parse_event,
    rotation_body,
)
from backchannel.charter.parties import roots_rows
from backchannel.charter.possession import Possession
from backchannel.charter.rules import DEFAULT_RULES
from backchannel.errors import JunkError
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import CredentialId

SUBJECT = CredentialId(seed("subject"))
ROOTS = root_set(ALDER, 3, 4)
FIRST = officer_credential(officer("first"))


def parse(payload: bytes) -> object:
    return parse_event(EntryType.AUTHORITY, payload)


def refusal(value: Value, entry_type: int = EntryType.AUTHORITY) -> str:
    return reason_of(lambda: parse_event(entry_type, encode(value)), JunkError)


def test_an_issue_reads_back() -> None:
    """CHARTER-40."""
    body, proof = pack_body(FIRST), proof_of(FIRST, officer("first"))
    assert parse(pack_issue(body, proof)) == Issue(body, FIRST, proof)
    empty = Possession()
    assert parse(pack_issue(pack_body(post()), empty)) == Issue(pack_body(post()), post(), empty)


@pytest.mark.parametrize("last", [None, head(16, 7)])
def test_a_revocation_reads_back(last: object) -> None:
    """CHARTER-41."""
    revoke = Revoke(SUBJECT, RevocationReason.WITHDRAWN, last)  # type: ignore[arg-type]
    assert parse(pack_revoke(revoke)) == revoke


def test_own_rules_read_back() -> None:
    """CHARTER-42."""
    assert parse(pack_own_rules(DEFAULT_RULES)) == OwnRules(DEFAULT_RULES)


def test_a_rotation_reads_back() -> None:
    """CHARTER-43."""
    signed = tuple(NewRootSignature(n, bytes([n]) * 64, bytes([n]) * 3309) for n in (0, 1))
    assert parse(pack_rotation(ROOTS, signed)) == RotateRoots(ROOTS, signed)
    assert decode(rotation_body(1, ROOTS)) == (4, 1, roots_rows(ROOTS), 2)


def test_fresh_reads_back() -> None:
    """CHARTER-44."""
    assert parse(pack_fresh(77)) == Fresh(77)


def test_an_amendment_reads_back() -> None:
    """CHARTER-45: its charter is not read before it is held against the one in force."""
    signed = signatures_of(RAW, LINE, TWO_OF_EACH)
    payload = pack_amendment(b"no charter", signed)
    assert parse_event(EntryType.AMENDMENT, payload) == Amendment(b"no charter", signed)


BODY = pack_body(FIRST)
NO_PROOF = (bytes(64), bytes(2420))
ROTATION = (4, roots_rows(ROOTS), 2, ())
NEW_ROOT = (0, bytes(64), bytes(3309))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ((), "wrong-length"),
        ((1,) * 6, "wrong-length"),
        ("issue", "wrong-type"),
        (("1", BODY, NO_PROOF), "wrong-type"),
        ((0, BODY, NO_PROOF), "unknown-event"),
        ((6, 1), "unknown-event"),
        ((1, BODY), "wrong-length"),
        ((1, "body", NO_PROOF), "wrong-type"),
        ((1, b"", NO_PROOF), "truncated"),
        ((1, BODY, ()), "wrong-length"),
        ((2, SUBJECT, 1), "wrong-length"),
        ((2, bytes(31), 1, None), "wrong-length"),
        ((2, SUBJECT, 0, None), "out-of-range"),
        ((2, SUBJECT, 5, None), "out-of-range"),
        ((2, SUBJECT, 3, head(16, 7)), "lost-with-last"),
        ((2, SUBJECT, 4, head(16, 7)), "lost-with-last"),
        ((2, SUBJECT, 1, (16, 7)), "heads-shape"),
        ((2, SUBJECT, 1, ()), "heads-shape"),
        ((3,), "wrong-length"),
        ((3, ()), "wrong-length"),
        (ROTATION[:3], "wrong-length"),
        ((4, (), 2, ()), "wrong-length"),
        ((4, roots_rows(ROOTS), 3, ()), "bad-threshold"),
        ((4, roots_rows(ROOTS), 0, ()), "bad-threshold"),
        ((*ROTATION[:3], (NEW_ROOT[:2],)), "wrong-length"),
        ((*ROTATION[:3], ((0, bytes(64), None),)), "wrong-type"),
        ((*ROTATION[:3], ((8, *NEW_ROOT[1:]),)), "out-of-range"),
        ((*ROTATION[:3], (NEW_ROOT, NEW_ROOT)), "not-ascending"),
        ((5,), "wrong-length"),
        ((5, -1), "out-of-range"),
        ((5, "now"), "wrong-type"),
    ],
)
def test_an_event_is_refused(value: Value, reason: str) -> None:
    """CHARTER-40 to CHARTER-44, CHARTER-46."""
    assert refusal(value) == reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ((RAW,), "wrong-length"),
        (("charter", ()), "wrong-type"),
        ((b"", {}), "wrong-type"),
        ({}, "wrong-type"),
    ],
)
def test_an_amendment_of_another_shape_is_refused(value: Value, reason: str) -> None:
    """CHARTER-45."""
    assert refusal(value, EntryType.AMENDMENT) == reason


@pytest.mark.parametrize("entry_type", [1, 2, 4, 6, 8, 12, 14, 99])
def test_no_other_type_of_entry_means_anything_here(entry_type: int) -> None:
    """CHARTER-46."""
    assert refusal((5, 1), entry_type) == "unknown-entry-type"


@given(st.binary(max_size=100), st.sampled_from([5, 13]))
def test_no_bytes_make_it_fall_over(data: bytes, entry_type: int) -> None:
    assert reason_of(lambda: parse_event(entry_type, data), JunkError)


def test_a_body_that_its_kind_forbids_is_refused_with_its_own_reason() -> None:
    """CHARTER-33."""
    body = pack_body(replace(FIRST, kind=CredentialKind.STATION_REAL))
    assert refusal((1, body, NO_PROOF)) == "powers-of-kind"
