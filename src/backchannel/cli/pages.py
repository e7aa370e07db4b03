"""Offices, credentials and charters as lines of text and as JSON.

This module must not print or compute anything; every text from outside goes through `visible`.
"""

from collections.abc import Iterator, Sequence
from typing import Any  # a JSON object

from backchannel.charter.charter import Charter
from backchannel.charter.credentials import Credential, CredentialKind
from backchannel.charter.paper import print_charter
from backchannel.charter.roster import Issued
from backchannel.cli.output import visible, visible_lines
from backchannel.station.authorities import standing
from backchannel.station.charters import Share, SignedCharter, lacking
from backchannel.station.enrolment import powers_in_words
from backchannel.station.office import Office, fingerprints
from backchannel.wire.ids import LineId
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode

JsonObject = dict[str, Any]  # what JSON can hold
SHORT_ID = 8
GROUPS_A_ROW = 6


def fingerprint_rows(digits: str) -> tuple[str, str]:
    """Return twelve groups as two rows, to be read aloud row by row."""
    groups = digits.split()
    return "  ".join(groups[:GROUPS_A_ROW]), "  ".join(groups[GROUPS_A_ROW:])


def fingerprint_lines(office: Office) -> tuple[str, ...]:
    """Return the fingerprint that counts now: the line's, once there is one."""
    alone, bound = fingerprints(office)
    of = "on this line" if bound else "before there is a line"
    return (f"{visible(office.section.name)}, {of}:", *fingerprint_rows(bound or alone))


def fingerprint_json(office: Office) -> JsonObject:
    """Return both fingerprints."""
    alone, bound = fingerprints(office)
    return {"party": office.section.name, "fingerprint": bound or alone, "bound": bool(bound)}


def office_lines(office: Office) -> Iterator[str]:
    """Yield what the office is, and whom it has issued what."""
    section = office.section
    root_set = section.root_set
    yield f"{visible(section.name)}: {root_set.threshold} of {len(root_set.roots)} roots sign"
    yield f"contact      {visible(section.contact)}"
    yield f"languages    {', '.join(section.languages)}"
    yield from fingerprint_lines(office)
    if office.authority is None:
        yield "no line yet"
        return
    yield f"line         {office.authority.line_id.hex()}"
    yield f"journal      {office.authority.seq + 1} entries"
    fresh = office.authority.fresh
    yield f"called fresh {'never' if fresh is None else print_moment(fresh)}"
    for each in standing(office.authority):
        yield f"{each.id.hex()[:SHORT_ID]} {credential_line(each.credential)}"


def office_json(office: Office) -> JsonObject:
    """Return what `office_lines` says."""
    authority = office.authority
    return {
        **fingerprint_json(office),
        "contact": office.section.contact,
        "languages": office.section.languages,
        "roots": len(office.section.root_set.roots),
        "threshold": office.section.root_set.threshold,
        "line": None if authority is None else authority.line_id,
        "entries": 0 if authority is None else authority.seq + 1,
        "fresh": None if authority is None else authority.fresh,
        "credentials": [] if authority is None else list(map(issued_json, standing(authority))),
    }


def kind_word(credential: Credential) -> str:
    """Return what a credential makes of its subject, in words."""
    return CredentialKind(credential.kind).name.lower().replace("_", " ")


def mode_words(credential: Credential) -> str:
    """Return the modes of a credential in the words of screens and paper."""
    return " ".join(Mode(mode).name for mode in credential.modes) or "no mode"


def credential_line(credential: Credential) -> str:
    """Return a credential in one line; classes by number, as the page of the charter has them."""
    parts = [mode_words(credential), powers_in_words(credential.powers) or "no power"]
    if credential.classes:
        parts.append(f"classes {' '.join(map(str, credential.classes))}")
    if credential.posts:
        parts.append(f"fills {' '.join(post.hex()[:SHORT_ID] for post in credential.posts)}")
    if credential.journals:
        parts.append(f"journals {credential.journals[0]} to {credential.journals[-1]}")
    if credential.depth:
        parts.append("may grant it further")
    if credential.parent is not None:
        parts.append(f"under {credential.parent.hex()[:SHORT_ID]}")
    parts.append(f"until {print_moment(credential.until)}")
    return f"{kind_word(credential)} {visible(credential.name)}: {'; '.join(parts)}"


def issued_json(issued: Issued) -> JsonObject:
    """Return a credential with its id."""
    credential = issued.credential
    return {
        "id": issued.id,
        "kind": kind_word(credential),
        "name": credential.name,
        "powers": powers_in_words(credential.powers),
        "classes": credential.classes,
        "modes": [Mode(mode).name for mode in credential.modes],
        "journals": credential.journals,
        "posts": [post.hex() for post in credential.posts],
        "from": credential.since,
        "until": credential.until,
    }


def share_lines(found: Sequence[Share]) -> Iterator[str]:
    """Yield who has signed a charter, and whether it is in force."""
    for share in found:
        yield f"{visible(share.party)}: {share.signed} of {share.wanted} roots have signed"
    missing = ", ".join(map(visible, lacking(found)))
    yield f"NOT IN FORCE: signatures lack of {missing}" if missing else "IN FORCE"


def page_of(charter: Charter, line: LineId | None) -> list[str]:
    """Return the page of a charter, line by line."""
    return visible_lines(print_charter(charter, line)).rstrip("\n").split("\n")


def charter_lines(signed: SignedCharter, found: Sequence[Share]) -> Iterator[str]:
    """Yield the page of a signed charter and who has signed it."""
    yield from page_of(signed.charter, signed.line)
    yield ""
    yield from share_lines(found)


def charter_json(signed: SignedCharter, found: Sequence[Share]) -> JsonObject:
    """Return what a charter file is and who has signed it."""
    return {
        "name": signed.charter.name,
        "line": signed.line,
        "amends": signed.charter.predecessor,
        "parties": [party.name for party in signed.charter.parties],
        "signed": {share.party: [share.signed, share.wanted] for share in found},
        "in_force": not lacking(found),
    }
