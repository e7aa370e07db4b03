"""Makes a sample database of the newest schema, to be kept when a version is released.

    python -m tests.stores.make tests/stores/0005.db

A file that is in the repository is never made again: it is what an old program left behind.
"""

import sys
from pathlib import Path

from tests.store import samples as s

from backchannel.line.rows import Settled
from backchannel.proof.note import NoteSignature
from backchannel.store import sqlite
from backchannel.store.copies import Times, add_copies, put_counter
from backchannel.store.lines import commit, create_line
from backchannel.store.witnessed import Witnessed, keep_witnessed


def make(path: Path) -> None:
    """Write a database that has a row in every table."""
    with sqlite.open(path) as database:
        create_line(
            database,
            s.FOUNDED,
            wrap_key=s.WRAP_KEY,
            core=s.core(0),
            secrets=s.secrets(0),
            rows=[s.entry(s.ALDER, 0), s.entry(s.BIRCH, 0)],
        )
        answer = s.said(s.THEIRS, 0, refs=(s.entry_id(s.OURS, 0),))
        rows = [
            *(row for seq in range(3) for row in s.message(s.OURS, seq)),
            *(s.entry(s.THEIRS, 0), answer, s.content(s.THEIRS, 0)),
            *(s.happened(s.THEIRS, 0, 0, 2, s.entry_id(s.OURS, 0)), s.evidence(s.THEIRS, 2)),
            *(s.held(s.THEIRS, 0, s.OURS, 0), Settled(s.OURS, 0)),
            *(s.pending(s.THEIRS, 5), s.branch(s.THEIRS, 2), s.cosignature(s.OURS, 2)),
            s.non_answer(s.OURS, 2),
        ]
        commit(
            database,
            s.LINE,
            wrap_key=s.WRAP_KEY,
            core=s.core(1),
            secrets=s.secrets(1),
            rows=rows,
        )
        line = NoteSignature("witness.example/1", b"\x01\x02\x03\x04", b"signature")
        cosigned = Witnessed(2, line)
        keep_witnessed(database, s.LINE, s.OURS, cosigned)
        came = [(s.entry_id(s.OURS, 0), bytes(16), Times(1, 1_800_000_000, 1_800_000_002, 2))]
        add_copies(database, s.LINE, came=came, again=[], sent=[])
        put_counter(database, s.LINE, 0, 1, next_=1)
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    path.with_name(f"{path.name}-lock").unlink()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
