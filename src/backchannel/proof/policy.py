"""A witness policy: whose cosignatures, and how many of them, a checkpoint needs (tlog-policy).

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none

This module must not ask a witness anything. A key counts once, under whatever names it stands.
Clause: PROOF-66.
"""

from collections.abc import Callable, Collection

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import POLICY_NAMES_MAX
from backchannel.proof.vkey import Algorithm, VerifierKey, parse_key

NONE = "none"
BLANKS = " \t"


class Witness(msgspec.Struct, frozen=True):
    """A witness of a policy: its name there, its key, and where it is asked ("" for nowhere)."""

    name: str
    key: VerifierKey
    url: str


class Group(msgspec.Struct, frozen=True):
    """A group witnesses what at least `k` of its members witness."""

    k: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """What a policy says. `quorum` is the name of a witness or group, or "none"."""

    logs: tuple[VerifierKey, ...]
    witnesses: tuple[Witness, ...]
    groups: dict[str, Group]
    quorum: str

    def meets(self, cosigned: Collection[str]) -> bool:
        """Say whether the witnesses that these names of the policy stand for are a quorum."""
        return self.quorum == NONE or self._witnessed(self.quorum, cosigned)

    def _witnessed(self, name: str, cosigned: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._witnessed(each, cosigned) for each in group.members) >= group.k


class _Reading:
    """A policy while its lines are read."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None

    def log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise refused("a log line has a key, and perhaps an address")
        key = parse_key(words[0])
        if key.public in {each.public for each in self.logs}:
            raise refused("two log lines have one key")
        self.logs.append(key)

    def witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise refused("a witness line has a name, a key, and perhaps an address")
        self.require_new(words[0])
        key = parse_key(words[1])
        if key.algorithm == Algorithm.ED25519:
            raise refused("a witness has a key of type 4 or 6")
        if key.public in {each.key.public for each in self.witnesses.values()}:
            raise refused("two witness lines have one key")
        self.witnesses[words[0]] = Witness(words[0], key, "".join(words[2:]))

    def group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise refused("a group line has a name, a threshold and members")
        name, threshold, *members = words
        self.require_new(name)
        for each in members:
            self.require_known(each)
            if each in self.members:
                raise refused(f"{each!a} is a member twice")
            self.members.add(each)
        self.groups[name] = Group(threshold_of(threshold, len(members)), tuple(members))

    def quorate(self, words: list[str]) -> None:
        if len(words) != 1 or self.quorum is not None:
            raise refused("there is one quorum line, with one name")
        if words[0] != NONE:
            self.require_known(words[0])
        self.quorum = words[0]

    def require_new(self, name: str) -> None:
        """Raise JunkError for a name that stands already, and for one too many."""
        if name == NONE or name in self.witnesses or name in self.groups:
            raise refused(f"{name!a} is named twice")
        if len(self.witnesses) + len(self.groups) >= POLICY_NAMES_MAX:
            raise refused(f"at most {POLICY_NAMES_MAX} witnesses and groups")

    def require_known(self, name: str) -> None:
        """Raise JunkError unless a name stands on a line before."""
        if name not in self.witnesses and name not in self.groups:
            raise refused(f"{name!a} stands on no line before")


def refused(text: str) -> JunkError:
    """Return the error for a policy that breaks its format."""
    return JunkError("witness-policy", text)


def threshold_of(text: str, members: int) -> int:
    """Return how many of a group's members must have cosigned. Raises JunkError."""
    if text in ("all", "any"):
        return members if text == "all" else 1
    if not text.isascii() or not text.isdigit() or text.startswith("0") or len(text) > 3:
        raise refused("a threshold is all, any or a number")
    if int(text) > members:
        raise refused(f"{text} of {members} can never be met")
    return int(text)


def parse_policy(text: str) -> Policy:
    """Return what a witness policy says. Raises JunkError: "witness-policy", and what a key that
    is none raises (PROOF-66)."""
    reading = _Reading()
    lines: dict[str, Callable[[list[str]], None]] = {
        "log": reading.log,
        "witness": reading.witness,
        "group": reading.group,
        "quorum": reading.quorate,
    }
    if text and not text.endswith("\n"):
        raise refused("each line ends with a line feed")
    for line in text.split("\n"):
        words = line.replace("\t", " ").strip(BLANKS).split(" ")
        words = [each for each in words if each]
        if not words or words[0].startswith("#"):
            continue
        if words[0] not in lines:
            raise refused(f"{words[0]!a} begins no line of a policy")
        lines[words[0]](words[1:])
    if reading.quorum is None:
        raise refused("there is no quorum line")
    witnesses = tuple(reading.witnesses.values())
    return Policy(tuple(reading.logs), witnesses, reading.groups, reading.quorum)
