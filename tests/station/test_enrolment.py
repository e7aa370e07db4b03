"""Requests for credentials: whole bodies with proof of their keys (CHARTER-34, NT7, NT9)."""

from pathlib import Path

import msgspec
import pytest
from tests.ceremony import (  # noqa: F401
    DAY_S,
    NOW,
    draft_of,
    enrol_officer,
    make_office,
    quick_seals,
    two_offices,
)

from backchannel.charter.credentials import parse_body
from backchannel.charter.powers import Power
from backchannel.errors import JunkError, OfficerError
from backchannel.station import enrolment
from backchannel.station.authorities import issuer_named, pack_authority, read_papers
from backchannel.station.enrolment import Request
from backchannel.wire.codec import decode, encode
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import LineId
from backchannel.wire.keys import officer_from_seed, station_from_seed
from backchannel.wire.signing import Alg, Mode

LINE = LineId(b"l" * 32)
KEYS = officer_from_seed(b"o" * 32, Alg.ML_DSA_44)
STATION = {m: station_from_seed(b"s" * 32, m) for m in (Mode.REAL, Mode.EXERCISE, Mode.TEST)}
USUAL = enrolment.Mandate(int(Power.INFORM), (0, 1), (1, 3), NOW, NOW + DAY_S)


def officer_request(mandate: enrolment.Mandate = USUAL) -> Request:
    """What an officer asks for."""
    wanted = enrolment.officer_wanted("Okafor", mandate, posts=(), issuer=None)
    return enrolment.ask_for_officer(LINE, wanted, KEYS)


def station_request(first: int = 17) -> Request:
    """What a station asks for."""
    wanted = enrolment.station_wanted(
        "Birch one", first=first, valid=(NOW, NOW + DAY_S), issuer=None
    )
    return enrolment.ask_for_station(LINE, wanted, STATION)


@pytest.mark.parametrize("request_", [officer_request(), station_request()])
def test_a_request_says_again_what_was_packed(request_: Request) -> None:
    assert enrolment.parse_request(enrolment.pack_request(request_)) == request_


def test_words_become_numbers_and_numbers_words() -> None:
    assert enrolment.read_powers("inform, acknowledge") == 3
    assert enrolment.powers_in_words(3 | int(Power.READ)) == "inform,acknowledge,read"
    assert enrolment.read_modes("test,real,test") == (1, 3)
    for words in ("inform,shout", "", "INFORM"):
        with pytest.raises(OfficerError, match="unknown-word"):
            enrolment.read_powers(words)
    with pytest.raises(OfficerError, match="unknown-word"):
        enrolment.read_modes("none")


@pytest.mark.usefixtures("quick_seals")
def test_a_mandate_is_read_in_the_words_of_the_charter(tmp_path: Path) -> None:
    charter = draft_of([make_office(tmp_path, name) for name in ("Alder", "Birch")]).charter
    words = {"powers": "inform", "modes": "real"}
    mandate = enrolment.read_mandate(charter, NOW, classes="commit,inform", days=10, **words)
    assert mandate.classes == (0, 2)
    assert (mandate.since, mandate.until) == (NOW - 300, NOW + 10 * DAY_S)
    everything = enrolment.read_mandate(charter, NOW, classes="", days=1, **words)
    assert everything.classes == tuple(range(len(charter.policy.rules)))
    with pytest.raises(OfficerError, match="unknown-word"):
        enrolment.read_mandate(charter, NOW, classes="treaty", days=1, **words)
    with pytest.raises(OfficerError, match="bad-days"):
        enrolment.read_mandate(charter, NOW, classes="", days=0, **words)


def test_an_officer_asks_for_what_he_may_do() -> None:
    (subject,) = officer_request().subjects
    credential = parse_body(subject.body)
    assert (credential.name, credential.powers) == ("Okafor", int(Power.INFORM))
    assert (credential.classes, credential.modes) == ((0, 1), (1, 3))
    assert (credential.parent, credential.depth) == (None, 0)


@pytest.mark.parametrize("power", [Power.ISSUE, Power.REVOKE, Power.RESTORE])
def test_a_power_over_the_journal_takes_the_larger_key(power: Power) -> None:
    mandate = msgspec.structs.replace(USUAL, powers=int(power))
    assert enrolment.alg_for(mandate.powers) == Alg.ML_DSA_65
    with pytest.raises(OfficerError, match="key-of-other-mandate"):
        officer_request(mandate)


def test_who_issues_may_grant_one_level_further() -> None:
    for power, depth in ((Power.ISSUE, 1), (Power.RESTORE, 1), (Power.REVOKE, 0)):
        mandate = msgspec.structs.replace(USUAL, powers=int(power))
        wanted = enrolment.officer_wanted("O", mandate, posts=(), issuer=None)
        assert wanted.depth == depth


@pytest.mark.usefixtures("quick_seals")
def test_nobody_asks_for_longer_than_his_issuer_has(tmp_path: Path) -> None:
    alder, _ = two_offices(tmp_path)
    alder, _secret = enrol_officer(alder, tmp_path / "i.key", "Issuer", "issue,inform")
    assert alder.file is not None
    issuer = issuer_named(read_papers(pack_authority(alder.file)), "Issuer")
    assert issuer is not None
    long = msgspec.structs.replace(USUAL, since=0, until=NOW + 999 * DAY_S, powers=64)
    wanted = enrolment.officer_wanted("O", long, posts=(), issuer=issuer)
    assert (wanted.since, wanted.until) == (issuer.credential.since, issuer.credential.until)
    assert (wanted.parent, wanted.depth) == (issuer.id, 0)
    (body, *_) = enrolment.station_wanted(
        "S", first=16, valid=(0, NOW + 999 * DAY_S), issuer=issuer
    )
    assert (body.parent, body.until) == (issuer.id, issuer.credential.until)


def test_a_station_asks_for_eight_numbers_in_each_mode() -> None:
    bodies = [parse_body(subject.body) for subject in station_request().subjects]
    numbers = [no for body in bodies for no in body.journals]
    assert numbers == [17 + 16 * k for k in range(24)]
    assert [body.modes for body in bodies] == [(1,), (2,), (3,)]
    assert {body.powers for body in bodies} == {int(Power.READ | Power.WRITE)}
    assert len({body.ed25519 for body in bodies}) == 3


@pytest.mark.usefixtures("quick_seals")
def test_the_next_free_number_is_above_all_that_were_granted(tmp_path: Path) -> None:
    _, birch = two_offices(tmp_path)
    assert birch.authority is not None
    assert enrolment.next_free(0, None) == 16
    assert enrolment.next_free(1, birch.authority) == 17
    granted = msgspec.structs.replace(birch.authority, granted={17: b"", 401: b""})
    assert enrolment.next_free(1, granted) == 417


@pytest.mark.parametrize("name", ["", "x" * 65, " one", "o\u202ene", "o\nne"])
def test_a_name_that_no_credential_takes_is_refused_before_a_key_is_made(name: str) -> None:
    """CHARTER-4."""
    with pytest.raises(JunkError):
        enrolment.officer_wanted(name, USUAL, posts=(), issuer=None)
    with pytest.raises(JunkError):
        enrolment.station_wanted(name, first=16, valid=(0, 1), issuer=None)


def test_a_request_lies_beside_its_key() -> None:
    assert enrolment.request_path(Path("keys/okafor.key")) == Path("keys/okafor.request")


# --- Requests that are refused --------------------------------------------------------------------


def altered(change: int, value: object) -> bytes:
    """An officer's request file with one field of its subject exchanged."""
    head, subject = parse_file("request", enrolment.pack_request(officer_request()))
    parts = list(decode(subject))  # type: ignore[arg-type]
    parts[change] = value
    return pack_file("request", [head, encode(tuple(parts))])  # type: ignore[arg-type]


def test_a_body_that_the_key_did_not_sign_is_refused() -> None:
    """NT9: a proof of possession holds for these bytes alone."""
    mandate = msgspec.structs.replace(USUAL, powers=USUAL.powers | int(Power.COMMIT))
    other = officer_request(mandate).subjects[0].body
    with pytest.raises(JunkError):
        enrolment.parse_request(altered(0, other))


def test_a_proof_for_another_line_is_refused() -> None:
    """NT9: a request can't be carried to another line."""
    _, subject = parse_file("request", enrolment.pack_request(officer_request()))
    with pytest.raises(JunkError):
        enrolment.parse_request(pack_file("request", [encode((1, b"m" * 32)), subject]))


def test_half_a_proof_is_refused() -> None:
    """NT9: each key proves itself."""
    (subject,) = officer_request().subjects
    for half in ((subject.possession.ed25519, None), (None, subject.possession.mldsa)):
        with pytest.raises(JunkError):
            enrolment.parse_request(altered(1, half))


def test_another_second_key_is_refused() -> None:
    other = officer_from_seed(b"x" * 32, Alg.ML_DSA_44).pq_public
    with pytest.raises(JunkError):
        enrolment.parse_request(altered(2, other))


def test_a_key_that_the_body_does_not_name_is_refused() -> None:
    """The key beside a body may be the one that signed and still not the one named."""
    credential = msgspec.structs.replace(
        parse_body(officer_request().subjects[0].body), pq_hash=b"h" * 32
    )
    body = enrolment.pack_body(credential)
    proof = enrolment.prove_possession(
        LINE, body, credential=credential, secret=KEYS.secret, pq_seed=KEYS.pq_seed
    )
    raw = encode((body, tuple(proof), KEYS.pq_public))
    with pytest.raises(JunkError, match="subject-key-mismatch"):
        enrolment.read_subject(LINE, raw)


@pytest.mark.parametrize(
    ("objects", "reason"),
    [
        ([], "truncated"),
        ([encode((1, b"l" * 32))], "request-shape"),
        ([encode((2, b"l" * 32)), encode(())], "request-shape"),
        ([encode((1, b"l" * 32)), *[encode(())] * 65], "request-shape"),
        ([encode((1, b"l" * 32)), encode(())], "subject-shape"),
    ],
)
def test_a_request_of_another_shape_is_refused(objects: list[bytes], reason: str) -> None:
    with pytest.raises(JunkError, match=reason):
        enrolment.parse_request(pack_file("request", objects))


def test_every_truncation_of_a_request_is_refused() -> None:
    raw = enrolment.pack_request(station_request())
    for place in range(0, len(raw), 613):
        with pytest.raises(JunkError):
            enrolment.parse_request(raw[:place])
