"""The register of promises in a pack, and what a pack hides of corrections, answers and lists."""

from pathlib import Path

from tests.cast import ALDER, BIRCH
from tests.exchange import open_line
from tests.line.hostile import Hostile
from tests.oversight.packs import folder, page_of
from tests.station.shelf import NOTICE, shelve
from tests.station.spanned import Span, wanted
from tests.station.test_packing import packed

from backchannel.line.drafting import Changing, Reason, change_body
from backchannel.notice.catalogue import form_named
from backchannel.notice.changes import Changed, rows_of
from backchannel.notice.filling import fill
from backchannel.notice.promises import State
from backchannel.notice.relations import Change
from backchannel.station.matterreports import Matter
from backchannel.station.packs import Packed
from backchannel.station.promising import register
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

TWO = ("first", "second")
CROSS, SECRET = "We will not cross the line.", "We will leave by night."
REASSURANCE = {
    1: "Our exercise.",
    2: "none",
    3: "We do not intend to cross.",
    4: ["the coast brigade"],
    5: "None.",
    6: "none",
    7: [[CROSS, "chief of watch", "2026-12-31T00:00:00Z", "by notice", "2 d"]],
}
WORKS = {
    1: ["water"],
    2: ["circle 59.93750N 030.30860E 5000m"],
    3: "2026-12-01T10:00:00Z to 2026-12-01T14:00:00Z",
    4: ["12"],
    7: "engineer",
    8: "green harbour",
}


def say(span: Span, form: str, filled: dict[int, object]) -> EntryId:
    """A notice of Alder's."""
    values = fill(form_named(form), filled)  # type: ignore[arg-type]
    fields = {"form": f"{form}/1", "category": NOTICE, "values": values, "officers": TWO}
    return span.talk.say(ALDER, "", kind=Kind.NOTICE, **fields)


def correct(span: Span, entry: EntryId) -> EntryId:
    """Alder puts another promise in the place of the first."""
    old = fill(form_named("T08"), REASSURANCE)[6]
    new = fill(form_named("T08"), {**REASSURANCE, 7: [[SECRET, "envoy", "", "", ""]]})[6]
    made = Changing(Change.CORRECT_FIELD, Reason.CHANGED_PLAN, "forget the first")
    body = change_body(span.talk.about(entry), made, rows_of([Changed(7, old, new)]))
    return span.talk.answer(ALDER, Kind.CORRECT, body, entry, category=NOTICE, officers=TWO)


def reassured() -> tuple[Span, EntryId, EntryId]:
    """A reassurance that was corrected, under a minute."""
    span = Span()
    entry = say(span, "T08", REASSURANCE)
    correction = correct(span, entry)
    span.pause()
    span.minute()
    return span, entry, correction


def of_entry(statements: tuple[Packed, ...], entry: EntryId) -> Packed:
    """A statement of a pack."""
    return next(each for each in statements if each.report.line.entry == entry.hex())


def test_a_pack_lists_the_register(tmp_path: Path) -> None:
    """NOTICE-73, NOTICE-74, PROOF-121: with what ended each promise; the page says it too."""
    span, _, correction = reassured()
    pack = packed(span.record(tmp_path), wanted())
    assert [(each.text, each.state) for each in pack.register] == [
        (CROSS, State.OPEN),
        (SECRET, State.OPEN),
    ]
    first = pack.register[0]
    assert first.ended is not None and first.ended.entry == correction.hex()
    assert first.holds_until == first.ended.time + 2 * 86_400
    page = page_of(pack)
    assert CROSS in page and "correct-field" in page and correction.hex()[:12] in page
    assert folder(pack).station.register == pack.register


def test_what_a_hidden_correction_says_is_in_no_pack(tmp_path: Path) -> None:
    """PROOF-105: not in the register, and not beside the statement that it corrects."""
    span, entry, correction = reassured()
    pack = packed(span.record(tmp_path), wanted(0, 1 << 40, correction))
    assert [(each.text, each.ended) for each in pack.register] == [(CROSS, None)]
    assert of_entry(pack.statements, entry).report.matter == Matter()
    assert SECRET not in page_of(pack)


def test_of_a_hidden_notice_nothing_that_was_said_since_is_told(tmp_path: Path) -> None:
    """PROOF-105: neither its promises nor their corrections."""
    span, entry, _ = reassured()
    pack = packed(span.record(tmp_path), wanted(0, 1 << 40, entry))
    assert pack.register == ()
    assert of_entry(pack.statements, entry).report.matter == Matter()
    page = page_of(pack)
    assert CROSS not in page and SECRET not in page


def test_a_guarantee_stands_in_the_answer_of_who_gives_it(tmp_path: Path) -> None:
    """NOTICE-73: by the other party's officers, in the fields that the form leaves to it."""
    span = Span()
    entry = say(span, "T15-W", WORKS)
    given = fill(form_named("T15-W"), {5: [["BIRCH", "No fire.", "duty officer"]]}, answer=True)
    answer = span.talk.answer(
        *(BIRCH, Kind.DECIDE, given, entry),
        form="T15-W/1", category=NOTICE, officers=TWO,
    )  # fmt: skip
    (promise,) = register(shelve(tmp_path, span.exchange), Mode.REAL).promises
    assert (promise.party, promise.text, promise.owner) == ("Birch", "No fire.", "duty officer")
    assert promise.entry == answer.hex() and promise.statement.startswith("answer ")


def test_a_recall_withdraws_a_promise(tmp_path: Path) -> None:
    """NOTICE-74: like every other end of its notice."""
    span = Span()
    entry = say(span, "T08", REASSURANCE)
    span.talk.recall(entry)
    found = register(shelve(tmp_path, span.exchange, BIRCH), Mode.REAL)
    assert found.whole
    (promise,) = found.promises
    assert promise.ended is not None and promise.ended.how == Change.SENT_IN_ERROR


def test_a_promise_that_nobody_released_is_not_binding(tmp_path: Path) -> None:
    """NOTICE-74: one officer where two must sign; it is listed, with that word."""
    exchange = open_line()
    hostile = Hostile(exchange)
    values = fill(form_named("T08"), REASSURANCE)
    said, content = hostile.statement(
        "", kind=Kind.NOTICE, form="T08/1", category=NOTICE, values=values
    )
    hostile.enter(said, EntryType.STATEMENT, content=content)
    (promise,) = register(shelve(tmp_path, exchange), Mode.REAL).promises
    assert (promise.party, promise.state) == ("Birch", State.NOT_BINDING)
