"""The witnesses of a simulated line: the product's keeper, each on a machine of its own, and a path
to it that fails.

Some are away for a while, some come back with an old memory, some answer with what they have said
before or with nonsense. They draw from a stream of their own. This module must not judge them.
"""

import asyncio
from enum import Enum
from functools import cache
from pathlib import Path

import msgspec

from backchannel.errors import OfficerError
from backchannel.limits import WITNESS_SECONDS_MAX
from backchannel.proof.vkey import VerifierKey, witness_key
from backchannel.sim.disk import Disk, Snapshot
from backchannel.sim.faults import CALM, Chance, Faults
from backchannel.sim.links import turn_bits
from backchannel.sim.loop import Loop, LoopClock
from backchannel.sim.observed import Observed
from backchannel.sim.stand_ins import digest
from backchannel.station.errand import Answer
from backchannel.station.keyring import WitnessSecret
from backchannel.station.witnessing import CONFLICT, OK
from backchannel.store import sqlite
from backchannel.store.sqlite import Database
from backchannel.store.texts import WITNESS_STEPS
from backchannel.witness.keeper import Keeper

NAMES = ("first", "second", "third")
QUORUM = 2
MEMORY = Path("witness.db")
ADDRESS = "http://{}.witness.example"
ANSWER_MS = (5, 400)
AWAY_MS = (4_000, 45_000)
TOLD_MS_MAX = 6_000
SPELLS_MS_MAX = 90_000
COPIES_KEPT = 4


class Temper(Enum):
    """How a witness behaves."""

    HONEST = "honest"
    FORGETFUL = "comes back with an old memory"
    STALE = "repeats what it has answered before"
    FALSE = "signs something else"
    CONTRARY = "says that it holds another history"


LYING = tuple(each for each in Temper if each is not Temper.HONEST)


@cache
def secret_of(name: str) -> WitnessSecret:
    """Return the key of a witness; keys come from names here."""
    return WitnessSecret(f"{name}.witness.example", digest(b"witness", name.encode()))


@cache
def policy_text() -> str:
    """Return the policy of a charter that names them: two of three are a quorum."""
    lines = [
        f"witness {name} {witness_key(secret.name, secret.seed).text()} {ADDRESS.format(name)}"
        for name in NAMES
        for secret in (secret_of(name),)
    ]
    group = f"group quorate {QUORUM} {' '.join(NAMES)}"
    return "\n".join((*lines, group, "quorum quorate", ""))


class Post(msgspec.Struct):
    """A witness where it stands: its machine, its temper, and whether it can be reached."""

    name: str
    disk: Disk
    temper: Temper
    chance: Chance
    memory: Database
    away: int = 0
    copies: tuple[Snapshot, ...] = ()
    said: dict[bytes, Answer] = {}


class Witnesses:
    """All witnesses of one run, and the paths from each station to each of them."""

    def __init__(self, seed: int, loop: Loop, observed: Observed, *, faults: Faults) -> None:
        self._loop = loop
        self._observed = observed
        self._chance = Chance(seed, "witnesses")
        self._clock = LoopClock(loop, self._chance.stream("clock"), CALM)
        self._troubled = faults != CALM
        self._logs: dict[str, VerifierKey] = {}
        self._paths: dict[tuple[str, str], Chance] = {}
        liar = self._chance.stream("liar")
        # Two honest ones make a quorum, whatever the third does.
        false = liar.pick(NAMES) if self._troubled and liar.happens(0.6) else ""
        self.posts = {
            ADDRESS.format(name): post_of(
                name,
                liar.pick(LYING) if name == false else Temper.HONEST,
                self._chance.stream("post", name),
            )
            for name in NAMES
        }
        for post in self.posts.values() if self._troubled else ():
            self._trouble(post)

    def tell_of(self, key: VerifierKey) -> None:
        """Tell every witness of a log before long, as its administrator does."""

        def told() -> None:
            self._logs[key.name] = key

        self._loop.after(self._chance.between(0, TOLD_MS_MAX), told)

    def heal(self) -> None:
        """End all trouble: whoever was away is back before long, and nobody lies any more."""
        self._troubled = False

    def close(self) -> None:
        """Take their disks away."""
        for post in self.posts.values():
            post.disk.close()

    async def ask(self, station: str, url: str, body: bytes) -> Answer:
        """Put a request on the path to a witness and bring the answer. Raises OfficerError."""
        post, path = self.posts[url], self._path(station, self.posts[url].name)
        self._observed.asked(station, post.name, body)
        await asyncio.sleep(path.between(*ANSWER_MS) / 1000)
        if post.away:
            raise OfficerError("witness-unreachable", "nobody answers")
        answer = self._answer(post, path, body)
        self._observed.note(f"witness {post.name}", f"answers {answer.status}")
        await asyncio.sleep(path.between(*ANSWER_MS) / 1000)
        if post.away:
            await asyncio.sleep(WITNESS_SECONDS_MAX)
            raise OfficerError("witness-slow", f"no answer in {WITNESS_SECONDS_MAX:.0f} s")
        return answer

    def _path(self, station: str, name: str) -> Chance:
        """Return the chance of one path: whoever else asks disturbs nothing of it."""
        if (station, name) not in self._paths:
            self._paths[station, name] = self._chance.stream("path", station, name)
        return self._paths[station, name]

    # --- What a witness answers -------------------------------------------------------------------

    def _answer(self, post: Post, path: Chance, body: bytes) -> Answer:
        """Answer as the product's witness does, unless this one lies just now."""
        lies = post.temper if self._troubled and path.happens(0.5) else Temper.HONEST
        origin = body.partition(b"\n\n")[2].partition(b"\n")[0]
        if lies is Temper.STALE and origin in post.said:
            return post.said[origin]
        if lies is Temper.CONTRARY:
            return Answer(CONFLICT, body.partition(b"\n")[0].removeprefix(b"old ") + b"\n")
        reply = self._keeper(post).answer(body)
        answer = Answer(reply.status, reply.body.encode())
        if answer.status == OK:
            post.said = {**post.said, origin: answer}
            if lies is Temper.FALSE:
                return Answer(OK, turn_bits(answer.body, path))
        return answer

    def _keeper(self, post: Post) -> Keeper:
        return Keeper(secret_of(post.name), self._logs.values(), post.memory, self._clock)

    # --- Trouble ----------------------------------------------------------------------------------

    def _trouble(self, post: Post) -> None:
        """Plan the next time that a witness is away, and what it comes back with."""

        def go() -> None:
            if not self._troubled:
                return
            post.copies = (*post.copies, post.disk.snapshot())[-COPIES_KEPT:]
            post.away += 1
            self._observed.note(f"witness {post.name}", "is away")
            self._loop.after(post.chance.between(*AWAY_MS), back)
            self._trouble(post)

        def back() -> None:
            post.away -= 1
            self._observed.note(f"witness {post.name}", "is back")
            if post.temper is Temper.FORGETFUL and self._troubled and not post.away:
                self._forget(post)

        self._loop.after(post.chance.between(1_000, SPELLS_MS_MAX), go)

    def _forget(self, post: Post) -> None:
        """Put an earlier disk into a witness's machine."""
        post.disk.put_back(post.chance.pick(post.copies))
        post.memory = memory_on(post.disk)
        self._observed.note(f"witness {post.name}", "has an old memory")


def post_of(name: str, temper: Temper, chance: Chance) -> Post:
    """Return a witness that has seen nothing yet."""
    disk = Disk(f"witness-{name}")
    return Post(name, disk, temper, chance, memory_on(disk))


def memory_on(disk: Disk) -> Database:
    """Open the memory of a witness on its disk; a new one is made."""
    return sqlite.open(
        MEMORY, vfs=disk.vfs, exclusive=True, steps=WITNESS_STEPS, kind=sqlite.WITNESS_FILE
    )
