"""Turns values into BC-CBOR bytes and back; every value has one encoding (docs/spec/wire.md).

It must not know what a value means, mend damaged input, or set memory aside by a claimed length.
An accepted object is never encoded again: its bytes are its only encoding.

>>> encode((1, b"\\xca\\xfe", "Alder", None)).hex()
'840142cafe65416c646572f6'
"""

from collections.abc import Callable, Mapping, Sequence
from struct import Struct
from typing import NoReturn, TypeAlias

from backchannel.errors import JunkError
from backchannel.limits import ARRAY_ITEMS_MAX, DEPTH_MAX, OBJECT_BYTES_MAX, TEXT_BYTES_MAX

Value: TypeAlias = bool | int | bytes | str | tuple["Value", ...] | dict[int, "Value"] | None
Encodable: TypeAlias = (
    bool | int | bytes | str | Sequence["Encodable"] | Mapping[int, "Encodable"] | None
)

UINT, NEGATIVE, BYTES, TEXT, ARRAY, MAP = range(6)
FALSE, TRUE, NULL = b"\xf4", b"\xf5", b"\xf6"
CONSTANTS: dict[int, bool | None] = {0xF4: False, 0xF5: True, 0xF6: None}

# The lowest arguments that need 1, 2, 4 and 8 bytes after the first one (WIRE-2).
LEAST = (24, 1 << 8, 1 << 16, 1 << 32)
ARGUMENT_END = 1 << 64
ARGUMENTS = tuple(Struct(">" + width) for width in "BHIQ")
LONG_HEADS = tuple(Struct(">B" + width) for width in "BHIQ")


def make_head(major: int, argument: int) -> bytes:
    """Return the shortest head of a major type, 0 to 5, with an argument (WIRE-2).

    Raises AssertionError for an argument outside 0 to 2^64 - 1.
    """
    if not 0 <= argument < ARGUMENT_END:
        raise AssertionError(f"{argument} does not fit into 64 bits")
    first = major << 5
    if argument < 24:
        return bytes((first | argument,))
    step = 0 if argument < LEAST[1] else 1 if argument < LEAST[2] else 2 + (argument >= LEAST[3])
    return LONG_HEADS[step].pack(first | 24 + step, argument)


# Most arguments are small. A look-up replaces the arithmetic for all of them.
SMALL = 1_024
UINT_HEADS = tuple(make_head(UINT, n) for n in range(SMALL))
BYTES_HEADS = tuple(make_head(BYTES, n) for n in range(SMALL))
TEXT_HEADS = tuple(make_head(TEXT, n) for n in range(SMALL))
ARRAY_HEADS = tuple(make_head(ARRAY, n) for n in range(ARRAY_ITEMS_MAX + 1))
MAP_HEADS = tuple(make_head(MAP, n) for n in range(ARRAY_ITEMS_MAX + 1))


def bytes_head(length: int) -> bytes:
    """Return the head of a byte string of so many bytes, for who joins encodings by hand."""
    return BYTES_HEADS[length] if length < SMALL else make_head(BYTES, length)


def encode(value: Encodable) -> bytes:
    """Return the one encoding of a value; lists and tuples are arrays (WIRE-1 to WIRE-5).

    Raises AssertionError for a value outside the subset or beyond a limit: what we encode was
    checked before it came here, so that is a bug of ours and no input.
    """
    parts: list[bytes] = []
    if type(value) is tuple and len(value) <= ARRAY_ITEMS_MAX:  # as nearly all are
        parts.append(ARRAY_HEADS[len(value)])
        write_items(value, parts.append, DEPTH_MAX - 1)
    else:
        write_items((value,), parts.append, DEPTH_MAX)
    return join(parts)


def encode_array(encoded: Sequence[bytes]) -> bytes:
    """Return the encoding of an array whose values are encoded already (WIRE-3).

    Raises AssertionError beyond a limit. Depth is not looked at: no caller's values are deep.
    """
    if len(encoded) > ARRAY_ITEMS_MAX:
        refuse_size(len(encoded), DEPTH_MAX)
    return join((ARRAY_HEADS[len(encoded)], *encoded))


def join(parts: Sequence[bytes]) -> bytes:
    """Return the parts of one object, joined. Raises AssertionError if it is too long (WIRE-3)."""
    data = b"".join(parts)
    if len(data) > OBJECT_BYTES_MAX:
        raise AssertionError(f"object of {len(data)} bytes, at most {OBJECT_BYTES_MAX}")
    return data


def write_items(values: Sequence[Encodable], put: Callable[[bytes], None], room: int) -> None:
    """Hand the encodings of values to `put`; `room` containers may still open inside each other."""
    # Leaves are written in this loop and only containers recurse: a call costs more than a leaf.
    for value in values:
        if type(value) is int:
            put(UINT_HEADS[value] if 0 <= value < SMALL else make_integer(value))
        elif type(value) is bytes:
            length = len(value)
            put(BYTES_HEADS[length] if length < SMALL else make_head(BYTES, length))
            put(value)
        elif type(value) is str:
            put(make_text(value))
        elif value is None:
            put(NULL)
        elif value is False:
            put(FALSE)
        elif value is True:
            put(TRUE)
        elif isinstance(value, (tuple, list)):  # named tuples of values too
            length = len(value)
            if room == 0 or length > ARRAY_ITEMS_MAX:
                refuse_size(length, room)
            put(ARRAY_HEADS[length])
            if length:
                write_items(value, put, room - 1)
        elif type(value) is dict:
            if room == 0 or len(value) > ARRAY_ITEMS_MAX:
                refuse_size(len(value), room)
            put(MAP_HEADS[len(value)])
            write_entries(value, put, room - 1)
        elif isinstance(value, int):  # a named number is its number
            put(make_integer(int(value)))
        else:
            raise AssertionError(f"{type(value).__name__} has no encoding")


def write_entries(entries: dict[int, Encodable], put: Callable[[bytes], None], room: int) -> None:
    """Hand the encodings of a map's keys and values to `put`, keys ascending (WIRE-4)."""
    for key in entries:
        if type(key) is not int or key < 0:
            raise AssertionError(f"{key!r} is no key: keys are unsigned integers")
    for key in sorted(entries):
        write_items((key, entries[key]), put, room)


def make_integer(value: int) -> bytes:
    """Return the encoding of an integer from -2^64 to 2^64 - 1."""
    return make_head(UINT, value) if value >= 0 else make_head(NEGATIVE, -1 - value)


def make_text(value: str) -> bytes:
    """Return the encoding of a text. Raises AssertionError if it is too long or has no UTF-8."""
    try:
        text = value.encode()
    except UnicodeEncodeError as error:
        raise AssertionError("a lone surrogate has no UTF-8") from error
    length = len(text)
    if length > TEXT_BYTES_MAX:
        raise AssertionError(f"text of {length} bytes, at most {TEXT_BYTES_MAX}")
    return (TEXT_HEADS[length] if length < SMALL else make_head(TEXT, length)) + text


def refuse_size(count: int, room: int) -> NoReturn:
    """Raise AssertionError for an array or map of ours that is beyond a limit (WIRE-3)."""
    if room == 0:
        raise AssertionError(f"more than {DEPTH_MAX} containers inside each other")
    raise AssertionError(f"{count} items, at most {ARRAY_ITEMS_MAX}")


def decode(data: bytes) -> Value:
    """Return the value of exactly one object (WIRE-1 to WIRE-5); arrays come as tuples.

    Raises JunkError, with a reason of its own for every kind of refused encoding. Whatever is
    accepted is encoded by `encode` into the same bytes again.
    """
    require_size(data)
    if data and 0x80 < data[0] < 0x98:  # a short array, as nearly all are
        values, at = read_items(data, 1, data[0] - 0x80, DEPTH_MAX - 1)
        require_end(data, at)
        return values
    values, at = read_items(data, 0, 1, DEPTH_MAX)
    require_end(data, at)
    return values[0]


def decode_array(data: bytes) -> tuple[tuple[Value, ...], tuple[bytes, ...]]:
    """Return the values of an array, and the exact bytes of each (WIRE-1 to WIRE-5).

    Whoever hashes or checks a part takes its bytes from here (WIRE-6). Raises JunkError
    as `decode` does, and "not-an-array" for an object of another kind.
    """
    require_size(data)
    count, at = open_array(data, 0, DEPTH_MAX)
    slices: list[bytes] = []
    values, at = read_items(data, at, count, DEPTH_MAX - 1, slices)
    require_end(data, at)
    return values, tuple(slices)


def decode_nested(data: bytes, place: int) -> tuple[tuple[Value, ...], tuple[bytes, ...]]:
    """Return the values of an array, and the exact bytes of each value in the array that is its
    value at `place`; none where no array stands there (WIRE-1 to WIRE-6).

    Raises JunkError as `decode_array` does.
    """
    require_size(data)
    count, at = open_array(data, 0, DEPTH_MAX)
    slices: list[bytes] = []
    values, at = read_items(data, at, min(place, count), DEPTH_MAX - 1)
    if place < count and at < len(data) and data[at] >> 5 == ARRAY:
        inner_count, at = open_array(data, at, DEPTH_MAX - 1)
        inner, at = read_items(data, at, inner_count, DEPTH_MAX - 2, slices)
        values = (*values, inner)
    rest, at = read_items(data, at, count - len(values), DEPTH_MAX - 1)
    require_end(data, at)
    return (*values, *rest), tuple(slices)


def open_array(data: bytes, at: int, room: int) -> tuple[int, int]:
    """Return how many values the array at `at` has and where the first begins. Raises JunkError."""
    if at < len(data) and data[at] >> 5 != ARRAY:
        raise JunkError("not-an-array", f"an array was wanted where {data[at]:#04x} stands")
    count, at = read_argument(data, at)
    require_items(count, room)
    return count, at


def read_items(
    data: bytes, at: int, count: int, room: int, slices: list[bytes] | None = None
) -> tuple[tuple[Value, ...], int]:
    """Return `count` values from `at` on and where they end; `slices` collects their bytes."""
    size = len(data)
    values: list[Value] = []
    value: Value
    for _ in range(count):
        start = at
        if at >= size:
            raise JunkError("truncated", f"the object ends at byte {size}, a value is missing")
        first = data[at]
        at += 1
        if first < 0x18:
            value = first
        elif first == 0xF6:
            value = None
        elif first >= 0xC0:
            value = CONSTANTS[first] if 0xF4 <= first < 0xF7 else refuse_head(first)
        else:
            argument = first & 31
            if argument >= 24:
                # The heads of hashes, signatures and boxes are read in place, all others outside.
                if argument == 24 and at < size and data[at] >= 24:
                    argument = data[at]
                    at += 1
                elif argument == 25 and at + 1 < size and data[at]:
                    argument = data[at] << 8 | data[at + 1]
                    at += 2
                else:
                    argument, at = read_argument(data, start)
            if first < 0x40:
                value = argument if first < 0x20 else -1 - argument
            elif first < 0x80:
                end = at + argument
                if first >= 0x60 and argument > TEXT_BYTES_MAX:
                    raise JunkError("text-too-long", f"{argument} bytes, max {TEXT_BYTES_MAX}")
                if end > size:
                    raise JunkError("truncated", f"a string ends at {end}, the object at {size}")
                value = data[at:end] if first < 0x60 else read_text(data[at:end])
                at = end
            elif argument == 0 and room:
                value = () if first < 0xA0 else {}
            else:
                require_items(argument, room)
                read = read_items if first < 0xA0 else read_entries
                value, at = read(data, at, argument, room - 1)
        values.append(value)
        if slices is not None:
            slices.append(data[start:at])
    return tuple(values), at


def read_entries(data: bytes, at: int, count: int, room: int) -> tuple[dict[int, Value], int]:
    """Return a map of `count` entries and where it ends; keys must ascend (WIRE-4)."""
    entries: dict[int, Value] = {}
    last = -1
    for _ in range(count):
        if at < len(data) and data[at] >= 0x20:
            raise JunkError("map-key", f"key begins with {data[at]:#04x}, wanted unsigned integers")
        key, at = read_argument(data, at)
        if key == last:
            raise JunkError("duplicate-key", f"key {key} stands twice")
        if key < last:
            raise JunkError("unsorted-map", f"key {key} stands after {last}")
        values, at = read_items(data, at, 1, room)
        entries[key] = values[0]
        last = key
    return entries, at


def read_argument(data: bytes, at: int) -> tuple[int, int]:
    """Return the argument of the head at `at`, major types 0 to 5, and the head's end (WIRE-2)."""
    if at >= len(data):
        raise JunkError("truncated", f"the object ends at byte {len(data)}, before a head")
    major, info = data[at] >> 5, data[at] & 31
    if info < 24:
        return info, at + 1
    if info == 31 and major >= BYTES:
        raise JunkError("indefinite-length", f"at byte {at}; lengths are stated")
    if info > 27:
        raise JunkError("reserved-head", f"first byte {data[at]:#04x} has no meaning in CBOR")
    end = at + 1 + (1 << info - 24)
    if end > len(data):
        raise JunkError("truncated", f"a head ends at byte {end}, the object at {len(data)}")
    argument: int = ARGUMENTS[info - 24].unpack_from(data, at + 1)[0]
    if argument < LEAST[info - 24]:
        what = "non-minimal-length" if major >= BYTES else "non-minimal-integer"
        raise JunkError(what, f"{argument} at byte {at} is longer than it must be")
    return argument, end


def read_text(utf8: bytes) -> str:
    """Return the text of UTF-8 bytes. Raises JunkError("bad-utf8") (WIRE-5)."""
    try:
        return utf8.decode()
    except UnicodeDecodeError as error:
        raise JunkError("bad-utf8", f"{error.reason} at byte {error.start} of a text") from None


def refuse_head(first: int) -> NoReturn:
    """Raise JunkError for a first byte that begins no value of the subset (WIRE-1)."""
    if first < 0xE0:
        raise JunkError("tag", f"first byte {first:#04x}; tags are not used")
    if first == 0xF7:
        raise JunkError("undefined", "what is absent is null")
    if first < 0xF9:
        raise JunkError("simple-value", f"first byte {first:#04x}; only false, true and null")
    if first < 0xFC:
        raise JunkError("float", f"first byte {first:#04x}; numbers are integers")
    if first < 0xFF:
        raise JunkError("reserved-head", f"first byte {first:#04x} has no meaning in CBOR")
    raise JunkError("unexpected-break", "a break outside any indefinite length")


def require_items(count: int, room: int) -> None:
    """Raise JunkError for a container that is too deep or claims too many items (WIRE-3)."""
    if room == 0:
        raise JunkError("too-deep", f"more than {DEPTH_MAX} containers inside each other")
    if count > ARRAY_ITEMS_MAX:
        raise JunkError("array-too-long", f"{count} items, at most {ARRAY_ITEMS_MAX}")


def require_size(data: bytes) -> None:
    """Raise JunkError for an object that is longer than any may be (WIRE-3)."""
    if len(data) > OBJECT_BYTES_MAX:
        raise JunkError("object-too-long", f"{len(data)} bytes, at most {OBJECT_BYTES_MAX}")


def require_end(data: bytes, at: int) -> None:
    """Raise JunkError if bytes follow the object (WIRE-1)."""
    if at != len(data):
        raise JunkError("trailing-bytes", f"{len(data) - at} bytes after the object")
