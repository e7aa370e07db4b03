"""Paths and the copies that they carried, in lines of text.

This module must not compute anything: it words what a station says.
"""

from collections.abc import Iterator, Sequence

from backchannel.cli.output import visible
from backchannel.station.copyreports import CopyReport, PathReport, ReceiptReport
from backchannel.wire.moments import print_moment


def path_line(path: PathReport) -> str:
    """Return a path in words: what it declares of itself, and who can be spoken to on it."""
    rate = f", {path.rate_bps} bit/s" if path.rate_bps else ""
    unit = f" in units of {path.unit_bytes} bytes" if path.unit_bytes else ""
    way = "" if path.direction == "both" else f", {path.direction} only"
    cost = f", each costs {path.cost}" if path.cost else ""
    up = ", ".join(map(visible, path.up)) or "NOBODY"
    return (
        f"path {path.number} {visible(path.name)}: {path.latency}{rate}{unit}{way}{cost}; up: {up}"
    )


def copy_lines(copies: Sequence[CopyReport], receipts: Sequence[ReceiptReport]) -> Iterator[str]:
    """Yield by which paths a statement came or left, and by which its receipts came."""
    for copy in copies:
        yield f"copy       {copy_words(copy)}"
    for receipt in receipts:
        for copy in receipt.copies:
            yield f"receipt    of {visible(receipt.party)} {copy_words(copy)}"


def copy_words(copy: CopyReport) -> str:
    """Return the copies on one path in words."""
    verb = "came by" if copy.came else "given to"
    more = f"; {copy.copies} times, last {print_moment(copy.last)}" if copy.copies > 1 else ""
    return f"{verb} {visible(copy.path)} path {copy.number} at {print_moment(copy.first)}{more}"
