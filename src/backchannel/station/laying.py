"""Making the paths of a station: the direct one, and those that its settings name.

This module must not start a path, or choose between paths.
"""

from backchannel.charter.paths import Path as Agreed
from backchannel.clock import PacingClock
from backchannel.errors import CustodyError, OfficerError
from backchannel.path import Clocks, Latency, Path, Terms
from backchannel.path.bursts import burst_bytes
from backchannel.path.direct import DirectPath
from backchannel.path.limits import (
    FIRST_ROUND_SECONDS_MIN,
    LAST_ROUND_SECONDS,
    SLOW_PATIENCE_SECONDS,
)
from backchannel.path.limits import MARK_SECONDS_SLOW as HEADS_SECONDS_SLOW
from backchannel.path.postbag import OwnBox
from backchannel.path.relayed import RelayedPath
from backchannel.path.serial import SerialPath
from backchannel.path.sharing import Counters, Shared
from backchannel.path.symbols import link_keys
from backchannel.path.tls import Identity
from backchannel.station.contacts import parse_address
from backchannel.station.firstwords import direct_path
from backchannel.station.keyring import StationSecret
from backchannel.station.runner import Runner
from backchannel.station.settings import Settings
from backchannel.station.ways import (
    Named,
    SerialOptions,
    agreed,
    direction,
    read_paths,
    read_relay,
    read_serial,
)
from backchannel.store.copies import counter, put_counter

SERIAL = "serial"
# Objects of a second, at most: a station that has lost its counts begins above what it used.
NUMBERS_A_SECOND = 16
OBJECTS = 0
# A first round and its answer, four times over, for an entry with two signatures and its words.
ENTRY_BYTES = 1_024
ROUNDS = 4


def make_paths(
    settings: Settings, secret: StationSecret, clock: PacingClock, runner: Runner
) -> tuple[Path, ...]:
    """Return the paths of a station, not started yet. Raises OfficerError, CustodyError."""
    charter = runner.state.charter
    identity = Identity(secret.certificate, secret.private_key)
    listen = tuple(map(parse_address, settings.listen))
    number = direct_path(charter)
    direct = DirectPath("direct", identity, listen=listen, clock=clock, number=number)
    named = sorted(read_paths(settings.paths))
    if not named:
        return (direct,)
    shared = make_shared(runner) if any(each.kind == SERIAL for each in named) else None
    paths: list[Path] = [direct]
    for each in named:
        path = agreed(charter, each)
        if each.kind == SERIAL:
            assert shared is not None
            paths.append(make_serial(each, path, runner, shared, clock=clock))
        else:
            own = OwnBox(secret.mailbox, runner.state.line)
            way = direction(path, runner.state.party)
            paths.append(RelayedPath(read_relay(each), own, clock=clock, direction=way))
    return tuple(paths)


def make_shared(runner: Runner) -> Shared:
    """Return what the paths of symbols share (PATH-70). Raises OfficerError, CustodyError."""
    custody, state = runner.custody, runner.state
    courier = state.secrets.courier
    if not courier:
        raise OfficerError(
            "no-courier-package",
            "paths: a path of symbols needs the keys of a courier package, and none is held; bring "
            "one into both rooms, or leave the path out",
        )
    generation = max(courier)
    parties = range(len(state.charter.parties))
    known = {p: counter(custody.database, custody.line, OBJECTS, p) for p in parties}
    known[state.party] = max(known[state.party], runner.clock.now() * NUMBERS_A_SECOND)

    def keep(party: int, next_: int) -> None:
        try:
            put_counter(custody.database, custody.line, OBJECTS, party, next_=next_)
        except CustodyError as fault:
            # The time of day keeps numbers apart too; a line that must speak speaks.
            runner.refused[fault.reason] += 1

    keys = {p: link_keys(courier[generation], generation, p) for p in parties}
    return Shared(state.party, keys, Counters(known, keep))


def make_serial(
    named: Named, path: Agreed, runner: Runner, shared: Shared, *, clock: PacingClock
) -> SerialPath:
    """Return a path over a byte pipe. Raises OfficerError("bad-path")."""
    options = read_serial(named)
    party, parties = runner.state.party, len(runner.state.charter.parties)
    terms = Terms(
        number=named.number,
        name=f"{named.kind} {named.number}",
        kind=named.kind,
        latency=Latency.SLOW,
        direction=direction(path, party),
        unit_bytes=burst_bytes(options.n),
        rate_bps=options.rate_bps,
        parties=tuple(p for p in range(parties) if p != party),
        clocks=slow_clocks(options),
    )
    return SerialPath(
        terms,
        named.place,
        shared,
        n=options.n,
        clock=clock,
        half_duplex=options.half_duplex,
    )


def slow_clocks(options: SerialOptions) -> Clocks:
    """Return the clocks of a path with a rate (PATH-86)."""
    first_s = ROUNDS * ENTRY_BYTES * 8 / options.rate_bps
    return Clocks(
        first_s=max(FIRST_ROUND_SECONDS_MIN, first_s),
        longest_s=LAST_ROUND_SECONDS,
        growth=4.0,
        heads_s=HEADS_SECONDS_SLOW,
        by_time=True,
        patience_s=SLOW_PATIENCE_SECONDS,
    )
