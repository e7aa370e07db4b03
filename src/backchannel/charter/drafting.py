"""Writes a charter as the draft that draft.py reads again, every field spelled out.

This module must not leave anything to a default: what people compare has to be all there. Fields:
CHARTER-70 to CHARTER-74.
"""

import binascii
from collections.abc import Iterator, Mapping

from backchannel.charter.charter import Charter
from backchannel.charter.draft import (
    CLOCK_NAMES,
    KINDS,
    LATENCIES,
    PATH_KINDS,
    POWERS,
    PROFILES,
)
from backchannel.charter.oversight import Oversight, Reader
from backchannel.charter.parties import Party
from backchannel.charter.paths import Path
from backchannel.charter.policy import Clocks, Policy
from backchannel.charter.practice import Practice
from backchannel.charter.rules import ReleaseRule
from backchannel.charter.tables import NONE
from backchannel.wire.moments import print_duration, print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence

BASE64_LINE = 76


def render_draft(charter: Charter) -> str:
    """Return a draft that makes exactly this charter (CHARTER-70)."""
    return "\n".join(draft_lines(charter)) + "\n"


def render_section(party: Party) -> str:
    """Return the section that a party writes of itself (CHARTER-72)."""
    return "\n".join(party_lines(party)) + "\n"


def draft_lines(charter: Charter) -> Iterator[str]:
    """Yield the lines of a draft: the line itself, parties, policy, paths, oversight."""
    yield f"name = {quoted(charter.name)}"
    yield f'random = "{charter.nonce.hex()}"'
    yield f'since = "{print_moment(charter.since)}"'
    yield f'until = "{print_moment(charter.until)}"'
    if charter.predecessor is not None:
        yield f'predecessor = "{charter.predecessor.hex()}"'
    yield f'beacon_period = "{print_duration(charter.beacon_period_s)}"'
    yield f"witness_policy = {quoted(charter.witness_policy)}"
    for party in charter.parties:
        yield ""
        yield from party_lines(party)
    yield ""
    yield from policy_lines(charter.policy)
    names = tuple(party.name for party in charter.parties)
    for path in charter.paths:
        yield ""
        yield from path_lines(path, names)
    for oversight in charter.oversight:
        yield ""
        yield from oversight_lines(oversight, names)


def party_lines(party: Party) -> Iterator[str]:
    """Yield a party's section."""
    yield "[[party]]"
    yield f"name = {quoted(party.name)}"
    yield f"languages = {quoted_list(party.languages)}"
    yield f"contact = {quoted(party.contact)}"
    yield f"threshold = {party.root_set.threshold}"
    for root in party.root_set.roots:
        yield ""
        yield "[[party.root]]"
        yield f'ed25519 = "{root.ed25519.hex()}"'
        yield f"ml_dsa_65 = {base64(root.mldsa65)}"


def policy_lines(policy: Policy) -> Iterator[str]:
    """Yield the policy with its rules, clocks, windows and lanes."""
    hot = policy.hot_window_s
    yield "[policy]"
    yield f'epoch = "{print_duration(policy.epoch_s)}"'
    yield f"epoch_envelopes = {policy.epoch_envelopes}"
    yield f'prekey = "{print_duration(policy.prekey_s)}"'
    yield f'hot_window = "{duration_or_none(hot)}"'
    if policy.hot_cap_s is not None:
        yield f'hot_window_cap = "{print_duration(policy.hot_cap_s)}"'
    yield f'max_skew = "{print_duration(policy.max_skew_s)}"'
    yield f"quota_entries = {policy.quota_entries}"
    yield f"quota_bytes = {policy.quota_bytes}"
    yield f"receipt_delay_ms = {policy.receipt_delay_ms}"
    yield f"receipt_entries = {policy.receipt_entries}"
    yield f"names_withheld = {'true' if policy.names_withheld else 'false'}"
    yield f'fresh = "{print_duration(policy.fresh_s)}"'
    yield f"third_party = {quoted(policy.third_party or NONE)}"
    yield f"duress_posts = {quoted_list(policy.duress_posts)}"
    if not policy.windows:
        yield "window = []"
    yield ""
    yield "[policy.lanes]"
    for lane in policy.lanes:
        yield f'{quoted(lane.name)} = "{print_duration(lane.notice_s)}"'
    if policy.practice is not None:
        yield ""
        yield from practice_lines(policy.practice)
    for precedence in Precedence:
        yield ""
        yield from clocks_lines(precedence.name, policy.clocks_at(precedence))
    for rule in policy.rules:
        yield ""
        yield from rule_lines(rule)
    for window in policy.windows:
        yield ""
        yield "[[policy.window]]"
        yield f'mode = "{Mode(window.mode).name}"'
        yield f'since = "{print_moment(window.since)}"'
        if window.until is not None:
            yield f'until = "{print_moment(window.until)}"'


def practice_lines(practice: Practice) -> Iterator[str]:
    """Yield what is practised."""
    yield "[policy.practice]"
    yield f'catalogue = "{practice.catalogue.hex()}"'
    yield f'test_every = "{print_duration(practice.test_s)}"'
    yield f"calls_a_month = {practice.calls}"
    yield f'proof = "{print_duration(practice.proof_s)}"'
    yield ""
    yield "[policy.practice.subjects]"
    for subject in practice.subjects:
        yield f"{quoted(subject.name)} = {quoted(subject.post)}"


def clocks_lines(precedence: str, clocks: Clocks) -> Iterator[str]:
    """Yield the targets of one precedence."""
    yield f"[policy.clocks.{precedence}]"
    for name in CLOCK_NAMES:
        yield f'{name} = "{duration_or_none(getattr(clocks, f"{name}_s"))}"'


def rule_lines(rule: ReleaseRule) -> Iterator[str]:
    """Yield one release rule."""
    covers = tuple(" ".join((word(each.kind, KINDS), *each.forms)) for each in rule.covers)
    powers = tuple(name for name, bit in POWERS.items() if rule.powers & bit)
    emergency = tuple(Precedence(each).name for each in rule.emergency)
    yield "[[policy.rule]]"
    yield f"name = {quoted(rule.name)}"
    yield f"covers = {quoted_list(covers)}"
    yield f"signatures = {list(rule.signatures)}"
    yield f"powers = {quoted_list(powers)}"
    yield f"emergency = {quoted_list(emergency)}"


def path_lines(path: Path, parties: tuple[str, ...]) -> Iterator[str]:
    """Yield one path."""
    yield "[[path]]"
    yield f"id = {path.id}"
    yield f'kind = "{word(path.kind, PATH_KINDS)}"'
    yield f"senders = {quoted_list(tuple(parties[n] for n in path.senders))}"
    yield f"cell_bytes = {path.cell_bytes}"
    yield f"tick_ms = {path.tick_ms}"
    yield f'profile = "{word(path.profile, PROFILES)}"'
    yield f'latency = "{word(path.latency, LATENCIES)}"'
    yield f'travel = "{print_duration(path.travel_s)}"'


def oversight_lines(oversight: Oversight, parties: tuple[str, ...]) -> Iterator[str]:
    """Yield the oversight of one party."""
    yield "[[oversight]]"
    yield f"party = {quoted(parties[oversight.party])}"
    yield f"threshold = {oversight.threshold}"
    yield f"custodian_threshold = {oversight.custodian_threshold}"
    yield from reader_lines("trustee", oversight.trustees)
    yield from reader_lines("custodian", oversight.custodians)


def reader_lines(name: str, readers: tuple[Reader, ...]) -> Iterator[str]:
    """Yield trustees or custodians."""
    for reader in readers:
        yield ""
        yield f"[[oversight.{name}]]"
        yield f"name = {quoted(reader.name)}"
        yield f"key = {base64(reader.public)}"


def duration_or_none(seconds: int | None) -> str:
    """Return a duration as text, or none."""
    return NONE if seconds is None else print_duration(seconds)


def word(number: int, choices: Mapping[str, int]) -> str:
    """Return the word behind a number."""
    return next(name for name, each in choices.items() if each == number)


def quoted(text: str) -> str:
    """Return a text as a TOML string. The texts of a charter hold no control character but \\n."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def quoted_list(texts: tuple[str, ...]) -> str:
    """Return texts as a TOML list."""
    return f"[{', '.join(quoted(each) for each in texts)}]"


def base64(data: bytes) -> str:
    """Return bytes as a TOML string over several lines."""
    text = binascii.b2a_base64(data, newline=False).decode()
    lines = (text[at : at + BASE64_LINE] for at in range(0, len(text), BASE64_LINE))
    return '"""\n' + "\n".join(lines) + '\n"""'
