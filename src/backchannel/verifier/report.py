"""What a reader is shown: who said what, the claims, what stays hidden, what no proof can show.

This module must not print, and must not let text from the file steer a terminal or look like ours.
"""

import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from typing import Any  # what JSON can hold

from backchannel.verifier.answering import require_answer
from backchannel.verifier.bundle import Disclosure, Entry, Field
from backchannel.verifier.cbor import Refusal, Value
from backchannel.verifier.claims import Finding, word_of_mode
from backchannel.verifier.evidence import Evidence
from backchannel.verifier.moments import moment
from backchannel.verifier.record import Statement
from backchannel.verifier.terms import KINDS, PRECEDENCES, label_name

LIMITS = (
    "It does not show that what was said was true.",
    "It does not show what was said elsewhere, or that nothing else was said: only the fields that"
    " are opened are seen here, and only this entry.",
    "Who signed is a key; that a person held it is the word of those who issued the credential.",
    "Times are the word of those who signed them.",
)
# Added where a claim is about words that were agreed, quoted or found (PROOF-171).
OF_WORDS = (
    "That a text is agreed or quoted does not show that it is all that was said, nor that no other"
    " answer or later word exists: what names this entry elsewhere is not seen here."
)
ABOUT_TEXTS = ("agreed", "own-words", "quote-", "finding-")
# The claims without which nobody can say that these words were said by these people.
ABOUT_WORDS = ("statement", "release", "mode", "entry", "fields")
ESCAPED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINERS = {"\u200c", "\u200d"}
TRANSLATE, BODY_LABEL = 12, 21
# What else is told beside a statement: by kind and form.
RELATIONS: dict[tuple[int, str | None], str] = {
    (9, "T19/1"): "answer",
    (2, "T17/1"): "finding",
}

Lines = list[str]
Json = Any  # what JSON can hold


def visible(text: str) -> str:
    """Return text from the file in one line in which every character can be seen."""
    return "".join(map(visible_character, text))


def visible_character(character: str) -> str:
    """Return a character, or its escape; a backslash is doubled, so that none can be forged."""
    if character == "\\":
        return "\\\\"
    if unicodedata.category(character) not in ESCAPED or character in JOINERS:
        return character
    number = ord(character)
    if number <= 0xFF:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


def plain(value: Value) -> Json:
    """Return a value for JSON; bytes are hexadecimal."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    return value


def spelled(value: Value) -> str:
    """Return a value that is no text as one line."""
    if value is None:
        return "absent"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return "[" + ", ".join(map(spelled, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {spelled(each)}" for key, each in value.items()) + "}"
    return value if isinstance(value, str) else str(value)


def said(given: Disclosure, evidence: Evidence) -> dict[str, Json]:
    """Return who said what to whom and when, as far as the file says it at all."""
    no, seq, entry = given.place
    found: dict[str, Json] = {"entry": entry.hex(), "journal": no, "slot": seq}
    if evidence.journals:
        found["party"] = evidence.party_name(no % 16)
    place = given.entries.get(entry)
    if place is None:
        return found
    found["claimed"] = moment(place.header.time)
    try:
        found["station"] = evidence.writer(no).credential.name
    except Refusal as fault:
        found["station"] = f"unknown ({fault.reason})"
    try:
        _, statement, _ = evidence.statement(place)
    except Refusal as fault:
        return found | {"statement": f"none ({fault.reason})"}
    found |= {
        "kind": KINDS.get(statement.kind, str(statement.kind)),
        "form": statement.form,
        "precedence": PRECEDENCES[statement.precedence],
        "class": statement.category,
        "drafted": moment(statement.drafted),
        "to": [evidence.party_name(n) for n in evidence.addressees(statement)],
        "officers": [officer(evidence, no % 16, who) for who in statement.signers],
    }
    found["fields"] = [shown(statement, each) for each in opened_of(given, place)]
    found["beside"] = beside(given, evidence, place)
    return found


def beside(given: Disclosure, evidence: Evidence, entry: Entry) -> list[dict[str, Json]]:
    """Return the renderings of a statement, or what it renders, and the answers and findings that
    are shown with their words, as far as open (PROOF-55, PROOF-164)."""
    own = evidence.statement(entry)[1]
    found = []
    for other in given.entries.values():
        if other is entry or not any(n.label >= BODY_LABEL for n in opened_of(given, other)):
            continue
        try:
            its = evidence.statement(other)[1]
        except Refusal:
            continue
        relation = relation_of(entry, own, other, its)
        if relation:
            found.append({
                "relation": relation,
                "officers": [officer(evidence, other.header.no % 16, who) for who in its.signers],
                "reason": fault_of(evidence, entry, other),
                "fields": [shown(its, each) for each in opened_of(given, other)],
            })  # fmt: skip
    return found


def relation_of(entry: Entry, own: Statement, other: Entry, its: Statement) -> str:
    """Return what another statement is to the one disclosed, or nothing."""
    if entry.header.id in its.refs:
        return RELATIONS.get((its.kind, its.form), "rendering" if its.kind == TRANSLATE else "")
    return "original" if own.kind == TRANSLATE and other.header.id in own.refs else ""


def fault_of(evidence: Evidence, entry: Entry, other: Entry) -> str:
    """Return why a statement beside the one disclosed does not hold by itself, or nothing."""
    try:
        require_answer(evidence, other, evidence.standing(entry).mode)
    except Refusal as fault:
        return fault.reason
    return ""


def officer(evidence: Evidence, party: int, who: bytes) -> str:
    """Return an officer's name and posts, or the start of an id that nobody issued."""
    issued = evidence.journals[party].issued if party < len(evidence.journals) else {}
    if who not in issued:
        return f"unknown ({who.hex()[:16]})"
    it = issued[who].credential
    posts = [issued[n].credential.name for n in it.posts if n in issued]
    return f"{it.name} ({', '.join(posts)})" if posts else it.name


def opened_of(given: Disclosure, entry: Entry) -> tuple[Field, ...]:
    """Return the fields that are opened of an entry."""
    opened = given.opened.get(entry.header.id)
    return opened.fields if opened else ()


def shown(statement: Statement, field: Field) -> dict[str, Json]:
    """Return a field for showing."""
    name = label_name(statement.kind, field.label, statement.form)
    return {"label": field.label, "name": name, "value": plain(field.value)}


def hidden(given: Disclosure, evidence: Evidence) -> Lines:
    """Return what of the statement the file does not open, and what else it leaves out."""
    entry = given.place[2]
    opened = given.opened.get(entry)
    lines = []
    if opened is None:
        lines.append("all fields of the statement")
    else:
        shut = set(range(1, len(opened.commitments) + 1)) - {n.label for n in opened.fields}
        kind, form = 0, None
        with suppress(Refusal, KeyError):
            statement = evidence.statement(given.entries[entry])[1]
            kind, form = statement.kind, statement.form
        names = [f"{n} {label_name(kind, n, form)}".strip() for n in sorted(shut)]
        if names:
            lines.append(f"fields, each with a value or without: {', '.join(names)}")
    links = sum(1 for each in given.entries.values() if each.payload is None)
    if links:
        lines.append(f"what stands in {links} further entries that are shown as links alone")
    lines.append("every entry that the file does not name")
    return lines


def as_json(given: Disclosure, evidence: Evidence, findings: Sequence[Finding]) -> dict[str, Json]:
    """Return the whole report for programs. The mode comes first."""
    return {
        "mode": word_of_mode(given, evidence),
        "line": given.line.hex(),
        "made": moment(given.made),
        "said": said(given, evidence),
        "claims": [claim_json(each) for each in findings],
        "hidden": hidden(given, evidence),
        "limits": limits_of(findings),
    }


def verdict(finding: Finding) -> str:
    """Return PROVEN or NOT PROVEN."""
    return "PROVEN" if finding.proven else "NOT PROVEN"


def claim_json(finding: Finding) -> dict[str, Json]:
    """Return a claim for programs."""
    return {
        "claim": finding.name,
        "clause": finding.clause,
        "verdict": verdict(finding),
        "reason": finding.reason,
        "text": finding.text,
        "notes": finding.notes,
    }


def claim_lines(findings: Sequence[Finding]) -> Lines:
    """Return claims in lines: name, verdict, clause, and in words why."""
    lines = []
    for each in findings:
        reason = f"{each.reason}: " if each.reason else ""
        text = visible(f"{reason}{each.text}")
        lines.append(f"  {each.name:13}{verdict(each):11} {each.clause}  {text}".rstrip())
        lines += [f"  {'':13}{'':11} also: {visible(note)}" for note in each.notes]
    return lines


def as_text(given: Disclosure, evidence: Evidence, findings: Sequence[Finding]) -> Lines:
    """Return the whole report in lines. Its first word is the mode (PROOF-45)."""
    word = word_of_mode(given, evidence)
    doubted = {each.name for each in findings if not each.proven}
    about = [each for each in ABOUT_WORDS if each in doubted]
    lines = [
        f"{word}: a disclosure of line {given.line.hex()}",
        f"made {moment(given.made)} by the clock of whoever made it, which proves nothing",
        "",
        "What the file says was said. It counts as far as the claims below are proven.",
        *([f"NOT PROVEN of it: {', '.join(about)}."] if about else []),
        *said_lines(said(given, evidence), "fields" in doubted),
        "",
        "Claims",
        *claim_lines(findings),
    ]
    lines += ["", "What stays hidden", *(f"  {visible(each)}" for each in hidden(given, evidence))]
    return [*lines, "", "What this cannot show", *(f"  {each}" for each in limits_of(findings))]


def limits_of(findings: Sequence[Finding]) -> Lines:
    """Return what a disclosure cannot show (PROOF-171)."""
    worded = any(each.name.startswith(ABOUT_TEXTS) for each in findings)
    return [*LIMITS, *([OF_WORDS] if worded else [])]


def said_lines(found: dict[str, Json], doubted: bool) -> Lines:
    """Return who said what in lines. Text from the file stands behind a bar, line by line.

    Fields that are doubted say so themselves: a line may be copied without those around it.
    """
    lines = []
    for name, value in found.items():
        if name not in ("fields", "beside") and value is not None:
            text = ", ".join(value) if isinstance(value, list) else str(value)
            lines.append(f"  {name:13}{visible(text)}")
    lines += field_lines(found.get("fields", ()), doubted)
    for each in found.get("beside", ()):
        mark = f" NOT PROVEN: {each['reason']}" if each["reason"] else ""
        lines.append(f"  {each['relation']:13}{visible(', '.join(each['officers']))}{mark}")
        lines += field_lines(each["fields"], doubted)
    return lines


def field_lines(fields: Sequence[dict[str, Json]], doubted: bool) -> Lines:
    """Return opened fields in lines."""
    lines = []
    for field in fields:
        title = f"{field['label']} {field['name']}".strip() + (" NOT PROVEN" if doubted else "")
        value = field["value"]
        if isinstance(value, str):
            lines += [f"  {title}", *(f"    | {visible(each)}" for each in value.split("\n"))]
        else:
            lines.append(f"  {title}: {visible(spelled(value))}")
    return lines
