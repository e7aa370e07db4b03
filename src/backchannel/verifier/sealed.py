"""The claims of a span about archives: each day was sealed for whom the charter names, and none was
opened but by warrant (PROOF-188, PROOF-189).

This module must not open anything, or say that no share was ever given beside the record.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from backchannel.verifier.archive import (
    OPENING,
    ROLE_NAMES,
    SEAL,
    Order,
    Seal,
    read_seal,
    require_warrant,
)
from backchannel.verifier.bundle import Entry
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.claims import Case, Claim
from backchannel.verifier.evidence import payload_of
from backchannel.verifier.moments import DAY, moment
from backchannel.verifier.span import NAMED, Span
from backchannel.verifier.stretches import AUTHORITIES


def archive_claims(span: Span) -> Iterator[Claim]:
    """Yield the claims that the types of the entries between two minutes give rise to."""
    types = {each.header.type for each in span.shown()}
    if SEAL in types:
        yield "sealed", "PROOF-188", partial(claim_sealed, span), ("complete",)
    if OPENING in types:
        yield "opened", "PROOF-189", partial(claim_opened, span), ("complete",)


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries by journal and slot."""
    return sorted(entries, key=lambda each: (each.header.no, each.header.seq))


def blamed(entry: Entry, wrong: Refusal) -> Refusal:
    """Return a Refusal that says in which entry the fault lies."""
    return Refusal(wrong.reason, f"{entry.header.place}: {wrong.text or wrong.reason}")


def claim_sealed(span: Span, case: Case) -> str:
    """PROOF-188: every seal is numbered, names what stands, and is for whom the charter names."""
    lines = []
    for no, (start, _) in span.sizes().items():
        held = {other: first - 1 for other, (first, _) in span.sizes().items()}
        # Where the stretch begins later than the journal, its first seal says how many there were.
        count = 0 if start == 0 else None
        for entry in in_order(each for each in span.shown() if each.header.no == no):
            held[no] = entry.header.seq - 1
            for other, slot, _ in entry.header.seen:
                held[other] = max(held.get(other, -1), slot)
            if entry.header.type != SEAL:
                continue
            try:
                seal = require_seal(span, entry, held, count)
            except Refusal as wrong:
                raise blamed(entry, wrong) from None
            count = seal.n
            lines.append(seal_words(span, entry, seal))
    case.notes += lines[:NAMED]
    if len(lines) > NAMED:
        case.notes.append(f"and {len(lines) - NAMED} seals more")
    return f"{len(lines)} seals, each for the holders whom the charter names and for nobody else"


def require_seal(span: Span, entry: Entry, held: dict[int, int], count: int | None) -> Seal:
    """Return a seal. Raises Refusal unless it is the next after so many, its writer held what it
    names, and its circles are those of the charter (PROOF-188)."""
    seal = read_seal(payload_of(entry))
    if count is not None and seal.n != count + 1:
        raise Refusal("seal-number", f"seal {seal.n} after {count}")
    for other, slot in seal.slots:
        if slot > held.get(other, -1):
            raise Refusal("seal-slots", f"its writer does not hold slot {slot} of journal {other}")
    evidence, header = span.evidence, entry.header
    journal = evidence.journals[header.no % AUTHORITIES]
    if seal.circles != journal.circles_at(evidence.head(header.no, header.seq)):
        raise Refusal("seal-holders", "its shares are not for the holders in the charter")
    return seal


def seal_words(span: Span, entry: Entry, seal: Seal) -> str:
    """Return one seal in words."""
    no = entry.header.no
    wanted = (f"{least} of {len(keys)} {ROLE_NAMES[role]}" for role, least, keys in seal.circles)
    return (
        f"{entry.header.place}: seal {seal.n} of {span.evidence.party_name(no % AUTHORITIES)}, "
        f"{day_of(seal.day)}, words of {len(seal.slots)} entries, for {' and '.join(wanted)}"
    )


def day_of(day: int) -> str:
    """Return a UTC day since 1970 as 2026-12-01."""
    return moment(day * DAY).partition("T")[0]


def claim_opened(span: Span, case: Case) -> str:
    """PROOF-189: every opening stands under a warrant of as many as the charter wants."""
    evidence = span.evidence
    found = in_order(each for each in span.shown() if each.header.type == OPENING)
    for entry in found:
        header = entry.header
        try:
            writer = evidence.writer(header.no)
            order, signers = require_warrant(
                payload_of(entry),
                evidence.journals[writer.party],
                mode=writer.mode,
                head=evidence.head(header.no, header.seq),
                time=header.time,
            )
        except Refusal as wrong:
            raise blamed(entry, wrong) from None
        names = ", ".join(each.name for each in signers)
        text = f"{evidence.party_name(writer.party)} opened {order_words(order)}"
        case.notes.append(f"{entry.header.place}: {text}, ordered by {names}: {order.purpose}")
    return f"{len(found)}, each ordered by as many holders as the charter wants"


def order_words(order: Order) -> str:
    """Return what a warrant names, in words."""
    days = day_of(order.first)
    if order.last != order.first:
        days = f"{days} to {day_of(order.last)}"
    labels = ", ".join(map(str, order.labels))
    return f"the words of {days}, {f'fields {labels}' if labels else 'all fields'}"
