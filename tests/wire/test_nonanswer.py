"""The payload of a non-answer: what is printed is read back; the vectors have what is refused."""

from hypothesis import given
from hypothesis import strategies as some
from tests.specimens import NON_ANSWER

from backchannel.limits import NON_ANSWER_ROWS_MAX
from backchannel.wire.ids import EntryId
from backchannel.wire.nonanswer import (
    Covered,
    Finding,
    Life,
    NonAnswer,
    Sent,
    deadline_no,
    pack_non_answer,
    parse_non_answer,
)

ids = some.binary(min_size=32, max_size=32).map(EntryId)
counts = some.integers(0, 2**48)
numbers = some.integers(0, 65_535)


def rows(*parts: object) -> some.SearchStrategy[tuple[tuple[object, ...], ...]]:
    """A list of rows of these parts."""
    return some.lists(some.tuples(*parts), max_size=4).map(tuple)  # type: ignore[arg-type]


@some.composite
def non_answers(draw: some.DrawFn) -> NonAnswer:
    finding = draw(some.sampled_from(Finding))
    return NonAnswer(
        draw(ids),
        draw(counts),
        draw(counts),
        finding,
        draw(ids) if finding == Finding.NOT_ACKNOWLEDGED else None,
        tuple(Sent(*row) for row in draw(rows(counts, ids))),
        tuple(Covered(*row) for row in draw(rows(numbers, counts, ids, ids))),
        tuple(Life(*row) for row in draw(rows(ids, counts))),
        draw(rows(counts, counts)),
    )


@given(said=non_answers())
def test_what_is_printed_is_read_back(said: NonAnswer) -> None:
    """RECORD-125, RECORD-126."""
    assert parse_non_answer(pack_non_answer(said)) == said


@given(duty=some.integers(1, 6), party=some.integers(0, 15))
def test_a_deadline_names_what_is_due_and_from_whom(duty: int, party: int) -> None:
    """RECORD-126."""
    said = NonAnswer(EntryId(bytes(32)), deadline_no(duty, party), 0, Finding.NOT_DELIVERED)
    assert (said.duty, said.addressee) == (duty, party)


def test_the_longest_fits_one_entry() -> None:
    """RECORD-43: a party with as many stations as it may have."""
    no = EntryId(b"\xff" * 32)
    many = NON_ANSWER_ROWS_MAX
    said = NonAnswer(
        *(no, 2**48, 2**48, Finding.NOT_ACKNOWLEDGED, no, (Sent(2**48, no),) * many),
        *((Covered(65_535, 2**48, no, no),) * many, (Life(no, 2**48),) * many),
        ((2**48, 2**48),) * many,
    )
    assert len(pack_non_answer(said)) < 16_384


def test_the_example_is_that_of_the_page() -> None:
    assert pack_non_answer(NON_ANSWER).hex().startswith("895820" + "66" * 32 + "18211a6b02f1b401f6")
