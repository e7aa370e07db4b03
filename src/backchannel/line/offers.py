"""Others' offers: the epoch that each opens for us, kept or refused.

An offer is judged by what its writer had seen, never by what came later, so that all agree. This
module must not spend an index. Clauses: KEYS-18, KEYS-19, KEYS-28.
"""

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import INCOMING_EPOCHS_MAX, PARTIES_MAX, REFUSALS_AN_HOUR_MAX
from backchannel.line.epochs import (
    NO_COURIER,
    Found,
    first_chain,
    key_context,
    next_chain,
    offer_info,
    prekey_private,
    seal_for,
)
from backchannel.line.hours import OFFER_REFUSED, is_among, key_of
from backchannel.line.recipients import may_read
from backchannel.line.state import InEpoch, Journal
from backchannel.line.work import Work
from backchannel.wire.entry import Header
from backchannel.wire.ids import EntryId
from backchannel.wire.payload import Happening, LineEvent, Offer
from backchannel.wire.primitives import hpke_open


def start_of(work: Work, sender: Journal, offer: Offer, own: Journal) -> bytes:
    """Return CK_0 of an epoch that was offered to our journal `own`. Raises JunkError (KEYS-13)."""
    seal = seal_for(offer.seals, own.no)
    courier = work.state.secrets.courier.get(offer.generation) if offer.generation else NO_COURIER
    if courier is None:
        raise JunkError("no-courier-package", f"generation {offer.generation}")
    info = offer_info(
        work.line,
        sender.id,
        offer.epoch,
        recipient=own.id,
        n=seal.n,
        generation=offer.generation,
    )
    private = prekey_private(work.secrets(), own, seal.n)
    return first_chain(courier, hpke_open(private, seal.sealed, info))


def take_up(work: Work, sender: Journal, entry: EntryId, offer: Offer) -> None:
    """Judge an offer that was just accepted, and keep its epoch or enter why it was refused.

    `sender` stands at it. It may have come in any envelope; one that is not for us, or whose
    prekey is gone, opens nothing here (KEYS-19).
    """
    if sender.no in work.ours or sender.mode not in work.current:
        return
    try:
        if entry not in work.opened:
            work.opened[entry] = start_of(work, sender, offer, work.own(sender.mode))
    except JunkError:
        return
    reason = refusal(work, sender, offer, {no: head[1] for no, head in sender.seen.items()})
    if reason and is_among(work, key_of(OFFER_REFUSED, sender.no), REFUSALS_AN_HOUR_MAX):
        work.told.append(LineEvent(Happening.OFFER_REFUSED, (entry, reason)))
    if not reason:
        admit(work, sender, entry, offer)


def take_up_early(
    work: Work, sender: Journal, header: Header, entry: EntryId, offer: Offer
) -> None:
    """Keep the epoch of an offer that waits behind a gap: boxes of it may come before the rest.

    `sender` does not stand at it yet, so what was seen in the gap is not known.
    """
    seen = {no: head[1] for no, head in sender.seen.items()}
    seen.update((no, seq) for no, seq, _ in header.seen)
    if not refusal(work, sender, offer, seen):
        admit(work, sender, entry, offer)


def admit(work: Work, sender: Journal, entry: EntryId, offer: Offer) -> None:
    """Keep an offered epoch: the newest few of a sender. Its box 0 was the offer itself."""
    if offer.epoch not in work.incoming.get(sender.no, {}):
        context = key_context(work.line, sender.id, offer.epoch)
        following = next_chain(work.opened[entry], context)
        remember(work, sender.no, Found(b"", offer.epoch, InEpoch(following, 1, work.at.elapsed)))
    known = work.journals[sender.no]
    uses = max(known.uses, seal_for(offer.seals, work.own(sender.mode).no).n)
    work.journals[sender.no] = msgspec.structs.replace(known, uses=uses)


def refusal(work: Work, sender: Journal, offer: Offer, seen: dict[int, int]) -> str:
    """Return why an offer is refused, or nothing: `seen` is what its writer had seen (KEYS-19).

    He had seen a newer prekey of ours (NT1), or seals to who might not read then (NT95).
    """
    own = work.own(sender.mode)
    n = seal_for(offer.seals, own.no).n
    if own.prekey is not None and n < own.prekey.n and seen.get(own.no, -1) >= own.prekey.seq:
        return "prekey-superseded"
    for seal in offer.seals:
        upto = seen.get(seal.no % PARTIES_MAX, -1)
        if not may_read(work, seal.no, mode=sender.mode, upto=upto):
            return "recipient-may-not-read"
    return ""


def remember(work: Work, no: int, found: Found) -> None:
    """Keep the chain of another's epoch as it stands after a box was opened (KEYS-28)."""
    assert found.chain is not None and found.epoch is not None
    chains = {**work.incoming.get(no, {}), found.epoch: found.chain}
    while len(chains) > INCOMING_EPOCHS_MAX:
        del chains[min(chains)]
    work.incoming[no] = chains
