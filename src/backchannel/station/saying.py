"""What a statement says by itself, in words: who to whom, what kind, which text.

This module must not judge, and must not leave a text out because of a verdict.
"""

from backchannel.charter.roster import standing_at
from backchannel.line.opened import language_of, text_of
from backchannel.line.verdicts import Said
from backchannel.notice.catalogue import Form, known_form
from backchannel.station.fieldwords import fields_in_words
from backchannel.station.judging import (
    Record,
    kind_word,
    party_name,
    signer_names,
    statement_at,
)
from backchannel.station.reports import Words
from backchannel.wire.codec import encode
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, Label, Precedence, Statement


def words_of(record: Record, said: Said, content: Content | None) -> Words:
    """Return what statement and content alone say."""
    statement = said.statement
    return Words(
        mode=Mode(said.mode).name,
        party=party_name(record, said.party),
        ours=said.party == record.state.party,
        to=addressees(record, statement),
        kind=kind_word(statement.kind),
        form=statement.form or "",
        precedence=Precedence(statement.precedence).name,
        category=class_name(record, said),
        by=signer_names(record, said),
        language=language_of(content) if content is not None else "",
        text=text_of(statement.kind, content) if content is not None else "",
        fields=()
        if content is None
        else fields_in_words(statement, content, changed_form(record, statement)),
    )


def content_in_hex(content: Content | None) -> str:
    """Return opened values by label, but for the duress mark."""
    if content is None:
        return ""
    kept = (
        None if label == Label.DURESS else value for label, value in enumerate(content.values, 1)
    )
    return encode(tuple(kept)).hex()


def changed_form(record: Record, statement: Statement) -> Form | None:
    """Return the form of the notice that a correction changes, None for any other statement."""
    if statement.kind not in (Kind.CORRECT, Kind.RECALL) or not statement.refs:
        return None
    found = statement_at(record, statement.refs[0])
    return None if found is None else known_form(found.said.form or "")


def addressees(record: Record, statement: Statement) -> tuple[str, ...]:
    """Return the names of the parties that a statement is to."""
    parties = record.state.charter.parties
    return tuple(each.name for n, each in enumerate(parties) if statement.to & 1 << n)


def class_name(record: Record, said: Said) -> str:
    """Return the name of a statement's class as of the head that it names, or its number."""
    authority = record.state.authorities[said.party]
    rules = standing_at(authority, said.vector.get(said.party, -1)).rules
    category = said.statement.category
    return rules[category].name if category < len(rules) else str(category)
