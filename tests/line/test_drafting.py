"""From words to the bytes that officers sign, and back to words."""

import pytest
from tests.cast import seed

from backchannel.charter.rules import DEFAULT_RULES, Cover, ReleaseRule
from backchannel.errors import OfficerError
from backchannel.limits import TEXT_BYTES_MAX
from backchannel.line.drafting import (
    T10,
    Action,
    Level,
    Plan,
    Reason,
    Reference,
    ReplyWanted,
    Stage,
    answer_body,
    class_for,
    compose,
    correction_body,
    decision_body,
    message_body,
    readback_body,
    recall_body,
    remark_body,
    sendable,
    translation_body,
)
from backchannel.line.opened import (
    croot_named,
    language_of,
    reference_of,
    reply_wanted_of,
    stage_of,
    text_of,
)
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.statement import (
    Kind,
    Label,
    Precedence,
    content_root,
    parse_content,
    parse_statement,
)

SALT = b"s" * 16
ABOUT = Reference(EntryId(seed("entry")), seed("croot"))


def plan(kind: Kind = Kind.MESSAGE, **changes: object) -> Plan:
    values: dict[str, object] = {
        "kind": kind,
        "to": 2,
        "precedence": Precedence.ROUTINE,
        "category": 0,
        "drafted": 1_000,
        "signers": (CredentialId(seed("first")),),
        "body": message_body("Good morning."),
        "language": "en",
    }
    return Plan(**{**values, **changes})  # type: ignore[arg-type]


def content(kind: Kind, body: tuple, **changes: object):  # type: ignore[no-untyped-def, type-arg]
    return parse_content(compose(plan(kind, body=body, **changes), SALT).content)


def test_a_statement_commits_to_its_twenty_common_fields_and_its_body() -> None:
    """RECORD-20, RECORD-24: labels 1 to 20, then the body from 21."""
    drafted = compose(
        plan(
            to_posts=("duty officer",),
            reply_wanted=ReplyWanted.READBACK,
            remarks="by radio too",
            basis=((17, 4, seed("head")),),
            refs=(EntryId(seed("before")),),
        ),
        SALT,
    )
    statement, words = parse_statement(drafted.statement), parse_content(drafted.content)
    assert statement.croot == content_root(drafted.content)
    assert (statement.kind, statement.to, statement.drafted) == (Kind.MESSAGE, 2, 1_000)
    assert statement.basis == ((17, 4, seed("head")),)
    assert statement.refs == (seed("before"),)
    assert len(words.values) == 21
    assert words.field(Label.DURESS) == 0
    assert words.field(Label.TO_POSTS) == ("duty officer",)
    assert words.field(Label.REMARKS) == "by radio too"
    assert words.field(Label.TITLE) is None
    assert (language_of(words), reply_wanted_of(words)) == ("en", "readback")
    assert text_of(Kind.MESSAGE, words) == "Good morning."


def test_the_salt_hides_equal_words() -> None:
    one, other = compose(plan(), SALT), compose(plan(), b"t" * 16)
    assert parse_statement(one.statement).croot != parse_statement(other.statement).croot


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty-text"),
        (" \n ", "empty-text"),
        ("one\x1b[2Jtwo", "control-character"),
        ("tab\there", "control-character"),
        ("next\x85line", "control-character"),
        ("\r\n", "empty-text"),
        ("a\rb", "control-character"),
        ("half \ud800", "text-not-unicode"),
        ("x" * (TEXT_BYTES_MAX + 1), "text-too-long"),
        ("\u00e9" * (TEXT_BYTES_MAX // 2 + 1), "text-too-long"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_and_not_mended(text: str, reason: str) -> None:
    with pytest.raises(OfficerError) as caught:
        sendable(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize("text", ["\u202eevil\u202c", "two\nlines", "\u0634\u0643\u0631\u0627"])
def test_what_only_looks_odd_is_sent_as_it_is(text: str) -> None:
    """NT66 is the reader's affair: direction marks are sent, and shown escaped."""
    assert sendable(text) == text


def test_the_place_of_a_control_character_is_named() -> None:
    with pytest.raises(OfficerError, match=r"line 2, character 3 is U\+0007"):
        sendable("fine\nab\x07")


def test_all_texts_of_a_statement_share_one_bound() -> None:
    long = "x" * (TEXT_BYTES_MAX // 2 + 1)
    body = correction_body(ABOUT, (long, long), reason=Reason.HUMAN_ERROR, undo="all")
    with pytest.raises(OfficerError) as caught:
        compose(plan(Kind.CORRECT, body=body), SALT)
    assert caught.value.reason == "text-too-long"


@pytest.mark.parametrize("language", ["", "e" * 36, "\u0435n"])
def test_a_language_is_a_tag(language: str) -> None:
    with pytest.raises(OfficerError) as caught:
        compose(plan(language=language), SALT)
    assert caught.value.reason == "language-tag"


def test_answers_carry_the_fields_of_their_forms() -> None:
    ack = content(Kind.ACK, answer_body(ABOUT, Level.ACKNOWLEDGED, 7))
    assert ack.values[20:] == (tuple(ABOUT), "acknowledged", (7,))
    readback = content(Kind.READBACK, readback_body(ABOUT, 7, "Good morning."))
    assert readback.values[20:] == (tuple(ABOUT), "read-back", (7,), ((21, "Good morning."),))
    assert text_of(Kind.READBACK, readback) == "Good morning."
    decide = content(Kind.DECIDE, decision_body(ABOUT, 7, Action.DECISION_BY, 9), form=T10)
    assert decide.field(27) == ("decision-by", 9)
    correct = content(
        Kind.CORRECT,
        correction_body(ABOUT, ("1430", "1530"), reason=Reason.HUMAN_ERROR, undo="the first"),
    )
    assert correct.values[20:] == (
        tuple(ABOUT), "correct-field", ((21, "1430", "1530"),), ("human-error", None), "the first",
    )  # fmt: skip
    recall = content(
        Kind.RECALL,
        recall_body(ABOUT, false_alarm=True, reason=Reason.COMPROMISE, undo="everything"),
    )
    assert recall.field(22) == "false-alarm"
    translate = content(Kind.TRANSLATE, translation_body("Bonjour.", Stage.SIGHT), language="fr")
    assert (text_of(Kind.TRANSLATE, translate), stage_of(translate)) == ("Bonjour.", "sight")
    assert content(Kind.CLOSE, remark_body(7, "duty officer")).values[20:] == (
        7, "duty officer", None,
    )  # fmt: skip


@pytest.mark.parametrize(("action", "by"), [(Action.DECISION_BY, None), (Action.REFUSED, 9)])
def test_only_stand_by_names_a_time(action: Action, by: int | None) -> None:
    with pytest.raises(OfficerError) as caught:
        decision_body(ABOUT, 7, action, by)
    assert caught.value.reason == "decision-time"


def test_an_answer_names_the_words_of_one_entry_only() -> None:
    """NT30: the croot counts beside the entry that it stands with."""
    ack = content(Kind.ACK, answer_body(ABOUT, Level.ACKNOWLEDGED, 7))
    assert reference_of(ack) == ABOUT
    assert croot_named(ack, ABOUT.entry) == ABOUT.croot
    assert croot_named(ack, EntryId(seed("another entry"))) is None


def test_content_of_another_shape_says_nothing() -> None:
    words = content(Kind.MESSAGE, (7, 8, 9, 10))
    assert (text_of(Kind.MESSAGE, words), text_of(Kind.READBACK, words)) == ("", "")
    assert (text_of(Kind.ACK, words), stage_of(words), reference_of(words)) == ("", "", None)
    assert reply_wanted_of(words) is None


def test_without_a_name_the_class_is_the_one_that_asks_for_least() -> None:
    name = [rule.name for rule in DEFAULT_RULES]
    chosen = {
        kind: name[class_for(DEFAULT_RULES, kind, form, Precedence.ROUTINE)]
        for kind, form in (
            (Kind.MESSAGE, None), (Kind.ACK, None), (Kind.DECIDE, T10), (Kind.DECIDE, "T17/1"),
            (Kind.RECALL, None), (Kind.CORRECT, None),
        )
    }  # fmt: skip
    assert chosen == {
        Kind.MESSAGE: "inform", Kind.ACK: "single", Kind.DECIDE: "notice", Kind.RECALL: "alarm",
        Kind.CORRECT: "notice",
    }  # fmt: skip
    assert name[class_for(DEFAULT_RULES, Kind.DECIDE, T10, Precedence.ROUTINE)] == "single"


def test_a_class_with_a_power_of_its_own_is_never_chosen_unasked() -> None:
    commit = ReleaseRule("commit", (Cover(Kind.MESSAGE),), (1,) * 5, powers=8)
    inform = ReleaseRule("inform", (Cover(Kind.MESSAGE),), (2,) * 5)
    assert class_for((commit, inform), Kind.MESSAGE, None, Precedence.FLASH) == 1


def test_a_kind_that_no_class_covers_cannot_be_sent() -> None:
    with pytest.raises(OfficerError) as caught:
        class_for(DEFAULT_RULES, Kind.WARRANT, None, Precedence.ROUTINE)
    assert caught.value.reason == "no-class"
