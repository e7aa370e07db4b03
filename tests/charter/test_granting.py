"""Which credentials are granted, by whom, and how they end."""

from collections.abc import Sequence
from functools import partial

import pytest
from msgspec.structs import replace
from tests.charter.people import (
    ALDER,
    NOW,
    YEAR,
    Office,
    head,
    issuer_credential,
    key_beside,
    make_charter,
    officer,
    officer_credential,
    post,
    proof_of,
    reason_of,
    root_set,
    seed,
    station,
    station_credential,
)
from tests.charter.people import party as member

from backchannel.charter.credentials import Credential, pack_body
from backchannel.charter.events import (
    RevocationReason,
    Revoke,
    pack_fresh,
    pack_issue,
    pack_own_rules,
    pack_revoke,
)
from backchannel.charter.powers import Power
from backchannel.charter.rules import DEFAULT_RULES
from backchannel.errors import JunkError
from backchannel.wire.envelope import AttachmentKind
from backchannel.wire.ids import CredentialId, credential_id
from backchannel.wire.keys import OfficerKeys
from backchannel.wire.signing import Alg, Mode

Signer = tuple[CredentialId, OfficerKeys]
LONG = Alg.ML_DSA_65


def with_people(
    *people: tuple[str, Power], depth: int = 2, alone: bool = False
) -> tuple[Office, list[Signer]]:
    """An office whose roots made these people, each with powers over the journal besides."""
    office = Office()
    if alone:
        one = make_charter(
            parties=(member(ALDER, root_set(ALDER, 0, 1, 2, threshold=1)), member(1))
        )
        office = Office(charter=one)
    signers: list[Signer] = []
    for name, powers in people:
        keys = officer(name, LONG)
        base = Power.INFORM | Power.ACKNOWLEDGE | powers
        credential = issuer_credential(keys, name, powers=int(base), depth=depth)
        if not powers & (Power.ISSUE | Power.RESTORE):
            credential = replace(credential, depth=0)
        signers.append((office.issue(credential, keys), keys))
        assert office.reason() is None
    return office, sorted(signers, key=lambda each: each[0])


ISSUERS = (("issuer", Power.ISSUE), ("deputy", Power.ISSUE))
FIRST = officer_credential(officer("first"))


def grant(
    office: Office, credential: Credential, signers: Sequence[Signer] | None = None
) -> str | None:
    """Enter a credential whose keys are known by its name, and say why it has no effect."""
    keys = officer(credential.name, LONG if credential.powers & 0x1C0 else Alg.ML_DSA_44)
    office.issue(credential, keys if credential.ed25519 else None, signers)
    return office.reason()


# --- Rules of every issue ---


def test_posts_officers_and_stations_are_granted_by_roots() -> None:
    """CHARTER-36."""
    office = Office()
    duty = office.issue(post())
    first = office.issue(replace(FIRST, posts=(duty,)), officer("first"))
    room = office.issue(station_credential(station("room")), station("room"))
    assert office.authority.refused == {}
    assert list(office.authority.credentials) == [duty, first, room]


def test_the_same_bytes_are_not_issued_twice() -> None:
    """CHARTER-40: else what was revoked would come back."""
    office = Office()
    office.issue(post())
    office.issue(post())
    assert office.reason() == "issued-before"


def test_roots_name_no_parent() -> None:
    """CHARTER-36."""
    office, signers = with_people(*ISSUERS)
    assert grant(office, replace(FIRST, parent=signers[0][0])) == "wrong-parent"


def test_an_officer_fills_only_posts_that_stand() -> None:
    """CHARTER-37."""
    office = Office()
    duty = office.issue(post())
    keys = officer("first")
    other = office.issue(FIRST, keys)
    assert (
        grant(office, replace(FIRST, posts=(CredentialId(seed("none")),))) == "unknown-credential"
    )
    assert grant(office, replace(FIRST, posts=(other,))) == "not-a-post"
    office.enter(pack_revoke(Revoke(duty, RevocationReason.WITHDRAWN, None)))
    assert grant(office, replace(FIRST, posts=(duty,))) == "revoked"


def test_an_officer_may_do_no_more_than_his_posts() -> None:
    """CHARTER-37."""
    office = Office()
    duty = office.issue(post())
    wider = replace(FIRST, posts=(duty,), powers=FIRST.powers | Power.COMMIT)
    assert grant(office, wider) == "wider-mandate"
    assert grant(office, replace(FIRST, posts=(duty,))) is None


def test_a_class_that_the_charter_does_not_have_is_not_granted() -> None:
    """CHARTER-36."""
    office = Office()
    last = len(DEFAULT_RULES) - 1
    assert grant(office, replace(FIRST, classes=(0, last + 1))) == "unknown-class"
    assert grant(office, replace(FIRST, classes=(0, last))) is None


def test_a_journal_number_is_granted_once_and_only_of_the_own_party() -> None:
    """CHARTER-39, NT98."""
    office = Office()
    room, annex = station("room"), station("annex")
    office.issue(station_credential(room, journals=(16, 32)), room)
    assert office.authority.granted.keys() == {16, 32}
    office.issue(station_credential(annex, "annex", journals=(32, 48)), annex)
    assert office.reason() == "journal-granted-before"
    office.issue(station_credential(annex, "annex", journals=(48, 65)), annex)
    assert office.reason() == "foreign-journal"
    office.issue(station_credential(annex, "annex", journals=(48, 64)), annex)
    assert office.reason() is None


def test_a_revoked_station_keeps_its_numbers() -> None:
    """CHARTER-39: no number is ever used twice."""
    office = Office()
    room, annex = station("room"), station("annex")
    first = office.issue(station_credential(room), room)
    office.enter(pack_revoke(Revoke(first, RevocationReason.COMPROMISE, None)))
    office.issue(station_credential(annex, "annex"), annex)
    assert office.reason() == "journal-granted-before"


def test_a_key_is_enrolled_for_one_kind_of_subject_only() -> None:
    """CHARTER-38: one key for two modes would undo their difference (NT73)."""
    office = Office()
    real = station("room", Mode.REAL)
    office.issue(station_credential(real), real)
    exercise = replace(real, mode=Mode.EXERCISE)
    office.issue(station_credential(exercise, journals=(48,)), exercise)
    assert office.reason() == "key-of-another-kind"
    renewed = station_credential(real, journals=(48,), until=NOW + 2 * YEAR)
    office.issue(renewed, real)
    assert office.reason() is None


@pytest.mark.parametrize("half", [0, 1])
def test_a_credential_whose_subject_does_not_hold_its_key_has_no_effect(half: int) -> None:
    """CHARTER-34, NT9."""
    office = Office()
    keys = officer("first")
    body = pack_body(FIRST)
    proof = list(proof_of(FIRST, keys))
    proof[half] = proof_of(replace(FIRST, name="other"), keys)[half]
    payload = pack_issue(body, type(proof_of(FIRST, keys))(*proof))
    office.enter(payload, attachments=key_beside(body, keys))
    assert office.reason() == "bad-signature"
    assert office.authority.credentials == {}


def test_a_key_of_low_order_has_no_effect() -> None:
    """CHARTER-35, NT7."""
    office = Office()
    keys = officer("first")
    weak = replace(FIRST, ed25519=bytes([1]) + bytes(31))
    body = pack_body(weak)
    beside = ((AttachmentKind.PQ_PUBLIC_KEY, credential_id(body), keys.pq_public),)
    office.enter(pack_issue(body, proof_of(FIRST, keys)), attachments=beside)
    assert office.reason() == "low-order-key"


# --- Delegation ---


def test_issuers_grant_within_the_mandate_of_the_parent() -> None:
    """CHARTER-36, NT15."""
    office, signers = with_people(*ISSUERS)
    parent = signers[0][0]
    assert grant(office, replace(FIRST, parent=parent), signers) is None
    wider = replace(FIRST, parent=parent, powers=int(Power.COMMIT))
    assert grant(office, wider, signers) == "wider-mandate"
    longer = replace(FIRST, parent=parent, until=NOW + YEAR + 1)
    assert grant(office, longer, signers) == "wider-mandate"


def test_the_parent_is_one_of_the_signers() -> None:
    """CHARTER-36."""
    office, signers = with_people(*ISSUERS)
    assert grant(office, FIRST, signers) == "wrong-parent"
    stranger = replace(FIRST, parent=CredentialId(seed("stranger")))
    assert grant(office, stranger, signers) == "wrong-parent"


def test_either_signer_may_be_the_parent() -> None:
    office, signers = with_people(*ISSUERS)
    assert grant(office, replace(FIRST, parent=signers[1][0]), signers) is None


def test_delegation_ends_at_its_depth() -> None:
    """CHARTER-36, NT15."""
    office, signers = with_people(*ISSUERS, depth=1)
    keys = officer("third", LONG)
    deputy = issuer_credential(keys, "third", powers=int(Power.ISSUE), parent=signers[0][0])
    assert grant(office, replace(deputy, depth=1), signers) == "too-deep"
    assert grant(office, replace(deputy, depth=0), signers) is None
    third = (credential_id(pack_body(replace(deputy, depth=0))), keys)
    both = sorted((third, signers[1]), key=lambda each: each[0])
    below = replace(FIRST, powers=0, parent=third[0])
    assert grant(office, below, both) == "too-deep"


@pytest.mark.parametrize(
    ("powers", "wanted"),
    [
        ((Power.ISSUE, Power.ISSUE), None),
        ((Power.ISSUE, Power.REVOKE), "lacks-power"),
        ((Power.RESTORE, Power.RESTORE), "lacks-power"),
    ],
)
def test_who_grants_an_officer_has_the_power_to_issue(
    powers: tuple[Power, Power], wanted: str | None
) -> None:
    """CHARTER-48."""
    office, signers = with_people(("one", powers[0]), ("two", powers[1]))
    parent = office.authority.names["one"][0]
    assert grant(office, replace(FIRST, parent=parent), signers) == wanted


@pytest.mark.parametrize(
    ("powers", "wanted"),
    [
        ((Power.RESTORE, Power.RESTORE), None),
        ((Power.ISSUE, Power.RESTORE), None),
        ((Power.RESTORE, Power.REVOKE), "lacks-power"),
    ],
)
def test_a_station_may_be_restored_by_people_with_that_power(
    powers: tuple[Power, Power], wanted: str | None
) -> None:
    """CHARTER-48."""
    office, signers = with_people(("one", powers[0]), ("two", powers[1]))
    room = station("room")
    parent = office.authority.names["one"][0]
    office.issue(station_credential(room, parent=parent), room, signers)
    assert office.reason() == wanted


def test_restoring_takes_two_even_where_one_root_would_do() -> None:
    """CHARTER-48."""
    office, signers = with_people(("one", Power.RESTORE), alone=True)
    office.roots = office.roots[:1]
    room = station("room")
    office.issue(station_credential(room, parent=signers[0][0]), room, signers)
    assert office.reason() == "restores-alone"


def test_one_issuer_is_enough_where_one_root_would_do() -> None:
    """CHARTER-48: the threshold of the roots counts for credentials too."""
    office, signers = with_people(("one", Power.ISSUE), alone=True)
    room = station("room")
    office.issue(station_credential(room, parent=signers[0][0]), room, signers)
    assert office.reason() is None


@pytest.mark.parametrize(
    ("powers", "wanted"),
    [(Power.REVOKE, None), (Power.ISSUE, "lacks-power"), (Power.RESTORE, "lacks-power")],
)
def test_who_revokes_has_that_power(powers: Power, wanted: str | None) -> None:
    """CHARTER-48."""
    office, signers = with_people(("one", powers), ("two", powers))
    duty = office.issue(post())
    office.enter(pack_revoke(Revoke(duty, RevocationReason.REPLACED, None)), signers)
    assert office.reason() == wanted


@pytest.mark.parametrize(
    ("powers", "wanted"),
    [(Power.REVOKE, None), (Power.ISSUE, None), (Power.RESTORE, "lacks-power")],
)
def test_who_says_still_current_issues_or_revokes(powers: Power, wanted: str | None) -> None:
    """CHARTER-48."""
    office, signers = with_people(("one", powers), ("two", powers))
    office.enter(pack_fresh(NOW), signers)
    assert office.reason() == wanted


def test_rules_roots_and_charter_are_the_roots_alone() -> None:
    """CHARTER-48."""
    office, signers = with_people(*ISSUERS)
    office.enter(pack_own_rules(DEFAULT_RULES), signers)
    assert office.reason() == "roots-only"


# --- Revocation ---


def test_a_revocation_keeps_what_its_author_had_seen() -> None:
    """CHARTER-41, CHARTER-51."""
    office = Office()
    duty = office.issue(post())
    office.enter(pack_fresh(NOW), seen=(head(17, 5),))
    revoke = Revoke(duty, RevocationReason.WITHDRAWN, head(16, 9))
    office.enter(pack_revoke(revoke), seen=(head(33, 2),), time=NOW + 7)
    found = office.authority.revocations[duty]
    assert (found.seq, found.reason, found.last, found.time) == (2, 2, head(16, 9), NOW + 7)
    assert found.seen == {17: 5, 33: 2}


def test_only_what_was_issued_is_revoked_and_only_once() -> None:
    """CHARTER-41."""
    office = Office()
    revoke = pack_revoke(Revoke(CredentialId(seed("nobody")), RevocationReason.LOST, None))
    office.enter(revoke)
    assert office.reason() == "unknown-credential"
    duty = office.issue(post())
    office.enter(pack_revoke(Revoke(duty, RevocationReason.REPLACED, head(16, 1))))
    office.enter(pack_revoke(Revoke(duty, RevocationReason.COMPROMISE, None)))
    assert office.reason() == "revoked-before"
    assert office.authority.revocations[duty].last == head(16, 1)


def test_a_revoked_issuer_signs_nothing_more() -> None:
    """CHARTER-48. What he granted before stands."""
    office, signers = with_people(*ISSUERS)
    granted = replace(FIRST, parent=signers[0][0])
    grant(office, granted, signers)
    office.enter(pack_revoke(Revoke(signers[0][0], RevocationReason.COMPROMISE, None)))
    again = partial(office.enter, pack_fresh(NOW), signers)
    assert reason_of(again, JunkError) == "signer-revoked"
    assert credential_id(pack_body(granted)) in office.authority.credentials
