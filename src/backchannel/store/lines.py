"""Lines in a database: founded, loaded, and committed with all that a step asks to keep.

This module must not decide anything; what is loaded is what was committed. A commit is one
transaction: state, secrets and rows together, or nothing.
"""

from collections.abc import Sequence

import msgspec

from backchannel.errors import CustodyError, OfficerError
from backchannel.line.rows import Row
from backchannel.line.state import Core, Secrets
from backchannel.line.work import TRAIL_MAX
from backchannel.store.rows import SQL, insert
from backchannel.store.sealing import Wrap, join_frame, open_secrets, seal_secrets, wrap_of
from backchannel.store.sqlite import Database
from backchannel.store.sqlite import Row as DatabaseRow
from backchannel.wire.codec import decode
from backchannel.wire.envelope import Frame, parse_attachments, parse_signature
from backchannel.wire.ids import LineId

pack_core = msgspec.msgpack.Encoder().encode
parse_core = msgspec.msgpack.Decoder(Core).decode

Trails = dict[int, dict[int, bytes]]
Pending = dict[int, dict[int, bytes]]
Branches = dict[int, tuple[bytes, ...]]


class Founded(msgspec.Struct, frozen=True):
    """What founds a line and never changes: `signatures` are those of the charter, encoded."""

    line: LineId
    party: int
    charter: bytes
    signatures: bytes


class Loaded(msgspec.Struct, frozen=True):
    """A line as it was last committed.

    `authority` are the frames of all authority journals in the order in which they were accepted.
    `trails` are entry ids by journal and slot: the newest TRAIL_MAX of each, and of our own
    journals all that lie above that far below what all live stations hold. `pending` are frames
    behind a gap, by journal and slot. Slots ascend. `branches` are entry ids by which authority
    journals fork, in the order in which they were met.
    """

    founded: Founded
    core: Core
    secrets: Secrets
    authority: tuple[Frame, ...]
    trails: Trails
    pending: Pending
    branches: Branches


def line_ids(database: Database) -> tuple[LineId, ...]:
    """Return the ids of all lines in a database, in the order in which they came."""
    return tuple(LineId(line_id) for (line_id,) in database.rows(SQL["line-ids"]))


def create_line(
    database: Database,
    founded: Founded,
    *,
    wrap_key: bytes,
    core: Core,
    secrets: Secrets,
    rows: Sequence[Row] = (),
) -> None:
    """Keep a new line with its first state and rows, all or nothing.

    Raises OfficerError("line-exists"), and CustodyError if the disk failed.
    """
    packed, wrap = pack_core(core), wrap_of(founded.line, wrap_key)
    with database.transaction():
        if database.rows(SQL["line-by-id"], {"line_id": founded.line}):
            raise OfficerError("line-exists", f"line {founded.line.hex()[:12]} is here already")
        made = database.row(
            SQL["found-line"],
            {
                "line_id": founded.line,
                "party": founded.party,
                "charter": founded.charter,
                "signatures": founded.signatures,
                "version": core.version,
                "core": packed,
            },
        )
        assert made is not None
        put_secrets(database, made[0], wrap, secrets, version=core.version, core=packed)
        insert(database, made[0], wrap, rows)


def commit(
    database: Database,
    line_id: LineId,
    *,
    wrap_key: bytes,
    core: Core,
    secrets: Secrets,
    rows: Sequence[Row],
) -> None:
    """Keep the state after a step with all its rows, durably, in one transaction or not at all.

    Raises CustodyError("version-conflict") if the stored state is not the one the step began
    with, and CustodyError if the disk failed or is full: then nothing was kept.
    """
    packed, wrap = pack_core(core), wrap_of(line_id, wrap_key)
    with database.transaction():
        advanced = database.row(
            SQL["advance-line"], {"line_id": line_id, "version": core.version, "core": packed}
        )
        if advanced is None:
            raise conflict(database, line_id, core.version)
        put_secrets(database, advanced[0], wrap, secrets, version=core.version, core=packed)
        insert(database, advanced[0], wrap, rows)


def conflict(database: Database, line_id: LineId, version: int) -> CustodyError:
    """Return the error for a step that began with another state than the stored one."""
    stored = line_row(database, line_id)[4]
    return CustodyError(
        "version-conflict",
        f"the state in the database has version {stored}, this step made version {version}: "
        "another writer came first. Load the line again",
    )


def put_secrets(
    database: Database, line: int, wrap: Wrap, secrets: Secrets, *, version: int, core: bytes
) -> None:
    """Write the sealed secrets of one commit in the place of the last."""
    box = seal_secrets(wrap, secrets, database.fresh_nonce(), version=version, core=core)
    database.rows(SQL["put-secret"], {"line": line, "box": box})


def line_row(database: Database, line_id: LineId) -> DatabaseRow:
    """Return the row of a line. Raises OfficerError("no-such-line")."""
    found = database.row(SQL["line-by-id"], {"line_id": line_id})
    if found is None:
        raise OfficerError(
            "no-such-line", f"{database.path} holds no line {line_id.hex()[:12]}; check the path"
        )
    return found


def load_line(database: Database, line_id: LineId, *, wrap_key: bytes) -> Loaded:
    """Return a line as it was last committed.

    Raises OfficerError("no-such-line"), CustodyError("secrets-unopened") for a wrong wrap key,
    and CustodyError if the file is damaged.
    """
    wrap = wrap_of(line_id, wrap_key)
    with database.snapshot():
        line, party, charter, signatures, version, packed = line_row(database, line_id)
        sealed = database.row(SQL["secret-of"], {"line": line})
        if sealed is None:
            raise CustodyError(
                "no-secrets", f"{database.path} holds no keys: it is a backup. Restore the station"
            )
        secrets = open_secrets(wrap, sealed[0], version=version, core=packed)
        core = parse_core(packed)
        return Loaded(
            Founded(line_id, party, charter, signatures),
            core,
            secrets,
            read_authority(database, line),
            read_trails(database, line, written_by_us(core, secrets)),
            read_pending(database, line, wrap),
            read_branches(database, line),
        )


def read_authority(database: Database, line: int) -> tuple[Frame, ...]:
    """Return the frames of all authority journals, in the order in which they were accepted."""
    return tuple(
        frame_of(*parts) for parts in database.rows(SQL["authority-entries"], {"line": line})
    )


def frame_of(header: bytes, signature: bytes, payload: bytes | None, attachments: bytes) -> Frame:
    """Return the frame of a stored entry, without content."""
    return Frame(
        header,
        parse_signature(decode(signature)),
        payload,
        None,
        parse_attachments(decode(attachments)),
    )


def written_by_us(core: Core, secrets: Secrets) -> frozenset[int]:
    """Return the numbers of the journals that our own keys write or wrote."""
    ours = {hand.credential for hand in secrets.hands.values()}
    return frozenset(no for no, journal in core.journals.items() if journal.credential in ours)


def read_trails(database: Database, line: int, ours: frozenset[int]) -> Trails:
    """Return the entry ids that a step needs, by journal and slot."""
    settled: dict[int, int] = dict(database.rows(SQL["settled"], {"line": line}))
    trails: Trails = {}
    for no, newest in database.rows(SQL["newest-slots"], {"line": line}):
        first = newest + 1 - TRAIL_MAX
        if no in ours:
            first = min(first, settled.get(no, -1) - TRAIL_MAX)
        slots = database.rows(SQL["trail"], {"line": line, "no": no, "from": first})
        trails[no] = dict(slots)
    return trails


def read_branches(database: Database, line: int) -> Branches:
    """Return the entries that stand beside those of authority journals, by journal."""
    branches: Branches = {}
    for no, entry in database.rows(SQL["authority-branches"], {"line": line}):
        branches[no] = (*branches.get(no, ()), entry)
    return branches


def read_pending(database: Database, line: int, wrap: Wrap) -> Pending:
    """Return the frames behind a gap, by journal and slot."""
    pending: Pending = {}
    for no, seq, entry, bare, content in database.rows(SQL["pending-frames"], {"line": line}):
        raw = join_frame(wrap, entry, bare=bare, sealed=content)
        pending.setdefault(no, {})[seq] = raw
    return pending
