"""Findings: sentences of the record and of a public claim, compared to the letter."""

import pytest
from tests.verifier.test_readouts import COMMON

from backchannel.errors import OfficerError
from backchannel.notice.quoting import (
    Found,
    Word,
    fault_of,
    finding_body,
    read_finding,
    require_borne_out,
    sentences,
    sentences_in,
)
from backchannel.verifier import quoting as stranger
from backchannel.wire.codec import Value
from backchannel.wire.statement import Content, Kind

KNOWN = ("We spoke.", "Nobody will cross it.")
TEXTS = (
    "We spoke. Nobody will cross it.",
    'Mr. Li said "no." Then he left.\n\n我们不动。如有变化!通知。',
    "3.5 km. v1.2?! Yes… One.\u00a0Two. ) (done.) \u202eEnd",
    "",
    " ... ",
)


@pytest.mark.parametrize("text", TEXTS)
def test_both_cut_a_text_alike(text: str) -> None:
    """PROOF-167: the station and the verifier, which share no code."""
    assert list(sentences(text)) == stranger.sentences(text)


def test_words_are_found_at_any_depth() -> None:
    """PROOF-167."""
    values: tuple[Value, ...] = (*COMMON, "One. Two.", (("Alder", "Three."), (7, None)), True)
    content = Content(b"s" * 16, values)
    assert tuple(sentences_in(content)) == ("One.", "Two.", "Alder", "Three.")


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (Found(Word.CONFIRMED, "We spoke."), ""),
        (Found(Word.CONFIRMED, "spoke"), "it is a part of a sentence there: We spoke."),
        (Found(Word.CONFIRMED, "We Spoke."), "it does not stand there, whole and to the letter"),
        (Found(Word.CONTRADICTED, "All cross.", "Nobody will cross it."), ""),
        (Found(Word.CONTRADICTED, "All cross.", "No."), "it does not stand there, whole and to"),
        (Found(Word.CONTRADICTED, "All cross."), "no sentence of the record is named"),
        (Found(Word.NOT_IN_RECORD, "We attack."), ""),
        (Found(Word.NOT_IN_RECORD, "spoke"), "it stands there: We spoke."),
    ],
)
def test_what_the_words_bear_out(found: Found, fault: str) -> None:
    """PROOF-169."""
    assert fault_of(found, KNOWN).startswith(fault) and bool(fault_of(found, KNOWN)) == bool(fault)
    if not fault:
        require_borne_out([found], KNOWN)
        return
    reason = "quoted" if found.word == Word.NOT_IN_RECORD else "not-quoted"
    with pytest.raises(OfficerError) as refused:
        require_borne_out([found], KNOWN)
    assert refused.value.reason == reason


def test_what_is_written_is_read_back() -> None:
    """PROOF-169."""
    found = (
        Found(Word.CONFIRMED, "We spoke."),
        Found(Word.CONTRADICTED, "All cross.", "Nobody will cross it."),
        Found(Word.NOT_IN_RECORD, "We attack."),
    )
    body = finding_body(b"e" * 32, "a paper", found)
    assert body[0] == (b"e" * 32, (1, 2, 3)) and body[1] == ("answer", "a paper")
    content = Content(b"s" * 16, (*COMMON, *body))
    assert read_finding(Kind.NOTICE, "T17/1", content) == found
    assert read_finding(Kind.MESSAGE, "T17/1", content) == ()
    assert read_finding(Kind.NOTICE, "T19/1", content) == ()


@pytest.mark.parametrize(
    "rows",
    [
        None, True, (), (None, None), ((),), ((("record", "x"),), None),
        ((("confirmed", "x"), ("record", "x")), None), ((("confirmed", 7),), None),
        ((("denied", "x"),), None), (("confirmed", "x"), None),
    ],
)  # fmt: skip
def test_a_reply_with_other_rows_is_no_finding(rows: Value) -> None:
    """PROOF-169."""
    content = Content(b"s" * 16, (*COMMON, None, None, rows))
    assert read_finding(Kind.NOTICE, "T17/1", content) == ()
