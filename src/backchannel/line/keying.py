"""What the signer and the officers do to the keys of a line: epochs, prekeys, seals, consent.

This module must not draw or seal anything itself: chance and private keys come with the events.
"""

from backchannel.errors import OfficerError
from backchannel.line.events import Consented, EpochSealed, KeySealed, PrekeySigned
from backchannel.line.recipients import recipients
from backchannel.line.speak import (
    Words,
    append,
    may_speak,
    open_epoch,
    require_voice,
    seal_direct,
    tell,
)
from backchannel.line.state import OwnPrekey
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType
from backchannel.wire.payload import (
    Happening,
    LineEvent,
    Offer,
    Prekey,
    pack_offer,
    pack_prekey,
)
from backchannel.wire.primitives import xwing_public
from backchannel.wire.statement import Precedence


def on_epoch(work: Work, event: EpochSealed) -> None:
    """Offer the epoch whose seed the signer has sealed, unless the readers changed meanwhile."""
    wanted = tuple((j.no, j.prekey.n) for j in recipients(work, event.mode) if j.prekey)
    own = work.own(event.mode)
    got = tuple((seal.no, seal.n) for seal in event.seals)
    if not may_speak(work, event.mode) or wanted != got or event.epoch != own.offered + 1:
        return
    generation = max(work.state.secrets.courier, default=0)
    payload = pack_offer(Offer(event.epoch, generation, event.seals))
    epoch = open_epoch(work, event.mode, event.epoch, event.seed)
    append(work, event.mode, Words(EntryType.OFFER, payload), offer=epoch)


def on_prekey(work: Work, event: PrekeySigned) -> None:
    """Publish our next prekey, unless another was published meanwhile."""
    own = work.own(event.mode)
    if not may_speak(work, event.mode) or event.n != (own.prekey.n + 1 if own.prekey else 1):
        return
    public = xwing_public(event.private)
    prekey = Prekey(event.n, public, event.since, event.until, event.signature)
    made = OwnPrekey(event.n, event.private, work.at.elapsed, own.seq + 1)
    work.set_hand(event.mode, prekeys=(*work.hand(event.mode).prekeys, made))
    words = Words(EntryType.PREKEY, pack_prekey(prekey), precedence=Precedence.IMMEDIATE)
    append(work, event.mode, words)


def on_key(work: Work, event: KeySealed) -> None:
    """Send a frame under the fresh key that the signer has sealed directly."""
    seal_direct(work, (event.no, event.seq), event.frame, key=event.key, seals=event.seals)


def on_consent(work: Work, event: Consented) -> None:
    """Let a mode speak in epoch 0, and enter who allowed it (KEYS-30, NT68)."""
    if not work.state.secrets.courier:
        raise OfficerError("no-courier-package", "epoch 0 needs a courier package; none is held")
    require_voice(work, event.mode)
    work.consent[event.mode] = event.credential
    tell(work, event.mode, LineEvent(Happening.EPOCH_ZERO, (event.credential,)))
