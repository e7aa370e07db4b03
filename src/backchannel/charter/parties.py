"""The parties of a line and their roots. Parsing and printing.

This module must not know what a root signed. Layout: CHARTER-5, CHARTER-6.

    party = [name, [[Ed25519 32, ML-DSA-65 1952]], k, contact]
"""

import re

import msgspec

from backchannel.charter import fields
from backchannel.errors import JunkError
from backchannel.limits import (
    CONTACT_CHARACTERS_MAX,
    LANGUAGES_MAX,
    NAME_CHARACTERS_MAX,
    PARTIES_MAX,
    PARTIES_MIN,
    ROOTS_MAX,
)
from backchannel.wire.codec import Value
from backchannel.wire.ed25519 import admit_key
from backchannel.wire.primitives import MLDSA_PUBLIC_BYTES, require_mldsa_public

KEY_BYTES = 32
ROOT_MLDSA = 65
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class Root(msgspec.Struct, frozen=True):
    """One offline root of a party: Ed25519 public key (32) and ML-DSA-65 public key (1952)."""

    ed25519: bytes
    mldsa65: bytes


class RootSet(msgspec.Struct, frozen=True):
    """The roots of a party and how many of them must sign."""

    roots: tuple[Root, ...]
    threshold: int


class Party(msgspec.Struct, frozen=True):
    """An organisation that answers for its signatures. Its first language is its own."""

    name: str
    root_set: RootSet
    contact: str
    languages: tuple[str, ...]


def party_row(party: Party) -> tuple[Value, ...]:
    """Return a party as it travels, without its languages (CHARTER-5)."""
    return (party.name, roots_rows(party.root_set), party.root_set.threshold, party.contact)


def roots_rows(root_set: RootSet) -> tuple[tuple[bytes, bytes], ...]:
    """Return the roots as they travel, in their order: the place is the root's index."""
    return tuple((root.ed25519, root.mldsa65) for root in root_set.roots)


def read_parties(value: Value, languages: Value) -> tuple[Party, ...]:
    """Return the parties in order; the place is the party's index. Raises JunkError (CHARTER-5)."""
    taken = fields.rows(value, "party", PARTIES_MIN, PARTIES_MAX)
    spoken = fields.row(languages, "languages", len(taken))
    parties = tuple(read_party(each, spoken[n], f"party[{n + 1}]") for n, each in enumerate(taken))
    fields.each_once(tuple(party.name for party in parties), "party")
    require_distinct(tuple(party.root_set for party in parties))
    return parties


def read_party(value: Value, languages: Value, path: str) -> Party:
    """Return one party. Raises JunkError."""
    name, roots, threshold, contact = fields.row(value, path, 4)
    return Party(
        fields.text(name, f"{path}.name", NAME_CHARACTERS_MAX),
        read_root_set(roots, threshold, path),
        fields.text(contact, f"{path}.contact", CONTACT_CHARACTERS_MAX),
        read_languages(languages, f"{path}.languages"),
    )


def read_languages(value: Value, path: str) -> tuple[str, ...]:
    """Return the languages of a party, its own first. Raises JunkError("bad-language")."""
    taken = fields.rows(value, path, 1, LANGUAGES_MAX)
    tags = tuple(fields.text(each, path, NAME_CHARACTERS_MAX) for each in taken)
    for tag in tags:
        if not LANGUAGE.fullmatch(tag):
            raise JunkError("bad-language", f"{path}: got {tag!a}, wanted a tag like pt-BR")
    return fields.each_once(tags, path)


def read_root_set(roots: Value, threshold: Value, path: str) -> RootSet:
    """Return roots that may be enrolled and their threshold. Raises JunkError (CHARTER-6, NT7).

    Whether they are distinct is asked together with the roots of the other parties.
    """
    taken = fields.rows(roots, f"{path}.root", 1, ROOTS_MAX)
    read = tuple(read_root(each, f"{path}.root[{n}]") for n, each in enumerate(taken, 1))
    wanted = fields.whole(threshold, f"{path}.threshold", 0, ROOTS_MAX)
    if not 1 <= wanted <= len(read):
        raise JunkError("bad-threshold", f"{path}.threshold: got {wanted}, wanted 1 to {len(read)}")
    return RootSet(read, wanted)


def read_root(value: Value, path: str) -> Root:
    """Return one root whose two keys may be enrolled. Raises JunkError (NT7)."""
    ed25519, mldsa65 = fields.row(value, path, 2)
    root = Root(
        fields.octets(ed25519, f"{path}.ed25519", KEY_BYTES),
        fields.octets(mldsa65, f"{path}.ml_dsa_65", MLDSA_PUBLIC_BYTES[ROOT_MLDSA]),
    )
    with fields.named(f"{path}.ed25519"):
        admit_key(root.ed25519)
    with fields.named(f"{path}.ml_dsa_65"):
        require_mldsa_public(ROOT_MLDSA, root.mldsa65)
    return root


def require_distinct(root_sets: tuple[RootSet, ...]) -> None:
    """Raise JunkError("root-twice") if one key stands for two roots, in either half (CHARTER-6)."""
    classical = [root.ed25519 for each in root_sets for root in each.roots]
    post_quantum = [root.mldsa65 for each in root_sets for root in each.roots]
    for keys in (classical, post_quantum):
        if len(set(keys)) != len(keys):
            raise JunkError("root-twice", "party: one key is listed as two roots")
