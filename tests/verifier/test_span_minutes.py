"""The claims of a span: which minutes bound it, and who has cosigned them."""

from dataclasses import replace

import pytest
from tests.cast import ALDER, BIRCH, station_keys
from tests.verifier.making import Book, altered, set_scene
from tests.verifier.spans import (
    Talk,
    entry_of,
    judged,
    note_of,
    piece_at,
    reasons,
    span_of,
    usual_span,
    usual_talk,
)

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind


def test_a_minute_that_is_not_there() -> None:
    """PROOF-113."""
    talk = usual_talk()
    whole = span_of(talk, 0)
    for head in (whole.since, whole.upto):
        assert head is not None
        bundle = whole.without(piece_at(whole, head[0], head[1]))
        found = reasons(bundle)
        assert found["minutes"] == found["complete"] == "minute-missing"
    no, seq, entry = whole.upto
    moved = replace(whole, upto=(no, seq + 1, entry))
    assert reasons(moved)["minutes"] == "minute-missing"


def test_what_is_no_minute() -> None:
    """PROOF-113."""
    talk = usual_talk()
    whole = span_of(talk, 0)
    said = entry_of(talk.scene, (16, 3))
    assert reasons(replace(whole, upto=(16, 3, said)))["minutes"] == "no-minute"
    book = talk.scene.books[BIRCH]
    answer = b"\x83\x01\x58\x20" + bytes(32) + b"\x80"
    for payload, reason in (
        (answer, "minute-shape"),
        (b"\x84\x01\x01\x80\x81\x82\x11\x06", "minute-kind"),
        (b"\x84\xf4\x01\x80\x81\x82\x11\x06", "minute-kind"),
        (b"\x84\x00\x00\x80\x81\x82\x11\x06", "minute-number"),
        (b"\x84\x00\x01\x80\x80", "minute-rows"),
        (b"\x84\x00\x01\x80\x81\x82\x11\x00", "minute-rows"),
        (b"\x84\x00\x01\x80\x82\x82\x11\x06\x82\x10\x06", "minute-rows"),
        (b"\x84\x00\x01\x82" + (b"\x58\x20" + bytes(32)) * 2 + b"\x81\x82\x11\x06", "minute-named"),
    ):
        book.write(payload, EntryType.MINUTE)
        seq = len(book.entries) - 1
        bundle = replace(whole, upto=book.head(), pieces=(*whole.pieces, book.piece(seq)))
        assert reasons(bundle)["minutes"] == reason


def test_a_minute_that_stops_short_of_its_own_journal() -> None:
    """PROOF-113: who proposes could leave out his newest words."""
    talk = Talk(set_scene()).talk().minute(BIRCH, n17=2)
    assert reasons(span_of(talk))["minutes"] == "minute-own"
    talk = Talk(set_scene()).talk().minute(BIRCH, n17=0)
    assert reasons(span_of(talk))["minutes"] == "minute-own"


def test_minutes_in_the_wrong_order() -> None:
    """PROOF-113."""
    whole = usual_span(0)
    assert whole.since is not None
    bundle = replace(whole, since=whole.upto, upto=whole.since)
    assert reasons(bundle)["minutes"] == "minutes-cross"


def test_a_span_of_another_mode() -> None:
    """PROOF-113, PROOF-45."""
    found = reasons(replace(usual_span(0), mode=int(Mode.TEST)))
    assert found["minutes"] == "other-mode"


def test_a_row_that_not_all_parties_have_cosigned() -> None:
    """PROOF-113: both parties, and the journal's own station."""
    talk = usual_talk()
    whole = span_of(talk, 0)
    for piece in whole.of(5):
        where = f"journal {piece[1]} at size {piece[2]}"
        for kept, missing in ((0, "Birch"), (1, "Alder")):
            bundle = whole.swapped(piece, (*piece[:4], (piece[4][kept],)))
            text = f"no station of {missing} has cosigned {where}"
            assert judged(bundle)["minutes"] == ("not-cosigned", text)
        text = f"nobody has cosigned {where}"
        assert judged(whole.without(piece))["minutes"] == ("not-cosigned", text)


def test_a_journal_of_no_party() -> None:
    """PROOF-113: an office that the charter does not know has no journal, whoever cosigns it."""
    talk = Talk(set_scene()).talk().minute(BIRCH, n5=3)
    whole = span_of(talk)
    assert reasons(whole)["minutes"] == "party-unknown"


def test_another_station_of_the_party_is_not_its_own() -> None:
    """PROOF-113: the writer itself has sealed what it wrote."""
    talk = usual_talk()
    scene = talk.scene
    scene.offices[ALDER].enrol_station(Mode.REAL, "two", first=40)
    number = 16 * 40
    keys = station_keys("Alder", "two", Mode.REAL)
    two = Book(scene.line, number, keys, scene.offices[ALDER].authority.granted[number])
    whole = span_of(talk, 0)
    old = next(each for each in whole.of(5) if each[1:3] == (16, 4))
    other = talk.checkpoint(16, 4, two, scene.books[BIRCH])
    text = "its own station has not cosigned journal 16 at size 4"
    assert judged(whole.swapped(old, other))["minutes"] == ("not-cosigned", text)
    # Of an authority journal any station of the party may.
    old = next(each for each in whole.of(5) if each[1] == 0)
    bundle = whole.swapped(old, talk.checkpoint(0, old[2], two, scene.books[BIRCH]))
    assert "minutes" not in reasons(bundle)


def test_a_cosignature_that_does_not_hold() -> None:
    """PROOF-113: the reason of the one that is wrong, rather than that one is missing."""
    whole = usual_span(0)
    piece = whole.of(5)[-1]
    (alder, one), (birch, two) = piece[4]
    for rows, reason in (
        (((alder, altered(one)), (birch, two)), "bad-signature"),
        (((alder, one), (birch, altered(two))), "bad-signature"),
        (((alder, one), (bytes(32), two)), "unknown-credential"),
    ):
        assert reasons(whole.swapped(piece, (*piece[:4], rows)))["minutes"] == reason


def test_two_cosigned_roots_convict() -> None:
    """PROOF-113: whoever signed both has said two things, and nothing is proven."""
    talk = usual_talk()
    whole = span_of(talk, 0)
    row = talk.scene.books[BIRCH].cosign(talk.scene.books[ALDER], 4, bytes(32))
    bundle = replace(whole, pieces=(*whole.pieces, (5, 16, 4, bytes(32), (row,))))
    found = judged(bundle)
    assert found["minutes"] == found["complete"]
    assert found["minutes"][0] == "two-roots"
    # Another root that nobody has signed is nothing.
    bundle = replace(whole, pieces=(*whole.pieces, (5, 16, 4, bytes(32), ())))
    assert reasons(bundle) == {}


def revoked(talk: Talk, reason: RevocationReason) -> None:
    """Birch's office revokes the credential of its station."""
    credential = CredentialId(talk.scene.books[BIRCH].credential)
    talk.scene.offices[BIRCH].enter(pack_revoke(Revoke(credential, reason, None)))


@pytest.mark.parametrize(
    ("reason", "counts"),
    [
        (RevocationReason.REPLACED, True),
        (RevocationReason.WITHDRAWN, True),
        (RevocationReason.LOST, False),
        (RevocationReason.COMPROMISE, False),
    ],
)
def test_a_station_that_was_revoked_after_the_minutes(
    reason: RevocationReason, counts: bool
) -> None:
    """PROOF-113: what it cosigned stays, unless its key may have been in other hands."""
    talk = usual_talk()
    revoked(talk, reason)
    found = reasons(span_of(talk, 0))
    assert found.get("minutes") == (None if counts else "revoked")


def test_a_station_that_a_minute_shows_as_revoked() -> None:
    """PROOF-113: it cannot have cosigned that minute."""
    talk = Talk(set_scene()).talk()
    revoked(talk, RevocationReason.REPLACED)
    assert reasons(span_of(talk.minute()))["minutes"] == "revoked"


def test_who_has_signed_the_earlier_minute_is_told() -> None:
    """PROOF-174: officers, beside the stations; no claim rests on it."""
    none = "by no officer, as far as this file shows"
    for changes, alder in (
        ({}, "by first, 20"),
        ({"kind": Kind.ACK}, none),
        ({"refs": (b"r" * 32,)}, none),
        ({"signing": Mode.TEST}, none),
        ({"category": 1}, none),
    ):
        talk = Talk(set_scene()).talk().minute()
        (_, _, minute), _ = talk.minutes[0]
        usual = {"kind": Kind.CONFIRM, "refs": (minute,), "category": 5}
        bundle = span_of(talk.talk(**{**usual, **changes}).minute(BIRCH), 0)
        first, second = (each for each in note_of(bundle, "minutes") if "is signed for" in each)
        assert first.startswith("the earlier minute is signed for Alder ") and alder in first
        assert second == f"the earlier minute is signed for Birch {none}"
        assert "minutes" not in reasons(bundle)
    assert not [each for each in note_of(usual_span(None), "minutes") if "signed for" in each]


def test_a_spare_cosignature_that_does_not_hold_has_no_business_there() -> None:
    """PROOF-113: of an unknown key, or altered beside the same one that holds."""
    whole = usual_span(0)
    piece = whole.of(5)[0]
    (who, signature), _ = piece[4]
    for row, reason in (
        ((bytes(32), signature), "unknown-credential"),
        ((who, altered(signature)), "bad-signature"),
    ):
        found = reasons(whole.swapped(piece, (*piece[:4], (*piece[4], row))))
        assert found["minutes"] == found["complete"] == reason
