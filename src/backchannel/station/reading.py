"""The log and the single statement as a face is told: words, verdict, ladder, marks, authority.

This module must not hide a text because of a verdict, and must not write: reading is not *shown*.
"""

from collections.abc import Iterable, Iterator

from backchannel.errors import OfficerError
from backchannel.limits import EVENTS_SHOWN_MAX, MOMENT_MAX
from backchannel.line.opened import language_of, lateness_of, stage_of, text_of
from backchannel.line.verdicts import Said, VectorAt, Verdict
from backchannel.notice.kinds import Relation
from backchannel.notice.relations import Change, change_of
from backchannel.station.archived import absent_words
from backchannel.station.aside import aside, aside_line, show_aside
from backchannel.station.copies import copy_reports, receipt_reports
from backchannel.station.courses import terms_of
from backchannel.station.findings import finding_marks
from backchannel.station.gating import gate_marks
from backchannel.station.holding import hold_marks
from backchannel.station.judging import (
    ID_DIGITS,
    Record,
    answers_to,
    crossed,
    judgement,
    name_of,
    opened,
    party_name,
    said_of,
    signer_names,
    signers_of,
    spoken,
    verdict_of,
)
from backchannel.station.laning import lane_marks
from backchannel.station.matters import matter_of
from backchannel.station.modemarks import mode_marks
from backchannel.station.naming import entry_named
from backchannel.station.placing import corrections, is_about, misplaced, relation_in_place
from backchannel.station.repeating import readbacks
from backchannel.station.reports import (
    LogLine,
    Rendering,
    StatementReport,
)
from backchannel.station.rungs import Asked, ladders
from backchannel.station.saying import content_in_hex, words_of
from backchannel.station.signoffs import sign_off_mark
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.watch.clocks import missing_lead
from backchannel.wire.codec import Value, decode
from backchannel.wire.ids import EntryId
from backchannel.wire.moments import print_moment, spelled
from backchannel.wire.payload import Happening
from backchannel.wire.statement import Content, Kind

# What stands beside a statement that its own party changed, by what was done; where the words of
# the change are not held, by its kind.
CORRECTED = "CORRECTED: these words are not the last; see correct"
RECALLED = "RECALLED: disregard these words; see recall"
CHANGES: dict[Change | None, str] = {
    Change.CORRECT_FIELD: CORRECTED,
    Change.POSTPONE: "POSTPONED: the time is another; see correct",
    Change.REPLACE: "SUPERSEDED: other words stand in the place of these; see correct",
    Change.CANCEL: "CANCELLED: what was announced will not happen; see correct",
    Change.END_EARLY: "ENDED: what was announced is over, or holds no longer; see correct",
    Change.SENT_IN_ERROR: RECALLED,
    Change.FALSE_ALARM: RECALLED,
}
BY_RELATION = {
    Relation.UPDATE: "SUPERSEDED: the whole was said anew; see",
    Relation.DISCONTINUE: "ENDED: what was announced is over, or holds no longer; see",
}


def newest(
    record: Record, *, mode: int | None, limit: int, before: int | None
) -> tuple[Stated, ...]:
    """Return statements newest first, not yet looked into."""
    custody = record.custody
    return queries.statements(
        custody.database,
        custody.line,
        limit=limit,
        mode=mode,
        before=queries.NEWEST if before is None else before,
    )


def beside(record: Record, mode: int | None) -> tuple[LogLine, ...]:
    """Return what waits behind a gap or stands on other branches, of one mode or of all."""
    found = aside(record)
    return tuple(aside_line(record, each) for each in found if mode in (None, each.said.mode))


def log_line(record: Record, stated: Stated, vector_at: VectorAt) -> LogLine:
    """Return one statement as a log shows it. Raises CustodyError if its words do not open."""
    said = said_of(record, stated)
    content = opened(record, stated)
    verdict = verdict_of(record, said, vector_at)
    answers = answers_to(record, stated)
    asked = Asked(stated, said, verdict, content, answers)
    return LogLine(
        entry=stated.said.entry.hex(),
        arrival=stated.arrival,
        number=spoken(record, stated),
        time=stated.time,
        arrived=stated.arrived,
        words=words_of(record, said, content),
        about=tuple(name_of(record, each) for each in stated.said.refs),
        verdict=judgement(verdict),
        marks=(
            *out_of_place(record, said, content),
            *changes(record, stated, answers, vector_at),
            *marks(record, stated, said, verdict),
            *late_notice(said, content),
            *signed_off(record, stated, content),
            *finding_marks(record, stated, content),
            *lane_marks(record, stated, said, content),
            *hold_marks(record, said),
            *mode_marks(said, content),
            *gate_marks(record, said, content),
        ),
        ladders=() if is_repeat(record, stated) else ladders(record, asked, vector_at),
        renderings=renderings(record, stated, answers, vector_at),
        disclosed=tuple(disclosures(record, stated)),
        handed_on=tuple(handed_on(record, stated)),
    )


def signed_off(record: Record, stated: Stated, content: Content | None) -> tuple[str, ...]:
    """Return what a sign-off covers, and whether it holds (PROOF-98)."""
    if stated.said.kind != Kind.SIGN_OFF:
        return ()
    return (sign_off_mark(record, stated, content),)


def marks(record: Record, stated: Stated, said: Said, verdict: Verdict) -> tuple[str, ...]:
    """Return the words beside a statement that are neither rung nor verdict."""
    found = [f"crossed {spoken(record, each) or 'an answer'}" for each in crossed(record, said)]
    if is_repeat(record, stated):
        found.append("repeat: this statement had been entered before")
    if not stated.worded:
        found.append(absent_words(record, stated))
    if record.state.core.journals[said.no].forked:
        found.append("fork: its journal says two things")
    if verdict.reason == "emergency-release":
        found.append("emergency-release: one officer released it; the next watch reviews it")
    if verdict.word == "pending":
        found.append("pending: " + verdict.reason)
    return tuple(found)


def late_notice(said: Said, content: Content | None) -> tuple[str, ...]:
    """Return by how much a notice came later than its form asks, and why (NOTICE-89)."""
    missing = missing_lead(terms_of(said, content), said.time)
    if missing is None or content is None:
        return ()
    why = lateness_of(content) or "no reason given"
    return (f"late: {spelled(missing)} less notice than its form asks; {why}",)


def disclosures(record: Record, stated: Stated) -> Iterator[str]:
    """Yield what stations say they have shown of a statement to strangers (PROOF-33)."""
    custody, journals = record.custody, record.state.core.journals
    for event in queries.happened_of_kind(
        *(custody.database, custody.line, stated.said.entry),
        Happening.DISCLOSED,
        limit=EVENTS_SHOWN_MAX,
    ):
        if journals[event.row.no].mode != stated.said.mode:
            continue
        match decode(event.row.body):
            case (_, tuple(labels), str(purpose)):
                who = party_name(record, journals[event.row.no].party)
                yield disclosed_in_words(who, labels, purpose, event.time)


def handed_on(record: Record, stated: Stated) -> Iterator[str]:
    """Yield what stations say they have handed on of a notice to their own systems (NOTICE-118)."""
    custody, journals = record.custody, record.state.core.journals
    for event in queries.happened_of_kind(
        *(custody.database, custody.line, stated.said.entry),
        Happening.HANDED_ON,
        limit=EVENTS_SHOWN_MAX,
    ):
        if journals[event.row.no].mode != stated.said.mode:
            continue
        match decode(event.row.body):
            case (_, str(hook), str(format_name), bytes(digest), taken):
                who = party_name(record, journals[event.row.no].party)
                did = "had it taken by" if taken else "handed on"
                what = f"{hook} as" if taken else f"to {hook}"
                when = print_moment(event.time) if event.time <= MOMENT_MAX else str(event.time)
                digits = digest.hex()[:ID_DIGITS]
                yield f"{who} {did} {what} {format_name} {digits} at {when}"


def disclosed_in_words(who: str, labels: tuple[Value, ...], purpose: str, time: int) -> str:
    """Return one disclosure as people read it."""
    what = f"fields {', '.join(map(str, labels))}" if labels else "no field"
    when = print_moment(time) if time <= MOMENT_MAX else f"second {time}"
    return f"{who} disclosed {what} at {when}" + (f": {purpose}" if purpose else "")


def out_of_place(record: Record, said: Said, content: Content | None) -> tuple[str, ...]:
    """Return that a statement may not be what it says of the one that it names (NOTICE-61)."""
    fault = misplaced(record, said, content)
    return () if fault is None else (f"OUT OF ITS PLACE, it changes nothing: {fault.text}",)


def changes(
    record: Record, stated: Stated, answers: Iterable[Stated], vector_at: VectorAt
) -> tuple[str, ...]:
    """Return that a statement was recalled, corrected or ended by who may, where that is valid."""
    found: list[str] = []
    said = said_of(record, stated)
    for each in answers:
        if not is_about(each, stated):
            continue
        change = said_of(record, each)
        if verdict_of(record, change, vector_at).word != "valid":
            continue
        word = change_in_words(record, said, change, opened(record, each))
        if word:
            name = spoken(record, each) or each.said.entry.hex()[:ID_DIGITS]
            found.append(f"{word} {name}")
    return tuple(found)


def change_in_words(record: Record, said: Said, change: Said, content: Content | None) -> str:
    """Return what a statement did to an earlier one, "" for nothing."""
    kind = change.statement.kind
    if content is None:
        unread = {Kind.RECALL: RECALLED, Kind.CORRECT: CORRECTED}
        return unread.get(Kind(kind), "") if change.party == said.party else ""
    relation = relation_in_place(record, change, content)
    if relation is None:
        return ""
    if kind in (Kind.CORRECT, Kind.RECALL):
        return CHANGES.get(change_of(change.statement, content), "")
    return BY_RELATION.get(relation, "")


def repeats(record: Record, stated: Stated) -> tuple[EntryId, ...]:
    """Return the entries that hold the same statement, the first one opens the ladder (NT82)."""
    custody = record.custody
    return queries.repeats(custody.database, custody.line, stated.said, limit=EVENTS_SHOWN_MAX)


def is_repeat(record: Record, stated: Stated) -> bool:
    """Say whether an earlier entry holds the same statement; then this one opens no ladder."""
    return repeats(record, stated)[0] != stated.said.entry


def renderings(
    record: Record, stated: Stated, answers: Iterable[Stated], vector_at: VectorAt
) -> tuple[Rendering, ...]:
    """Return the translations of a statement, in the order in which they were accepted."""
    if stated.said.kind == Kind.TRANSLATE:
        return ()
    return tuple(
        rendering(record, each, vector_at) for each in answers if each.said.kind == Kind.TRANSLATE
    )


def rendering(record: Record, stated: Stated, vector_at: VectorAt) -> Rendering:
    """Return one translation."""
    said = said_of(record, stated)
    content = opened(record, stated)
    return Rendering(
        entry=stated.said.entry.hex(),
        language=language_of(content) if content is not None else "",
        stage=stage_of(content) if content is not None else "",
        text=text_of(Kind.TRANSLATE, content) if content is not None else "",
        by=" and ".join(signer_names(record, said)),
        party=party_name(record, said.party),
        time=stated.time,
        verdict=judgement(verdict_of(record, said, vector_at)),
    )


# --- One statement --------------------------------------------------------------------------------


def named(record: Record, name: str) -> Stated | StatementReport:
    """Return the statement that a person names; of one that is kept aside, all that is known.

    Raises OfficerError: "not-an-id", "no-such-entry", "ambiguous-id"; CustodyError.
    """
    try:
        entry = entry_named(record, name)
    except OfficerError as fault:
        if fault.reason != "no-such-entry":
            raise
        return show_aside(record, name)
    return queries.statement(record.custody.database, record.custody.line, entry)


def statement_report(
    record: Record, stated: Stated, answers: tuple[LogLine, ...], vector_at: VectorAt
) -> StatementReport:
    """Return all there is to know of one statement; `answers` are those that name it."""
    said, named_by = said_of(record, stated), answers_to(record, stated)
    made = corrections(record, stated, named_by, vector_at)
    return StatementReport(
        line=log_line(record, stated, vector_at),
        statement=stated.said.statement.hex(),
        croot=stated.said.croot.hex(),
        journal=said.no,
        seq=said.seq,
        drafted=stated.said.drafted,
        refs=tuple(each.hex() for each in stated.said.refs),
        signers=signers_of(record, said),
        authority_entry=said.vector.get(said.party, -1),
        answers=answers,
        readbacks=readbacks(record, stated, named_by, made, vector_at),
        crossed=tuple(each.said.entry.hex() for each in crossed(record, said)),
        repeats=tuple(each.hex() for each in repeats(record, stated) if each != stated.said.entry),
        content=content_in_hex(opened(record, stated)),
        matter=matter_of(record, stated, made, vector_at),
        copies=copy_reports(record, stated.said.entry),
        receipts=tuple(receipt_reports(record, said)),
    )


def require_held(record: Record, entry: EntryId) -> Stated:
    """Return the accepted statement of an entry. Raises OfficerError("not-held") for any other."""
    custody = record.custody
    try:
        return queries.statement(custody.database, custody.line, entry)
    except OfficerError:
        raise OfficerError(
            "not-held", "this statement is not held here, so nobody can have been shown it"
        ) from None
