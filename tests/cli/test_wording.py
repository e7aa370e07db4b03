"""Statements as lines of text: unmistakable, whatever the words are."""

import msgspec
import pytest
from tests.cast import NOW

from backchannel.cli.wording import log_lines, statement_lines, wrapped
from backchannel.desk.telling import departure_lines, differing, moment
from backchannel.station.ladderreports import (
    ClockReport,
    Ladder,
    NonAnswerReport,
    PartReport,
    Rung,
)
from backchannel.station.reports import (
    Departure,
    Judgement,
    LogLine,
    Rendering,
    Repeated,
    Signer,
    StatementReport,
    Words,
)

ENTRY = "ab" * 32
VALID = Judgement("valid", "")


def words(**changes: object) -> Words:
    usual: dict[str, object] = {
        "mode": "EXERCISE", "party": "Birch", "ours": False, "to": ("Alder",), "kind": "message",
        "form": "", "precedence": "FLASH", "category": "inform", "by": ("Aziz (duty officer)",),
        "language": "ar", "text": "\u0634\u0643\u0631\u0627", "fields": (),
    }  # fmt: skip
    return Words(**{**usual, **changes})  # type: ignore[arg-type]


def line(**changes: object) -> LogLine:
    usual: dict[str, object] = {
        "entry": ENTRY, "arrival": 1, "number": "BIRCH EX 0007", "time": NOW, "arrived": NOW,
        "words": words(), "about": (), "verdict": VALID, "marks": (), "ladders": (),
        "renderings": (),
    }  # fmt: skip
    return LogLine(**{**usual, **changes})  # type: ignore[arg-type]


def ladder(**changes: object) -> Ladder:
    usual: dict[str, object] = {
        "addressee": "Alder",
        "rungs": (Rung("drafted", NOW, "Aziz", None, False), Rung("held", NOW, "s", None, False)),
        "top": "held", "ack_due": None, "overdue": False,
    }  # fmt: skip
    return Ladder(**{**usual, **changes})  # type: ignore[arg-type]


def clock(left_s: int) -> ClockReport:
    late = left_s < 0
    due = ("acknowledgement", "Alder", NOW, NOW + 60)
    return ClockReport(*due, left_s, True, late, None, False)


def silence(supported: bool) -> NonAnswerReport:
    part = PartReport("answer", supported, "none that its writer had seen")
    head = (ENTRY, "Birch", "Alder", "acknowledgement", NOW + 60, NOW + 61, "held, not shown")
    return NonAnswerReport(*head, supported, (part,))


def told(made: LogLine) -> str:
    return "\n".join(log_lines(made))


def test_a_line_begins_with_its_mode_and_number() -> None:
    assert told(line()).splitlines() == [
        "EXERCISE BIRCH EX 0007  FLASH  message  to Alder  2026-11-22T13:43:20Z  [abababababab]",
        "EXERCISE   ar, original, signed by Aziz (duty officer)",
        "EXERCISE   | \u0634\u0643\u0631\u0627",
    ]


@pytest.mark.parametrize(
    ("verdict", "wanted"),
    [
        (Judgement("invalid", "unreleased"), "! INVALID, DOES NOT BIND: unreleased"),
        (Judgement("contested", "revoked-meanwhile"), "! CONTESTED: revoked-meanwhile"),
        (Judgement("regressing", ""), "! REGRESSING"),
        (Judgement("pending", "x\x1b[0m"), "! PENDING: x\\x1b[0m"),
    ],
)
def test_whatever_is_not_plainly_valid_stands_out_and_hides_nothing(
    verdict: Judgement, wanted: str
) -> None:
    """NT17, P18."""
    printed = told(line(verdict=verdict))
    assert wanted in printed and "| \u0634\u0643\u0631\u0627" in printed


def test_a_translation_that_is_not_valid_says_so_before_its_words() -> None:
    rendering = Rendering(
        ENTRY, "en", "sight", "thanks", "Cedar", "Birch", NOW, Judgement("invalid", "revoked")
    )
    printed = told(line(renderings=(rendering,)))
    assert printed.index("INVALID, DOES NOT BIND") < printed.index("| thanks")


def test_an_answer_takes_one_line_and_its_remark_another() -> None:
    ack = line(number="", words=words(kind="ack", text=""), about=("ALDER EX 0001",))
    assert told(ack) == (
        "EXERCISE ack by Birch  FLASH  of ALDER EX 0001  to Alder  2026-11-22T13:43:20Z  "
        "[abababababab]  by Aziz (duty officer)"
    )


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "> Alder: HELD 2026-11-22T13:43:20Z by s"),
        ({"clocks": (clock(200),)}, "; acknowledgement due in 3 min 20 s, by 2026-11-22T13:44:20Z"),
        (
            {"clocks": (clock(-62),)},
            "; ACKNOWLEDGEMENT OVERDUE by 1 min 2 s, since 2026-11-22T13:44:20Z",
        ),
        ({"non_answers": (silence(True),)}, "; NON-ANSWER entered: held, not shown"),
        ({"non_answers": (silence(False),)}, "not shown, NOT SUPPORTED by our record"),
    ],
)
def test_what_is_owed_stands_beside_the_highest_rung(
    changes: dict[str, object], wanted: str
) -> None:
    assert wanted in told(line(ladders=(ladder(**changes),)))


def test_names_and_marks_from_outside_are_escaped() -> None:
    """NT66: a party, an officer, a number that would pass for another."""
    evil = "Ald\u202eer\x1b[2J"
    made = line(
        number=evil, marks=(evil,), about=(evil,),
        words=words(party=evil, by=(evil,), to=(evil,), language=evil, text=evil),
        ladders=(ladder(addressee=evil),), verdict=Judgement("contested", evil),
        renderings=(Rendering(ENTRY, evil, evil, evil, evil, evil, NOW, VALID),),
    )  # fmt: skip
    signer = Signer(ENTRY, evil, (evil,), ("inform",), (evil,), ("REAL",), 0, NOW, evil, NOW)
    repeated = Repeated(ENTRY, evil, evil, evil, NOW, VALID, (Departure(1, evil, "x"),))
    report = StatementReport(
        line=made, statement=ENTRY, croot=ENTRY, journal=17, seq=4, drafted=NOW, refs=(),
        signers=(signer,), authority_entry=3, answers=(made,), readbacks=(repeated,), crossed=(),
        repeats=(ENTRY,), content="",
    )  # fmt: skip
    printed = told(made) + "\n".join(statement_lines(report))
    assert "\u202e" not in printed and "\x1b" not in printed
    assert "Ald\\u202eer\\x1b[2J" in printed
    assert "REVOKED at 2026-11-22T13:43:20Z" in printed


def test_long_words_are_wrapped_and_none_is_lost() -> None:
    text = "word " * 60 + "x" * 300
    printed = told(line(words=words(text=text)))
    assert max(map(len, printed.splitlines())) <= 120
    body = [row.split("| ", 1)[1] for row in printed.splitlines() if "| " in row]
    assert "".join(body).replace(" ", "") == text.replace(" ", "")


def test_a_label_as_long_as_a_row_leaves_room_for_its_text() -> None:
    """Names come over the line, and terminals are narrow."""
    rows = list(wrapped("one two", f"  {'x' * 200}: "))
    assert [row[204:] for row in rows] == ["one two"]


def test_lines_of_the_text_stay_lines() -> None:
    printed = told(line(words=words(text="one\n\ntwo")))
    assert [row[11:] for row in printed.splitlines()[2:]] == ["| one", "|", "| two"]


def test_a_time_that_no_calendar_has_is_told_as_it_came() -> None:
    assert moment(2**45) == f"second {2**45}"
    assert moment(NOW) == "2026-11-22T13:43:20Z"


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([(3, "54", "45")], ['  ! DIFFERS at word 3: original "54", read back "45"']),
        (
            [(1, "C", "\u0421")],
            [
                '  ! DIFFERS at word 1: original "C", read back "\u0421"',
                "    U+0043 against U+0421",
            ],
        ),
        (
            [(2, "", " ")],
            [
                '  ! DIFFERS at word 2: original nothing, read back " "',
                "    nothing against U+0020",
            ],
        ),
        (
            [],
            ["  The machine sees no difference in the letters. Compare it yourself, then confirm."],
        ),
    ],
)
def test_a_readback_is_never_called_a_match(
    found: list[tuple[int, str, str]], wanted: list[str]
) -> None:
    """NT31."""
    assert list(departure_lines(iter(found))) == wanted


@pytest.mark.parametrize(
    ("original", "repeated", "alone"),
    [("planned", "plann\u0435d", ("e", "\u0435")), ("aa", "a", ("a", "")), ("a", "b", ("a", "b"))],
)
def test_only_what_differs_is_spelled_out(
    original: str, repeated: str, alone: tuple[str, str]
) -> None:
    assert differing(original, repeated) == alone


def test_a_statement_report_is_all_in_its_mode() -> None:
    report = StatementReport(
        line=line(ladders=(ladder(),)), statement=ENTRY, croot=ENTRY, journal=17, seq=4,
        drafted=NOW, refs=(), signers=(), authority_entry=3, answers=(), readbacks=(), crossed=(),
        repeats=(), content="",
    )  # fmt: skip
    printed = list(statement_lines(report))
    assert {row.split()[0] for row in printed} == {"EXERCISE"}
    assert "EXERCISE slot       journal 17, slot 4" in printed
    invalid = msgspec.structs.replace(
        report, line=line(verdict=Judgement("invalid", "bad-signature"))
    )
    assert "EXERCISE verdict    INVALID, DOES NOT BIND (bad-signature)" in list(
        statement_lines(invalid)
    )
