"""Drafts that two desks sign: the same bytes, or none."""

import pytest
from tests.cast import officer_keys, seed

from backchannel.errors import JunkError, OfficerError
from backchannel.line.draftfile import (
    Draft,
    add_signature,
    context_of,
    missing,
    pack_draft,
    parse_draft,
    require_draft_signature,
    signatures_in_order,
)
from backchannel.line.drafting import Plan, compose, message_body
from backchannel.wire.codec import encode
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import CredentialId, LineId
from backchannel.wire.signing import Mode, require_signature
from backchannel.wire.statement import Kind, Precedence

FIRST, SECOND, CEDAR = (CredentialId(seed(name)) for name in ("first", "second", "cedar"))
KEYS = {name: officer_keys("Alder", word) for name, word in ((FIRST, "first"), (SECOND, "second"))}


def draft(text: str = "Good morning.") -> Draft:
    plan = Plan(
        kind=Kind.MESSAGE,
        to=2,
        precedence=Precedence.PRIORITY,
        category=0,
        drafted=1_000,
        signers=(SECOND, FIRST),
        body=message_body(text),
        language="en",
    )
    drafted = compose(plan, b"s" * 16)
    return Draft(LineId(seed("line")), Mode.EXERCISE, drafted.statement, drafted.content)


def signed(made: Draft, *signers: CredentialId) -> Draft:
    for signer in signers:
        made = add_signature(made, signer, KEYS[signer].secret)
    return made


def parts(made: Draft) -> list[bytes]:
    return list(parse_file("draft", pack_draft(made)))


def test_a_draft_comes_back_from_its_file_as_it_was() -> None:
    made = signed(draft(), FIRST)
    assert parse_draft(pack_draft(made)) == made
    assert missing(made) == (SECOND,)


def test_signatures_leave_in_the_order_of_the_signers() -> None:
    whole = signed(draft(), FIRST, SECOND)
    for signer, signature in zip((SECOND, FIRST), signatures_in_order(whole), strict=True):
        require_signature(KEYS[signer].public, signature, context_of(whole), whole.statement)


def test_a_draft_that_lacks_a_signature_is_not_released() -> None:
    with pytest.raises(OfficerError) as caught:
        signatures_in_order(signed(draft(), FIRST))
    assert caught.value.reason == "draft-unfinished"


def test_who_is_not_listed_cannot_sign() -> None:
    with pytest.raises(OfficerError) as caught:
        add_signature(draft(), CEDAR, KEYS[FIRST].secret)
    assert caught.value.reason == "not-a-signer"


def test_words_changed_after_the_first_signature_are_refused() -> None:
    """NT20: what you see is what you sign."""
    mine = parts(signed(draft("We stay."), FIRST))
    mine[2] = parts(draft("We go."))[2]
    with pytest.raises(JunkError) as caught:
        parse_draft(pack_file("draft", mine))
    assert caught.value.reason == "draft-altered"


def test_signatures_over_other_bytes_do_not_count() -> None:
    """NT19: two signatures over statements that differ are not combined."""
    mine, other = signed(draft("We stay."), FIRST), draft("We go.")
    moved = Draft(other.line, other.mode, other.statement, other.content, mine.signatures)
    require_draft_signature(mine, FIRST, KEYS[FIRST].public)
    for wrong, public in ((moved, KEYS[FIRST].public), (mine, KEYS[SECOND].public)):
        with pytest.raises(JunkError) as caught:
            require_draft_signature(wrong, FIRST, public)
        assert caught.value.reason == "bad-signature"


def test_an_unsigned_draft_has_no_signature_to_check() -> None:
    with pytest.raises(JunkError) as caught:
        require_draft_signature(draft(), FIRST, KEYS[FIRST].public)
    assert caught.value.reason == "draft-unsigned"


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, encode((2, seed("line"), 1)), "draft-shape"),
        (0, encode((1, seed("line"), 4)), "draft-shape"),
        (0, encode((1, seed("line"), 0)), "draft-shape"),
        (3, encode(7), "draft-shape"),
        (3, encode(((FIRST, b"short"),)), "draft-signature"),
        (3, encode((FIRST,)), "draft-signature"),
    ],
)
def test_a_file_of_another_shape_is_no_draft(place: int, value: bytes, reason: str) -> None:
    made = parts(draft())
    made[place] = value
    with pytest.raises(JunkError) as caught:
        parse_draft(pack_file("draft", made))
    assert caught.value.reason == reason


def test_a_draft_has_four_parts() -> None:
    with pytest.raises(JunkError) as caught:
        parse_draft(pack_file("draft", parts(draft())[:3]))
    assert caught.value.reason == "draft-shape"
