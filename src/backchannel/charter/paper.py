"""Prints a charter as a page of plain text that people read, compare by voice and sign by hand.

This module must not say whether the charter is in force: paper cannot know. Content: CHARTER-75.
"""

from collections.abc import Iterator
from textwrap import wrap

from backchannel.charter.charter import Charter
from backchannel.charter.drafting import duration_or_none
from backchannel.charter.oversight import Oversight
from backchannel.charter.parties import Party, roots_rows
from backchannel.charter.paths import PathKind
from backchannel.charter.policy import Policy
from backchannel.charter.powers import Power
from backchannel.charter.practice import Practice
from backchannel.charter.rules import ReleaseRule
from backchannel.wire.ids import LineId
from backchannel.wire.keys import fingerprint
from backchannel.wire.moments import print_duration, print_moment
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind, Precedence

WIDTH = 78
ON_THE_RECORD = (
    "This line is on the record. What you sign here can be shown to others, with proof, by every "
    "party that holds it."
)


def print_charter(charter: Charter, line_id: LineId | None) -> str:
    """Return the page. Without a line id the fingerprints are those of a draft (CHARTER-75)."""
    return "\n".join(page_lines(charter, line_id)) + "\n"


def page_lines(charter: Charter, line_id: LineId | None) -> Iterator[str]:
    """Yield the page, section by section."""
    yield f"CHARTER OF THE LINE {charter.name}"
    yield "=" * WIDTH
    yield from wrap(ON_THE_RECORD, WIDTH)
    yield ""
    yield f"Valid from {print_moment(charter.since)} until {print_moment(charter.until)}"
    yield f"Line id    {'none yet: this is a draft' if line_id is None else line_id.hex()}"
    if charter.predecessor is not None:
        yield f"Amends     {charter.predecessor.hex()}"
    yield ""
    yield "PARTIES"
    for party in charter.parties:
        yield from party_lines(party, line_id)
    yield "WHO MUST SIGN WHAT"
    yield "  people wanted at FLASH, IMMEDIATE, PRIORITY, ROUTINE, DEFERRED"
    for number, rule in enumerate(charter.policy.rules):
        yield from rule_lines(number, rule)
    yield ""
    yield "CLOCKS (held: fast, slow, mail; ack; ack over 100 words; readback; told)"
    yield from clocks_lines(charter.policy)
    yield ""
    yield "WINDOWS"
    yield from window_lines(charter.policy)
    yield ""
    yield "PATHS"
    yield from path_lines(charter)
    yield ""
    yield "WHO READS, BESIDE THE PARTIES"
    yield from oversight_lines(charter)
    yield ""
    yield "FURTHER TERMS"
    yield from term_lines(charter)
    yield ""
    yield "SIGNED BY HAND, after the fingerprints were compared"
    for party in charter.parties:
        yield ""
        yield f"{party.name}"
        yield "Name ___________________________  Date ____________  Signature _______________"


def party_lines(party: Party, line_id: LineId | None) -> Iterator[str]:
    """Yield a party with its fingerprint in two rows of six groups."""
    root_set = party.root_set
    groups = fingerprint(line_id, roots_rows(root_set)).split()
    half = len(groups) // 2
    yield f"  {party.name}: {root_set.threshold} of {len(root_set.roots)} roots sign"
    yield f"    languages   {', '.join(party.languages)}"
    yield from wrapped(f"contact     {party.contact}", "    ")
    yield f"    fingerprint {'  '.join(groups[:half])}"
    yield f"                {'  '.join(groups[half:])}"
    yield ""


def rule_lines(number: int, rule: ReleaseRule) -> Iterator[str]:
    """Yield one release rule."""
    wanted = " ".join(str(each) for each in rule.signatures)
    alone = ", ".join(Precedence(each).name for each in rule.emergency)
    yield f"  {number} {rule.name}: {wanted}"
    if alone:
        yield f"    one in an emergency, marked: {alone}"
    covers = "; ".join(
        " ".join((Kind(each.kind).name.lower().replace("_", " "), *each.forms))
        for each in rule.covers
    )
    yield from wrapped(f"for {covers}", "    ")
    if rule.powers:
        powers = ", ".join(str(power.name).lower() for power in Power if power & rule.powers)
        yield f"    takes the power to {powers}"


def clocks_lines(policy: Policy) -> Iterator[str]:
    """Yield one row for each precedence."""
    for precedence in Precedence:
        clocks = policy.clocks_at(precedence)
        held = (clocks.held_fast_s, clocks.held_slow_s, clocks.held_mail_s)
        rest = (clocks.ack_s, clocks.ack_long_s, clocks.readback_s, clocks.operating_s)
        cells = (duration_or_none(each).rjust(7) for each in (*held, *rest))
        yield f"  {precedence.name:<10}{' '.join(cells)}"


def window_lines(policy: Policy) -> Iterator[str]:
    """Yield the windows of EXERCISE and TEST."""
    if not policy.windows:
        yield "  none: EXERCISE and TEST are closed"
    for window in policy.windows:
        until = "always" if window.until is None else f"until {print_moment(window.until)}"
        yield f"  {Mode(window.mode).name:<10}from {print_moment(window.since)} {until}"


def path_lines(charter: Charter) -> Iterator[str]:
    """Yield the paths and who sends on each."""
    for path in charter.paths:
        senders = ", ".join(charter.parties[n].name for n in path.senders)
        kind = PathKind(path.kind).name.lower()
        yield from wrapped(f"{path.id} {kind}: sent on by {senders}", "  ")
    if not charter.paths:
        yield "  none named; addresses are exchanged by the stations"


def oversight_lines(charter: Charter) -> Iterator[str]:
    """Yield who may open what a party sent and received."""
    if not charter.oversight:
        yield "  nobody"
    for oversight in charter.oversight:
        yield f"  {charter.parties[oversight.party].name}"
        yield from holders(oversight)


def holders(oversight: Oversight) -> Iterator[str]:
    """Yield trustees and custodians of one party."""
    for what, wanted, readers in (
        ("for oversight", oversight.threshold, oversight.trustees),
        ("to restore", oversight.custodian_threshold, oversight.custodians),
    ):
        if readers:
            names = ", ".join(reader.name for reader in readers)
            yield from wrapped(f"{what}: any {wanted} of {len(readers)} together: {names}", "    ")


def term_lines(charter: Charter) -> Iterator[str]:
    """Yield what else the parties agreed on."""
    policy = charter.policy
    hot = "no: content is kept"
    if policy.hot_window_s is not None and policy.hot_cap_s is not None:
        hot = f"{print_duration(policy.hot_window_s)}, {print_duration(policy.hot_cap_s)} at most"
    keys = print_duration(policy.epoch_s)
    yield f"  keys change every {keys} or {policy.epoch_envelopes} envelopes"
    yield f"  content dropped after: {hot}"
    yield f"  clocks may differ by {print_duration(policy.max_skew_s)}"
    yield f"  accepted in an hour: {policy.quota_entries} entries, {policy.quota_bytes} bytes"
    yield f"  names of officers: {'withheld' if policy.names_withheld else 'shown'}"
    yield f"  an office says that it is current every {print_duration(policy.fresh_s)}"
    yield from wrapped(f"third party to ring the neighbour: {policy.third_party or 'none'}", "  ")
    posts = ", ".join(policy.duress_posts)
    yield from wrapped(f"duress mark shown at: {posts or 'no post'}", "  ")
    lanes = ", ".join(f"{lane.name} ({print_duration(lane.notice_s)})" for lane in policy.lanes)
    yield from wrapped(f"lanes and the notice before one is suspended: {lanes}", "  ")
    yield from practice_terms(policy.practice)
    yield "  amended only by all parties together"


def practice_terms(practice: Practice | None) -> Iterator[str]:
    """Yield what is practised."""
    if practice is None:
        return
    yield "  catalogue of forms:"
    yield f"    {practice.catalogue.hex()}"
    often = f"{print_duration(practice.test_s)}, {practice.calls} unannounced calls a month"
    yield f"  each path is tested by officers every {often}"
    yield f"  what a post has proved by answering holds for {print_duration(practice.proof_s)}"
    for subject in practice.subjects:
        yield from wrapped(f"for {subject.name} answers: {subject.post}", "  ")


def wrapped(text: str, indent: str) -> list[str]:
    """Return the lines of a text that may be longer than one, the later ones set in."""
    return wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
