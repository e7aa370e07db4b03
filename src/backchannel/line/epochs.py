"""Keys of boxes: epochs, their chains, and which key opens or seals an envelope.

Pure arithmetic on keys that are handed in; this module must not draw chance, and must not spend
an index before the frame inside has verified (KEYS-27). Clauses: KEYS-10 to KEYS-33.
"""

import msgspec

from backchannel.errors import JunkError
from backchannel.limits import EPOCH_ENVELOPES_MAX, SKIPPED_KEYS_MAX
from backchannel.line.state import InEpoch, Journal, OutEpoch, Secrets
from backchannel.wire.envelope import Envelope, Form, Seal
from backchannel.wire.ids import JournalId, LineId
from backchannel.wire.primitives import hkdf_expand, hkdf_extract, hpke_open

NO_COURIER = bytes(32)
NO_SEED = bytes(32)
EPOCH_ZERO = 0


class Found(msgspec.Struct, frozen=True, gc=False):
    """The key of one box, and what to remember once the frame inside has verified."""

    key: bytes
    epoch: int | None
    chain: InEpoch | None


def key_context(line: LineId, journal: JournalId, epoch: int) -> bytes:
    """Return ctx = line id | journal id | u32 epoch (KEYS-13).

    Epoch 0 under generation g is kept as -g, for each generation has a chain of its own.
    """
    return line + journal + max(epoch, EPOCH_ZERO).to_bytes(4, "big")


def first_chain(courier_key: bytes, seed: bytes) -> bytes:
    """Return CK_0 of an epoch (KEYS-13)."""
    return hkdf_extract(courier_key, seed)


def next_chain(chain: bytes, context: bytes) -> bytes:
    """Return CK_i+1 (KEYS-14)."""
    return hkdf_expand(chain, b"next" + context)


def message_key(chain: bytes, context: bytes) -> bytes:
    """Return MK_i (KEYS-14)."""
    return hkdf_expand(chain, b"msg" + context)


def courier_keys(line: LineId, package: bytes, generation: int) -> bytes:
    """Return K_epoch of a courier package of 32 bytes (KEYS-11)."""
    return hkdf_expand(hkdf_extract(line, package), b"epoch" + generation.to_bytes(2, "big"))


def offer_info(
    line: LineId, sender: JournalId, epoch: int, *, recipient: JournalId, n: int, generation: int
) -> bytes:
    """Return the HPKE info of one seal of an offer (KEYS-12)."""
    numbers = n.to_bytes(4, "big") + generation.to_bytes(2, "big")
    return b"bc/epoch" + line + sender + epoch.to_bytes(4, "big") + recipient + numbers


def direct_info(line: LineId, sender_no: int, *, recipient: JournalId, n: int) -> bytes:
    """Return the HPKE info of one direct seal (KEYS-22). By number: a first entry must open."""
    return b"bc/seal" + line + sender_no.to_bytes(2, "big") + recipient + n.to_bytes(4, "big")


def advance(epoch: OutEpoch, context: bytes) -> tuple[bytes, OutEpoch]:
    """Return MK_i of an epoch that we send in, and the epoch with i spent (KEYS-14)."""
    spent = msgspec.structs.replace(
        epoch, chain=next_chain(epoch.chain, context), index=epoch.index + 1
    )
    return message_key(epoch.chain, context), spent


def key_at(chain: InEpoch, index: int, context: bytes) -> tuple[bytes, InEpoch]:
    """Return MK of box `index` and the chain after it. Raises JunkError.

    Any box of an epoch may be skipped: who was silent for long takes up the newest one. Keys of
    the skipped are kept, SKIPPED_KEYS_MAX an epoch at most, the newest ones (KEYS-28).
    """
    if index < chain.index:
        return skipped_key(chain, index)
    if index - chain.index > EPOCH_ENVELOPES_MAX:
        raise JunkError("index-too-far", f"box {index}, we stand at {chain.index}")
    if index == chain.index:
        following = next_chain(chain.chain, context)
        return message_key(chain.chain, context), InEpoch(
            following, index + 1, chain.opened, chain.skipped
        )
    skipped = dict(chain.skipped)
    key = chain.chain
    for passed in range(chain.index, index):
        if index - passed <= SKIPPED_KEYS_MAX:
            skipped[passed] = message_key(key, context)
        key = next_chain(key, context)
    while len(skipped) > SKIPPED_KEYS_MAX:
        del skipped[next(iter(skipped))]
    after = InEpoch(next_chain(key, context), index + 1, chain.opened, skipped)
    return message_key(key, context), after


def skipped_key(chain: InEpoch, index: int) -> tuple[bytes, InEpoch]:
    """Return the kept key of a box that came late. Raises JunkError("box-spent") (KEYS-28)."""
    if index not in chain.skipped:
        raise JunkError("box-spent", "this box was opened before")
    left = {i: key for i, key in chain.skipped.items() if i != index}
    return chain.skipped[index], InEpoch(chain.chain, chain.index, chain.opened, left)


def find_key(
    line: LineId, secrets: Secrets, envelope: Envelope, *, sender: Journal | None, own: Journal
) -> Found:
    """Return the key that opens an envelope for our journal `own`. Raises JunkError.

    `sender` is the journal the envelope names, or None where we do not know it yet: then only a
    direct seal can be opened (KEYS-20 to KEYS-23).
    """
    if envelope.form == Form.DIRECT:
        return Found(open_direct(line, secrets, envelope, own), None, None)
    if sender is None:
        raise JunkError("unknown-journal", f"an envelope of journal {envelope.no}, not known here")
    if envelope.form == Form.EPOCH:
        return chained(line, secrets, envelope, sender)
    if envelope.form == Form.EPOCH_ZERO:
        return zeroth(line, secrets, envelope, sender)
    raise JunkError("envelope-form", "an offer is opened by its payload")


def chained(line: LineId, secrets: Secrets, envelope: Envelope, sender: Journal) -> Found:
    """Return the key of a box in an epoch that was offered to us. Raises JunkError."""
    chain = secrets.incoming.get(sender.no, {}).get(envelope.epoch)
    if chain is None:
        raise JunkError("unknown-epoch", f"epoch {envelope.epoch} of journal {sender.no}")
    context = key_context(line, sender.id, envelope.epoch)
    key, after = key_at(chain, envelope.index, context)
    return Found(key, envelope.epoch, after)


def zeroth(line: LineId, secrets: Secrets, envelope: Envelope, sender: Journal) -> Found:
    """Return the key of a box of epoch 0, from the courier package alone (KEYS-23, KEYS-30).

    Raises JunkError: generation 0 means that there is no package, and opens nothing.
    """
    courier = secrets.courier.get(envelope.epoch)
    if envelope.epoch == 0 or courier is None:
        raise JunkError("no-courier-package", f"generation {envelope.epoch}")
    chain = secrets.incoming.get(sender.no, {}).get(-envelope.epoch)
    if chain is None:
        chain = InEpoch(first_chain(courier, NO_SEED), 0, 0)
    key, after = key_at(chain, envelope.index, key_context(line, sender.id, EPOCH_ZERO))
    return Found(key, -envelope.epoch, after)


def open_direct(line: LineId, secrets: Secrets, envelope: Envelope, own: Journal) -> bytes:
    """Return the fresh key that a direct seal carries for us. Raises JunkError (KEYS-22)."""
    seal = seal_for(envelope.seals, own.no)
    info = direct_info(line, envelope.no, recipient=own.id, n=seal.n)
    return hpke_open(prekey_private(secrets, own, seal.n), seal.sealed, info)


def seal_for(seals: tuple[Seal, ...], no: int) -> Seal:
    """Return the seal for a journal number. Raises JunkError("not-for-us")."""
    for seal in seals:
        if seal.no == no:
            return seal
    raise JunkError("not-for-us", "no seal names this station's journal")


def prekey_private(secrets: Secrets, own: Journal, n: int) -> bytes:
    """Return the private part of prekey n of a journal of ours.

    Raises JunkError("prekey-erased") (NT1).
    """
    hand = secrets.hands[own.mode]
    for prekey in hand.former.get(own.no, hand.prekeys):
        if prekey.n == n:
            return prekey.private
    raise JunkError("prekey-erased", f"prekey {n} of journal {own.no} is no longer held")
