"""Secrets at rest: each kind under a key of its own, bound to what it belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store import samples as s

from backchannel.errors import CustodyError
from backchannel.store.sealing import (
    join_frame,
    open_content,
    open_secrets,
    seal_secrets,
    split_frame,
    wrap_content_keys,
    wrap_of,
)
from backchannel.wire.envelope import Frame, pack_frame, parse_frame
from backchannel.wire.ids import LineId

WRAP = wrap_of(s.LINE, s.WRAP_KEY)
OTHERS = (
    wrap_of(s.LINE, s.digest("another key")),
    wrap_of(LineId(s.digest("another line")), s.WRAP_KEY),
)
ENTRY = s.entry_id(s.OURS, 0)


def test_each_kind_has_a_key_of_its_own() -> None:
    keys = {WRAP.secrets, WRAP.content_key, WRAP.frame_content, s.WRAP_KEY}
    assert len(keys) == 4


def test_secrets_open_with_their_version_and_core_only() -> None:
    box = seal_secrets(WRAP, s.secrets(3), bytes(12), version=3, core=b"core")
    assert open_secrets(WRAP, box, version=3, core=b"core") == s.secrets(3)
    strange = [(other, 3, b"core") for other in OTHERS]
    for wrap, version, core in [(WRAP, 4, b"core"), (WRAP, 3, b"c"), *strange]:
        with pytest.raises(CustodyError, match="secrets-unopened"):
            open_secrets(wrap, box, version=version, core=core)


def test_words_open_with_the_key_of_their_entry_only() -> None:
    row = s.content(s.OURS, 0)
    (wrapped,) = wrap_content_keys(WRAP, [(row.entry, row.key)])
    assert len(wrapped) == 48
    assert open_content(WRAP, row.entry, box=row.box, wrapped=wrapped) == s.words(s.OURS, 0)
    for wrap, entry in [(WRAP, s.entry_id(s.OURS, 1)), *((other, row.entry) for other in OTHERS)]:
        with pytest.raises(CustodyError, match="content-unopened"):
            open_content(wrap, entry, box=row.box, wrapped=wrapped)


@given(st.none() | st.binary(max_size=300), st.none() | st.binary(max_size=300))
def test_a_frame_comes_together_as_it_was(payload: bytes | None, content: bytes | None) -> None:
    raw = pack_frame(Frame(b"header", bytes(64), payload, content, ((1, bytes(32), b"beside"),)))
    bare, sealed = split_frame(WRAP, ENTRY, raw)
    assert parse_frame(bare).content is None
    assert join_frame(WRAP, ENTRY, bare=bare, sealed=sealed) == raw


def test_a_frame_needs_its_own_key_for_its_words() -> None:
    bare, sealed = split_frame(WRAP, ENTRY, s.frame(s.OURS, 0))
    for wrap, entry in [(WRAP, s.entry_id(s.OURS, 1)), *((other, ENTRY) for other in OTHERS)]:
        with pytest.raises(CustodyError, match="content-unopened"):
            join_frame(wrap, entry, bare=bare, sealed=sealed)
