"""Keys of boxes: chains forward, skipped boxes, and every name that goes into a derivation."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import ALDER, seed
from tests.exchange import open_line
from tests.line.hostile import Hostile

from backchannel.errors import JunkError
from backchannel.limits import EPOCH_ENVELOPES_MAX, SKIPPED_KEYS_MAX
from backchannel.line.epochs import (
    advance,
    courier_keys,
    direct_info,
    find_key,
    first_chain,
    key_at,
    key_context,
    message_key,
    next_chain,
    offer_info,
    prekey_private,
    seal_for,
)
from backchannel.line.state import InEpoch, OutEpoch, Secrets
from backchannel.wire.codec import decode, encode
from backchannel.wire.envelope import Envelope, Form, Seal
from backchannel.wire.ids import JournalId, LineId

LINE, SENDER, READER = LineId(seed("line")), JournalId(seed("sender")), JournalId(seed("reader"))
CONTEXT = key_context(LINE, SENDER, 3)
CK_0 = first_chain(seed("courier"), seed("epoch seed"))


def expand(key: bytes, info: bytes) -> bytes:
    return hmac.digest(key, info + b"\x01", "sha256")


def message_keys(count: int) -> list[bytes]:
    """MK_0 to MK_count-1, by the standard library alone."""
    chain, keys = CK_0, []
    for _ in range(count):
        keys.append(expand(chain, b"msg" + CONTEXT))
        chain = expand(chain, b"next" + CONTEXT)
    return keys


def test_the_schedule_is_hmac_all_the_way_down() -> None:
    """KEYS-11 to KEYS-14."""
    assert hmac.digest(seed("courier"), seed("epoch seed"), hashlib.sha256) == CK_0
    assert LINE + SENDER + bytes.fromhex("00000003") == CONTEXT
    assert message_key(CK_0, CONTEXT) == message_keys(1)[0]
    assert message_key(next_chain(CK_0, CONTEXT), CONTEXT) == message_keys(2)[1]
    prk = hmac.digest(LINE, seed("package"), "sha256")
    assert courier_keys(LINE, seed("package"), 7) == expand(prk, b"epoch\x00\x07")


def test_infos_name_who_seals_what_to_whom() -> None:
    """KEYS-12, KEYS-22, NT4: for another recipient nothing opens."""
    info = offer_info(LINE, SENDER, 3, recipient=READER, n=2, generation=1)
    numbers = bytes.fromhex("000000020001")
    assert info == b"bc/epoch" + LINE + SENDER + bytes.fromhex("00000003") + READER + numbers
    direct = direct_info(LINE, 17, recipient=READER, n=2)
    assert direct == b"bc/seal" + LINE + b"\x00\x11" + READER + bytes.fromhex("00000002")
    # The largest numbers that a parser lets in have their places.
    offer_info(LINE, SENDER, 2**32 - 1, recipient=READER, n=2**32 - 1, generation=65_535)
    direct_info(LINE, 65_535, recipient=READER, n=2**32 - 1)


def test_epoch_zero_is_one_context_under_every_generation() -> None:
    """KEYS-23: its chains differ by the package."""
    assert key_context(LINE, SENDER, -5) == key_context(LINE, SENDER, 0)


def test_a_sender_spends_each_key_once() -> None:
    """KEYS-14."""
    epoch = OutEpoch(3, 9, CK_0, 0, (17,), 0)
    keys = []
    for index in range(4):
        assert epoch.index == index
        key, epoch = advance(epoch, CONTEXT)
        keys.append(key)
    assert keys == message_keys(4)


@given(st.permutations(range(8)))
def test_boxes_open_once_in_any_order(order: list[int]) -> None:
    """KEYS-28, NT71."""
    wanted = message_keys(8)
    chain = InEpoch(CK_0, 0, 0)
    for index in order:
        key, chain = key_at(chain, index, CONTEXT)
        assert key == wanted[index]
    assert chain.index == 8 and chain.skipped == {}
    for index in order:
        with pytest.raises(JunkError, match="box-spent"):
            key_at(chain, index, CONTEXT)


def test_who_was_silent_for_long_takes_up_the_newest_box() -> None:
    """KEYS-28, I18: keys of the newest skipped boxes are kept, and no more."""
    far = SKIPPED_KEYS_MAX + 100
    key, chain = key_at(InEpoch(CK_0, 0, 0), far, CONTEXT)
    assert key == message_keys(far + 1)[far]
    assert len(chain.skipped) == SKIPPED_KEYS_MAX
    assert min(chain.skipped) == 100
    _, chain = key_at(chain, far + 4, CONTEXT)
    assert len(chain.skipped) == SKIPPED_KEYS_MAX and min(chain.skipped) == 103
    late, chain = key_at(chain, far - 1, CONTEXT)
    assert late == message_keys(far)[far - 1]
    with pytest.raises(JunkError, match="box-spent"):
        key_at(chain, 99, CONTEXT)


def test_an_index_beyond_any_epoch_costs_nothing() -> None:
    """KEYS-28, NT61: a claimed number must not keep us busy."""
    key_at(InEpoch(CK_0, 0, 0), EPOCH_ENVELOPES_MAX, CONTEXT)
    for index in (EPOCH_ENVELOPES_MAX + 1, 2**48):
        with pytest.raises(JunkError, match="index-too-far"):
            key_at(InEpoch(CK_0, 0, 0), index, CONTEXT)


def test_seals_are_looked_up_by_journal() -> None:
    """KEYS-12."""
    seals = (Seal(16, 1, b""), Seal(33, 2, b""))
    assert seal_for(seals, 33).n == 2
    with pytest.raises(JunkError, match="not-for-us"):
        seal_for(seals, 17)


def test_a_prekey_that_is_gone_opens_nothing() -> None:
    """NT1, NT92."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    own = alder.own()
    assert len(prekey_private(alder.state.secrets, own, 1)) == 96
    with pytest.raises(JunkError, match="prekey-erased"):
        prekey_private(alder.state.secrets, own, 2)


def test_an_envelope_finds_its_key_or_a_reason() -> None:
    """KEYS-20 to KEYS-23."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    sender, own, secrets = alder.journal(17), alder.own(), alder.state.secrets
    with_package = Secrets(secrets.hands, secrets.incoming, {2: seed("package 2")})

    def why(envelope: Envelope, *, keys: Secrets = secrets, known: bool = True) -> str:
        with pytest.raises(JunkError) as refused:
            find_key(exchange.cast.line, keys, envelope, sender=sender if known else None, own=own)
        return refused.value.reason

    epoch = Envelope(Form.EPOCH, 17, b"", epoch=77, index=1)
    zero = Envelope(Form.EPOCH_ZERO, 17, b"", epoch=2, index=0)
    assert why(epoch) == "unknown-epoch"
    assert why(epoch, known=False) == "unknown-journal"
    assert why(Envelope(Form.OFFER, 17, b"", payload=b"")) == "envelope-form"
    assert why(zero) == "no-courier-package"
    none = Envelope(Form.EPOCH_ZERO, 17, b"", epoch=0, index=0)
    assert why(none, keys=with_package) == "no-courier-package"
    found = find_key(exchange.cast.line, with_package, zero, sender=sender, own=own)
    assert (found.epoch, found.chain and found.chain.index) == (-2, 1)


def test_a_changed_seal_opens_nothing_and_leaves_nothing() -> None:
    """NT4, NT5: one byte of the ciphertext, and no partial state."""
    exchange = open_line()
    alder, birch = exchange.stations[ALDER], Hostile(exchange)
    raw = decode(birch.seal(b"whatever"))
    assert isinstance(raw, tuple)
    form, no, ((to, n, sealed),), box = raw  # type: ignore[misc]
    assert isinstance(sealed, bytes)
    before = alder.state.secrets
    for place in (0, 1_100, 1_150):
        spoilt = bytearray(sealed)
        spoilt[place] ^= 1
        envelope = encode((form, no, ((to, n, bytes(spoilt)),), box))  # type: ignore[arg-type]
        outcome = alder.arrive(envelope)
        assert isinstance(outcome, JunkError) and outcome.reason == "not-authentic"
    assert alder.state.secrets == before
