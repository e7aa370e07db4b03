"""Commits to a line for ever and says each version once it is durable: it is there to be killed."""

import sys
from pathlib import Path

from tests.store import samples as s

from backchannel.store import sqlite
from backchannel.store.lines import commit, create_line, line_ids, load_line

MESSAGES = 8
"""In each commit; version n holds the slots below n times this."""


def main(path: Path) -> None:
    """Commit until killed."""
    with sqlite.open(path) as database:
        if not line_ids(database):
            create_line(
                database,
                s.FOUNDED,
                wrap_key=s.WRAP_KEY,
                core=s.core(0),
                secrets=s.secrets(0),
            )
        version = load_line(database, s.LINE, wrap_key=s.WRAP_KEY).core.version
        while True:
            slots = range(version * MESSAGES, (version + 1) * MESSAGES)
            version += 1
            commit(
                database,
                s.LINE,
                wrap_key=s.WRAP_KEY,
                core=s.core(version),
                secrets=s.secrets(version),
                rows=[row for seq in slots for row in s.message(s.OURS, seq)],
            )
            sys.stdout.write(f"{version}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
