"""What a reader of a span is shown: the claims, each statement in order, what stays hidden.

This module must not print, and must not let text from the file steer a terminal or look like ours.
Clauses: PROOF-110, PROOF-119, PROOF-181.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any  # what JSON can hold

from backchannel.verifier.between import Between
from backchannel.verifier.claims import Finding
from backchannel.verifier.moments import moment
from backchannel.verifier.record import STATEMENT
from backchannel.verifier.report import (
    claim_json,
    claim_lines,
    officer,
    shown,
    spelled,
    visible,
)
from backchannel.verifier.span import Span, Told
from backchannel.verifier.stretches import AUTHORITIES, Minute
from backchannel.verifier.terms import KINDS, MODES, PRECEDENCES
from backchannel.verifier.watchreport import time_of, watch_lines, watched_row

LIMITS = (
    "It does not show that what was said was true.",
    "It does not show what was said elsewhere, on another line, in another mode, or after the"
    " later minute; what is hidden here is counted, and cannot be read.",
    "Who signed is a key; that a person held it is the word of those who issued the credential.",
    "Times are the word of those who signed them, those of the two minutes too.",
)

Lines = list[str]
Json = Any  # what JSON can hold


def minute_row(span: Span, minute: Minute) -> dict[str, Json]:
    """Return a minute for programs."""
    header = minute.entry.header
    return {
        "entry": header.id.hex(),
        "journal": header.no,
        "slot": header.seq,
        "party": span.evidence.party_name(header.no % AUTHORITIES),
        "claimed": moment(header.time),
    }


def told_row(span: Span, told: Told, between: Between | None) -> dict[str, Json]:
    """Return one statement for programs. What witnesses say of its time is there if they do."""
    header = told.entry.header
    evidence = span.evidence
    party = header.no % AUTHORITIES
    found: dict[str, Json] = {
        "entry": header.id.hex(),
        "journal": header.no,
        "slot": header.seq,
        "party": evidence.party_name(party),
        "claimed": moment(header.time),
        "verdict": "NOT PROVEN" if told.fault or told.entry.payload is None else "PROVEN",
        "reason": told.fault.reason if told.fault else "",
        "released": told.released,
        "words": "shown" if told.words and told.words.fields else "hidden",
        "held": [
            {
                "party": evidence.party_name(each.party),
                "journal": each.entry.header.no,
                "slot": each.entry.header.seq,
                "claimed": moment(each.entry.header.time),
            }
            for each in told.held
        ],
    }
    if between is not None and header.id in between.brackets:
        since, until = between.brackets[header.id]
        found |= {"made_after": time_of(since), "stood_by": time_of(until)}
    statement = told.statement
    if statement is None:
        return found
    return found | {
        "kind": KINDS.get(statement.kind, str(statement.kind)),
        "form": statement.form,
        "precedence": PRECEDENCES[statement.precedence],
        "class": statement.category,
        "drafted": moment(statement.drafted),
        "to": [evidence.party_name(n) for n in evidence.addressees(statement)],
        "officers": [officer(evidence, party, who) for who in statement.signers],
        "refs": [each.hex() for each in statement.refs],
        "fields": [shown(statement, n) for n in told.words.fields] if told.words else [],
    }


def journal_rows(span: Span) -> list[dict[str, Json]]:
    """Return from where to where each journal goes."""
    return [
        {
            "journal": no,
            "party": span.evidence.party_name(no % AUTHORITIES),
            "office": no < AUTHORITIES,
            "from": start,
            "below": end,
        }
        for no, (start, end) in span.sizes().items()
    ]


def hidden(span: Span) -> Lines:
    """Return what the file does not show."""
    lines = []
    shut = sum(not (each.words and each.words.fields) for each in span.told)
    if shut:
        lines.append(f"the words of {shut} of {len(span.told)} statements")
    counts = Counter(
        each.header.type
        for each in span.shown()
        if each.payload is None and each.header.type != STATEMENT
    )
    if counts:
        what = ", ".join(f"{count} of type {kind}" for kind, count in sorted(counts.items()))
        lines.append(f"what stands in entries that are shown as links alone: {what}")
    lines.append("every entry before the earlier minute and after the later")
    return lines


def as_json(span: Span, findings: Sequence[Finding], between: Between | None) -> dict[str, Json]:
    """Return the whole report for programs. The mode comes first."""
    given = span.given
    return {
        "mode": MODES[given.mode],
        "line": given.line.hex(),
        "made": moment(given.made),
        "span": {
            "since": minute_row(span, span.earlier) if span.earlier else None,
            "upto": minute_row(span, span.later) if span.later else None,
            "journals": journal_rows(span),
        },
        "witnesses": None if between is None else watched_row(between),
        "claims": [claim_json(each) for each in findings],
        "statements": [told_row(span, each, between) for each in span.told],
        "hidden": hidden(span),
        "limits": list(LIMITS),
    }


def as_text(span: Span, findings: Sequence[Finding], between: Between | None) -> Lines:
    """Return the whole report in lines. Its first word is the mode (PROOF-45)."""
    given = span.given
    doubted = [each.name for each in findings if not each.proven]
    lines = [
        f"{MODES[given.mode]}: a span of line {given.line.hex()}",
        f"made {moment(given.made)} by the clock of whoever made it, which proves nothing",
        "",
        *([f"NOT PROVEN: {', '.join(doubted)}."] if doubted else []),
        "Claims",
        *claim_lines(findings),
        "",
        "Witnesses",
        *watch_lines(span, between),
        "",
        "What the file says was said. It counts as far as the claims above are proven.",
    ]
    for told in span.told:
        lines += told_lines(told_row(span, told, between), doubted="words" in doubted)
    lines += ["", "What stays hidden", *(f"  {visible(each)}" for each in hidden(span))]
    return [*lines, "", "What this cannot show", *(f"  {each}" for each in LIMITS)]


def told_lines(row: dict[str, Json], *, doubted: bool) -> Lines:
    """Return one statement in lines; text from the file stands behind a bar."""
    reason = f" ({row['reason']})" if row["reason"] else ""
    what = f"{row['kind']}, {row['precedence']}" if "kind" in row else "not shown"
    lines = [
        visible(
            f"  {row['claimed']}  journal {row['journal']} slot {row['slot']}  "
            f"{row['party']}: {what}  {row['verdict']}{reason}"
        )
    ]
    if "kind" in row:
        lines.append(visible(f"    signed by {', '.join(row['officers'])}"))
        lines.append(visible(f"    to {', '.join(row['to'])}"))
    lines += [visible(f"    held by {n['party']} at {n['claimed']}") for n in row["held"]]
    lines += between_lines(row)
    if row["words"] == "hidden":
        return [*lines, "    the words are hidden"]
    for each in row.get("fields", ()):
        if each["value"] is None:
            continue
        name = f"{each['label']} {each['name']}".strip() + (" NOT PROVEN" if doubted else "")
        value = each["value"] if isinstance(each["value"], str) else spelled(each["value"])
        lines += [f"    {name}", *(f"      | {visible(n)}" for n in value.split("\n"))]
    return lines


def between_lines(row: dict[str, Json]) -> Lines:
    """Return between which times witnesses put a statement, if they do."""
    since, until = row.get("made_after"), row.get("stood_by")
    found = ([f"made after {since}"] if since else []) + ([f"stood by {until}"] if until else [])
    return [f"    {' and '.join(found)}, as witnesses say"] if found else []
