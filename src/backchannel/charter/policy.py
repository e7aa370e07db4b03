"""The policy of a line: release rules, clocks, key lifetimes, quotas, windows; its defaults.

This module must not apply a rule: it holds them as data. Layout: CHARTER-10 to CHARTER-18.

    policy = {1 [rule], 2 [clocks x 5], 3 [epoch s, envelopes], 4 prekey s, 5 [hot s, cap s] / null,
              6 max skew s, 7 [entries, bytes], 8 [[mode, from, until / null]],
              9 [delay ms, entries], 10 names withheld, 11 fresh s, 12 third party / null,
              13 [duress post], 14 [[lane, notice s]], in version 2 also 15 practice}
    clocks = [held fast, slow, mail; ack, ack of a long text, readback / null, operating / null]
"""

from typing import NamedTuple

import msgspec

from backchannel.charter import fields
from backchannel.charter.practice import Practice, practice_row, read_practice
from backchannel.charter.rules import DEFAULT_RULES, ReleaseRule, read_rules, rules_rows
from backchannel.errors import JunkError
from backchannel.limits import (
    CONTACT_CHARACTERS_MAX,
    COUNT_MAX,
    DURATION_SECONDS_MAX,
    DURESS_POSTS_MAX,
    EPOCH_ENVELOPES_MAX,
    LANES_MAX,
    MOMENT_MAX,
    NAME_CHARACTERS_MAX,
    RECEIPT_DELAY_MS_MAX,
    WINDOWS_MAX,
)
from backchannel.wire.codec import Value
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

POLICY_FIELDS = 14
# Above so many words the acknowledgement of a FLASH may take longer (CHARTER-12).
LONG_TEXT_WORDS = 100


class Clocks(msgspec.Struct, frozen=True):
    """Targets of one precedence in seconds; None where it asks for nothing (CHARTER-12)."""

    held_fast_s: int
    held_slow_s: int
    held_mail_s: int
    ack_s: int
    ack_long_s: int
    readback_s: int | None = None
    operating_s: int | None = None


class Window(NamedTuple):
    """When a mode other than REAL is open: from <= t < until; a standing TEST has no until."""

    mode: int
    since: int
    until: int | None


class Lane(NamedTuple):
    """A subject area that can be suspended, and how long before its suspension takes hold."""

    name: str
    notice_s: int


DAY_S = 86_400
WATCH_S = 8 * 3_600

DEFAULT_CLOCKS = (
    Clocks(10, 180, 1_800, 60, 90, 180, 300),
    Clocks(30, 300, 3_600, 300, 300, 900, 1_200),
    Clocks(120, 900, 10_800, 1_800, 1_800, 3_600, 10_800),
    Clocks(600, 3_600, 21_600, 7_200, 7_200, WATCH_S, 21_600),
    Clocks(DAY_S, DAY_S, DAY_S, DAY_S, DAY_S),
)

DEFAULT_LANES = (
    Lane("life-safety", 3 * DAY_S),
    Lane("military-activity", 0),
    Lane("political", 0),
    Lane("technical", 0),
    Lane("service", 0),
)


class Policy(msgspec.Struct, frozen=True):
    """What the parties agreed on for every day of the line. Durations are running seconds.

    CHARTER-13 says when a key ends, CHARTER-17 what the lesser fields mean.
    """

    rules: tuple[ReleaseRule, ...] = DEFAULT_RULES
    clocks: tuple[Clocks, ...] = DEFAULT_CLOCKS
    epoch_s: int = DAY_S
    epoch_envelopes: int = 256
    prekey_s: int = DAY_S
    hot_window_s: int | None = None
    hot_cap_s: int | None = None
    max_skew_s: int = 300
    quota_entries: int = 10_000
    quota_bytes: int = 64 * 1024 * 1024
    windows: tuple[Window, ...] = (Window(Mode.TEST, 0, None),)
    receipt_delay_ms: int = 50
    receipt_entries: int = 32
    names_withheld: bool = False
    fresh_s: int = 7 * DAY_S
    third_party: str | None = None
    duress_posts: tuple[str, ...] = ()
    lanes: tuple[Lane, ...] = DEFAULT_LANES
    practice: Practice | None = None

    def clocks_at(self, precedence: int) -> Clocks:
        """Return the targets of a precedence, 1 FLASH to 5 DEFERRED."""
        return self.clocks[precedence - 1]


def policy_fields(policy: Policy) -> dict[int, Value]:
    """Return a policy as the map that the charter carries (CHARTER-10)."""
    hot = None if policy.hot_window_s is None else (policy.hot_window_s, policy.hot_cap_s)
    practice = policy.practice
    return {
        1: rules_rows(policy.rules),
        2: tuple(clocks_row(each) for each in policy.clocks),
        3: (policy.epoch_s, policy.epoch_envelopes),
        4: policy.prekey_s,
        5: hot,
        6: policy.max_skew_s,
        7: (policy.quota_entries, policy.quota_bytes),
        8: tuple((int(each.mode), each.since, each.until) for each in policy.windows),
        9: (policy.receipt_delay_ms, policy.receipt_entries),
        10: int(policy.names_withheld),
        11: policy.fresh_s,
        12: policy.third_party,
        13: policy.duress_posts,
        14: tuple(tuple(each) for each in policy.lanes),
        **({} if practice is None else {15: practice_row(practice)}),
    }


def clocks_row(clocks: Clocks) -> tuple[int | None, ...]:
    """Return the targets of one precedence in the order of CHARTER-12."""
    return msgspec.structs.astuple(clocks)


def read_policy(value: Value, path: str, version: int = 1) -> Policy:
    """Return the policy in the decoded map of a charter of a version.

    Raises JunkError that names the field (CHARTER-10).
    """
    practised = version > 1
    taken = fields.keyed(value, path, POLICY_FIELDS + practised)
    rules, clocks, epoch, prekey_s, hot, max_skew_s, quotas, windows = taken[:8]
    receipts, names_withheld, fresh_s, third_party, duress_posts, lanes = taken[8:POLICY_FIELDS]
    hot_window_s, hot_cap_s = read_hot(hot, f"{path}.hot_window")
    epoch_s, envelopes = fields.row(epoch, f"{path}.epoch", 2)
    entries, quota_bytes = fields.row(quotas, f"{path}.quota", 2)
    delay, batch = fields.row(receipts, f"{path}.receipt", 2)
    return Policy(
        rules=read_rules(rules, f"{path}.rule"),
        clocks=read_clocks(clocks, f"{path}.clocks"),
        epoch_s=seconds(epoch_s, f"{path}.epoch"),
        epoch_envelopes=fields.whole(envelopes, f"{path}.epoch_envelopes", 1, EPOCH_ENVELOPES_MAX),
        prekey_s=seconds(prekey_s, f"{path}.prekey"),
        hot_window_s=hot_window_s,
        hot_cap_s=hot_cap_s,
        max_skew_s=seconds(max_skew_s, f"{path}.max_skew"),
        quota_entries=fields.whole(entries, f"{path}.quota_entries", 1, COUNT_MAX),
        quota_bytes=fields.whole(quota_bytes, f"{path}.quota_bytes", 1, COUNT_MAX),
        windows=read_windows(windows, f"{path}.window"),
        receipt_delay_ms=fields.whole(delay, f"{path}.receipt_delay_ms", 0, RECEIPT_DELAY_MS_MAX),
        receipt_entries=fields.whole(batch, f"{path}.receipt_entries", 1, COUNT_MAX),
        names_withheld=fields.flag(names_withheld, f"{path}.names_withheld"),
        fresh_s=seconds(fresh_s, f"{path}.fresh"),
        third_party=optional_text(third_party, f"{path}.third_party"),
        duress_posts=read_posts(duress_posts, f"{path}.duress_posts"),
        lanes=read_lanes(lanes, f"{path}.lanes"),
        practice=read_practice(taken[-1], f"{path}.practice") if practised else None,
    )


def seconds(value: Value, path: str) -> int:
    """Return a duration of at least one second. Raises JunkError."""
    return fields.whole(value, path, 1, DURATION_SECONDS_MAX)


def optional_text(value: Value, path: str) -> str | None:
    """Return a short text or None. Raises JunkError."""
    return None if value is None else fields.text(value, path, CONTACT_CHARACTERS_MAX)


def read_hot(value: Value, path: str) -> tuple[int | None, int | None]:
    """Return hot window and cap, or nothing: content is kept. Raises JunkError (CHARTER-14)."""
    if value is None:
        return None, None
    window, cap = fields.row(value, path, 2)
    window_s, cap_s = seconds(window, path), seconds(cap, f"{path}_cap")
    if cap_s < window_s:
        raise JunkError("cap-below-window", f"{path}_cap: got {cap_s}, wanted {window_s} or more")
    return window_s, cap_s


def read_posts(value: Value, path: str) -> tuple[str, ...]:
    """Return names of posts, each once. Raises JunkError."""
    taken = fields.rows(value, path, 0, DURESS_POSTS_MAX)
    return fields.each_once(
        tuple(fields.text(each, path, NAME_CHARACTERS_MAX) for each in taken), path
    )


def read_clocks(value: Value, path: str) -> tuple[Clocks, ...]:
    """Return the targets of the five precedences. Raises JunkError (CHARTER-12)."""
    taken = fields.row(value, path, len(Precedence))
    return tuple(
        read_targets(each, f"{path}.{precedence.name}")
        for each, precedence in zip(taken, Precedence, strict=True)
    )


def read_targets(value: Value, path: str) -> Clocks:
    """Return the targets of one precedence. Raises JunkError."""
    taken = fields.row(value, path, len(Clocks.__struct_fields__))
    names = [name.removesuffix("_s") for name in Clocks.__struct_fields__]
    always = [seconds(taken[n], f"{path}.{names[n]}") for n in range(5)]
    perhaps = [
        None if taken[n] is None else seconds(taken[n], f"{path}.{names[n]}") for n in (5, 6)
    ]
    return Clocks(*always, *perhaps)


def read_windows(value: Value, path: str) -> tuple[Window, ...]:
    """Return the agreed windows of EXERCISE and TEST. Raises JunkError (CHARTER-15)."""
    taken = fields.rows(value, path, 0, WINDOWS_MAX)
    return tuple(read_window(each, f"{path}[{n}]") for n, each in enumerate(taken, 1))


def read_window(value: Value, path: str) -> Window:
    """Return one window. Raises JunkError("bad-window") if it never opens or never ends."""
    mode_value, since_value, until_value = fields.row(value, path, 3)
    mode = fields.whole(mode_value, f"{path}.mode", Mode.EXERCISE, Mode.TEST)
    since = fields.whole(since_value, f"{path}.since", 0, MOMENT_MAX)
    if until_value is None and mode == Mode.TEST:
        return Window(mode, since, None)
    until = fields.whole(until_value, f"{path}.until", 0, MOMENT_MAX)
    if until <= since:
        raise JunkError("bad-window", f"{path}.until: got {until}, wanted later than {since}")
    return Window(mode, since, until)


def read_lanes(value: Value, path: str) -> tuple[Lane, ...]:
    """Return the lanes of the line, each once. Raises JunkError (CHARTER-16)."""
    lanes = []
    for each in fields.rows(value, path, 1, LANES_MAX):
        name, notice_s = fields.row(each, path, 2)
        lanes.append(
            Lane(
                fields.text(name, path, NAME_CHARACTERS_MAX),
                fields.whole(notice_s, path, 0, DURATION_SECONDS_MAX),
            )
        )
    fields.each_once(tuple(lane.name for lane in lanes), path)
    return tuple(lanes)
