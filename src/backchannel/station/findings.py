"""Findings: what is claimed in public, held against a statement of our own record (PROOF-169).

This module must not call a claim true or false: it says whether sentences stand where the finding
says, and the rest is the word of who signed it.
"""

from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.notice.quoting import fault_of, read_finding, sentences_in
from backchannel.station.judging import Record, name_of, opened
from backchannel.station.readoutreports import SentencesReport
from backchannel.store import queries
from backchannel.store.queries import Stated
from backchannel.wire.statement import Content


def sentences_report(record: Record, stated: Stated) -> SentencesReport:
    """Return the sentences of a statement's words. Raises OfficerError("no-words")."""
    content = opened(record, stated)
    known = tuple(sentences_in(content)) if content is not None else ()
    if not known:
        raise OfficerError("no-words", "no words of this statement are held here")
    return SentencesReport(stated.said.entry.hex(), known)


def finding_marks(record: Record, stated: Stated, content: Content | None) -> Iterator[str]:
    """Yield what a finding says of each sentence, and whether our record bears it out."""
    if content is None or len(stated.said.refs) != 1:
        return
    found = read_finding(stated.said.kind, stated.said.form, content)
    if not found:
        return
    (about,) = stated.said.refs
    custody = record.custody
    try:
        words = opened(record, queries.statement(custody.database, custody.line, about))
    except OfficerError:
        words = None
    known = tuple(sentences_in(words)) if words is not None else None
    where = name_of(record, about)
    for each in found:
        against = f", where it says: {each.record}" if each.record else ""
        said = f"{each.claimed} - {each.word} by {where}{against}"
        if known is None:
            yield f"FOUND, not checked, its words are not held here: {said}"
        elif fault := fault_of(each, known):
            yield f"FINDING DOES NOT HOLD, {fault}: {said}"
        else:
            yield f"found: {said}"
