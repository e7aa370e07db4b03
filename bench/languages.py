"""What it costs to say a notice in another language: the form of a strike, filled in whole.

Its floor is the same form in English as the log prints it, without a phrasebook. This module must
not judge what it measures.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from backchannel.cli.blank import example
from backchannel.cli.output import visible
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill, print_value
from backchannel.notice.phrasebook import TAGS, phrasebook
from backchannel.notice.phrasing import Reader
from backchannel.notice.rendering import render
from backchannel.wire.codec import Value

FORM = "T06"
ROUNDS, QUICK_ROUNDS = 200, 5


def measure(quick: bool) -> None:
    """Measure and print the figure beside its floor."""
    form = form_named(FORM)
    values = fill(form, {each.no: example(each) for each in form.fields if not each.answer})
    readers = [Reader(phrasebook(tag), visible, "en") for tag in TAGS]
    rounds = QUICK_ROUNDS if quick else ROUNDS
    said_s = [median_s(partial(rendered, each, form.code, values), rounds) for each in readers]
    least_s = median_s(
        lambda: [visible(print_value(form, no, each)[1]) for no, each in enumerate(values, 1)],
        rounds,
    )
    middle = statistics.median(said_s)
    print(
        f"a notice of {len(values)} fields in another language: {middle * 1e6:.0f} us, "
        f"{max(said_s) * 1e6:.0f} us in the slowest of {len(TAGS)}; as the log prints it "
        f"{least_s * 1e6:.0f} us, ratio {middle / least_s:.1f}",
        flush=True,
    )


def rendered(reader: Reader, code: str, values: Sequence[Value]) -> None:
    """Say a form to its last line."""
    assert list(render(reader, code, values))


def median_s(work: Callable[[], object], rounds: int) -> float:
    """Return the median seconds of so many rounds; what the first one loads is not counted."""
    work()
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)
