"""The first entry of a station's journal: who may write it, under which key.

This module must not accept the entry; it says what the journal would be. Clauses: RECORD-4,
RECORD-51, CHARTER on journal numbers.
"""

from backchannel.charter.credentials import MODE_OF_STATION, CredentialKind
from backchannel.charter.roster import Issued
from backchannel.errors import BreachError
from backchannel.limits import OPEN_JOURNALS_MAX, PARTIES_MAX
from backchannel.line.state import Journal
from backchannel.line.work import Work
from backchannel.wire.entry import EntryType, Header
from backchannel.wire.envelope import Frame
from backchannel.wire.ids import journal_id
from backchannel.wire.payload import Opening, parse_succession
from backchannel.wire.signing import Mode


def open_journal(work: Work, frame: Frame, header: Header) -> Journal:
    """Return the journal that a first entry opens, still empty (RECORD-4, NT22, NT25, NT98).

    Raises BreachError: "credential-unknown" while the authority journal is not held so far, and
    JunkError for what is no opening.
    """
    word = parse_succession(frame.payload or b"")
    if header.type != EntryType.SUCCESSION or not isinstance(word, Opening):
        raise BreachError("first-entry", "a station's journal begins with a succession entry")
    party = header.no % PARTIES_MAX
    if party >= len(work.charter.parties):
        raise BreachError("party-unknown", f"journal {header.no} is of no party of this line")
    issued = work.authorities[party].credentials.get(word.credential)
    if issued is None:
        raise BreachError("credential-unknown", "the writer's credential is not held yet")
    mode = mode_of(issued, header.no)
    public = issued.credential.ed25519
    assert public is not None and issued.pq_public is not None  # CHARTER: a station has both
    identity = journal_id(work.line, party, mode, public=public, nonce=word.nonce)
    if header.prev != identity:
        raise BreachError("first-prev", "the first entry does not begin this journal")
    require_place(work, party, mode)
    return Journal(
        no=header.no,
        party=party,
        mode=mode,
        id=identity,
        public=public,
        pq_public=issued.pq_public,
        credential=word.credential,
        head=identity,
        ended=is_followed(work, issued, header.no),
    )


def is_followed(work: Work, issued: Issued, no: int) -> bool:
    """Say whether its station has opened a later journal, of which we heard first (RECORD-72)."""
    numbers = issued.credential.journals
    return any(later in work.journals for later in numbers[numbers.index(no) + 1 :])


def mode_of(issued: Issued, no: int) -> Mode:
    """Return the mode of a station's credential. Raises BreachError for any other (NT73)."""
    mode = MODE_OF_STATION.get(CredentialKind(issued.credential.kind))
    if mode is None:
        raise BreachError("not-a-station", "the credential is no station's")
    if no not in issued.credential.journals:
        raise BreachError("number-not-granted", f"journal {no} is not granted to this station")
    return mode


def require_place(work: Work, party: int, mode: Mode) -> None:
    """Raise BreachError if a party has too many open journals in a mode (RECORD-15)."""
    count = sum(j.party == party and j.mode == mode and not j.ended for j in work.journals.values())
    if count >= OPEN_JOURNALS_MAX:
        raise BreachError("journals-full", f"party {party} has {count} open journals in this mode")
