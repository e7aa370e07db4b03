"""The constitution of one line: parties, roots, policy, paths, oversight. Parsing and printing.

This module must not judge who signed it, see signatures.py. Layout: CHARTER-1 to CHARTER-9.

    charter = {1 version, 2 suite, 3 name, 4 [party], 5 policy, 6 [path], 7 witness policy,
               8 beacon period s, 9 [oversight], 10 [from, until], 11 predecessor / null,
               12 [[language] of each party], 13 amendment rule, 14 random 16}
"""

import re

import msgspec

from backchannel.charter import fields
from backchannel.charter.oversight import Oversight, oversight_row, read_oversights
from backchannel.charter.parties import Party, party_row, read_parties
from backchannel.charter.paths import Path, path_row, read_paths
from backchannel.charter.policy import Policy, policy_fields, read_policy, seconds
from backchannel.errors import JunkError
from backchannel.limits import MOMENT_MAX, NAME_CHARACTERS_MAX, WITNESS_POLICY_CHARACTERS_MAX
from backchannel.wire.codec import Value, decode, encode

# Version 2 says what is practised; a charter that does not is one of version 1 (CHARTER-18).
VERSIONS = (1, 2)
SUITE = "BC1"
CHARTER_FIELDS = 14
RANDOM_BYTES = 16
ID_BYTES = 32
# The only rule of version 1: every party of the predecessor and of the amendment signs.
UNANIMOUS = 1

WITNESS_POLICY_TEXT = re.compile(r"[\n\x20-\x7e]*")


class Charter(msgspec.Struct, frozen=True):
    """The signed constitution of a line. Times are seconds UTC; `nonce` makes equal texts two."""

    name: str
    parties: tuple[Party, ...]
    since: int
    until: int
    nonce: bytes
    policy: Policy = Policy()
    paths: tuple[Path, ...] = ()
    witness_policy: str = ""
    beacon_period_s: int = 600
    oversight: tuple[Oversight, ...] = ()
    predecessor: bytes | None = None


def pack_charter(charter: Charter) -> bytes:
    """Return the bytes that the roots sign (CHARTER-1). Raises AssertionError beyond 64 KiB."""
    return encode(charter_fields(charter))


def charter_fields(charter: Charter) -> dict[int, Value]:
    """Return a charter as the map that is encoded (CHARTER-1)."""
    return {
        1: version_of(charter.policy),
        2: SUITE,
        3: charter.name,
        4: tuple(party_row(each) for each in charter.parties),
        5: policy_fields(charter.policy),
        6: tuple(path_row(each) for each in charter.paths),
        7: charter.witness_policy,
        8: charter.beacon_period_s,
        9: tuple(oversight_row(each) for each in charter.oversight),
        10: (charter.since, charter.until),
        11: charter.predecessor,
        12: tuple(each.languages for each in charter.parties),
        13: UNANIMOUS,
        14: charter.nonce,
    }


def version_of(policy: Policy) -> int:
    """Return the version of the charter that a policy makes (CHARTER-18)."""
    return 1 if policy.practice is None else 2


def parse_charter(raw: bytes) -> Charter:
    """Return the charter in `raw`. Raises JunkError whose text begins with the field's path.

    Whether it is in force depends on its signatures alone (CHARTER-20).
    """
    return read_charter(decode(raw))


def read_charter(value: Value) -> Charter:
    """Return the charter in a decoded map. Raises JunkError (CHARTER-1 to CHARTER-9)."""
    taken = fields.keyed(value, "charter", CHARTER_FIELDS)
    version, suite, name, parties, policy, paths, witness, beacon = taken[:8]
    oversight, valid, predecessor, languages, amendment, nonce = taken[8:]
    number = read_version(version, suite, amendment)
    members = read_parties(parties, languages)
    since, until = read_valid(valid)
    charter = Charter(
        name=fields.text(name, "name", NAME_CHARACTERS_MAX),
        parties=members,
        since=since,
        until=until,
        nonce=fields.octets(nonce, "random", RANDOM_BYTES),
        policy=read_policy(policy, "policy", number),
        paths=read_paths(paths, len(members)),
        witness_policy=read_witness_policy(witness),
        beacon_period_s=seconds(beacon, "beacon_period"),
        oversight=read_oversights(oversight, len(members)),
        predecessor=None
        if predecessor is None
        else fields.octets(predecessor, "predecessor", ID_BYTES),
    )
    require_custodians(charter)
    return charter


def read_version(version: Value, suite: Value, amendment: Value) -> int:
    """Return the version. Raises JunkError for what a later one may bring and this one cannot judge
    (NT67)."""
    if type(version) is not int or version not in VERSIONS:
        raise JunkError("charter-version", f"version: got {version!r}, wanted 1 or 2")
    if suite != SUITE:
        raise JunkError("unknown-suite", f"suite: got {suite!a}, wanted {SUITE}")
    if type(amendment) is not int or amendment != UNANIMOUS:
        raise JunkError("amendment-rule", f"amendment: got {amendment!r}, wanted {UNANIMOUS}")
    return version


def read_valid(value: Value) -> tuple[int, int]:
    """Return from and until. Raises JunkError. Past until a lamp is lit and nothing stops."""
    since_value, until_value = fields.row(value, "valid", 2)
    since = fields.whole(since_value, "since", 0, MOMENT_MAX)
    until = fields.whole(until_value, "until", 0, MOMENT_MAX)
    if until <= since:
        raise JunkError("bad-validity", f"until: got {until}, wanted later than {since}")
    return since, until


def read_witness_policy(value: Value) -> str:
    """Return the witness policy, printable ASCII lines or nothing. Raises JunkError."""
    if type(value) is not str or len(value) > WITNESS_POLICY_CHARACTERS_MAX:
        raise JunkError("wrong-type", "witness_policy: wanted a text, or an empty one for none")
    if not WITNESS_POLICY_TEXT.fullmatch(value):
        raise JunkError("unsafe-text", "witness_policy: wanted lines of printable ASCII")
    return value


def require_custodians(charter: Charter) -> None:
    """Raise JunkError("no-custodians"): behind a hot window somebody must be able to read again.

    Each party needs custodians of its own (CHARTER-9).
    """
    if charter.policy.hot_window_s is None:
        return
    kept = {each.party for each in charter.oversight if each.custodians}
    for index, party in enumerate(charter.parties):
        if index not in kept:
            raise JunkError(
                "no-custodians",
                f"policy.hot_window: {party.name} names no custodian; name some, or keep content",
            )
