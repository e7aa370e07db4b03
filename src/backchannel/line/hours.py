"""How often something happened in an hour of running time: what others can make us take in or do.

What a flood makes us write of our own accord must stay far below what the others take in of our
journal, or it would silence our officers. This module must not decide what is too much for whom.
Clause: RECORD-18.

    counted at                            entries                       bytes
    number of another's journal           taken in                      taken in
    number of our own journal             bare receipts                 offers
    a key below zero                      told about it, or answered    -
"""

from backchannel.limits import JOURNAL_NUMBER_MAX
from backchannel.line.work import Work

HOUR_MS = 3_600_000

# Keys of what is told: one for each journal number and subject.
SUBJECTS = (*(BOUND_REACHED, OFFER_REFUSED, WORDS_MISSED, PATH_CHANGED, MINUTE_ANSWERED),) = range(
    5
)


def key_of(subject: int, no: int) -> int:
    """Return the key under which it is counted what is told of a journal."""
    return -1 - subject * (JOURNAL_NUMBER_MAX + 1) - no


def hour_of(work: Work, key: int) -> tuple[int, int, int]:
    """Return the hour that runs for a key: its begin in ms, and the two counts so far."""
    since, first, second = work.accepted.get(key, (work.at.elapsed, 0, 0))
    if work.at.elapsed - since >= HOUR_MS:
        return work.at.elapsed, 0, 0
    return since, first, second


def count(work: Work, key: int, first: int = 1, second: int = 0) -> None:
    """Count something in its hour."""
    since, before, beside = hour_of(work, key)
    work.accepted[key] = (since, before + first, beside + second)


def is_among(work: Work, key: int, most: int) -> bool:
    """Count one more of something; say whether it is among the first `most` of its hour."""
    count(work, key)
    return hour_of(work, key)[1] <= most
