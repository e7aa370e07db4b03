"""The credential: its bytes, what its kind may not say, and mandates inside mandates."""

from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.charter.people import (
    NOW,
    YEAR,
    issuer_credential,
    officer,
    officer_credential,
    post,
    reason_of,
    seed,
    station,
    station_credential,
)

from backchannel.charter.credentials import (
    MODE_OF_STATION,
    STATION_OF_MODE,
    Credential,
    CredentialKind,
    pack_body,
    parse_body,
    pq_alg,
    require_mandate_within,
    require_within,
)
from backchannel.charter.powers import ALL_POWERS, Power
from backchannel.errors import BreachError, JunkError
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.ids import CredentialId, credential_id
from backchannel.wire.signing import Alg, Mode

FIRST = officer_credential(officer("first"), posts=(CredentialId(seed("duty officer")),))
ISSUER = issuer_credential(officer("issuer", Alg.ML_DSA_65), parent=CredentialId(seed("parent")))
ROOM = station_credential(station("room"))
KEYED = {"ed25519": seed("key"), "pq_hash": seed("xwing")}
VAULT = Credential(CredentialKind.CUSTODIAN, "vault", NOW, NOW + YEAR, **KEYED)  # type: ignore[arg-type]
AUDITOR = replace(VAULT, kind=CredentialKind.TRUSTEE, powers=int(Power.OVERSEE))


@pytest.mark.parametrize(
    "credential", [post(), FIRST, ISSUER, ROOM, VAULT, AUDITOR], ids=lambda each: each.name
)
def test_a_credential_reads_back_as_it_was_written(credential: Credential) -> None:
    """CHARTER-30."""
    raw = pack_body(credential)
    assert parse_body(raw) == credential
    assert pack_body(parse_body(raw)) == raw


def test_the_places_of_a_body() -> None:
    """CHARTER-30."""
    assert decode(pack_body(ISSUER)) == (
        2,
        "issuer",
        (),
        ISSUER.ed25519,
        ISSUER.pq_hash,
        0b1100_0011,
        (0, 1, 5),
        (1, 2, 3),
        (),
        NOW - YEAR,
        NOW + YEAR,
        seed("parent"),
        2,
    )


def test_other_bytes_are_another_credential() -> None:
    """CHARTER-30: a renewal is a new credential, for an id once revoked stays revoked."""
    later = replace(FIRST, until=FIRST.until + 1)
    assert credential_id(pack_body(later)) != credential_id(pack_body(FIRST))


@dataclass(frozen=True)
class Refused:
    name: str
    of: Credential
    changes: dict[str, object]
    reason: str


REFUSED = [
    Refused("kind 0", FIRST, {"kind": 0}, "out-of-range"),
    Refused("kind 8", FIRST, {"kind": 8}, "out-of-range"),
    Refused("no name", FIRST, {"name": ""}, "wrong-length"),
    Refused("name of 65 letters", FIRST, {"name": "a" * 65}, "wrong-length"),
    Refused("name with an invisible letter", FIRST, {"name": "du\u200bty"}, "unsafe-text"),
    Refused("never valid", FIRST, {"until": FIRST.since}, "bad-validity"),
    Refused("valid from -1", FIRST, {"since": -1}, "out-of-range"),
    Refused("valid beyond 9999", FIRST, {"until": 253_402_300_800}, "out-of-range"),
    Refused("a post twice", FIRST, {"posts": (seed("a"), seed("a"))}, "twice"),
    Refused(
        "seventeen posts", FIRST, {"posts": tuple(map(seed, "abcdefghijklmnopq"))}, "wrong-length"
    ),
    Refused("post of 31 bytes", FIRST, {"posts": (bytes(31),)}, "wrong-length"),
    Refused("key of 31 bytes", FIRST, {"ed25519": bytes(31)}, "wrong-length"),
    Refused("hash of 31 bytes", FIRST, {"pq_hash": bytes(31)}, "wrong-length"),
    Refused("parent of 31 bytes", FIRST, {"parent": bytes(31)}, "wrong-length"),
    Refused("power bit 13", FIRST, {"powers": 1 << 13}, "out-of-range"),
    Refused("class 32", FIRST, {"classes": (32,)}, "out-of-range"),
    Refused("a class twice", FIRST, {"classes": (1, 1)}, "not-ascending"),
    Refused("mode NONE", FIRST, {"modes": (0,)}, "out-of-range"),
    Refused("modes going down", FIRST, {"modes": (2, 1)}, "not-ascending"),
    Refused("depth 5", ISSUER, {"depth": 5}, "out-of-range"),
    Refused("journal 15", ROOM, {"journals": (15,)}, "out-of-range"),
    Refused("journal 65,536", ROOM, {"journals": (65_536,)}, "out-of-range"),
    Refused("a journal twice", ROOM, {"journals": (16, 16)}, "not-ascending"),
    Refused("65 journals", ROOM, {"journals": tuple(range(16, 16 * 66, 16))}, "wrong-length"),
    Refused("a post with a key", post(), KEYED, "keys-of-kind"),
    Refused("a post with half a key", post(), {"pq_hash": seed("k")}, "keys-of-kind"),
    Refused("an officer without Ed25519", FIRST, {"ed25519": None}, "keys-of-kind"),
    Refused("an officer without ML-DSA", FIRST, {"pq_hash": None}, "keys-of-kind"),
    Refused("a station without ML-DSA", ROOM, {"pq_hash": None}, "keys-of-kind"),
    Refused("a post that fills posts", post(), {"posts": (seed("a"),)}, "posts-of-kind"),
    Refused("a station that fills posts", ROOM, {"posts": (seed("a"),)}, "posts-of-kind"),
    Refused("an officer that reads keys", FIRST, {"powers": int(Power.READ)}, "powers-of-kind"),
    Refused("a post that writes", post(), {"powers": int(Power.WRITE)}, "powers-of-kind"),
    Refused("a station that informs", ROOM, {"powers": int(Power.INFORM)}, "powers-of-kind"),
    Refused("a custodian that oversees", VAULT, {"powers": int(Power.OVERSEE)}, "powers-of-kind"),
    Refused("a trustee that restores", AUDITOR, {"powers": int(Power.RESTORE)}, "powers-of-kind"),
    Refused("a station with a class", ROOM, {"classes": (0,)}, "classes-of-kind"),
    Refused("a trustee with a class", AUDITOR, {"classes": (0,)}, "classes-of-kind"),
    Refused("a station without journal", ROOM, {"journals": ()}, "journals-of-kind"),
    Refused("an officer with a journal", FIRST, {"journals": (16,)}, "journals-of-kind"),
    Refused("a post with a journal", post(), {"journals": (16,)}, "journals-of-kind"),
    Refused("an officer in no mode", FIRST, {"modes": ()}, "modes-of-kind"),
    Refused("a post in no mode", post(), {"modes": ()}, "modes-of-kind"),
    Refused("a REAL station in EXERCISE", ROOM, {"modes": (2,)}, "modes-of-kind"),
    Refused("a station in two modes", ROOM, {"modes": (1, 2)}, "modes-of-kind"),
    Refused("a station in no mode", ROOM, {"modes": ()}, "modes-of-kind"),
    Refused("a trustee in a mode", AUDITOR, {"modes": (1,)}, "modes-of-kind"),
    Refused("depth without power to grant", FIRST, {"depth": 1}, "depth-of-kind"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_body_is_refused(case: Refused) -> None:
    """CHARTER-32, CHARTER-33: each kind of subject has its own fields, and says no more."""
    raw = pack_body(replace(case.of, **case.changes))
    assert reason_of(lambda: parse_body(raw), JunkError) == case.reason


@pytest.mark.parametrize("value", [(), (2,) * 12, (2,) * 14, {}, "body"])
def test_a_body_of_another_shape_is_refused(value: Value) -> None:
    assert reason_of(lambda: parse_body(encode(value)), JunkError) in ("wrong-length", "wrong-type")


@given(st.binary(max_size=100))
def test_no_bytes_make_it_fall_over(data: bytes) -> None:
    assert reason_of(lambda: parse_body(data), JunkError)


def test_each_mode_has_a_station_of_its_own() -> None:
    assert {mode: MODE_OF_STATION[kind] for mode, kind in STATION_OF_MODE.items()} == {
        mode: mode for mode in (Mode.REAL, Mode.EXERCISE, Mode.TEST)
    }


@pytest.mark.parametrize("power", Power)
def test_who_reaches_credentials_signs_with_the_longer_key(power: Power) -> None:
    """CHARTER-34."""
    authority = (Power.ISSUE, Power.REVOKE, Power.RESTORE)
    wanted = Alg.ML_DSA_65 if power in authority else Alg.ML_DSA_44
    assert pq_alg(replace(FIRST, powers=int(power))) == wanted


def test_the_bits_of_the_powers() -> None:
    """CHARTER-31."""
    assert [int(power).bit_length() - 1 for power in Power] == list(range(13))
    assert ALL_POWERS == 0x1FFF
    names = "inform acknowledge decide commit recall interpret issue revoke restore read write "
    assert [str(p.name).lower() for p in Power] == (names + "disclose oversee").split()


# --- Mandates inside mandates ---

CHILD = officer_credential(officer("child"), depth=0)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"depth": 2}, "too-deep"),
        ({"depth": 3}, "too-deep"),
        ({"powers": int(Power.INFORM | Power.COMMIT)}, "wider-mandate"),
        ({"powers": int(Power.RESTORE)}, "wider-mandate"),
        ({"classes": (0, 2)}, "wider-mandate"),
        ({"since": NOW - YEAR - 1}, "wider-mandate"),
        ({"until": NOW + YEAR + 1}, "wider-mandate"),
    ],
)
def test_a_mandate_wider_or_deeper_than_its_parents_is_refused(
    changes: dict[str, object], reason: str
) -> None:
    """CHARTER-36, NT15."""
    child = replace(CHILD, **changes)
    assert reason_of(lambda: require_within(child, ISSUER), BreachError) == reason


def test_a_mode_that_the_parent_lacks_is_refused() -> None:
    """CHARTER-36, NT15."""
    parent = replace(ISSUER, modes=(1,))
    assert reason_of(lambda: require_within(CHILD, parent), BreachError) == "wider-mandate"


def test_a_mandate_that_equals_its_parents_but_for_depth_is_granted() -> None:
    """CHARTER-36."""
    require_within(replace(CHILD, powers=ISSUER.powers, classes=(0, 1, 5), modes=(1, 2, 3)), ISSUER)


def test_the_powers_of_machines_are_every_issuers_to_grant() -> None:
    """CHARTER-36: no person holds read or write, so no issuer could pass them on."""
    require_within(ROOM, ISSUER)


def test_several_ceilings_are_one() -> None:
    """CHARTER-37: an officer of two posts may do what either allows."""
    informing = post(powers=int(Power.INFORM), classes=(0,), modes=(Mode.REAL,))
    answering = post(powers=int(Power.ACKNOWLEDGE), classes=(1,), modes=(Mode.EXERCISE,))
    require_mandate_within(FIRST, (informing, answering))
    call = partial(require_mandate_within, FIRST, (informing,))
    assert reason_of(call, BreachError) == "wider-mandate"
