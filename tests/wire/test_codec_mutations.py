"""BC-CBOR under chance and accident: three decoders must agree on every byte string.

The second decoder is written out below from the specification; the third is cbor2, which is laxer
and is therefore asked only about what the strict ones accept.
"""

import random

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backchannel.errors import JunkError
from backchannel.limits import DEPTH_MAX
from backchannel.wire.codec import Value, decode, decode_array, encode

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**64), 2**64 - 1),
    st.sampled_from([0, 23, 24, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, -24, -25]),
    st.binary(max_size=300),
    st.text(max_size=80),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5).map(tuple),
        st.dictionaries(st.integers(0, 2**64 - 1), inner, max_size=4),
    ),
    max_leaves=20,
)


def depth(value: Value) -> int:
    if isinstance(value, tuple):
        return 1 + max(map(depth, value), default=0)
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 0


@given(trees.filter(lambda tree: depth(tree) <= DEPTH_MAX))
def test_values_come_back(value: Value) -> None:
    """WIRE-1 to WIRE-5; cbor2 reads the same value out of the same bytes."""
    data = encode(value)
    assert decode(data) == value
    assert textbook_decode(data) == value
    assert as_tuples(cbor2.loads(data)) == value


@given(st.binary(max_size=64))
@settings(max_examples=500)
def test_arbitrary_bytes_never_crash(data: bytes) -> None:
    agree_on(data)


def test_mutated_objects_keep_their_one_encoding() -> None:
    """WIRE-6: decode(x) accepted => encode(decode(x)) == x, over 20,000 mutations."""
    rng = random.Random(20_261_122)
    seeds = [
        encode((1, 17, 300, bytes(32), ((1, 4, bytes(32)),), 1_790_000_000, 1, 2, bytes(32))),
        encode({1: 1, 2: "BC1", 3: "Alder and Birch", 24: (None, True, -7), 256: {0: b"x"}}),
        encode((b"\x07" * 16, (None, "söme text", 1, False, (1, 2, 3), b"", 70_000, {}))),
        b"\x81" * 7 + b"\x80",
        b"\x81" * 7 + b"\xa0",
    ]
    accepted = sum(agree_on(mutate(rng, rng.choice(seeds))) for _ in range(20_000))
    assert 1_000 < accepted < 19_000


def mutate(rng: random.Random, data: bytes) -> bytes:
    """Return the data after one to three small accidents."""
    copy = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(copy) + 1)
        accident = rng.randrange(4)
        if accident == 0 and at < len(copy):
            copy[at] ^= 1 << rng.randrange(8)
        elif accident == 1 and at < len(copy):
            copy[at] = rng.choice((0, 0x18, 0x40, 0x5F, 0x80, 0x81, 0xA0, 0xC1, 0xF6, 0xF9, 0xFF))
        elif accident == 2:
            copy.insert(at, rng.randrange(256))
        elif len(copy) > 1:
            del copy[min(at, len(copy) - 1)]
    return bytes(copy)


def agree_on(data: bytes) -> bool:
    """Assert that three decoders agree on the data; say whether they accept it."""
    try:
        value = decode(data)
    except JunkError:
        with pytest.raises(ValueError):
            textbook_decode(data)
        return False
    assert encode(value) == data
    assert textbook_decode(data) == value
    assert as_tuples(cbor2.loads(data)) == value
    if data[0] >> 5 == 4:
        values, slices = decode_array(data)
        assert values == value
        assert [decode(part) for part in slices] == list(values)
    return True


def as_tuples(value: object) -> object:
    if isinstance(value, list | tuple):
        return tuple(as_tuples(item) for item in value)
    if isinstance(value, dict):
        return {key: as_tuples(item) for key, item in value.items()}
    return value


# --- A second opinion, written from the specification without an eye to speed --------------------


def textbook_decode(data: bytes) -> object:
    """Return the value of one object. Raises ValueError."""
    if len(data) > 65_536:
        raise ValueError("object")
    value, rest = textbook_value(data, 0)
    if rest:
        raise ValueError("rest")
    return value


def textbook_value(data: bytes, depth: int) -> tuple[object, bytes]:
    if not data:
        raise ValueError("end")
    if data[0] in (0xF4, 0xF5, 0xF6):
        return {0xF4: False, 0xF5: True, 0xF6: None}[data[0]], data[1:]
    major, number, rest = textbook_head(data)
    if major in (0, 1):
        return (number if major == 0 else -1 - number), rest
    if major in (2, 3):
        if len(rest) < number or (major == 3 and number > 32_768):
            raise ValueError("string")
        return (rest[:number] if major == 2 else rest[:number].decode()), rest[number:]
    if number > 1_024 or depth == 8:
        raise ValueError("container")
    items: list[object] = []
    for _ in range(number if major == 4 else 2 * number):
        item, rest = textbook_value(rest, depth + 1)
        items.append(item)
    if major == 4:
        return tuple(items), rest
    keys = items[::2]
    if any(type(key) is not int or key < 0 for key in keys):
        raise ValueError("key")
    if keys != sorted(set(keys)):  # type: ignore[type-var]
        raise ValueError("order")
    return dict(zip(keys, items[1::2], strict=True)), rest


def textbook_head(data: bytes) -> tuple[int, int, bytes]:
    major, info = divmod(data[0], 32)
    if major > 5 or info > 27:
        raise ValueError("head")
    if info < 24:
        return major, info, data[1:]
    width = 2 ** (info - 24)
    number = int.from_bytes(data[1 : 1 + width], "big")
    if len(data) < 1 + width or number < (24, 2**8, 2**16, 2**32)[info - 24]:
        raise ValueError("argument")
    return major, number, data[1 + width :]
