"""The fold of an authority journal: what takes a slot, who may sign, what has no effect."""

from collections.abc import Callable
from functools import partial

import pytest
from msgspec.structs import replace
from tests.charter.people import (
    ALDER,
    BIRCH,
    CHARTER,
    LINE,
    NOW,
    YEAR,
    Office,
    Signers,
    head,
    issuer_credential,
    key_beside,
    officer,
    officer_credential,
    post,
    proof_of,
    reason_of,
    root,
    seed,
    station,
    station_credential,
)

from backchannel.charter.authority import (
    apply_entry,
    fold_seen,
    open_authority,
    require_enterable,
)
from backchannel.charter.credentials import pack_body
from backchannel.charter.events import pack_fresh, pack_issue
from backchannel.charter.possession import Possession
from backchannel.charter.powers import Power
from backchannel.charter.roster import BEFORE_FIRST, Authority, issued
from backchannel.errors import BreachError, JunkError
from backchannel.wire.entry import Header
from backchannel.wire.envelope import AttachmentKind, AuthoritySignature, Frame
from backchannel.wire.ids import (
    CredentialId,
    LineId,
    authority_journal_id,
    credential_id,
    entry_id,
)
from backchannel.wire.keys import OfficerKeys
from backchannel.wire.signing import Alg, Context, Mode, Purpose, sign, sign_pq

FRESH = pack_fresh(NOW)


def issuer_keys(name: str) -> OfficerKeys:
    return officer(name, Alg.ML_DSA_65)


def with_issuers(**changes: object) -> tuple[Office, Signers]:
    """An office whose roots have made two issuers, and these as signers, ascending."""
    office = Office()
    signers = []
    for name in ("issuer", "deputy"):
        keys = issuer_keys(name)
        signers.append((office.issue(issuer_credential(keys, name, **changes), keys), keys))
    return office, sorted(signers, key=lambda each: each[0])


def refusal(call: Callable[[], object]) -> str:
    return reason_of(call, JunkError)


# --- The chain ---


def test_a_journal_begins_with_what_the_charter_gives() -> None:
    """CHARTER-47."""
    authority = open_authority(LINE, BIRCH, CHARTER)
    assert (authority.seq, authority.head) == (-1, authority_journal_id(LINE, BIRCH))
    assert authority.standings[0].root_set == CHARTER.parties[BIRCH].root_set
    assert authority.standings[0].seq == BEFORE_FIRST


def test_an_entry_signed_by_k_roots_takes_the_next_slot() -> None:
    """CHARTER-47, CHARTER-48."""
    office = Office()
    header = office.header(FRESH)
    raw = office.frame(header, FRESH).header
    after = office.enter(FRESH)
    assert (after.seq, after.head, after.fresh, after.refused) == (0, entry_id(raw), NOW, {})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"no": BIRCH}, "other-journal"),
        ({"no": 16}, "other-journal"),
        ({"seq": 0}, "seq-behind"),
        ({"seq": 2}, "seq-gap"),
        ({"prev": bytes(32)}, "wrong-prev"),
    ],
)
def test_an_entry_that_is_not_the_next_one_takes_no_slot(
    changes: dict[str, object], reason: str
) -> None:
    """CHARTER-47. A second entry for one slot (NT37) is behind; the line keeps it as proof."""
    office = Office()
    office.enter(FRESH)
    assert refusal(lambda: office.enter(FRESH, **changes)) == reason
    assert office.authority.seq == 0


def test_an_entry_of_another_party_does_not_fit_the_chain() -> None:
    """CHARTER-47, NT70: the first prev is the journal's own id."""
    birch = Office(BIRCH)
    birch.authority = replace(birch.authority, head=authority_journal_id(LINE, ALDER))
    assert refusal(lambda: Office().enter(FRESH, prev=authority_journal_id(LINE, BIRCH))) == (
        "wrong-prev"
    )


def test_the_payload_is_the_one_that_the_header_names() -> None:
    office = Office()
    header = office.header(FRESH)
    frame = office.frame(header, FRESH)
    for payload, reason in ((None, "payload-missing"), (pack_fresh(1), "payload-mismatch")):
        other = replace(frame, payload=payload)
        call = partial(apply_entry, office.authority, header, frame=other)
        assert refusal(call) == reason


def test_what_the_office_had_seen_is_folded_and_never_goes_back() -> None:
    """CHARTER-51: a revocation is judged by what its author had seen."""
    office = Office()
    office.enter(FRESH, seen=(head(17, 4), head(33, 2)))
    office.enter(FRESH, seen=(head(17, 3), head(49, 0)))
    assert office.authority.seen == {17: 4, 33: 2, 49: 0}
    assert fold_seen({17: 4}, (head(17, 5),)) == {17: 5}


# --- Who signs ---


@pytest.mark.parametrize(
    "signers",
    [(), ((0, root(ALDER, 0)),), ((2, root(ALDER, 2)),)],
    ids=["nobody", "one root", "another root"],
)
def test_fewer_than_k_roots_sign_nothing(signers: Signers) -> None:
    """CHARTER-48."""
    assert refusal(lambda: Office().enter(FRESH, signers)) == "below-threshold"


@pytest.mark.parametrize(
    ("signers", "reason"),
    [
        (((0, root(ALDER, 0)), (0, root(ALDER, 0))), "signers-order"),
        (((1, root(ALDER, 1)), (0, root(ALDER, 0))), "signers-order"),
        (((0, root(ALDER, 0)), (3, root(ALDER, 3))), "unknown-root"),
        (((0, root(ALDER, 0)), (1, root(ALDER, 2))), "bad-signature"),
        (((0, root(BIRCH, 0)), (1, root(BIRCH, 1))), "bad-signature"),
    ],
    ids=["one root twice", "descending", "a root too many", "another root's key", "of Birch"],
)
def test_roots_sign_ascending_and_each_for_itself(signers: Signers, reason: str) -> None:
    """CHARTER-48."""
    assert refusal(lambda: Office().enter(FRESH, signers)) == reason


@pytest.mark.parametrize("half", ["ed25519", "mldsa65"])
def test_a_false_half_makes_the_entry_junk(half: str) -> None:
    """CHARTER-48, NT10."""
    office = Office()
    header = office.header(FRESH)
    frame = office.frame(header, FRESH)
    first, *others = frame.signature
    assert isinstance(first, AuthoritySignature)
    data = getattr(first, half)
    spoiled = first._replace(**{half: bytes([data[0] ^ 1]) + data[1:]})
    other = replace(frame, signature=(spoiled, *others))
    assert refusal(lambda: apply_entry(office.authority, header, frame=other)) == "bad-signature"


def test_a_station_signs_nothing_here() -> None:
    """CHARTER-48."""
    office = Office()
    header = office.header(FRESH)
    frame = replace(office.frame(header, FRESH), signature=bytes(64))
    call = partial(apply_entry, office.authority, header, frame=frame)
    assert refusal(call) == "station-signature"


def test_an_entry_signed_for_another_line_or_purpose_does_not_hold() -> None:
    """CHARTER-48, NT25, NT69."""
    office = Office()
    header = office.header(FRESH)
    raw = office.frame(header, FRESH).header
    for purpose, line in ((Purpose.AUTHORITY, bytes(32)), (Purpose.POSSESSION, LINE)):
        context = Context(purpose, LineId(line), Mode.NONE)
        signed = tuple(
            AuthoritySignature(
                n,
                sign(root(ALDER, n).secret, context, raw),
                sign_pq(Alg.ML_DSA_65, root(ALDER, n).pq_seed, context, raw),
            )
            for n in (0, 1)
        )
        frame = Frame(raw, signed, FRESH, None)
        call = partial(apply_entry, office.authority, header, frame=frame)
        assert refusal(call) == "bad-signature"


def test_k_people_with_a_power_over_the_journal_sign_as_roots_do() -> None:
    """CHARTER-48."""
    office, issuers = with_issuers()
    office.enter(FRESH, issuers)
    assert (office.reason(), office.authority.fresh) == (None, NOW)


def test_roots_and_credentials_do_not_mix() -> None:
    """CHARTER-48."""
    office, issuers = with_issuers()
    mixed = ((0, root(ALDER, 0)), issuers[0])
    assert refusal(lambda: office.enter(FRESH, mixed)) == "mixed-signers"


def test_credentials_sign_ascending_each_once() -> None:
    """CHARTER-48."""
    office, issuers = with_issuers()
    for wrong in (tuple(reversed(issuers)), (issuers[0], issuers[0])):
        assert refusal(lambda wrong=wrong: office.enter(FRESH, wrong)) == "signers-order"


def test_one_person_with_two_credentials_is_one_signer() -> None:
    """CHARTER-48, NT18: a person is a key."""
    office, _ = with_issuers()
    keys = issuer_keys("issuer")
    again = office.issue(issuer_credential(keys, "issuer, second post"), keys)
    first = office.authority.names["issuer"][0]
    twice = sorted(((first, keys), (again, keys)), key=lambda each: each[0])
    assert refusal(lambda: office.enter(FRESH, twice)) == "below-threshold"


def test_who_was_never_issued_signs_nothing() -> None:
    office, issuers = with_issuers()
    stranger = (CredentialId(bytes(32)), issuer_keys("stranger"))
    assert refusal(lambda: office.enter(FRESH, (stranger, *issuers))) == "unknown-signer"


def test_an_officer_without_power_over_the_journal_signs_nothing() -> None:
    """CHARTER-48."""
    office, _ = with_issuers()
    keys = officer("first")
    first = office.issue(officer_credential(keys), keys)
    forged = (first, issuer_keys("issuer"))
    assert refusal(lambda: office.enter(FRESH, (forged,))) == "not-an-issuer"


@pytest.mark.parametrize("time", [NOW - YEAR - 1, NOW + YEAR])
def test_an_issuer_signs_nothing_outside_his_validity(time: int) -> None:
    """CHARTER-48: by the time that the entry claims."""
    office, issuers = with_issuers()
    assert refusal(lambda: office.enter(FRESH, issuers, time=time)) == "signer-expired"


@pytest.mark.parametrize("time", [NOW - YEAR, NOW + YEAR - 1])
def test_an_issuer_signs_at_the_edges_of_his_validity(time: int) -> None:
    office, issuers = with_issuers()
    assert office.enter(FRESH, issuers, time=time).refused == {}


# --- What has no effect ---


def test_an_event_that_breaks_a_rule_takes_its_slot_and_grants_nothing() -> None:
    """CHARTER-49: the chain goes on, and the reason is kept."""
    office = Office()
    keys = station("room")
    foreign = station_credential(keys, journals=(17,))
    refused = office.issue(foreign, keys)
    assert (office.authority.seq, office.reason()) == (0, "foreign-journal")
    assert refused not in office.authority.credentials
    office.enter(FRESH)
    assert (office.authority.seq, office.reason()) == (1, None)
    assert set(office.authority.refused) == {0}


@pytest.mark.parametrize(
    ("payload", "changes", "reason"),
    [
        (b"\x81\x06", {}, "unknown-event"),
        (b"\xff", {}, "break"),
        (b"\x80", {"type": 12}, "unknown-entry-type"),
    ],
)
def test_a_payload_that_nobody_understands_takes_its_slot(
    payload: bytes, changes: dict[str, object], reason: str
) -> None:
    """CHARTER-46, CHARTER-49."""
    office = Office()
    office.enter(payload, **changes)
    assert office.authority.seq == 0
    assert office.reason() is not None
    if reason != "break":
        assert office.reason() == reason


# --- The key beside an issue ---


def test_an_issue_without_its_subjects_key_waits() -> None:
    """CHARTER-35: nothing is concluded, for the frame can come again with the key."""
    office = Office()
    keys = officer("first")
    credential = officer_credential(keys)
    payload = pack_issue(pack_body(credential), proof_of(credential, keys))
    for beside in (
        (),
        ((AttachmentKind.OFFICER_PQ_SIGNATURE, *key_beside(pack_body(credential), keys)[0][1:]),),
        ((AttachmentKind.PQ_PUBLIC_KEY, seed("other"), keys.pq_public),),
    ):
        call = partial(office.enter, payload, attachments=beside)
        assert refusal(call) == "subject-key-missing"
    wrong = key_beside(pack_body(credential), officer("second"))
    assert refusal(lambda: office.enter(payload, attachments=wrong)) == "subject-key-mismatch"
    assert office.authority.seq == BEFORE_FIRST
    found = issued(
        office.enter(payload, attachments=key_beside(pack_body(credential), keys)),
        credential_id(pack_body(credential)),
    )
    assert (found.pq_public, found.seq, found.time) == (keys.pq_public, 0, NOW)


def test_a_key_beside_a_post_is_passed_over() -> None:
    office = Office()
    body = pack_body(post())
    beside = ((AttachmentKind.PQ_PUBLIC_KEY, credential_id(body), b"whatever"),)
    office.enter(pack_issue(body, Possession()), attachments=beside)
    assert issued(office.authority, credential_id(body)).pq_public is None


# --- Before anybody signs ---


def check(office: Office, payload: bytes, **changes: object) -> None:
    header: Header = office.header(payload, **changes)
    unsigned = Frame(office.frame(header, payload, ()).header, (), payload, None)
    require_enterable(office.authority, header, frame=unsigned)


def test_an_office_learns_before_it_signs_that_an_entry_has_no_effect() -> None:
    """CHARTER-49."""
    office = Office()
    check(office, FRESH)
    assert refusal(lambda: check(office, FRESH, seq=1)) == "seq-gap"
    assert refusal(lambda: check(office, b"\x81\x06")) == "unknown-event"
    unknown = pack_body(officer_credential(officer("first"), posts=(seed("nobody"),)))
    keys = officer("first")
    payload = pack_issue(
        unknown, proof_of(officer_credential(keys, posts=(CredentialId(seed("nobody")),)), keys)
    )
    header = office.header(payload)
    frame = Frame(b"", (), payload, None, key_beside(unknown, keys))
    call = partial(require_enterable, office.authority, header, frame=frame)
    assert reason_of(call, BreachError) == "unknown-credential"


def test_an_office_learns_what_its_issuers_may_not_do() -> None:
    office, issuers = with_issuers(powers=int(Power.REVOKE), depth=0, classes=(0,))
    found = tuple(issued(office.authority, CredentialId(bytes(who))) for who, _ in issuers)  # type: ignore[arg-type]
    payload = pack_issue(pack_body(post()), Possession())
    header = office.header(payload)
    frame = Frame(b"", (), payload, None)
    call = partial(require_enterable, office.authority, header, frame=frame, signers=found)
    assert reason_of(call, BreachError) == "lacks-power"


def test_the_fold_changes_nothing_that_was_handed_in() -> None:
    """A journal is a value: who kept the one before still has it."""
    office = Office()
    before: Authority = office.authority
    keys = officer("first")
    office.issue(officer_credential(keys), keys)
    assert (before.seq, before.credentials, before.names, before.kinds) == (-1, {}, {}, {})
