"""Reading what officers sign off: the statements in a stretch of slots, and earlier sign-offs.

This module must not write, or judge what it reads. Every answer is bounded.
"""

import msgspec

from backchannel.limits import SIGN_OFFS_LOOKED_BACK_MAX, SIGNED_OFF_MAX
from backchannel.store.lines import line_row
from backchannel.store.queries import NEWEST
from backchannel.store.sqlite import Database
from backchannel.store.texts import named
from backchannel.wire.ids import EntryId, LineId

SQL = named("signoffs.sql")


class Placed(msgspec.Struct, frozen=True):
    """A statement's slot, its entry, and its payload."""

    seq: int
    entry: EntryId
    payload: bytes


class SignedOff(msgspec.Struct, frozen=True):
    """An entry that signs off: its arrival, its slot, and its payload."""

    arrival: int
    no: int
    seq: int
    entry: EntryId
    payload: bytes


def statements_in(
    database: Database, line_id: LineId, slots: tuple[int, int, int]
) -> tuple[Placed, ...]:
    """Return the statements of a journal from a slot to another, [no, first, last], ascending; one
    more than an officer can sign off at once, if there are so many."""
    no, first, last = slots
    line = line_row(database, line_id)[0]
    values = {"line": line, "no": no, "first": first, "last": last, "limit": SIGNED_OFF_MAX + 1}
    return tuple(Placed(*row) for row in database.rows(SQL["statements-in-slots"], values))


def sign_offs(
    database: Database, line_id: LineId, mode: int, *, before: int = NEWEST
) -> tuple[SignedOff, ...]:
    """Return entries that sign off in a mode, newest first, a bounded number."""
    line = line_row(database, line_id)[0]
    values = {"line": line, "mode": mode, "before": before, "limit": SIGN_OFFS_LOOKED_BACK_MAX}
    return tuple(SignedOff(*row) for row in database.rows(SQL["sign-offs"], values))
