"""Witnesses by rules of our own: keys, notes, policies, and whose cosignatures make a quorum.

A key counts once, under whatever name. This module must not know what a leaf hides. Sources: C2SP
signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy. Clauses: PROOF-64 to PROOF-66.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field

from backchannel.verifier.cbor import Refusal
from backchannel.verifier.crypto import ML_DSA_44, require_ed25519, require_ml_dsa

LENGTHS = {1: 32, 4: 32, 6: 1_312}
COSIGNING = (4, 6)
NAMES = 64
LINES = 100
LATEST = 2**63
SIZE_END = 2**48
NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
KEY = re.compile(r"([^+\s\x00-\x1f]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")
LINE = re.compile(r"— ([^+\s]+) ([A-Za-z0-9+/=]+)")


@dataclass(frozen=True)
class Key:
    """A verifier key: its name, its algorithm of C2SP, the raw key, the id in a note."""

    name: str
    algorithm: int
    public: bytes = field(repr=False)
    id: bytes


@dataclass(frozen=True)
class Line:
    """A signature line of a note: the whole line with its line feed, and its parts."""

    text: str = field(repr=False)
    name: str
    id: bytes
    signature: bytes = field(repr=False)


@dataclass(frozen=True)
class Note:
    """A checkpoint with what is signed under it (piece 9)."""

    text: str
    origin: str
    size: int
    root: bytes
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Policy:
    """The witnesses of a charter by name, its groups as (threshold, members), and the quorum."""

    witnesses: dict[str, Key]
    groups: dict[str, tuple[int, tuple[str, ...]]]
    quorum: str

    def meets(self, names: frozenset[str]) -> bool:
        """Say whether these witnesses are a quorum."""
        return self.quorum == "none" or self.counts(self.quorum, names)

    def counts(self, name: str, names: frozenset[str]) -> bool:
        """Say whether a witness, or enough of a group, is among some."""
        if name not in self.groups:
            return name in names
        least, members = self.groups[name]
        return sum(self.counts(each, names) for each in members) >= least


def plain(text: str, reason: str) -> bytes:
    """Return what base64 holds in its one spelling."""
    try:
        found = b64decode(text, validate=True)
    except ValueError:
        raise Refusal(reason, "no base64") from None
    if b64encode(found).decode() != text:
        raise Refusal(reason, "another spelling of base64")
    return found


def read_key(word: str) -> Key:
    """Return a verifier key. Raises Refusal (PROOF-64)."""
    parts = KEY.fullmatch(word)
    if parts is None or len(parts[1].encode()) > 255:
        raise Refusal("verifier-key", "not name+id+key")
    raw = plain(parts[3], "verifier-key")
    if not raw or raw[0] not in LENGTHS:
        raise Refusal("key-algorithm", parts[1])
    if len(raw) != 1 + LENGTHS[raw[0]]:
        raise Refusal("key-length", parts[1])
    made = hashlib.sha256(parts[1].encode() + b"\n" + raw).digest()[:4]
    if made.hex() != parts[2]:
        raise Refusal("verifier-key", f"another id than that of {parts[1]}")
    return Key(parts[1], raw[0], raw[1:], made)


def read_policy(text: str) -> Policy:
    """Return a witness policy. Raises Refusal (PROOF-66)."""
    if text and not text.endswith("\n"):
        raise Refusal("witness-policy", "the last line does not end")
    logs: set[bytes] = set()
    witnesses: dict[str, Key] = {}
    groups: dict[str, tuple[int, tuple[str, ...]]] = {}
    quorums: list[str] = []
    for line in text.split("\n"):
        match line.replace("\t", " ").split():
            case []:
                continue
            case [first, *_] if first.startswith("#"):
                continue
            case ["log", word, *more] if len(more) <= 1:
                log = read_key(word)
                require(log.public not in logs, "two logs of one key")
                logs.add(log.public)
            case ["witness", name, word, *more] if len(more) <= 1:
                require_new(name, witnesses, groups)
                key = read_key(word)
                require(key.algorithm in COSIGNING, "a witness with the key of a log")
                known = {each.public for each in witnesses.values()}
                require(key.public not in known, "two witnesses of one key")
                witnesses[name] = key
            case ["group", name, least, *members] if members:
                require_new(name, witnesses, groups)
                groups[name] = read_group(least, members, witnesses, groups)
            case ["quorum", name]:
                require(name == "none" or name in witnesses or name in groups, name)
                quorums.append(name)
            case _:
                raise Refusal("witness-policy", "a line of no known kind")
    require(len(quorums) == 1, "not one quorum line")
    return Policy(witnesses, groups, quorums[0])


def read_group(
    least: str,
    members: list[str],
    witnesses: dict[str, Key],
    groups: dict[str, tuple[int, tuple[str, ...]]],
) -> tuple[int, tuple[str, ...]]:
    """Return a group. Each name is a member once in the whole policy."""
    taken = {each for _, some in groups.values() for each in some}
    for each in members:
        require(each in witnesses or each in groups, f"{each} stands on no line before")
        require(each not in taken, f"{each} is a member twice")
        taken.add(each)
    k = {"any": 1, "all": len(members)}.get(least)
    if k is None:
        require(bool(re.fullmatch(r"[1-9][0-9]?", least)), "no threshold")
        k = int(least)
    require(k <= len(members), "a threshold that can never be met")
    return k, tuple(members)


def require_new(name: str, *known: dict[str, Key] | dict[str, tuple[int, tuple[str, ...]]]) -> None:
    """Raise Refusal for a name that stands already, and for one too many."""
    require(name != "none" and not any(name in each for each in known), f"{name} is named twice")
    require(sum(map(len, known)) < NAMES, "too many names")


def require(holds: bool, text: str) -> None:
    """Raise Refusal for a policy that breaks its format."""
    if not holds:
        raise Refusal("witness-policy", text)


def read_note(raw: bytes) -> Note:
    """Return a checkpoint with its signature lines. Raises Refusal."""
    try:
        whole = raw.decode()
    except UnicodeDecodeError:
        raise Refusal("note-shape", "not UTF-8") from None
    if any(ord(each) < 0x20 and each != "\n" for each in whole):
        raise Refusal("note-shape", "a control character")
    text, blank, signed = whole.rpartition("\n\n")
    lines = signed.removesuffix("\n").split("\n")
    if not blank or not signed.endswith("\n") or len(lines) > LINES:
        raise Refusal("note-shape", "not a text, a blank line and signatures")
    first = (text + "\n").split("\n")
    if len(first) < 4 or not all(first[:-1]) or not NUMBER.fullmatch(first[1]):
        raise Refusal("checkpoint-shape", "not origin, size and root")
    root = plain(first[2], "checkpoint-shape")
    if len(root) != 32 or int(first[1]) > SIZE_END or len(first[0].encode()) > 255:
        raise Refusal("checkpoint-shape", "a part out of range")
    return Note(text + "\n", first[0], int(first[1]), root, tuple(map(read_line, lines)))


def read_line(text: str) -> Line:
    """Return a signature line. Raises Refusal."""
    parts = LINE.fullmatch(text)
    if parts is None:
        raise Refusal("note-shape", "no signature line")
    both = plain(parts[2], "note-shape")
    if len(both) <= 4:
        raise Refusal("note-shape", "a signature without its bytes")
    return Line(text + "\n", parts[1], both[:4], both[4:])


def time_signed(key: Key, line: Line, note: Note) -> int:
    """Return the time of a cosignature that holds. Raises Refusal (PROOF-65)."""
    when, signature = int.from_bytes(line.signature[:8], "big"), line.signature[8:]
    if not 0 < when < LATEST:
        raise Refusal("cosignature-time", key.name)
    if key.algorithm == 4:
        message = b"cosignature/v1\ntime %d\n" % when + note.text.encode()
        require_ed25519(key.public, signature, message)
        return when
    name, origin = key.name.encode(), note.origin.encode()
    message = b"".join((
        b"subtree/v1\n\0",
        bytes([len(name)]),
        name,
        when.to_bytes(8, "big"),
        bytes([len(origin)]),
        origin,
        bytes(8),
        note.size.to_bytes(8, "big"),
        note.root,
    ))  # fmt: skip
    require_ml_dsa(ML_DSA_44, key.public, signature, message)
    return when


def times(policy: Policy, note: Note, among: Iterable[Line]) -> dict[str, int]:
    """Return by name when each witness of a policy says that it saw a checkpoint, by lines that
    hold; of several of one witness, the earliest. What does not hold says nothing."""
    found: dict[str, int] = {}
    for line in among:
        for name, key in policy.witnesses.items():
            if (line.name, line.id) != (key.name, key.id):
                continue
            try:
                when = time_signed(key, line, note)
            except Refusal:
                continue
            found[name] = min(when, found.get(name, when))
    return found


def met_by(policy: Policy, said: dict[str, int]) -> int:
    """Return the earliest time by which a quorum says it had seen something. Raises Refusal."""
    for when in sorted(set(said.values())):
        if policy.meets(frozenset(name for name, at in said.items() if at <= when)):
            return when
    names = ", ".join(sorted(said)) or "nobody"
    raise Refusal("no-quorum", f"cosigned by {names}, which is no quorum of the charter's policy")


def met_since(policy: Policy, said: dict[str, int]) -> int | None:
    """Return the latest time at or after which a quorum says it signed, or None."""
    for when in sorted(set(said.values()), reverse=True):
        if policy.meets(frozenset(name for name, at in said.items() if at >= when)):
            return when
    return None
