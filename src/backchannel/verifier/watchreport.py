"""What a reader of a span is shown of its witnesses: who cosigned what, and what a quorum is.

This module must not print, and must not hide that a quorum is not met. Clause: PROOF-181.
"""

from typing import Any  # what JSON can hold

from backchannel.verifier.between import Between
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.clockwork import Cosigned, Mark, rule_of
from backchannel.verifier.moments import moment
from backchannel.verifier.report import visible
from backchannel.verifier.span import NAMED, Span
from backchannel.verifier.stretches import AUTHORITIES

Lines = list[str]
Json = Any  # what JSON can hold


def time_of(seconds: int | None) -> str | None:
    """Return a time for programs, if there is one."""
    return None if seconds is None else moment(seconds)


def mark_row(mark: Mark | None) -> dict[str, Json] | None:
    """Return a leaf that witnesses hold fast, for programs."""
    if mark is None:
        return None
    return {
        "entry": mark.opening.entry.header.id.hex(),
        "slot": mark.opening.entry.header.seq,
        "period": mark.opening.said.period,
        "made_after": time_of(mark.opening.since),
        "stood_by": moment(mark.cosigned.time),
        "cosigners": list(mark.cosigned.names),
        "sizes": {str(no): size for no, (size, _) in mark.rows.items()},
    }


def cosigned_row(cosigned: Cosigned) -> dict[str, Json]:
    """Return a checkpoint that a quorum has cosigned, for programs."""
    return {
        "size": cosigned.size,
        "stood_by": moment(cosigned.time),
        "cosigners": list(cosigned.names),
    }


def watched_row(between: Between) -> dict[str, Json]:
    """Return which witnesses hold what fast, for programs."""
    found: dict[str, Json] = {"reason": "", "since": None, "upto": None, "checkpoints": []}
    try:
        log = between.known()
        found |= {
            "journal": log.no,
            "party": between.span.evidence.party_name(log.no % AUTHORITIES),
            "log": log.origin(),
            "quorum": rule_of(log.policy),
            "witnesses": list(log.policy.witnesses),
            "checkpoints": [cosigned_row(each) for each in log.cosigned],
        }
        first, last = between.ends()
        found |= {"since": mark_row(first), "upto": mark_row(last)}
    except Refusal as fault:
        found["reason"] = fault.reason
    return found


def watch_lines(span: Span, between: Between | None) -> Lines:
    """Return what witnesses say, in lines; or plainly that there are none."""
    if between is None:
        named = span.given.charter is not None and span.given.charter.witnesses
        why = "they see the beacon of REAL alone" if named else "the charter names none"
        return [f"  none: {why}, so when things stood is the word of the two minutes"]
    if between.log is None:
        return ["  nothing in this file leads to what they have cosigned"]
    log = between.log
    lines = [
        f"  a quorum of the charter's witnesses is {visible(rule_of(log.policy))}",
        *(
            f"  size {each.size} of the log stood by {moment(each.time)}: "
            f"{visible(', '.join(each.names))}"
            for each in log.cosigned[:NAMED]
        ),
    ]
    more = len(log.cosigned) - NAMED
    return [*lines, f"  and {more} sizes more"] if more > 0 else lines
