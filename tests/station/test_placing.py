"""What arrives out of its place: shown, marked, and without effect on what it names."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import open_line
from tests.station.shelf import ALARM, NOTICE, Talk, report, rungs, shelve

from backchannel.line.drafting import Changing, Reason, change_body
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import fill
from backchannel.notice.relations import Change
from backchannel.station.reports import StatementReport
from backchannel.wire.codec import Value
from backchannel.wire.ids import EntryId
from backchannel.wire.statement import Kind, Label

WINDOW = "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z"
STRIKE = {
    1: "live-fire",
    2: "not-directed-at-you",
    3: WINDOW,
    4: "circle 59.93750N 030.30860E 5000m",
    8: "duty officer",
}
LATER = (1796120000, 1796134400)
TWO = ("first", "second")


class Strike:
    """A strike that Alder has announced, and what is said of it since."""

    def __init__(self) -> None:
        self.talk = Talk(open_line())
        values = fill(form_named("T06"), STRIKE)
        self.values = values
        self.entry = self.talk.say(
            *(ALDER, ""),
            kind=Kind.NOTICE, form="T06/1", category=NOTICE, values=values, officers=TWO,
        )  # fmt: skip

    def change(
        self, party: int, change: Change, *rows: Value, kind: Kind = Kind.CORRECT
    ) -> EntryId:
        """A party changes it, whoever it is."""
        made = Changing(change, Reason.CHANGED_PLAN, "all of it")
        body = change_body(self.talk.about(self.entry), made, rows or None)
        return self.talk.answer(party, kind, body, self.entry, category=ALARM, officers=TWO)

    def at(self, folder: Path, party: int = ALDER) -> StatementReport:
        """What a station says of it."""
        return report(shelve(folder, self.talk.exchange, party), self.entry)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Change.CANCEL, Kind.CORRECT),
        (Change.END_EARLY, Kind.CORRECT),
        (Change.REPLACE, Kind.CORRECT),
        (Change.FALSE_ALARM, Kind.RECALL),
    ],
)
def test_a_party_that_did_not_say_it_ends_nothing(
    tmp_path: Path, change: Change, kind: Kind
) -> None:
    """NOTICE-61: its words bind it, are shown with the mark, and move no rung of ours."""
    strike = Strike()
    made = strike.change(BIRCH, change, kind=kind)
    record = shelve(tmp_path, strike.talk.exchange)
    found = report(record, strike.entry)
    assert not {"superseded", "closed", "recalled"} & set(rungs(found))
    assert found.line.marks == () and found.matter.corrections == ()
    theirs = report(record, made)
    assert theirs.line.verdict.word == "valid"
    assert theirs.line.marks[0].startswith("OUT OF ITS PLACE, it changes nothing: a ")


def test_a_relation_is_to_the_first_that_is_named_and_to_no_other(tmp_path: Path) -> None:
    """NOTICE-60, NOTICE-61: who names a statement of his own first ends nothing of another's."""
    strike = Strike()
    own = strike.talk.say(BIRCH, "Ours.")
    made = Changing(Change.CANCEL, Reason.CHANGED_PLAN, "all of it")
    body = change_body(strike.talk.about(own), made)
    strike.talk.answer(
        *(BIRCH, Kind.CORRECT, body, own),
        refs=(own, strike.entry), category=ALARM, officers=TWO,
    )  # fmt: skip
    record = shelve(tmp_path, strike.talk.exchange)
    theirs, ours = report(record, own), report(record, strike.entry)
    assert "superseded" in rungs(theirs) and "superseded" not in rungs(ours)
    assert ours.matter.corrections == () and ours.line.marks == ()


def test_the_same_word_of_its_own_party_counts_at_both_stations(tmp_path: Path) -> None:
    """NOTICE-65."""
    strike = Strike()
    strike.change(ALDER, Change.CANCEL)
    for party in (ALDER, BIRCH):
        found = strike.at(tmp_path, party)
        assert "superseded" in rungs(found)
        assert found.line.marks[0].startswith("CANCELLED")


def test_a_value_that_did_not_stand_there_is_shown_and_changes_nothing(tmp_path: Path) -> None:
    """NOTICE-64: a correction of a value that was never said is told, and applied by nobody."""
    strike = Strike()
    window, label = strike.values[2], Label.BODY + 2
    strike.change(ALDER, Change.CORRECT_FIELD, (label, LATER, window))
    strike.change(ALDER, Change.CORRECT_FIELD, (label, window, LATER), "no row", (99, 1, 2))
    first, second = strike.at(tmp_path, BIRCH).matter.corrections
    assert [each.stands for each in first.fields] == [False]
    assert [(each.no, each.stands) for each in second.fields] == [(3, True), (79, False)]
    assert second.fields[0].old == WINDOW


def test_an_answer_to_what_is_not_held_is_marked(tmp_path: Path) -> None:
    """NOTICE-61: a reply to an unknown notice is shown, and answers nothing."""
    strike = Strike()
    unknown = EntryId(seed("no entry"))
    values = fill(
        form_named("T17"),
        {1: [unknown.hex(), "none"], 2: ["answer", "Yes."], 5: "none"},
    )
    made = strike.talk.answer(
        *(BIRCH, Kind.DECIDE, values, unknown),
        form="T17/1", category=NOTICE, officers=TWO,
    )  # fmt: skip
    theirs = report(shelve(tmp_path, strike.talk.exchange), made)
    assert "must be held here" in theirs.line.marks[0]
    assert theirs.line.about[0].endswith("not held here")


def test_an_answer_of_another_form_is_marked_where_it_is_read(tmp_path: Path) -> None:
    """NOTICE-62: it counts for nothing, and its fields are told all the same."""
    strike = Strike()
    values = fill(form_named("T06-S"), {6: "cannot"}, answer=True)
    strike.talk.answer(
        *(BIRCH, Kind.DECIDE, values, strike.entry),
        form="T06-S/1", category=NOTICE, officers=TWO,
    )  # fmt: skip
    found = strike.at(tmp_path)
    assert "decided" not in rungs(found)
    (reply,) = found.matter.replies
    assert (reply.verdict, reply.fields) == ("out of its place", (("6 answer", "cannot"),))
