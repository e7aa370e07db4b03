"""Who is on watch, as faces are told.

This module must hold no rule.
"""

import msgspec


class DutyReport(msgspec.Struct, frozen=True):
    """One post of a party in one mode, by the newest notice of its watch.

    `officer` is "" where the post was left to nobody; `since` is what the notice says, `time` when
    it was entered. `principal_s` is within how many seconds a principal can be there, `due` when
    the watch is to change next. `long` says that the watch is past due, or longer than one lasts.
    """

    mode: str
    party: str
    post: str
    officer: str
    since: int
    time: int
    level: str
    principal_s: int | None
    due: int | None
    open: int
    long: bool
    entry: str
