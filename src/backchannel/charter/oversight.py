"""Who may come to read a party's record beside the parties: trustees and custodians.

This module must not open anything. Layout: CHARTER-8.

    oversight = [party, M, [[trustee, X-Wing 1216]], M', [[custodian, X-Wing 1216]]]
"""

from typing import NamedTuple

import msgspec

from backchannel.charter import fields
from backchannel.errors import JunkError
from backchannel.limits import NAME_CHARACTERS_MAX, READERS_MAX
from backchannel.wire.archive import Role
from backchannel.wire.codec import Value
from backchannel.wire.ids import key_id
from backchannel.wire.primitives import XWING_PUBLIC_BYTES, require_xwing_public


class Reader(msgspec.Struct, frozen=True):
    """Somebody who holds a share of archive keys: a name and an X-Wing public key of 1216 bytes."""

    name: str
    public: bytes


class Oversight(msgspec.Struct, frozen=True):
    """Who beside the parties may come to read what one party sent and received, M of n each."""

    party: int
    threshold: int
    trustees: tuple[Reader, ...]
    custodian_threshold: int
    custodians: tuple[Reader, ...]


class Readers(NamedTuple):
    """The readers of one role, and how many of them open together."""

    role: int
    threshold: int
    readers: tuple[Reader, ...]

    def key_ids(self) -> tuple[bytes, ...]:
        """Return the hashes of their keys, in their order."""
        return tuple(key_id(each.public) for each in self.readers)


def oversight_row(oversight: Oversight) -> tuple[Value, ...]:
    """Return one party's oversight as it travels (CHARTER-8)."""
    trustees = tuple((each.name, each.public) for each in oversight.trustees)
    custodians = tuple((each.name, each.public) for each in oversight.custodians)
    return (
        oversight.party,
        oversight.threshold,
        trustees,
        oversight.custodian_threshold,
        custodians,
    )


def circles_of(oversights: tuple[Oversight, ...], party: int) -> tuple[Readers, ...]:
    """Return who may come to hold shares of a party's archive: trustees, then custodians, in the
    order of the charter; a role that nobody has is left out (RECORD-118)."""
    found = next((each for each in oversights if each.party == party), None)
    if found is None:
        return ()
    circles = (
        Readers(Role.TRUSTEE, found.threshold, found.trustees),
        Readers(Role.CUSTODIAN, found.custodian_threshold, found.custodians),
    )
    return tuple(each for each in circles if each.readers)


def read_oversights(value: Value, parties: int) -> tuple[Oversight, ...]:
    """Return the oversight of each party that has one, ascending. Raises JunkError (CHARTER-8)."""
    taken = fields.rows(value, "oversight", 0, parties)
    read = tuple(
        read_oversight(each, f"oversight[{n}]", parties) for n, each in enumerate(taken, 1)
    )
    fields.ascending(tuple(each.party for each in read), "oversight")
    return read


def read_oversight(value: Value, path: str, parties: int) -> Oversight:
    """Return one party's trustees and custodians. Raises JunkError (CHARTER-8)."""
    party, threshold, trustees, custodian_threshold, custodians = fields.row(value, path, 5)
    overseers = read_readers(trustees, f"{path}.trustee")
    keepers = read_readers(custodians, f"{path}.custodian")
    return Oversight(
        fields.whole(party, f"{path}.party", 0, parties - 1),
        read_quorum(threshold, f"{path}.threshold", len(overseers)),
        overseers,
        read_quorum(custodian_threshold, f"{path}.custodian_threshold", len(keepers)),
        keepers,
    )


def read_readers(value: Value, path: str) -> tuple[Reader, ...]:
    """Return named holders of shares, each name and key once. Raises JunkError."""
    readers = []
    for n, each in enumerate(fields.rows(value, path, 0, READERS_MAX), 1):
        name, public = fields.row(each, f"{path}[{n}]", 2)
        reader = Reader(
            fields.text(name, f"{path}[{n}].name", NAME_CHARACTERS_MAX),
            fields.octets(public, f"{path}[{n}].key", XWING_PUBLIC_BYTES),
        )
        with fields.named(f"{path}[{n}].key"):
            require_xwing_public(reader.public)
        readers.append(reader)
    fields.each_once(tuple(reader.name for reader in readers), path)
    fields.each_once(tuple(reader.public.hex() for reader in readers), path)
    return tuple(readers)


def read_quorum(value: Value, path: str, holders: int) -> int:
    """Return how many holders must join: 1 to all, or 0 of none. Raises JunkError."""
    wanted = fields.whole(value, path, 0, READERS_MAX)
    if not min(1, holders) <= wanted <= holders:
        raise JunkError("bad-threshold", f"{path}: got {wanted}, wanted 1 to {holders}")
    return wanted
