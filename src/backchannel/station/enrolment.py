"""What an officer or a station asks its office for: whole credentials, with proof of their keys.

A proof of possession covers the body, so the subject writes it and the office takes or refuses it
as it stands. This module must not enter anything or touch a disk.

    request file = objects: [1, line id], then for each subject
                   [body, [Ed25519 64, ML-DSA], ML-DSA public key]
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from backchannel.charter.charter import Charter
from backchannel.charter.credentials import (
    STATION_OF_MODE,
    Credential,
    CredentialKind,
    pack_body,
    parse_body,
    pq_alg,
)
from backchannel.charter.draft import POWERS, word_of
from backchannel.charter.possession import (
    Possession,
    prove_holder,
    prove_possession,
    read_possession,
    require_possession,
)
from backchannel.charter.powers import AUTHORITY_POWERS, Power
from backchannel.charter.roster import Authority, Issued
from backchannel.errors import JunkError, OfficerError
from backchannel.limits import PARTIES_MAX, SUBJECTS_MAX
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.files import pack_file, parse_file
from backchannel.wire.ids import CredentialId, LineId, key_id
from backchannel.wire.keys import HolderKeys, OfficerKeys, StationKeys
from backchannel.wire.signing import Alg, Mode

KIND = "request"
VERSION = 1
DAY_S = 86_400
MODES = {each.name.lower(): int(each) for each in (Mode.REAL, Mode.EXERCISE, Mode.TEST)}
USUAL_POWERS = "inform,acknowledge,decide,commit,recall,interpret"
# What it takes to write in the authority journal; one level may be granted further.
ISSUER_POWERS = "issue,revoke,restore"
ISSUER_DEPTH = 1
NO_KEY = bytes(32)
# A station opens a successor by itself; people certify new keys only.
JOURNALS_OF_STATION = 8


class Subject(msgspec.Struct, frozen=True):
    """One credential asked for: its body, the subject's own signatures, its second public key."""

    body: bytes
    possession: Possession
    pq_public: bytes


class Request(msgspec.Struct, frozen=True):
    """What a request file holds."""

    line: LineId
    subjects: tuple[Subject, ...]


class Mandate(msgspec.Struct, frozen=True):
    """What somebody may do and for how long; `since` and `until` in seconds UTC."""

    powers: int
    classes: tuple[int, ...]
    modes: tuple[int, ...]
    since: int
    until: int


# --- The mandate, in the words of a command -------------------------------------------------------


def numbers_of(words: str, choices: Mapping[str, int], what: str) -> tuple[int, ...]:
    """Return the numbers behind words with commas between. Raises OfficerError("unknown-word")."""
    found = []
    for word in words.split(","):
        if word.strip() not in choices:
            raise OfficerError(
                "unknown-word", f"{what}: got {word!a}, wanted some of {', '.join(choices)}"
            )
        found.append(choices[word.strip()])
    return tuple(sorted(set(found)))


def read_powers(words: str) -> int:
    """Return powers as bits. Raises OfficerError."""
    return sum(numbers_of(words, POWERS, "powers"))


def read_modes(words: str) -> tuple[int, ...]:
    """Return modes by number. Raises OfficerError."""
    return numbers_of(words, MODES, "modes")


def read_classes(words: str, charter: Charter) -> tuple[int, ...]:
    """Return classes by number; no word stands for all classes of the charter. Raises OfficerError.

    The names are those of the charter's release rules (CHARTER-11).
    """
    choices = {rule.name: n for n, rule in enumerate(charter.policy.rules)}
    return numbers_of(words, choices, "classes") if words else tuple(choices.values())


def validity(charter: Charter, now: int, days: int) -> tuple[int, int]:
    """Return from and until. It begins the charter's skew ago, for stations whose clocks differ.

    Raises OfficerError("bad-days").
    """
    if days < 1:
        raise OfficerError("bad-days", f"got {days} days, wanted one at least")
    return now - charter.policy.max_skew_s, now + days * DAY_S


def read_mandate(
    charter: Charter, now: int, *, powers: str, classes: str, modes: str, days: int
) -> Mandate:
    """Return a mandate from its words. Raises OfficerError for a word that means nothing."""
    since, until = validity(charter, now, days)
    return Mandate(
        read_powers(powers), read_classes(classes, charter), read_modes(modes), since, until
    )


def powers_in_words(powers: int) -> str:
    """Return the names of powers as a command takes them."""
    return ",".join(word_of(str(each.name)) for each in Power if each & powers)


# --- Asking ---------------------------------------------------------------------------------------


def within(valid: tuple[int, int], issuer: Issued | None) -> tuple[int, int]:
    """Return from and until inside the issuer's own: nobody grants for longer than he has."""
    if issuer is None:
        return valid
    return max(valid[0], issuer.credential.since), min(valid[1], issuer.credential.until)


def officer_wanted(
    name: str, mandate: Mandate, *, posts: tuple[CredentialId, ...], issuer: Issued | None
) -> Credential:
    """Return an officer's credential before his keys are in it; no issuer stands for the roots.

    Raises JunkError for what no credential can hold.
    """
    since, until = within((mandate.since, mandate.until), issuer)
    grants = issuer is None and mandate.powers & (Power.ISSUE | Power.RESTORE)
    return possible(
        Credential(
            kind=CredentialKind.OFFICER,
            name=name,
            since=since,
            until=until,
            posts=posts,
            powers=mandate.powers,
            classes=mandate.classes,
            modes=mandate.modes,
            parent=None if issuer is None else issuer.id,
            depth=ISSUER_DEPTH if grants else 0,
        )
    )


def station_wanted(
    name: str, *, first: int, valid: tuple[int, int], issuer: Issued | None
) -> tuple[Credential, ...]:
    """Return a station's credentials of all modes before its keys are in them.

    `first` is the journal number of the first mode: its party's, and granted to nobody. Raises
    JunkError for what no credential can hold.
    """
    since, until = within(valid, issuer)
    wanted = []
    for mode in MODES.values():
        begin = first + PARTIES_MAX * JOURNALS_OF_STATION * (mode - Mode.REAL)
        wanted.append(
            Credential(
                kind=STATION_OF_MODE[Mode(mode)],
                name=name,
                since=since,
                until=until,
                powers=int(Power.READ | Power.WRITE),
                modes=(mode,),
                journals=tuple(begin + PARTIES_MAX * k for k in range(JOURNALS_OF_STATION)),
                parent=None if issuer is None else issuer.id,
            )
        )
    return tuple(map(possible, wanted))


def possible(wanted: Credential) -> Credential:
    """Return a credential that lacks nothing but its keys. Raises JunkError (CHARTER-33).

    So a wrong name is refused before a key is made and sealed for it.
    """
    parse_body(pack_body(msgspec.structs.replace(wanted, ed25519=NO_KEY, pq_hash=NO_KEY)))
    return wanted


def ask_for_officer(line: LineId, wanted: Credential, keys: OfficerKeys) -> Request:
    """Return an officer's request. Raises OfficerError("key-of-other-mandate")."""
    if keys.alg != pq_alg(wanted):
        raise OfficerError(
            "key-of-other-mandate",
            f"the file has an {keys.alg.name} key, this mandate takes {pq_alg(wanted).name}: who "
            "may issue, revoke or restore has a key of his own for it; make a new one",
        )
    return Request(line, (prove(line, wanted, keys),))


def ask_for_station(
    line: LineId, wanted: Sequence[Credential], keys: Mapping[int, StationKeys]
) -> Request:
    """Return a station's request; `keys` are its keys by mode."""
    return Request(line, tuple(prove(line, each, keys[each.modes[0]]) for each in wanted))


def prove(line: LineId, wanted: Credential, keys: OfficerKeys | StationKeys) -> Subject:
    """Return a subject whose keys are in its credential and have signed it (CHARTER-34)."""
    credential = msgspec.structs.replace(
        wanted, ed25519=keys.public, pq_hash=key_id(keys.pq_public)
    )
    body = pack_body(credential)
    possession = prove_possession(
        line, body, credential=credential, secret=keys.secret, pq_seed=keys.pq_seed
    )
    return Subject(body, possession, keys.pq_public)


def ask_for_holder(
    line: LineId, name: str, keys: HolderKeys, *, kind: CredentialKind, valid: tuple[int, int]
) -> Request:
    """Return the request of a trustee or custodian, whose X-Wing key signs nothing (CHARTER-34)."""
    powers = int(Power.OVERSEE) if kind == CredentialKind.TRUSTEE else 0
    credential = Credential(
        kind=kind,
        name=name,
        since=valid[0],
        until=valid[1],
        ed25519=keys.public,
        pq_hash=key_id(keys.pq_public),
        powers=powers,
    )
    body = pack_body(credential)
    proof = prove_holder(line, body, secret=keys.secret)
    return Request(line, (Subject(body, proof, keys.pq_public),))


def alg_for(powers: int) -> Alg:
    """Return which ML-DSA an officer with these powers signs with."""
    return Alg.ML_DSA_65 if powers & AUTHORITY_POWERS else Alg.ML_DSA_44


def next_free(party: int, authority: Authority | None) -> int:
    """Return the lowest journal number of a party above all that its office has granted."""
    last = max(authority.granted, default=party) if authority is not None else party
    return (last // PARTIES_MAX + 1) * PARTIES_MAX + party


def request_path(key_file: Path) -> Path:
    """Return where the request of a key file lies by default: beside it."""
    return key_file.with_suffix(".request")


# --- The file -------------------------------------------------------------------------------------


def pack_request(request: Request) -> bytes:
    """Return the bytes of a request file."""
    subjects = (
        encode((each.body, tuple(each.possession), each.pq_public)) for each in request.subjects
    )
    return pack_file(KIND, (encode((VERSION, request.line)), *subjects))


def parse_request(raw: bytes) -> Request:
    """Return what a request file asks for, each proof checked. Raises JunkError (CHARTER-34, NT9).

    A file cut short, altered or empty is refused.
    """
    first, *rest = parse_file(KIND, raw) or (b"",)
    match decode(first):
        case (1, bytes(line)) if 0 < len(rest) <= SUBJECTS_MAX:
            return Request(LineId(line), tuple(read_subject(LineId(line), each) for each in rest))
        case _:
            raise JunkError("request-shape", "a request names its line, then one subject or more")


def read_subject(line: LineId, raw: bytes) -> Subject:
    """Return one subject whose keys signed its body. Raises JunkError."""
    body, possession, pq_public = subject_fields(decode(raw))
    credential = parse_body(body)
    proof = read_possession(possession, credential)
    require_possession(line, body, credential=credential, proof=proof, pq_public=pq_public)
    if key_id(pq_public) != credential.pq_hash:
        raise JunkError("subject-key-mismatch", f"{credential.name}: this is not the key named")
    return Subject(body, proof, pq_public)


def subject_fields(value: Value) -> tuple[bytes, Value, bytes]:
    """Return body, proof and second key. Raises JunkError."""
    match value:
        case (bytes(body), tuple(possession), bytes(pq_public)):
            return body, possession, pq_public
        case _:
            raise JunkError("subject-shape", "a subject is [body, proof, public key]")
