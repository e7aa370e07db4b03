"""The joint list of incidents: both parties' entries of one incident in one row.

An incident is a notice of form T15; the other party's entry is its answer by fields. This module
must not decide who is right. Clauses: NOTICE-190, NOTICE-191.
"""

from collections.abc import Iterator

from backchannel.limits import INCIDENTS_MAX
from backchannel.notice.catalogue import form_named
from backchannel.notice.filling import print_value
from backchannel.station.jointreports import IncidentReport
from backchannel.station.judging import (
    RELEASED,
    Record,
    answers_to,
    opened,
    party_name,
    said_of,
    spoken,
    vectors,
    verdict_of,
)
from backchannel.station.lamps import WARNING
from backchannel.station.reports import Finding
from backchannel.store.forms import notices_of
from backchannel.store.queries import Stated
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, Label

FORM = "T15/1"
SERIAL, WHERE, WEAPON, ENTRY = 1, 2, 3, 7
OPEN, DIFFER = "no entry", "differ"


def incidents(record: Record, mode: int) -> tuple[IncidentReport, ...]:
    """Return the incidents of a mode, newest first, those that were duly released."""
    custody, vector_at = record.custody, vectors(record)
    found = notices_of(custody.database, custody.line, mode, FORM, limit=INCIDENTS_MAX)
    return tuple(
        report
        for stated in found
        if verdict_of(record, said_of(record, stated), vector_at).word in RELEASED
        for report in incident(record, stated)
    )


def incident(record: Record, stated: Stated) -> Iterator[IncidentReport]:
    """Yield one row, if its words are held."""
    content = opened(record, stated)
    if content is None:
        return
    party, entry, text = entered_by_other(record, stated)
    yield IncidentReport(
        entry=stated.said.entry.hex(),
        number=spoken(record, stated),
        mode=Mode(stated.said.mode).name,
        serial=in_words(content, SERIAL),
        party=party_name(record, record.state.core.journals[stated.said.no].party),
        where=in_words(content, WHERE),
        what=in_words(content, WEAPON),
        other=party,
        state=entry,
        text=text,
    )


def entered_by_other(record: Record, stated: Stated) -> tuple[str, str, str]:
    """Return who entered the other column last, the code that he gave, and his words."""
    found, vector_at = ("", OPEN, ""), vectors(record)
    for each in answers_to(record, stated):
        said, content = said_of(record, each), opened(record, each)
        if (said.statement.kind, said.statement.form) != (Kind.DECIDE, FORM) or content is None:
            continue
        if verdict_of(record, said, vector_at).word in RELEASED:
            match content.field(Label.BODY + ENTRY - 1):
                case (str(code), text):
                    words = text if isinstance(text, str) else ""
                    found = (party_name(record, said.party), code, words)
    return found


def in_words(content: Content, no: int) -> str:
    """Return a field as text."""
    return print_value(form_named(FORM), no, content.field(Label.BODY + no - 1))[1]


def joint_lamps(record: Record) -> Iterator[Finding]:
    """Yield the rows in which the two parties differ (NOTICE-191)."""
    for each in incidents(record, Mode.REAL):
        if each.state == DIFFER:
            yield Finding(
                WARNING,
                "joint-list-differs",
                f"Incident {each.serial}, {each.number}: {each.other} enters it otherwise.",
                "backchannel joint shows both entries in one row; agree on a visit, or on a word.",
            )
