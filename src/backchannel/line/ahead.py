"""Reading ahead: what a batch holds, read for all of its events before the first is handled.

One kind of work after the other keeps the processor's caches warm. This module must not change a
state or refuse an event: it fills the readings, and what it cannot read is left for the event's own
turn to refuse.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from backchannel.errors import JunkError
from backchannel.line.epochs import Found, key_at, key_context
from backchannel.line.events import Arrived, Event, Released
from backchannel.line.forks import signed_of
from backchannel.line.journal import read
from backchannel.line.readings import Check, Opened, Read, Stated, read_stated
from backchannel.line.state import InEpoch, Journal
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Envelope, Form, open_envelope, parse_envelope
from backchannel.wire.signing import Purpose, require_signature
from backchannel.wire.statement import content_root, parse_statement

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


class Keyed(msgspec.Struct, frozen=True, gc=False):
    """An envelope and its key, if its epoch's chain stands at `before` when its turn comes."""

    raw: bytes
    envelope: Envelope
    before: InEpoch
    found: Found


def read_ahead(work: Work, events: Sequence[Event]) -> None:
    """Read what the events of a batch hold, as far as it can be read before their turn."""
    readings = work.readings
    new = open_all(work, [event.envelope for event in events if type(event) is Arrived])
    said = [got for got in new if got.header.type == EntryType.STATEMENT]
    released = [event for event in events if type(event) is Released]
    checks = [check_of(work, got) for got in new]
    for got, stated in each(said, lambda got: read_stated(got.frame.payload or b"")):
        readings.payloads[got.frame.payload or b""] = stated
        checks += checks_of(work, work.journals[got.header.no], stated)
    for event, statement in each(released, lambda event: parse_statement(event.statement)):
        readings.statements[event.statement] = statement
        stated = Stated(event.statement, event.signatures, statement)
        if event.mode in work.current:
            checks += checks_of(work, work.own(event.mode), stated)
    contents = [got.frame.content for got in said if got.frame.content is not None]
    contents += [event.content for event in released]
    readings.roots.update(each(contents, content_root))
    held = each(checks, lambda check: require_signature(*check))
    readings.verified.update({check[1]: check for check, _ in held})


def each(
    items: Iterable[ItemT], function: Callable[[ItemT], ResultT]
) -> list[tuple[ItemT, ResultT]]:
    """Return items with what a function makes of them, without those that are junk to it."""
    made = []
    for item in items:
        try:
            made.append((item, function(item)))
        except JunkError:
            continue
    return made


def open_all(work: Work, raws: Iterable[bytes]) -> list[Read]:
    """Open those envelopes whose epoch we hold; return the frames that lie beyond what we hold."""
    keyed = find_keys(work, each(raws, parse_envelope))
    frames = each(keyed, lambda k: open_envelope(work.line, k.found.key, k.envelope))
    new = []
    for (k, _), got in each(frames, lambda frame: read(frame[1])):
        work.readings.opened[k.raw] = Opened(k.envelope, k.before, k.found, got)
        journal = work.journals.get(got.header.no)
        if journal is not None and got.header.seq > journal.seq:
            new.append(got)
    return new


def find_keys(work: Work, envelopes: Iterable[tuple[bytes, Envelope]]) -> Iterator[Keyed]:
    """Yield the keys of boxes that come in the order of their indices, as nearly all do."""
    chains: dict[tuple[int, int], InEpoch] = {}
    for raw, envelope in envelopes:
        place = envelope.no, envelope.epoch
        sender = work.journals.get(envelope.no)
        before = chains.get(place) or work.incoming.get(place[0], {}).get(place[1])
        if envelope.form != Form.EPOCH or sender is None or before is None:
            continue
        if envelope.index == before.index:
            context = key_context(work.line, sender.id, envelope.epoch)
            key, after = key_at(before, envelope.index, context)
            chains[place] = after
            yield Keyed(raw, envelope, before, Found(key, envelope.epoch, after))


def check_of(work: Work, got: Read) -> Check:
    """Return the check of the signature under an entry."""
    journal, part = work.journals[got.header.no], signed_of(got.frame)
    context = work.context(Purpose.ENTRY, journal.mode)
    return journal.public, part.signature, context, part.header


def checks_of(work: Work, journal: Journal, stated: Stated) -> list[Check]:
    """Return the checks of the signatures under a statement, of those officers that we know."""
    context = work.context(Purpose.STATEMENT, journal.mode)
    known = [work.authorities[journal.party].credentials.get(s) for s in stated.statement.signers]
    return [
        (issued.credential.ed25519, signature, context, stated.raw)
        for issued, signature in zip(known, stated.signatures, strict=False)
        if issued is not None and issued.credential.ed25519 is not None
    ]
