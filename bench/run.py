"""Every figure that the project claims, beside its floor from the same run.

    python bench/run.py [--quick]

Two stations as two processes on loopback, under a charter without narrow bounds. Read ratios, not
rates: machines differ, and a shared one differs from minute to minute.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import floor
import formsizes
import languages
import proofs
import spans
from backchannel.drill.rooms import Room
from backchannel.drill.watching import checked, running
from backchannel.errors import OfficerError
from backchannel.line.rows import EntryRow, OutgoingRow, Row
from backchannel.line.state import LineState
from backchannel.station.client import client_in
from backchannel.wire.entry import EntryType
from backchannel.wire.primitives import ed25519_keypair, ed25519_sign, ed25519_verify
from backchannel.wire.statement import Precedence
from octets import measure as octets_of
from pair import PAUSE_S, Pair, connected, found

ROUNDS, MESSAGES = 5, 3_000
LONE_MESSAGES = 100
# A thousand; and with six thousand more a year of a busy line, for each span begins with the line.
SPAN_MESSAGES, QUICK_SPAN_MESSAGES = (1_000, 6_000), (20, 30)
RECORD_ENTRIES = 100_000
START_PAUSE_S = 0.02
UNDER_WAY_MAX = 1_024
TEXT_SIZES = (1, 140, 500)


def say(line: str) -> None:
    """Print one line of figures at once."""
    print(line, flush=True)


async def throughput(pair: Pair, messages: int) -> float:
    """Return messages a second until the last is covered by a signed seen, with so many under way
    that nothing waits for a receipt."""
    prepared = [
        pair.statement(f"message {n} " + "x" * 120, Precedence.ROUTINE) for n in range(messages)
    ]
    began = time.perf_counter()
    before = pair.slot()
    for posted, event in enumerate(prepared):
        while posted - (pair.held() - before) > UNDER_WAY_MAX:
            await asyncio.sleep(PAUSE_S)
        pair.runner.post(event)
    await pair.until_held(await pair.say("the last", Precedence.FLASH))
    return (messages + 1) / (time.perf_counter() - began)


async def latencies(pair: Pair, count: int, pause_s: float) -> list[float]:
    """Return the seconds from accepted to receipt held, one message at a time."""
    found_s = []
    for n in range(count):
        event = pair.statement(f"one at a time {n}", Precedence.IMMEDIATE)
        began = time.perf_counter()
        await pair.until_held(await pair.submit(event), pause_s=0)
        found_s.append(time.perf_counter() - began)
        await asyncio.sleep(pause_s)
    return found_s


def collect(seen: list[Row], _: LineState, rows: Sequence[Row]) -> None:
    """Keep the rows of a commit."""
    seen += rows


def percentile(found_s: Sequence[float], percent: int) -> float:
    """Return the value in ms that so many percent of the values do not exceed."""
    ordered = sorted(found_s)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] * 1e3


async def sizes(pair: Pair) -> dict[int, int]:
    """Return the bytes of the envelope of a message by the size of its text, full frames."""
    bytes_of: dict[int, int] = {}
    for size in TEXT_SIZES:
        seen: list[Row] = []
        pair.runner.listen(partial(collect, seen))
        await pair.until_held(await pair.say("x" * size, Precedence.ROUTINE))
        slots = {r.seq for r in seen if isinstance(r, EntryRow) and r.type == EntryType.STATEMENT}
        sent = (r for r in seen if isinstance(r, OutgoingRow) and r.seq in slots)
        bytes_of[size] = len(next(sent).envelope)
    return bytes_of


def resident_mib(pid: int) -> float:
    """Return the resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def started(room: Room, what: str) -> Iterator[None]:
    """Start a room's station, print how long it takes to answer and what memory it then holds."""
    began = time.perf_counter()
    with running(room) as station:
        while not answers(room):
            time.sleep(START_PAUSE_S)
        spent = time.perf_counter() - began
        say(
            f"{what}: start to ready {spent:.2f} s, resident memory "
            f"{resident_mib(station.process.pid):.0f} MiB"
        )
        yield


def answers(room: Room) -> bool:
    """Say whether a room's station answers a command."""
    try:
        client_in(room.station).status()
    except OfficerError:
        return False
    return True


def verify_floor(entries: int) -> float:
    """Return the seconds of one signature check for each of so many entries."""
    public, secret = ed25519_keypair(bytes(32))
    signature = ed25519_sign(secret, bytes(150))
    began = time.perf_counter()
    for _ in range(entries):
        ed25519_verify(public, signature, bytes(150))
    return time.perf_counter() - began


async def measure(folder: Path, quick: bool) -> None:
    """Measure and print everything."""
    alder, birch = found(folder)
    with started(birch, "a station with an empty record"):
        pass
    async with connected(alder, birch) as pair:
        for messages in QUICK_SPAN_MESSAGES if quick else SPAN_MESSAGES:
            await measure_span(pair, messages)
        await measure_rate(pair, folder, 1 if quick else ROUNDS, 300 if quick else MESSAGES)
        await measure_latency(pair, folder, 20 if quick else LONE_MESSAGES, 0.05 if quick else 1.0)
        for size, octets in (await sizes(pair)).items():
            say(f"envelope of a message of {size} bytes, full frame: {octets} bytes")
        await proofs.measure(pair, folder, quick)
        for size in () if quick else TEXT_SIZES:
            out, back, told = await octets_of(pair, size)
            say(
                f"on the wire, a message of {size} bytes: {out} bytes, its receipt {back}, "
                f"the line event that it was sent {told}"
            )
        while not quick and pair.slot() < RECORD_ENTRIES:
            await throughput(pair, MESSAGES)
        say(f"resident memory after {pair.slot()} entries: {resident_mib(pair.birch_pid):.0f} MiB")
        slots = pair.slot()
    with started(birch, f"a station with {slots} entries"):
        measure_check(birch)


async def measure_rate(pair: Pair, folder: Path, rounds: int, messages: int) -> None:
    """Measure and print messages a second beside the floor, taking turns."""
    ratios = []
    for n in range(rounds):
        made = folder / f"floor-{n}"
        made.mkdir()
        least = floor.measure(made, messages)
        rate = await throughput(pair, messages)
        ratios.append(rate / least)
        say(f"  round {n}: {rate:.0f}/s, floor {least:.0f}/s, ratio {ratios[-1]:.2f}")
    middle = statistics.median(ratios)
    say(f"throughput, share of the floor, median of {len(ratios)}: {middle:.2f}")


async def measure_latency(pair: Pair, folder: Path, count: int, pause_s: float) -> None:
    """Measure and print how long one message takes that has the line for itself."""
    found_s = await latencies(pair, count, pause_s)
    series = floor.commits_in_series(folder, count)
    middle, last = percentile(found_s, 50), percentile(found_s, 99)
    least = percentile(series, 50)
    say(
        f"accepted to receipt held, IMMEDIATE, {count} messages: p50 {middle:.1f} ms, "
        f"p99 {last:.1f} ms; three commits in series p50 {least:.1f} ms, "
        f"p99 {percentile(series, 99):.1f} ms; ratio of p50 {middle / least:.1f}"
    )


async def measure_span(pair: Pair, messages: int) -> None:
    """Measure and print what it costs to make and to verify the span of all that was said, after so
    many messages more."""
    found = await spans.measure(pair, messages)
    say(
        f"a span of {found.messages} messages, {found.entries} entries, {found.octets} bytes: "
        f"made in {found.made_s:.2f} s, verified in {found.verified_s:.2f} s; its hashes and "
        f"signature checks alone {found.floor_s:.2f} s, ratio "
        f"{found.verified_s / found.floor_s:.1f}"
    )


def measure_check(room: Room) -> None:
    """Measure and print the check of a whole record beside one signature check an entry."""
    began = time.perf_counter()
    report = checked(room)
    spent = time.perf_counter() - began
    entries = sum(journal.entries for journal in report.journals)
    least_s = verify_floor(entries)
    say(
        f"check of {entries} entries: {spent:.1f} s, {report.summary}; one signature check "
        f"each {least_s:.1f} s, ratio {spent / least_s:.1f}"
    )


def main() -> int:
    """Run the measurements in a folder of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="backchannel-bench-") as folder:
        asyncio.run(measure(Path(folder), asked.quick))
    languages.measure(asked.quick)
    formsizes.measure()
    return 0


if __name__ == "__main__":
    sys.exit(main())
