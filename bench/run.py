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
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import floor
from backchannel.drill.watching import checked
from backchannel.line.events import EntryRow, OutgoingRow, Row
from backchannel.line.state import LineState
from backchannel.wire.entry import EntryType
from backchannel.wire.primitives import ed25519_keypair, ed25519_sign, ed25519_verify
from backchannel.wire.statement import Precedence
from pair import PAUSE_S, Pair, connected, found

ROUNDS = 5
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
    messages = 300 if quick else 3_000
    alder, birch = found(folder)
    began = time.perf_counter()
    async with connected(alder, birch) as pair:
        say(f"start to ready, both stations, empty record: {time.perf_counter() - began:.2f} s")
        say(f"resident memory of a station, empty record: {resident_mib(pair.birch_pid):.0f} MiB")
        ratios = []
        for n in range(1 if quick else ROUNDS):
            made = folder / f"floor-{n}"
            made.mkdir()
            least = floor.measure(made, messages)
            rate = await throughput(pair, messages)
            ratios.append(rate / least)
            say(
                f"  round {n}: {rate:.0f}/s, floor {least:.0f}/s, ratio {ratios[-1]:.2f}"
            )
        middle = statistics.median(ratios)
        say(f"throughput, share of the floor, median of {len(ratios)}: {middle:.2f}")
        found_s = sorted(await latencies(pair, 20 if quick else 60, 0.05 if quick else 1.0))
        series = floor.commits_in_series(folder, 20)
        p50, p99 = found_s[len(found_s) // 2], found_s[-1]
        say(
            f"accepted to receipt held, IMMEDIATE, {len(found_s)} messages: "
            f"p50 {p50 * 1e3:.1f} ms, "
            f"worst {p99 * 1e3:.1f} ms; three commits in series {series * 1e3:.1f} ms, "
            f"ratio of p50 {p50 / series:.1f}"
        )
        for size, octets in (await sizes(pair)).items():
            say(f"envelope of a message of {size} bytes, full frame: {octets} bytes")
        say(
            f"resident memory of the receiver after the run: {resident_mib(pair.birch_pid):.0f} MiB"
        )
        began = time.perf_counter()
        report = await asyncio.to_thread(checked, birch)
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
