"""The examples in the pages of the specification against the code."""

from pathlib import Path

from tests.specimens import CONTENT, FRAME, HEADER, JOURNAL, LINE, PAYLOAD, STATEMENT

from backchannel.line import epochs
from backchannel.wire import envelope as sealed
from backchannel.wire.ids import (
    entry_id,
    payload_hash,
    statement_id,
)
from backchannel.wire.primitives import sha256
from backchannel.wire.signing import Mode
from backchannel.wire.statement import (
    content_root,
)

SPEC = Path(__file__).parents[1] / "docs" / "spec"


def page(name: str) -> str:
    """The text of a page without any space."""
    return "".join((SPEC / name).read_text().split())


def test_the_record_page_shows_what_the_code_makes() -> None:
    """RECORD-1, RECORD-20, RECORD-25, RECORD-27, RECORD-40."""
    shown = page("record.md")
    made = (
        STATEMENT,
        content_root(CONTENT),
        statement_id(LINE, Mode.REAL, STATEMENT),
        HEADER,
        entry_id(HEADER),
        payload_hash(PAYLOAD),
        sha256(FRAME),
    )
    assert [each.hex() for each in made if each.hex() not in shown] == []


def test_the_keys_page_shows_what_the_code_makes() -> None:
    """KEYS-11, KEYS-13, KEYS-14, KEYS-23, KEYS-24."""
    courier = epochs.courier_keys(LINE, b"\x66" * 32, 1)
    context = epochs.key_context(LINE, JOURNAL, 1)
    start = epochs.first_chain(courier, b"\x55" * 32)
    second = epochs.next_chain(start, context)
    key = epochs.message_key(second, context)
    empty = sealed.Envelope(sealed.Form.EPOCH, 16, b"", epoch=1, index=1)
    zero = epochs.first_chain(courier, bytes(32))
    made = (
        JOURNAL,
        courier,
        start,
        epochs.message_key(start, context),
        second,
        key,
        epochs.next_chain(second, context),
        sealed.additional_data(LINE, empty),
        sha256(sealed.seal_envelope(LINE, key, empty, FRAME)),
        epochs.first_chain(bytes(32), b"\x55" * 32),
        zero,
        epochs.message_key(zero, epochs.key_context(LINE, JOURNAL, 0)),
    )
    shown = page("keys.md")
    assert [each.hex() for each in made if each.hex() not in shown] == []


# --- The objects ----------------------------------------------------------------------------------
