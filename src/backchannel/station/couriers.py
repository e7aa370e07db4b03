"""What goes into a courier's bag, and what came in one: for a station that runs.

All that a station owes to another is in every bag, until a receipt came back by whatever path. This
module must not touch a stick, and must not wait for a courier. Clauses: RELAY-40 to RELAY-43.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable

from backchannel.charter.paths import PathKind
from backchannel.errors import JunkError, OfficerError
from backchannel.line.events import Arrived
from backchannel.path import StationName
from backchannel.path.courier import Bag, make_bag, open_bag, pack_bag
from backchannel.path.postbag import OwnBox
from backchannel.station.asked import BagReport
from backchannel.station.contacts import contacts_of
from backchannel.station.dispatch import Dispatch
from backchannel.station.runner import Runner
from backchannel.wire.mailbox import pack_taken, parse_taken

SEALING_S = 5.0
LOOK_S = 0.02


class Couriers:
    """The courier paths of one line."""

    def __init__(self, runner: Runner, dispatch: Dispatch, own: OwnBox) -> None:
        self._runner = runner
        self._dispatch = dispatch
        self._own = own

    async def pack_bag(self, number: int) -> AsyncIterator[bytes]:
        """Yield the capsules for all stations, as `parse_taken` reads them (RELAY-41).

        Raises OfficerError: "no-courier-path", "nobody-takes-bags".
        """
        path = self._require(number)
        await self._sealed()
        for name, bag in self._bags(path):
            owed = self._dispatch.owed(name)
            for capsule in pack_bag(bag, (envelope for _, envelope in owed)):
                yield pack_taken((capsule,))
            for item, _ in owed:
                self._dispatch.took(path, item)

    async def _sealed(self) -> None:
        """Wait a moment for what was said just now and is being sealed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + SEALING_S
        while self._runner.state.core.unsealed and loop.time() < until:
            await asyncio.sleep(LOOK_S)

    async def take_in_bag(self, number: int, raw: bytes) -> BagReport:
        """Take in capsules from a stick, and say what became of them (RELAY-42).

        Raises OfficerError: "no-courier-path", "nobody-takes-bags"; JunkError for what is no row of
        capsules.
        """
        path = self._require(number)
        bags = self._bags(path)
        opened = envelopes = refused = 0
        for capsule in parse_taken(raw):
            try:
                place, found = open_bag([bag for _, bag in bags], capsule)
            except JunkError:
                refused += 1
                continue
            opened += 1
            envelopes += len(found)
            await self._arrive(path, bags[place][0], found)
        return BagReport(opened, envelopes, refused)

    async def _arrive(self, path: int, name: StationName, envelopes: Iterable[bytes]) -> None:
        runner = self._runner
        for envelope in envelopes:
            await runner.room()
            runner.post(Arrived(at=runner.moment(), path=path, envelope=envelope, by=name))

    def _require(self, number: int) -> int:
        """Return the number of a courier path of the charter; of the first one for 0."""
        paths = self._runner.state.charter.paths
        agreed = [each.id for each in paths if each.kind == PathKind.COURIER]
        if not agreed or (number and number not in agreed):
            raise OfficerError(
                "no-courier-path",
                f"the charter has the courier paths {agreed}; name one, or agree on one in an "
                "amendment",
            )
        return number or agreed[0]

    def _bags(self, number: int) -> list[tuple[StationName, Bag]]:
        """Return the keys of the bags to and from each station that announced a mailbox key."""
        found = []
        for name, contact in sorted(contacts_of(self._runner.state).items()):
            theirs = dict(contact.mailboxes).get(number)
            if theirs is None:
                continue
            try:
                found.append((name, make_bag(theirs, self._own)))
            except JunkError:
                continue
        if not found:
            raise OfficerError(
                "nobody-takes-bags",
                "no other station has announced a mailbox key for this path; its first words over "
                "another path, or its founding file, bring it",
            )
        return found
