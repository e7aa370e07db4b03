"""The claims of a span that witnesses support: nothing is missing or put in between two leaves of
a log, and the log kept its beat.

This module must not say that a span is valid. It prints nothing. Clauses: PROOF-178 to PROOF-181.
"""

from functools import partial
from itertools import pairwise

from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import Case, Claim
from backchannel.verifier.clockwork import Clockwork, Mark, Opening, rule_of
from backchannel.verifier.moments import moment
from backchannel.verifier.span import NAMED, Span
from backchannel.verifier.stretches import AUTHORITIES
from backchannel.verifier.trees import roots_at

REAL = 1


def is_watched(span: Span) -> bool:
    """Return whether the charter names witnesses for the journals of a span (PROOF-178)."""
    charter = span.given.charter
    return charter is not None and bool(charter.witnesses) and span.given.mode == REAL


class Between:
    """What lies between the first and the last leaf of a span that witnesses hold fast."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.fault: Refusal | None = None
        self.log: Clockwork | None = None
        self.brackets: dict[bytes, tuple[int | None, int | None]] = {}
        try:
            self.log = Clockwork(span.given, span.evidence, span.sizes())
            self.brackets = self.log.brackets(span.shown())
        except Refusal as fault:
            self.fault = fault

    def known(self) -> Clockwork:
        """Return the log. Raises Refusal where it is none."""
        if self.log is None:
            raise self.fault or Refusal("no-beacon")
        return self.log

    def ends(self) -> tuple[Mark | None, Mark]:
        """Return the first mark, None for the beginning of the line, and the last (PROOF-178).

        Raises Refusal.
        """
        marks = self.known().marks
        if not marks:
            raise Refusal("no-beacon", "no leaf that a quorum has cosigned is opened between")
        if self.span.earlier is None:
            return None, marks[-1]
        if len(marks) == 1:
            raise Refusal("no-beacon", "one leaf alone lies between, and two are needed")
        return marks[0], marks[-1]

    # --- Nothing is missing or put in -------------------------------------------------------------

    def require_roots(self) -> None:
        """Raise Refusal unless every mark opens to the roots that the entries lead to."""
        log, sizes = self.known(), self.span.sizes()
        done = {no: start for no, (start, _) in sizes.items()}
        roots = {no: self.roots(no) for no in sizes}
        for mark in log.marks:
            for no, (size, root) in mark.rows.items():
                if no not in sizes:
                    self.require_elsewhere(no, mark)
                elif roots[no].get(size) != root:
                    period = mark.opening.said.period
                    where = slots_in(done[no], size)
                    text = f"journal {no}: not what the leaf of period {period} hides: {where}"
                    raise Refusal("beacon-root", text)
                else:
                    done[no] = size

    def roots(self, no: int) -> dict[int, bytes]:
        """Return a journal's roots at the sizes that marks name."""
        wanted = {each.rows[no][0] for each in self.known().marks if no in each.rows}
        if no < AUTHORITIES:
            self.span.stretches.name_of(no)
            return roots_at(0, (), self.span.evidence.journals[no].heads, wanted)
        start, end = self.span.sizes()[no]
        entries = self.span.stretches.entries(no, start, end)
        if start == end:
            minute = self.span.earlier
            assert minute is not None, "a stretch that begins where it ends"
            return {start: self.span.stretches.cosigned_root(minute, no)}
        size, peaks = self.span.given.ranges.get(no, (0, ()))
        return roots_at(size, peaks, [each.header.id for each in entries], wanted)

    def require_elsewhere(self, no: int, mark: Mark) -> None:
        """Raise Refusal for a journal of the mode that a leaf knows, and no minute."""
        mode = self.span.evidence.modes.get(no)
        if mode is None or mode == self.span.given.mode:
            period = mark.opening.said.period
            text = f"the leaf of period {period} names journal {no}, the later minute does not"
            raise Refusal("journal-unlisted", text)

    def require_dated(self, case: Case) -> None:
        """Raise Refusal for entries that claim to be older than they are (PROOF-179)."""
        assert case.given.charter is not None, "a charter that names witnesses"
        skew, late = case.given.charter.skew, []
        for entry in self.span.shown():
            since, _ = self.brackets[entry.header.id]
            if since is not None and entry.header.time + skew < since:
                late.append((entry, since))
        for entry, since in late[:NAMED]:
            text = f"claims {moment(entry.header.time)}, and was made after {moment(since)}"
            case.notes.append(f"{entry.header.place} {text}")
        if late:
            text = f"{late[0][0].header.place}, the first of {len(late)}"
            raise Refusal("dated-back", text)

    # --- The beat ---------------------------------------------------------------------------------

    def beats(self) -> list[Opening]:
        """Return the openings from the first mark to the last. Raises Refusal."""
        first, last = self.ends()
        least = -1 if first is None else first.opening.entry.header.seq
        most = last.opening.entry.header.seq
        return [each for each in self.known().openings if least <= each.entry.header.seq <= most]


def claims_between(between: Between) -> tuple[Claim, ...]:
    """Return the claims that are made where witnesses are named, and what each rests on."""
    return (
        ("witnessed", "PROOF-178", partial(claim_witnessed, between), ("complete",)),
        ("clockwork", "PROOF-180", partial(claim_clockwork, between), ("witnessed",)),
    )


def claim_witnessed(between: Between, case: Case) -> str:
    """PROOF-178: nothing is missing or put in later between two leaves that witnesses hold fast."""
    log = between.known()
    first, last = between.ends()
    between.require_roots()
    between.require_dated(case)
    start = {} if first is None else first.rows
    under = [
        each
        for each in between.span.shown()
        if start.get(each.header.no, (0,))[0]
        <= each.header.seq
        < last.rows.get(each.header.no, (0,))[0]
    ]
    rest = len(between.span.shown()) - len(under)
    if rest:
        case.notes.append(f"before the first of these leaves or after the last: {rest} entries")
    party = case.evidence.party_name(log.no % AUTHORITIES)
    since = "the beginning of the line" if first is None else mark_words(first)
    asked = rule_of(log.policy)
    return (
        f"{len(under)} entries from {since} to {mark_words(last)}, as the station of {party} held "
        f"them; the charter asks for {asked}"
    )


def claim_clockwork(between: Between, case: Case) -> str:
    """PROOF-180: no period between the two leaves is without a leaf."""
    beats = between.beats()
    gaps = [
        f"periods {before.said.period + 1} to {after.said.first - 1} have none, between "
        f"{moment(before.entry.header.time)} and {moment(after.entry.header.time)}"
        for before, after in pairwise(beats)
        if after.said.first > before.said.period + 1
    ]
    for each in [each for each in beats if len(each.said.leaves) > 1][:NAMED]:
        text = f"{len(each.said.leaves)} leaves made at once at {moment(each.entry.header.time)}"
        case.notes.append(f"{each.entry.header.place}: {text}, of what was missed before")
    if gaps:
        raise Refusal("beacon-gap", "; ".join(gaps[:NAMED]))
    first, last = beats[0].said.first, beats[-1].said.period
    return f"a leaf for each of the periods {first} to {last}"


def mark_words(mark: Mark) -> str:
    """Return how a leaf is spoken of: its period, its times, and whose word they are."""
    since = mark.opening.since
    made = "" if since is None else f"made after {moment(since)} and "
    names = " and ".join(mark.cosigned.names)
    return (
        f"the leaf of period {mark.opening.said.period}, {made}cosigned by "
        f"{moment(mark.cosigned.time)} by {names}"
    )


def slots_in(start: int, end: int) -> str:
    """Return slots from a start to below an end in words."""
    if end <= start:
        return f"the slots below {start}"
    return f"slot {start}" if end == start + 1 else f"slots {start} to {end - 1}"
