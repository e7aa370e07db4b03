"""What the tests of object parsers share: how a refusal is read, and values to spoil one with."""

from collections.abc import Callable, Iterator

from backchannel.errors import JunkError
from backchannel.wire.codec import Value

H32 = bytes(range(32))
OTHER = bytes(32)


def reason_of(parse: Callable[[], object]) -> str:
    """The reason for which a parser refuses; fails if it does not."""
    try:
        parse()
    except JunkError as refused:
        return refused.reason
    raise AssertionError("accepted")


def with_place(value: tuple[Value, ...], place: int, new: Value) -> tuple[Value, ...]:
    """An array with one place changed."""
    return (*value[:place], new, *value[place + 1 :])


def spoilt(value: tuple[Value, ...]) -> Iterator[tuple[Value, ...]]:
    """An array with each place in turn of another kind, one place short, and one too long."""
    for place, each in enumerate(value):
        for new in (None, -1, "text", True, b"", (), {0: 0}, 2**48 + 1, 2**64 - 1):
            if type(new) is not type(each) and not (new is None and each is None):
                yield with_place(value, place, new)
    yield value[:-1]
    yield (*value, 0)
