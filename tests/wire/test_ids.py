"""Ids: what each is the hash of (WIRE-8), computed here with the standard library alone."""

import hashlib

from backchannel.wire import ids
from backchannel.wire.ids import LineId

LINE = LineId(bytes(range(32)))


def tagged(tag: str, data: bytes) -> bytes:
    return hashlib.sha256(b"backchannel/1/" + tag.encode() + b"\0" + data).digest()


def test_each_id_is_the_hash_of_its_object() -> None:
    """WIRE-8."""
    assert ids.charter_id(b"charter") == tagged("charter", b"charter")
    assert ids.entry_id(b"header") == tagged("entry", b"header")
    assert ids.payload_hash(b"payload") == tagged("payload", b"payload")
    assert ids.credential_id(b"body") == tagged("credential", b"body")
    assert ids.key_id(b"key") == tagged("key", b"key")


def test_a_journals_id_names_line_party_kind_key_and_nonce() -> None:
    """WIRE-8, NT22, NT73: another line, party or mode is another journal."""
    public, nonce = bytes(32), bytes(16)
    made = ids.journal_id(LINE, 1, 2, public=public, nonce=nonce)
    assert made == tagged("journal", LINE + b"\x01\x02" + public + nonce)
    others = (
        ids.journal_id(LineId(bytes(32)), 1, 2, public=public, nonce=nonce),
        ids.journal_id(LINE, 0, 2, public=public, nonce=nonce),
        ids.journal_id(LINE, 1, 1, public=public, nonce=nonce),
        ids.journal_id(LINE, 1, 2, public=b"x" * 32, nonce=nonce),
        ids.journal_id(LINE, 1, 2, public=public, nonce=b"x" * 16),
    )
    assert len({made, *others}) == 6
    assert ids.authority_journal_id(LINE, 1) == tagged("journal", LINE + b"\x01\x00" + bytes(48))


def test_a_statements_id_covers_line_and_mode() -> None:
    """WIRE-8, NT74: the same bytes in another mode are another statement."""
    assert ids.statement_id(LINE, 1, b"bytes") == tagged("statement", LINE + b"\x01bytes")
    assert ids.statement_id(LINE, 2, b"bytes") != ids.statement_id(LINE, 1, b"bytes")
