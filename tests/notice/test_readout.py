"""Read-outs: what is put forward, how it is answered, and what each party alone says."""

import pytest

from backchannel.errors import OfficerError
from backchannel.notice.readout import (
    ANSWER_LABEL,
    How,
    Offer,
    Reply,
    is_readout,
    is_reply,
    offer_body,
    own_text,
    read_offer,
    read_reply,
    reply_body,
)
from backchannel.wire.codec import Value
from backchannel.wire.statement import Kind

OFFER = Offer("We spoke.", (("Alder", "One."), ("Birch", "Two."), ("Alder", "Three.")))


def test_a_read_out_is_a_notice_of_form_t19_and_its_answer_a_decide() -> None:
    """PROOF-160, PROOF-161."""
    assert is_readout(Kind.NOTICE, "T19/1") and is_reply(Kind.DECIDE, "T19/1")
    for form in (None, "T10/1", "T19/2", "T19", "T190/1"):
        assert not is_readout(Kind.NOTICE, form) and not is_reply(Kind.DECIDE, form)
    assert not is_readout(Kind.DECIDE, "T19/1") and not is_reply(Kind.NOTICE, "T19/1")


def test_a_required_field_that_nobody_filled_in_is_unknown() -> None:
    """PROOF-160: and unknown is an answer (NOTICE-4)."""
    body = offer_body({6: "nothing"}, "We spoke.", [("Alder", "One.")])
    assert body == (True,) * 5 + ("nothing", "We spoke.", (("Alder", "One."),), None, True)
    with pytest.raises(OfficerError, match="T19/1 field 9"):
        offer_body({9: [["Alder", "signed", ""]]}, None, [])


def test_what_is_written_is_read_back() -> None:
    """PROOF-160, PROOF-161."""
    body = offer_body({}, "We spoke.", [("Alder", "One."), ("Birch", "Two.")])
    assert read_offer(body[6], body[7]) == Offer(
        "We spoke.", (("Alder", "One."), ("Birch", "Two."))
    )
    for how, text in ((How.SIGNED, ""), (How.REFUSED, "No."), (How.SIGNED_WITH_DISSENT, "But.")):
        answer = reply_body("Birch", how, text)
        assert answer[: ANSWER_LABEL - 21] == (None,) * 8 and answer[9:] == (None,)
        assert read_reply(answer[8], "Birch") == Reply(how, text)
        assert read_reply(answer[8], "Alder") is None


@pytest.mark.parametrize(
    "value",
    [
        None, True, "signed", (), (("Birch", "signed"),), (("Birch", "perhaps", None),),
        (("Birch", "signed", 7),), (("Birch", "signed", None), ("Birch", "refused", None)),
        ((True, "signed", None),),
    ],
)  # fmt: skip
def test_a_row_that_is_none_answers_nothing(value: Value) -> None:
    """PROOF-161."""
    assert read_reply(value, "Birch") is None


def test_what_does_not_fit_is_not_stated() -> None:
    """PROOF-160."""
    assert read_offer(True, True) == Offer("", ())
    assert read_offer("a", (("Alder",), ("Alder", None), "x", ("Birch", "b"))) == Offer(
        "a", (("Birch", "b"),)
    )


@pytest.mark.parametrize(
    ("party", "reply", "own"),
    [
        ("Alder", None, "One.\nThree."),
        ("Birch", Reply("signed", ""), "Two."),
        ("Birch", Reply("signed", "Mine."), "Mine."),
        ("Birch", Reply("signed-with-dissent", "Mine."), "Mine."),
        ("Birch", Reply("signed-with-dissent", ""), ""),
        ("Birch", Reply("refused", ""), ""),
        ("Birch", Reply("refused", "Mine."), "Mine."),
        ("Cedar", Reply("signed", ""), ""),
    ],
)
def test_what_a_party_alone_says(party: str, reply: Reply | None, own: str) -> None:
    """PROOF-163: words in another's name are his only if he signed them."""
    assert own_text(OFFER, party, reply) == own
