"""An office writes the next entry of its journal, signed by roots or by its issuers."""

from functools import partial

from tests.charter.people import (
    ALDER,
    NOW,
    Office,
    head,
    issuer_credential,
    officer,
    post,
    reason_of,
    root,
    seed,
)

from backchannel.charter.authority import apply_entry
from backchannel.charter.credentials import pack_body
from backchannel.charter.events import pack_fresh, pack_issue
from backchannel.charter.office import Signer, Writing, write_entry
from backchannel.charter.possession import Possession
from backchannel.errors import BreachError, JunkError
from backchannel.wire.entry import parse_header
from backchannel.wire.ids import CredentialId, credential_id
from backchannel.wire.signing import Alg

ROOTS = tuple(Signer(n, root(ALDER, n)) for n in (0, 1))


def test_an_entry_is_written_signed_and_taken() -> None:
    """CHARTER-47, CHARTER-48."""
    before = Office().authority
    writing = Writing(pack_fresh(NOW), NOW + 3, seen=(head(17, 4),))
    after, frame = write_entry(before, writing, ROOTS)
    header = parse_header(frame.header)
    assert (header.no, header.seq, header.prev) == (ALDER, 0, before.head)
    assert (header.time, header.seen) == (NOW + 3, (head(17, 4),))
    assert apply_entry(before, header, frame=frame) == after
    assert (after.fresh, after.refused) == (NOW, {})


def test_signers_are_put_in_order() -> None:
    """CHARTER-48."""
    after, frame = write_entry(Office().authority, Writing(pack_fresh(NOW), NOW), ROOTS[::-1])
    assert [each[0] for each in frame.signature] == [0, 1]  # type: ignore[union-attr, index]
    assert after.seq == 0


def test_issuers_write_as_roots_do() -> None:
    office = Office()
    signers = []
    for name in ("issuer", "deputy"):
        keys = officer(name, Alg.ML_DSA_65)
        signers.append(Signer(office.issue(issuer_credential(keys, name), keys), keys))
    after, frame = write_entry(office.authority, Writing(pack_fresh(NOW), NOW), signers)
    assert after.fresh == NOW
    assert len(frame.signature) == 2


def test_nobody_is_asked_to_sign_what_would_have_no_effect() -> None:
    """CHARTER-49."""
    office = Office()
    body = pack_body(post(classes=(31,)))
    writing = Writing(pack_issue(body, Possession()), NOW)
    assert reason_of(partial(write_entry, office.authority, writing, ()), BreachError) == (
        "unknown-class"
    )
    assert credential_id(body) not in office.authority.credentials


def test_too_few_signers_or_a_stranger_write_nothing() -> None:
    """CHARTER-48."""
    before, writing = Office().authority, Writing(pack_fresh(NOW), NOW)
    one = partial(write_entry, before, writing, ROOTS[:1])
    assert reason_of(one, JunkError) == "below-threshold"
    stranger = Signer(CredentialId(seed("Cedar")), officer("Cedar", Alg.ML_DSA_65))
    call = partial(write_entry, before, writing, (stranger,))
    assert reason_of(call, BreachError) == "unknown-credential"
