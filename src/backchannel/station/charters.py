"""The signed charter as a file that goes from office to office, gathering signatures.

This module must not touch a disk or decide who has read what he signs. An amendment names its
line; a first charter is the line's name itself (CHARTER-20).

    charter file = objects: charter, [root signature], and of an amendment the line id (CHARTER-25)
"""

from collections.abc import Sequence

import msgspec

from backchannel.charter.charter import RANDOM_BYTES, Charter, pack_charter, parse_charter
from backchannel.charter.draft import parse_draft, parse_section
from backchannel.charter.drafting import render_draft
from backchannel.charter.parties import Party, Root, RootSet
from backchannel.charter.policy import Policy, Window
from backchannel.charter.practice import Practice
from backchannel.charter.signatures import (
    NO_ROOTS,
    RootSignature,
    pack_signatures,
    parse_signatures,
    require_root_signatures,
    roots_listed,
    sign_charter,
)
from backchannel.errors import JunkError, OfficerError
from backchannel.notice.catalogue import catalogue_hash
from backchannel.proof.policy import parse_policy
from backchannel.wire.files import magic, pack_file, parse_file
from backchannel.wire.ids import ID_BYTES, LineId, charter_id
from backchannel.wire.keys import RootKeys
from backchannel.wire.moments import read_moment
from backchannel.wire.signing import Mode

KIND = "charter"


class SignedCharter(msgspec.Struct, frozen=True):
    """A charter's exact bytes, what they say, and the signatures gathered so far."""

    line: LineId
    raw: bytes
    charter: Charter
    signatures: tuple[RootSignature, ...] = ()


class Share(msgspec.Struct, frozen=True):
    """How many of a party's roots have signed, and how many must."""

    party: str
    signed: int
    wanted: int


# --- The draft ------------------------------------------------------------------------------------


def read_windows(intervals: Sequence[str]) -> tuple[Window, ...]:
    """Return windows of EXERCISE from texts FROM/UNTIL, and the standing one of TEST.

    Raises OfficerError("bad-window", "bad-moment").
    """
    windows = []
    for each in intervals:
        since, slash, until = each.partition("/")
        if not slash:
            raise OfficerError("bad-window", f"got {each!a}, wanted FROM/UNTIL")
        try:
            windows.append(Window(Mode.EXERCISE, read_moment(since), read_moment(until)))
        except JunkError as fault:
            raise OfficerError(fault.reason, fault.text) from None
    return (*windows, Window(Mode.TEST, 0, None))


def draft_charter(
    name: str,
    sections: Sequence[str],
    *,
    windows: tuple[Window, ...],
    valid: tuple[int, int],
    chance: bytes,
) -> Charter:
    """Return a charter with the usual policy, as a first draft. Raises OfficerError.

    `valid` is from and until in seconds UTC; of `chance`, 16 bytes make this line another than
    one with the same text.
    """
    drafted = Charter(
        name=name,
        parties=tuple(map(parse_section, sections)),
        since=valid[0],
        until=valid[1],
        nonce=chance[:RANDOM_BYTES],
        policy=Policy(windows=windows, practice=Practice(catalogue_hash())),
    )
    return parse_draft(render_draft(drafted))


def draft_amendment(before: SignedCharter) -> Charter:
    """Return a charter that amends another and so far says the same."""
    return msgspec.structs.replace(before.charter, predecessor=charter_id(before.raw))


def unsigned(charter: Charter, line: LineId | None) -> SignedCharter:
    """Return a charter that nobody has signed yet. An amendment is of a line that is there.

    Raises OfficerError: "line-not-opened", "policy-unreadable".
    """
    require_policy(charter.witness_policy)
    raw = pack_charter(charter)
    if charter.predecessor is None:
        return SignedCharter(LineId(charter_id(raw)), raw, charter)
    if line is None:
        raise OfficerError("line-not-opened", "this office knows no line that could be amended")
    return SignedCharter(line, raw, charter)


def require_policy(text: str) -> None:
    """Raise OfficerError("policy-unreadable") for a witness policy that nobody could meet: once it
    is signed, only an amendment mends it (PROOF-66)."""
    if not text:
        return
    try:
        parse_policy(text)
    except JunkError as fault:
        raise OfficerError(
            "policy-unreadable",
            f"witness_policy: {fault}; see docs/guide/witness.md, or leave it empty",
        ) from None


# --- The file -------------------------------------------------------------------------------------


def is_charter_file(raw: bytes) -> bool:
    """Tell a charter file from a draft by its first bytes. It verifies nothing."""
    return raw.startswith(magic(KIND))


def pack_charter_file(signed: SignedCharter) -> bytes:
    """Return the bytes of a charter file."""
    objects = [signed.raw, pack_signatures(signed.signatures)]
    if signed.charter.predecessor is not None:
        objects.append(signed.line)
    return pack_file(KIND, objects)


def parse_charter_file(raw: bytes) -> SignedCharter:
    """Return what a charter file holds; its signatures are not yet checked. Raises JunkError.

    A file cut short, with something left over, or of another kind is refused (NT94).
    """
    objects = parse_file(KIND, raw)
    if len(objects) not in (2, 3):
        raise JunkError(
            "charter-file-shape", f"got {len(objects)} objects, wanted a charter and its signatures"
        )
    charter = parse_charter(objects[0])
    amends = charter.predecessor is not None
    if amends != (len(objects) == 3) or (amends and len(objects[2]) != ID_BYTES):
        raise JunkError("charter-file-line", "an amendment alone names its line")
    line = LineId(objects[2]) if amends else LineId(charter_id(objects[0]))
    return SignedCharter(line, objects[0], charter, parse_signatures(objects[1]))


# --- Signatures -----------------------------------------------------------------------------------


def standing_roots(signed: SignedCharter, before: SignedCharter | None) -> tuple[RootSet, ...]:
    """Return each party's roots as of the charter before; a first charter has none before it.

    Raises OfficerError("predecessor-missing", "other-predecessor").
    """
    if signed.charter.predecessor is None:
        return (NO_ROOTS,) * len(signed.charter.parties)
    if before is None:
        raise OfficerError(
            "predecessor-missing", "this is an amendment; give the charter that it amends as well"
        )
    if charter_id(before.raw) != signed.charter.predecessor or before.line != signed.line:
        raise OfficerError("other-predecessor", "the amendment follows another charter than this")
    joining = len(signed.charter.parties) - len(before.charter.parties)
    return (*(party.root_set for party in before.charter.parties), *(NO_ROOTS,) * joining)


def listed(signed: SignedCharter, standing: tuple[RootSet, ...]) -> tuple[tuple[Root, ...], ...]:
    """Return each party's roots in the order in which signatures count them (CHARTER-22)."""
    return roots_listed(standing, tuple(party.root_set for party in signed.charter.parties))


def shares(signed: SignedCharter, standing: tuple[RootSet, ...]) -> tuple[Share, ...]:
    """Return who has signed and who has not, party by party and roots in force first.

    Raises JunkError if one of the signatures is false (CHARTER-20).
    """
    names = tuple(party.name for party in signed.charter.parties)
    becoming = tuple(party.root_set for party in signed.charter.parties)
    found = require_root_signatures(
        signed.line, signed.raw, signed.signatures, listed(signed, standing)
    )
    made = []
    for n, name in enumerate(names):
        for wanted in dict.fromkeys((standing[n], becoming[n])):
            if wanted.threshold:
                count = len(found[n].intersection(wanted.roots))
                made.append(Share(name, count, wanted.threshold))
    return tuple(made)


def lacking(found: Sequence[Share]) -> tuple[str, ...]:
    """Return the names of the parties whose roots have not all signed."""
    return tuple(dict.fromkeys(each.party for each in found if each.signed < each.wanted))


def own_party(signed: SignedCharter, section: Party) -> int:
    """Return the index of the party that wrote a section.

    Raises OfficerError("not-our-charter") if nobody in the charter has the name, and
    OfficerError("section-changed") if the charter says of us what we did not write (NT94).
    """
    names = tuple(party.name for party in signed.charter.parties)
    if section.name not in names:
        raise OfficerError(
            "not-our-charter", f"{section.name} is no party of it; it names {', '.join(names)}"
        )
    index = names.index(section.name)
    if signed.charter.predecessor is None and signed.charter.parties[index] != section:
        raise OfficerError(
            "section-changed",
            f"it says of {section.name} what section.toml of this office does not: compare roots, "
            "threshold, contact and languages, and do not sign before they agree",
        )
    return index


def add_signatures(
    signed: SignedCharter,
    party: int,
    *,
    keys: Sequence[RootKeys],
    standing: tuple[RootSet, ...],
) -> SignedCharter:
    """Return the charter with a party's signatures among the others.

    Raises OfficerError("root-not-listed").
    """
    roots = listed(signed, standing)[party]
    made = {(each.party, each.root): each for each in signed.signatures}
    for pair in keys:
        root = Root(pair.public, pair.pq_public)
        if root not in roots:
            raise OfficerError("root-not-listed", "this root is not among those of the charter")
        place = roots.index(root)
        made[party, place] = sign_charter(
            signed.line, signed.raw, party=party, root=place, keys=pair
        )
    return msgspec.structs.replace(signed, signatures=tuple(made[k] for k in sorted(made)))
