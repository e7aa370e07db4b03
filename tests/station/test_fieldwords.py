"""Fields of content in words; what is unknown is shown raw."""

import pytest
from tests.cast import NOW, seed

from backchannel.station.fieldwords import fields_in_words
from backchannel.wire.codec import Value
from backchannel.wire.statement import Content, Kind, Precedence, Statement


def statement_of(kind: int) -> Statement:
    """A statement of a kind, of which no other place matters here."""
    return Statement(kind, None, 2, Precedence.ROUTINE, 0, 0, (bytes(32),), (), (), bytes(32))  # type: ignore[arg-type]


def words(kind: int, *body: Value) -> dict[str, str]:
    """The fields of a body as a face is told."""
    content = Content(b"s" * 16, (0, "en", *(None,) * 18, *body))
    return {each.name: each.value for each in fields_in_words(statement_of(kind), content)}


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        (Kind.MESSAGE, ("Good morning.",), {}),
        (Kind.TRANSLATE, ("Bonjour.", "sight"), {"stage": "sight"}),
        (
            Kind.ACK,
            ((seed("entry"), seed("croot")), "acknowledged", (NOW,)),
            {
                "about": f"{seed('entry').hex()[:12]}, {seed('croot').hex()[:12]}",
                "level": "acknowledged",
                "time": "2026-11-22T13:43:20Z",
            },
        ),
        (
            Kind.DECIDE,
            (None, None, None, None, None, None, ("decision-by", NOW)),
            {"action": "decision-by, 2026-11-22T13:43:20Z"},
        ),
        (
            Kind.CORRECT,
            (None, None, ((21, "1430Z", "1530Z"), (30, "old", "new"))),
            {"correction": '"1430Z" is now "1530Z"; field 30: "old" is now "new"'},
        ),
        (Kind.CORRECT, (None, None, (7,)), {"correction": "7"}),
        (Kind.READBACK, (None, None, None, ((21, "keyed"),)), {}),
        (Kind.MESSAGE, ("text", 42, b"\x01\x02"), {"field 22": "42", "field 23": "0102"}),
        (99, ("future",), {"field 21": "future"}),
        (Kind.CLOSE, (2**60, "post"), {"time": str(2**60), "post": "post"}),
    ],
)
def test_a_field_has_a_name_and_a_text(
    kind: int, body: tuple[Value, ...], told: dict[str, str]
) -> None:
    assert words(kind, *body) == told


def test_the_duress_mark_is_never_among_the_fields() -> None:
    content = Content(b"s" * 16, (1, "en", *(None,) * 18, "Good morning."))
    assert fields_in_words(statement_of(Kind.MESSAGE), content) == ()
