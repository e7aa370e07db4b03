"""Two founded rooms for the measurements: Alder inside this process, Birch as a process of its own.

The charter raises what bounds a flood; everything else is the product as it is installed. This
module must not measure.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from backchannel.charter.draft import parse_draft
from backchannel.charter.drafting import render_draft
from backchannel.cli.demo import run_inside
from backchannel.clock import SystemClock
from backchannel.drill.rooms import (
    PASSPHRASE,
    PASSPHRASE_VARIABLE,
    Room,
    certify,
    found_party,
    introduce,
)
from backchannel.drill.story import make_rooms
from backchannel.drill.watching import running
from backchannel.line.drafting import Plan, compose, message_body
from backchannel.line.events import Released
from backchannel.station.dispatch import Dispatch
from backchannel.station.keyring import OfficerSecret, open_officer
from backchannel.station.laying import make_paths
from backchannel.station.process import open_custody, open_folder
from backchannel.station.runner import Runner
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import Kind, Precedence

EPOCH_ENVELOPES = 4_096
RECEIPT_ENTRIES = 256
QUOTA_ENTRIES, QUOTA_BYTES = 1_000_000, 1 << 32
PAUSE_S = 0.002


class Pair(NamedTuple):
    """Alder's runner and officer, Birch's room and its process."""

    runner: Runner
    officer: OfficerSecret
    credential: CredentialId
    birch: Room
    birch_pid: int

    def statement(self, text: str, precedence: Precedence) -> Released:
        """Return a message signed by Alder's officer, as its device hands it over."""
        state = self.runner.state
        plan = Plan(
            kind=Kind.MESSAGE,
            to=0b10,
            precedence=precedence,
            category=0,
            drafted=int(time.time()),
            signers=(self.credential,),
            body=message_body(text),
            language="en",
        )
        drafted = compose(plan, os.urandom(16))
        context = Context(Purpose.STATEMENT, state.line, Mode.TEST)
        signature = sign(self.officer.keys.secret, context, drafted.statement)
        return Released(
            at=self.runner.moment(),
            mode=Mode.TEST,
            statement=drafted.statement,
            signatures=(signature,),
            content=drafted.content,
        )

    def own(self) -> int:
        """Return the number of Alder's journal in mode TEST."""
        return self.runner.state.core.own[Mode.TEST]

    def slot(self) -> int:
        """Return the newest slot of that journal."""
        return self.runner.state.core.journals[self.own()].seq

    def held(self) -> int:
        """Return up to which slot Birch's signed seen covers that journal."""
        journals = self.runner.state.core.journals.values()
        return max(j.holds.get(self.own(), -1) for j in journals if j.party != 0)

    async def until_held(self, entry: EntryId, pause_s: float = PAUSE_S) -> None:
        """Wait until a new entry is covered. What came after it may be nothing to be receipted."""
        trail = self.runner.state.trails[self.own()]
        seq = next(seq for seq, kept in trail.items() if kept == entry)
        while self.held() < seq:
            await asyncio.sleep(pause_s)

    async def say(self, text: str, precedence: Precedence) -> EntryId:
        """Release a message and return its entry, once it is durable here."""
        return await self.submit(self.statement(text, precedence))

    async def submit(self, event: Released) -> EntryId:
        """Release a signed message and return its entry, once it is durable here."""
        made = await self.runner.submit(event)
        assert isinstance(made, bytes)
        return EntryId(made)


def found(folder: Path) -> tuple[Room, Room]:
    """Found two rooms under a charter without narrow bounds; released by one at any precedence."""
    os.environ[PASSPHRASE_VARIABLE] = PASSPHRASE
    alder, birch = make_rooms(folder, run_inside)
    for room in (alder, birch):
        found_party(room)
    draft, charter = folder / "line.toml", folder / "line.charter"
    run_inside(
        *("charter", "draft", "--name", "bench", "--out", draft),
        *("--section", alder.office / "section.toml", "--section", birch.office / "section.toml"),
    )
    widen(draft)
    run_inside("charter", "sign", draft, "--office", alder.office, "--out", charter, "--yes")
    run_inside("charter", "countersign", charter, "--office", birch.office, "--yes")
    for room in (alder, birch):
        certify(room, charter)
    package = folder / "courier.package"
    run_inside("station", "courier", package, "--charter", charter)
    introduce(alder, birch, package)
    introduce(birch, alder, package)
    return alder, birch


def widen(draft: Path) -> None:
    """Raise quotas and the length of an epoch, and let one officer release at any precedence."""
    import msgspec

    charter = parse_draft(draft.read_text())
    rules = tuple(
        msgspec.structs.replace(rule, signatures=(1, 1, 1, 1, 1), emergency=())
        for rule in charter.policy.rules
    )
    policy = msgspec.structs.replace(
        charter.policy,
        rules=rules,
        epoch_envelopes=EPOCH_ENVELOPES,
        receipt_entries=RECEIPT_ENTRIES,
        quota_entries=QUOTA_ENTRIES,
        quota_bytes=QUOTA_BYTES,
    )
    draft.write_text(render_draft(msgspec.structs.replace(charter, policy=policy)))


@asynccontextmanager
async def connected(alder: Room, birch: Room) -> AsyncIterator[Pair]:
    """Start both rooms; yield when they may speak and share an epoch."""
    with ExitStack() as held, running(birch) as station:
        opened = open_folder(alder.station, PASSPHRASE)
        custody, mark = open_custody(opened, held)
        runner = Runner(custody, SystemClock())
        paths = make_paths(opened.settings, opened.secret, SystemClock(), runner)
        dispatch = Dispatch(runner, paths)
        runner.begin(clean=True, mark=mark)
        officer = open_officer(alder.people[0].key, PASSPHRASE)
        names = runner.state.authorities[0].names
        pair = Pair(runner, officer, names[officer.name][-1], birch, station.process.pid)
        # What ends one of them ends the measurement: nobody waits for a station that is gone.
        async with asyncio.TaskGroup() as parts:
            tasks = [parts.create_task(part) for part in (runner.run(), dispatch.run())]
            while not runner.state.core.starts or runner.state.core.asking:
                await asyncio.sleep(PAUSE_S)
            while not runner.state.secrets.hands[Mode.TEST].epochs or pair.held() < 0:
                await asyncio.sleep(PAUSE_S)
            yield pair
            for task in tasks:
                task.cancel()
