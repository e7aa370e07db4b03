"""What a disclosure does not open nobody reads out of it: no salt, no key, no lucky guess (NT46).

The file is the product's own, made of a real record, and the guesser has all of its bytes.
"""

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.cast import ALDER, BIRCH
from tests.exchange import open_line
from tests.line.test_minutes import order
from tests.station.shelf import WRAP_KEY, Talk, shelve

from backchannel.proof.disclosure import KIND, FieldsPiece, parse_disclosure
from backchannel.station.disclosing import Wanted, disclosure_of
from backchannel.station.judging import Record
from backchannel.store import queries
from backchannel.wire.codec import Value, encode
from backchannel.wire.ids import EntryId
from backchannel.wire.primitives import field_salts, tagged_hash
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, parse_content

OPENED = (3, 21)
# What each hidden field could well be: few values, all of which a guesser can try.
LIKELY: dict[int, tuple[Value, ...]] = {
    1: (0, 1),
    2: ("en", "fr"),
    16: (None, ("ack", None)),
}

Made = tuple[bytes, Content, Record]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A disclosure of a message that was acknowledged and cosigned, its content, the record."""
    talk = Talk(open_line())
    entry = talk.say(ALDER, "Our boats are fishermen.")
    talk.ack(entry)
    talk.say(BIRCH, "We have seen them.")
    order(talk.exchange.stations[ALDER])
    talk.exchange.run()
    record = shelve(tmp_path_factory.mktemp("undisclosed"), talk.exchange)
    custody = record.custody
    content = parse_content(
        queries.content(custody.database, custody.line, entry, wrap_key=WRAP_KEY)
    )
    wanted = Wanted(Mode.REAL, b"", EntryId(entry), OPENED, "for a test")
    return disclosure_of(record, wanted), content, record


def fields_of(raw: bytes) -> FieldsPiece:
    """What of the content the file opens."""
    (found,) = (each for each in parse_disclosure(raw).pieces if isinstance(each, FieldsPiece))
    return found


def windows(raw: bytes, size: int) -> Iterator[bytes]:
    """Every run of so many bytes."""
    return (raw[at : at + size] for at in range(len(raw) - size + 1))


def test_only_the_salts_of_opened_fields_are_there(made: Made) -> None:
    """PROOF-32: not that of the content, from which every field's could be derived."""
    raw, content, _ = made
    assert content.salt not in raw
    for label, salt in enumerate(field_salts(content.salt, len(content.values)), 1):
        assert (salt in raw) == (label in OPENED), label


def test_no_run_of_bytes_is_a_salt_that_opens_a_hidden_field(made: Made) -> None:
    """PROOF-32, NT46: every likely value, under every salt that the file could hold."""
    raw, content, _ = made
    commitments = set(fields_of(raw).commitments)
    found = {
        label
        for run in set(windows(raw, len(content.salt)))
        for label in LIKELY
        for salt in (run, derived(run, label))
        if not commitments.isdisjoint(guesses(label, salt))
    }
    assert found == set()
    # With the right salts the guesses are right: so it is these that are missing.
    salts = field_salts(content.salt, len(content.values))
    for label in LIKELY:
        assert not commitments.isdisjoint(guesses(label, salts[label - 1]))


def guesses(label: int, salt: bytes) -> list[bytes]:
    """What a field would be committed to as, for each of its likely values."""
    return [tagged_hash("field", encode((label, salt, value))) for value in LIKELY[label]]


def derived(salt: bytes, label: int) -> bytes:
    """The salt of a field, if these were that of a content (RECORD-25)."""
    return hmac.digest(salt, b"bc/salt" + bytes([label]), hashlib.sha256)[:16]


def secrets_of(value: object) -> Iterator[bytes]:
    """Every key in a value, however deep."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from secrets_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from secrets_of(each)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            # The id of a credential is public, and so is the name of an epoch.
            if name not in ("credential", "numbers"):
                yield from secrets_of(getattr(value, name))


def test_no_key_of_the_station_is_there(made: Made) -> None:
    """PROOF-32: nor one under which words lie at rest."""
    raw, _, record = made
    keys = [key for key in secrets_of(record.state.secrets) if len(key) >= 16]
    assert len(keys) >= 6
    for key in (*keys, WRAP_KEY):
        assert key not in raw and key[:16] not in raw


def test_other_words_of_the_record_are_not_there(made: Made, tmp_path: Path) -> None:
    """PROOF-31: neither those of the answer, nor what else was said on the line."""
    raw, _, _ = made
    assert raw.startswith(b"backchannel/1/" + KIND.encode())
    assert b"Our boats are fishermen." in raw and b"We have seen them." not in raw
