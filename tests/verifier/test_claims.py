"""Each claim proven of a good disclosure, and not proven of one in which exactly it fails."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as changed
from tests.cast import ALDER, NOW, YEAR, make_charter, officer_keys
from tests.verifier.judging import RESTS, own_reasons, reasons
from tests.verifier.making import (
    VALUES,
    Bundle,
    Piece,
    altered,
    disclose,
    disclosed,
    enter_head,
    opened,
    reply,
    set_scene,
    speak,
    usual,
    usual_scene,
)

from backchannel.charter.charter import pack_charter
from backchannel.charter.credentials import Credential, CredentialKind
from backchannel.charter.events import pack_fresh
from backchannel.charter.powers import Power
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import key_id
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence


@pytest.mark.parametrize("mode", [Mode.REAL, Mode.EXERCISE, Mode.TEST])
def test_every_claim_of_a_good_disclosure_is_proven(mode: Mode) -> None:
    """PROOF-41 to PROOF-53, and the mode is the first word (PROOF-45)."""
    bundle = usual(mode)
    assert reasons(bundle) == {}
    code, report, text = verify(bundle.pack(), usual_scene(mode).roots())
    assert code == 0 and next(iter(report)) == "mode" and report["mode"] == mode.name
    assert text.startswith(mode.name)


def test_no_piece_of_it_is_idle() -> None:
    """Without any piece some claim is not proven: so what is altered below matters."""
    bundle = usual()
    for piece in bundle.pieces:
        assert reasons(bundle.without(piece)) != {}, piece[0]


def test_without_roots_only_the_fields_are_proven_and_the_rest_is_still_told() -> None:
    """PROOF-41, PROOF-54."""
    found = reasons(usual(), "")
    assert found.pop("charter") == "roots-not-given"
    assert set(found) == set(RESTS) - {"charter", "fields"}
    assert {why for why in found.values() if not why.startswith("rests-on-")} == set()
    _, report, _ = verify(usual().pack(), "")
    texts = {each["claim"]: each["text"] for each in report["claims"]}  # type: ignore[attr-defined]
    assert texts["release"].startswith("by itself it holds")


def test_roots_of_one_party_are_not_enough() -> None:
    """PROOF-41."""
    roots = usual_scene().roots().split("Birch")[0]
    assert own_reasons(usual(), roots) == {"charter": "roots-not-given"}


def signed_otherwise(change: Any) -> Bundle:
    """The bundle with other signatures under the charter."""
    bundle = usual()
    (_, raw, signatures) = bundle.of(1)[0]
    return bundle.having(1, (1, raw, change(signatures)))


def test_a_charter_that_is_not_in_force() -> None:
    """PROOF-41: a party short, or one false half of a signature (NT10)."""
    short = signed_otherwise(lambda rows: rows[:1])
    assert own_reasons(short) == {"charter": "not-in-force"}
    for half in (2, 3):
        false = signed_otherwise(
            lambda rows, half=half: (
                rows[0],
                (*rows[1][:half], altered(rows[1][half]), *rows[1][half + 1 :]),
            )
        )
        assert own_reasons(false) == {"charter": "bad-signature"}


def test_a_charter_of_another_line() -> None:
    """PROOF-41. Every signature of the line fails with it."""
    found = reasons(replace(usual(), line=bytes(32)))
    assert found["charter"] == "other-charter"
    assert set(found) == set(RESTS) - {"fields"}


def test_no_charter_at_all() -> None:
    """PROOF-41, PROOF-54: only the fields are left."""
    found = reasons(usual().having(1))
    assert found["charter"] == "charter-missing" and "fields" not in found


def authority_altered(place: int, change: Any) -> Bundle:
    """The bundle with one signature of the first authority entry changed."""
    bundle = usual()
    first, *others = bundle.of(2)
    frame: list[Any] = list(decode(first[1]))  # type: ignore[arg-type]
    (signer,) = frame[2]
    row = list(signer)
    row[place] = change(row[place])
    frame[2] = (tuple(row),)
    return bundle.having(2, (2, encode(tuple(frame))), *others)


@pytest.mark.parametrize("half", [1, 2])
def test_an_authority_entry_with_a_false_half(half: int) -> None:
    """PROOF-42, NT10."""
    assert own_reasons(authority_altered(half, altered))["authority"] == "bad-signature"


def test_an_authority_journal_with_a_gap() -> None:
    """PROOF-42, PROOF-31."""
    assert own_reasons(usual().having(2, *usual().of(2)[1:]))["authority"] == "seq-gap"


def test_a_head_that_the_file_does_not_hold() -> None:
    """PROOF-42: who leaves out the end of the journal could leave out a revocation."""
    scene = set_scene()
    scene.offices[ALDER].enter(pack_fresh(NOW))
    scene.books[ALDER].write(b"\x80", EntryType.RECEIPT, (scene.head_of_office(ALDER),))
    reply(speak(scene))
    bundle = disclose(scene)
    link = scene.books[ALDER].piece(1, payload=False)
    bundle = bundle.having(3, link, *bundle.of(3))
    assert reasons(bundle) == {}
    trimmed = bundle.having(2, *(p for n, p in enumerate(bundle.of(2)) if n != 2))
    assert own_reasons(trimmed)["authority"] == "head-not-shown"


def test_a_statement_that_no_officer_signed() -> None:
    """PROOF-43: the station entered it with a signature that does not hold."""
    scene = set_scene()
    alder, birch = scene.books
    birch.write(b"\x80", EntryType.RECEIPT, (alder.head(),))
    statement, signatures = decode(scene.state(ALDER)[0])  # type: ignore[misc]
    payload = encode((statement, (altered(signatures[0]),)))
    alder.time = birch.time
    alder.write(payload, EntryType.STATEMENT, (birch.head(),))
    scene.slot, birch.time = 1, alder.time
    found = own_reasons(disclose(reply(scene)))
    assert found == {"statement": "bad-signature", "release": "bad-signature"}


def test_a_statement_lifted_from_an_exercise() -> None:
    """PROOF-43, NT74: the mode is in what was signed."""
    bundle = disclose(reply(speak(set_scene(), signing=Mode.EXERCISE)))
    assert own_reasons(bundle)["statement"] == "bad-signature"


def test_a_mandate_issued_after_the_statement() -> None:
    """PROOF-43, NT45: unknown to the head that the entry names."""
    scene = set_scene()
    scene.offices[ALDER].enrol_officer("late")
    found = own_reasons(disclose(reply(speak(scene, officers=("late",)))))
    assert found["statement"] == "unknown-credential"
    assert "entry" not in found and "authority" not in found


RELEASES: list[tuple[str, dict[str, Any], str]] = [
    ("two wanted, one signed (NT17)", {"precedence": Precedence.PRIORITY}, "unreleased"),
    ("one in an emergency", {"precedence": Precedence.FLASH}, "emergency-release"),
    ("a class for other kinds", {"category": 1}, "class-of-others"),
    ("a class that is not there", {"category": 31}, "unknown-class"),
    ("to its own party", {"to": 1}, "addressed-to-self"),
    ("to a party that is not there", {"to": 6}, "unknown-addressee"),
]


@pytest.mark.parametrize(("changes", "reason"), [r[1:] for r in RELEASES],
                         ids=[r[0] for r in RELEASES])  # fmt: skip
def test_a_statement_that_is_not_released(changes: dict[str, Any], reason: str) -> None:
    """PROOF-44, PROOF-54."""
    found = own_reasons(disclose(reply(speak(set_scene(), **changes))))
    assert found["release"] == reason
    assert not set(found) & {"charter", "authority", "statement", "mode", "entry", "place"}


MANDATES: list[tuple[str, dict[str, Any], str]] = [
    ("expired", {"until": NOW - 1}, "expired"),
    ("not yet", {"since": NOW + YEAR - 1}, "not-yet-valid"),
    ("another class", {"classes": (1,)}, "class-outside-mandate"),
    ("another power", {"powers": int(Power.ACKNOWLEDGE)}, "power-outside-mandate"),
]


@pytest.mark.parametrize(("changes", "reason"), [m[1:] for m in MANDATES],
                         ids=[m[0] for m in MANDATES])  # fmt: skip
def test_a_mandate_that_does_not_reach(changes: dict[str, Any], reason: str) -> None:
    """PROOF-44, NT11."""
    scene = set_scene()
    scene.offices[ALDER].enrol_officer("narrow", **changes)
    scene = enter_head(scene)
    assert own_reasons(disclosed(scene, officers=("narrow",))) == {"release": reason}


def test_one_person_under_two_credentials_is_one() -> None:
    """PROOF-44, NT18."""
    scene = set_scene()
    office = scene.offices[ALDER]
    keys = officer_keys(office.name, "first")
    again = Credential(
        kind=CredentialKind.OFFICER,
        name="first, as chief",
        since=NOW - YEAR,
        until=NOW + YEAR,
        ed25519=keys.public,
        pq_hash=key_id(keys.pq_public),
        powers=int(Power.INFORM),
        classes=(0,),
        modes=(1,),
    )
    office.officers["chief"] = (office.issue(again, keys), keys)
    bundle = disclosed(
        enter_head(scene), officers=("first", "chief"), precedence=Precedence.PRIORITY
    )
    assert own_reasons(bundle) == {"release": "unreleased"}


def test_the_file_says_another_mode() -> None:
    """PROOF-45: and the first word stays that of the journal."""
    bundle = replace(usual(Mode.EXERCISE), mode=int(Mode.REAL))
    assert own_reasons(bundle) == {"mode": "other-mode"}
    _, _, text = verify(bundle.pack(), usual_scene().roots())
    assert text.startswith("EXERCISE")


def test_an_officer_who_may_not_speak_in_this_mode() -> None:
    """PROOF-45, NT73."""
    scene = set_scene()
    scene.offices[ALDER].enrol_officer("trainee", modes=(2, 3))
    found = own_reasons(disclosed(enter_head(scene), officers=("trainee",)))
    assert found == {"mode": "mode-outside-mandate", "release": "mode-outside-mandate"}


def with_entry(bundle: Bundle, change: Any) -> Bundle:
    """The bundle whose statement's piece 3 is changed."""
    entries = bundle.of(3)
    at = next(n for n, piece in enumerate(entries) if altered_place(bundle, piece))
    return bundle.having(3, *(change(p) if n == at else p for n, p in enumerate(entries)))


def altered_place(bundle: Bundle, piece: Piece) -> bool:
    header: Any = decode(piece[1])
    return (header[1], header[2]) == bundle.place[:2]


def test_a_header_that_the_station_did_not_sign() -> None:
    """PROOF-46."""
    bundle = with_entry(usual(), lambda p: (3, p[1], altered(p[2], 0), p[3]))
    found = own_reasons(bundle)
    assert found == {"entry": "bad-signature"}


def test_an_entry_altered() -> None:
    """PROOF-43, PROOF-46: it is another entry then, and the one that the head names is missing."""
    bundle = with_entry(usual(), lambda p: (3, altered(p[1]), *p[2:]))
    assert own_reasons(bundle)["statement"] == "statement-missing"


def test_a_payload_altered() -> None:
    """PROOF-43, PROOF-47."""
    bundle = with_entry(usual(), lambda p: (*p[:3], altered(p[3])))
    found = own_reasons(bundle)
    assert (found["statement"], found["fields"]) == ("payload-hash", "payload-hash")
    assert "entry" not in found


def test_a_journal_that_its_station_may_not_write() -> None:
    """PROOF-46, CHARTER-39."""
    scene = set_scene()
    scene.books[ALDER].no = 16 * 40
    found = own_reasons(disclosed(enter_head(scene)))
    assert found["entry"] == "number-not-granted"


def test_a_journal_of_another_nonce() -> None:
    """PROOF-46: its id does not follow from its first entry (RECORD-4, NT22)."""
    scene = set_scene()
    alder = scene.books[ALDER]
    payload = alder.entries[0][2]
    alder.entries.clear()
    alder.write(payload, EntryType.SUCCESSION, scene.both_heads(), prev=bytes(32))
    assert own_reasons(disclosed(scene))["entry"] == "first-prev"


def test_two_entries_in_one_slot() -> None:
    """PROOF-46, NT33: the station's word against its own."""
    scene = usual_scene()
    bundle = disclose(scene)
    alder = scene.books[ALDER]
    other = alder.entries[: scene.slot]
    twin = replace(alder, entries=list(other))
    twin.write(b"\x80", EntryType.RECEIPT)
    forked = bundle.having(3, *bundle.of(3), twin.piece(scene.slot, payload=False))
    assert own_reasons(forked) == {"entry": "fork"}


FIELDS: list[tuple[str, Any, str]] = [
    ("value (NT41)", lambda row: (row[0], row[1], "They are soldiers."), "fields"),
    ("salt (NT41)", lambda row: (row[0], altered(row[1]), row[2]), "fields"),
    ("label (NT41)", lambda row: (20, row[1], row[2]), "fields"),
    ("beyond the content", lambda row: (60, row[1], row[2]), "fields"),
]


@pytest.mark.parametrize(("change", "reason"), [f[1:] for f in FIELDS], ids=[f[0] for f in FIELDS])
def test_a_field_that_was_not_committed_to(change: Any, reason: str) -> None:
    """PROOF-47: and nothing rests on it."""
    (_, entry, rows, commitments) = usual().of(4)[0]
    piece = (4, entry, (rows[0], change(rows[1])), commitments)
    assert own_reasons(usual().having(4, piece)) == {"fields": reason}


def test_fields_of_another_content() -> None:
    """PROOF-47: a label twice, other commitments, an entry that is not there, none at all."""
    (_, entry, rows, _) = usual().of(4)[0]
    other = opened(entry, 21, values=(*VALUES[:-1], "They are soldiers."))
    twice = (4, entry, (*rows, rows[0]), usual().of(4)[0][3])
    stranger = opened(bytes(32), 21)
    for piece in (other, twice):
        assert own_reasons(usual().having(4, piece)) == {"fields": "fields"}
    assert own_reasons(usual().having(4, usual().of(4)[0], stranger)) == {"fields": "fields"}
    assert own_reasons(usual().having(4)) == {"fields": "no-fields"}
    assert own_reasons(usual().having(4, opened(entry))) == {"fields": "no-fields"}


def test_an_amended_charter_is_not_proven() -> None:
    """PROOF-41: this version proves nothing of it."""
    charter, _ = make_charter()
    raw = pack_charter(changed(charter, predecessor=bytes(32)))
    (_, _, signatures) = usual().of(1)[0]
    assert reasons(usual().having(1, (1, raw, signatures)))["charter"] == "other-charter"
