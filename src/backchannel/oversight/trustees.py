"""Trustees and custodians: what they check, the shares they give, and a period opened with them.

Everything rests on files: the party's authority file, the archive file of its station, and files of
shares. This module must not write a file, ask a network, or open what no warrant names. Clauses:
PROOF-138 to PROOF-142.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backchannel.charter.credentials import MODE_OF_STATION, CredentialKind
from backchannel.charter.oversight import Readers, circles_of
from backchannel.charter.roster import Authority, Issued, known_at, standing_at, station_for_journal
from backchannel.charter.warrants import At, Ordered, require_holder, require_warrant
from backchannel.errors import BreachError, JunkError, OfficerError, ProofError
from backchannel.proof.archivefile import (
    ArchiveFile,
    OpenedShare,
    SealedWords,
    SharesFile,
    pack_shares,
    shares_body,
)
from backchannel.wire.archive import (
    Circle,
    Place,
    Seal,
    key_check,
    parse_archive_opening,
    parse_seal,
    share_commitment,
    share_info,
    unwrap_key,
)
from backchannel.wire.codec import Value
from backchannel.wire.entry import EntryType, Header, parse_header
from backchannel.wire.envelope import Frame, parse_frame
from backchannel.wire.ids import EntryId, JournalId, entry_id, journal_id, payload_hash
from backchannel.wire.keys import HolderKeys
from backchannel.wire.payload import Opening, parse_succession
from backchannel.wire.primitives import NONCE_BYTES, gcm_siv_open, hpke_open
from backchannel.wire.shamir import combine
from backchannel.wire.signing import Context, Mode, Purpose, require_signature, sign
from backchannel.wire.statement import parse_signed, parse_statement, read_content

CONTENT_NONCE = bytes(NONCE_BYTES)

Slot = tuple[int, int]


class SealedDay(NamedTuple):
    """An archive seal with its entry, the journal it stands in, and the station that signed it."""

    entry: EntryId
    journal: JournalId
    station: str
    seal: Seal


class Archive(NamedTuple):
    """An archive file that was judged: what its warrant orders, and what can be opened."""

    file: ArchiveFile
    authority: Authority
    ordered: Ordered
    time: int
    days: tuple[SealedDay, ...]

    def circle(self) -> Readers:
        """Return the holders whose shares open."""
        charter = standing_at(self.authority, self.authority.seq).charter
        circles = circles_of(charter.oversight, self.authority.party)
        return next(each for each in circles if each.role == self.ordered.role)


class OpenedWords(NamedTuple):
    """One statement's slot, the time that its entry claims, kind and form, and the fields that the
    warrant names: (label, value)."""

    no: int
    seq: int
    entry: EntryId
    time: int
    kind: int
    form: str | None
    fields: tuple[tuple[int, Value], ...]


class Fault(NamedTuple):
    """Something that does not open, and whose signature answers for it."""

    reason: str
    text: str


class Outcome(NamedTuple):
    """What an opening gave."""

    words: tuple[OpenedWords, ...]
    faults: tuple[Fault, ...]


# --- What everybody checks first ------------------------------------------------------------------


def judge_archive(file: ArchiveFile, authority: Authority) -> Archive:
    """Return an archive whose opening was entered under a warrant that holds (PROOF-138, NT53).

    Raises OfficerError("other-line", "opening-not-entered"), JunkError, BreachError.
    """
    if file.line != authority.line_id:
        raise OfficerError("other-line", "this archive is of another line than the authority file")
    signed = [read_signed(frame, authority, file) for frame in map(parse_frame, file.frames)]
    nonces = {header.no: first_nonce(frame) for header, frame in signed if not header.seq}
    ordered = None
    for header, frame in signed:
        if entry_id(frame.header) == file.opening and header.type == EntryType.OPENING:
            at = At(file.mode, authority.seq, header.time)
            opening = parse_archive_opening(frame.payload or b"")
            ordered, time = require_warrant(opening, authority, at), header.time
    if ordered is None:
        raise OfficerError(
            "opening-not-entered",
            "this archive holds no opening that was entered; have the warrant entered first",
        )
    days = tuple(
        sealed_day(header, frame, authority, file.mode, nonces.get(header.no))
        for header, frame in signed
        if header.type == EntryType.ARCHIVE_SEAL
    )
    first, last = ordered.order.first, ordered.order.last
    named = tuple(each for each in days if first <= each.seal.day <= last)
    return Archive(file, authority, ordered, time, named)


def read_signed(frame: Frame, authority: Authority, file: ArchiveFile) -> tuple[Header, Frame]:
    """Return a frame that a station of the party signed in the mode.

    Raises JunkError, BreachError.
    """
    header = parse_header(frame.header)
    station = station_for_journal(authority, header.no).credential
    if MODE_OF_STATION[CredentialKind(station.kind)] != file.mode:
        raise BreachError("other-mode", f"journal {header.no} is not of this mode")
    context = Context(Purpose.ENTRY, authority.line_id, Mode(file.mode))
    signature = frame.signature if isinstance(frame.signature, bytes) else b""
    require_signature(station.ed25519 or b"", signature, context, frame.header)
    if payload_hash(frame.payload or b"") != header.payload_hash:
        raise JunkError("payload-hash", "a payload is not the one that its header names")
    return header, frame


def first_nonce(frame: Frame) -> bytes:
    """Return the nonce in a journal's first entry. Raises JunkError."""
    word = parse_succession(frame.payload or b"")
    if not isinstance(word, Opening):
        raise JunkError("journal-opening", "a journal begins with a succession")
    return word.nonce


def sealed_day(
    header: Header, frame: Frame, authority: Authority, mode: int, nonce: bytes | None
) -> SealedDay:
    """Return a seal with what its shares are bound to. Raises JunkError."""
    if nonce is None:
        raise JunkError("journal-opening", f"the first entry of journal {header.no} is missing")
    station = station_for_journal(authority, header.no).credential
    public = station.ed25519 or b""
    journal = journal_id(authority.line_id, authority.party, mode, public=public, nonce=nonce)
    seal = parse_seal(frame.payload or b"")
    return SealedDay(entry_id(frame.header), journal, station.name, seal)


# --- A holder gives his shares --------------------------------------------------------------------


def give_shares(archive: Archive, keys: HolderKeys, found: Issued) -> bytes:
    """Return the file with which a holder gives his shares of the seals that the warrant names.

    Raises OfficerError("nothing-to-open"), BreachError("not-a-holder"), and
    ProofError("share-not-sealed") for a seal whose share for him is none: its station signed that
    (PROOF-139, PROOF-141).
    """
    key_id = require_holder(found, archive.circle())
    shares = tuple(
        open_share(archive, day, circle, keys, key_id) for day, circle in circles(archive)
    )
    if not shares:
        raise OfficerError("nothing-to-open", "the period of the warrant has no archive seal here")
    line, opening = archive.file.line, archive.file.opening
    body = shares_body(line, opening, found.id, shares)
    context = Context(Purpose.SHARE, line, Mode.NONE)
    return pack_shares(body, sign(keys.secret, context, body))


def circles(archive: Archive) -> Iterator[tuple[SealedDay, Circle]]:
    """Yield each seal with the circle that opens it under the warrant."""
    for day in archive.days:
        for circle in day.seal.circles:
            if circle.role == archive.ordered.role:
                yield day, circle


def open_share(
    archive: Archive, day: SealedDay, circle: Circle, keys: HolderKeys, key_id: bytes
) -> OpenedShare:
    """Return a holder's share of one seal. Raises ProofError("share-not-sealed")."""
    for place, each in enumerate(circle.shares, 1):
        at = Place(archive.file.line, day.journal, day.seal.n, circle.role, place)
        if each.key_id != key_id:
            continue
        try:
            share = hpke_open(keys.private, each.sealed, share_info(at))
        except JunkError:
            share = b""
        if share_commitment(at, share) == each.commitment:
            return OpenedShare(day.entry, place, share)
    raise ProofError(
        "share-not-sealed",
        f"seal {day.seal.n} of station {day.station} holds no good share for this key; the station "
        "signed it so",
    )


# --- A period is opened ---------------------------------------------------------------------------


def open_period(archive: Archive, given: Sequence[SharesFile]) -> Outcome:
    """Return the words that a warrant names, and what does not open (PROOF-140 to PROOF-142).

    Raises OfficerError("too-few-shares") for fewer good shares than it takes (NT50).
    """
    faults: list[Fault] = []
    words: list[OpenedWords] = []
    holders = [(each, holder_of(archive, each)) for each in given]
    stated = {slot_of(each): each for each in archive.file.words}
    for day, circle in circles(archive):
        shares = good_shares(archive, day, circle, holders, faults)
        if len(shares) < circle.threshold:
            why = "".join(f"; {each.text}" for each in faults)
            raise OfficerError(
                "too-few-shares",
                f"{len(shares)} good shares of seal {day.seal.n}, wanted {circle.threshold}{why}",
            )
        chosen = dict(sorted(shares.items())[: circle.threshold])
        key = combine(chosen)
        if key_check(archive.file.line, day.journal, day.seal.n, key) != day.seal.check:
            faults.append(sealer(day, "seal-key", "its shares give another key than it names"))
            continue
        faults += false_commitments(archive, day, circle, chosen)
        words += open_words(archive, day, key, stated, faults)
    return Outcome(tuple(words), tuple(faults))


def slot_of(words: SealedWords) -> Slot:
    """Return the slot of a statement. Raises JunkError."""
    header = parse_header(words.header)
    return header.no, header.seq


def holder_of(archive: Archive, given: SharesFile) -> Issued:
    """Return who signed a file of shares. Raises OfficerError("other-opening"), BreachError,
    JunkError (PROOF-140)."""
    if (given.line, given.opening) != (archive.file.line, archive.file.opening):
        raise OfficerError("other-opening", "these shares were given under another opening")
    found = known_at(archive.authority, given.holder, archive.authority.seq)
    require_holder(found, archive.circle())
    context = Context(Purpose.SHARE, archive.file.line, Mode.NONE)
    require_signature(found.credential.ed25519 or b"", given.signature, context, given.signed)
    return found


def good_shares(
    archive: Archive,
    day: SealedDay,
    circle: Circle,
    holders: Sequence[tuple[SharesFile, Issued]],
    faults: list[Fault],
) -> dict[int, bytes]:
    """Return the shares of one seal that are what its station committed to, by place; a false one
    is a fault of who signed for it (PROOF-140, NT50)."""
    found: dict[int, bytes] = {}
    for given, holder in holders:
        for each in given.shares:
            if each.seal != day.entry:
                continue
            at = Place(archive.file.line, day.journal, day.seal.n, circle.role, each.place)
            named = circle.shares[each.place - 1 : each.place] if each.place else ()
            own = [share for share in named if share.key_id == holder.credential.pq_hash]
            if own and share_commitment(at, each.share) == own[0].commitment:
                found[each.place] = each.share
            else:
                name = holder.credential.name
                text = f"the share of {name} is false: it is not the one committed to"
                faults.append(Fault("share-false", text))
    return found


def false_commitments(
    archive: Archive, day: SealedDay, circle: Circle, shares: dict[int, bytes]
) -> Iterator[Fault]:
    """Yield the holders who never had a share of this key: the others imply theirs (PROOF-141)."""
    for place, each in enumerate(circle.shares, 1):
        at = Place(archive.file.line, day.journal, day.seal.n, circle.role, place)
        if share_commitment(at, combine(shares, place)) != each.commitment:
            yield sealer(day, "share-commitment", f"place {place} was given another share")


def open_words(
    archive: Archive,
    day: SealedDay,
    key: bytes,
    stated: dict[Slot, SealedWords],
    faults: list[Fault],
) -> list[OpenedWords]:
    """Return the words of one seal; what does not open is its station's fault (NT51)."""
    found = []
    for no, seq, wrap in day.seal.wraps:
        words = stated.get((no, seq))
        if words is None:
            faults.append(Fault("words-missing", f"journal {no} slot {seq} is not in the file"))
            continue
        try:
            found.append(open_one(archive, day, key, words, wrap))
        except JunkError as fault:
            text = f"journal {no} slot {seq} does not open: {fault.reason}"
            faults.append(sealer(day, "sealed-garbage", text))
    return found


def open_one(
    archive: Archive, day: SealedDay, key: bytes, words: SealedWords, wrap: bytes
) -> OpenedWords:
    """Return the words of one statement as far as the warrant names them (PROOF-142).

    Raises JunkError for what its station did not seal rightly.
    """
    header, entry = parse_header(words.header), entry_id(words.header)
    line, order = archive.file.line, archive.ordered.order
    content_key = unwrap_key(key, line, day.seal.day, entry=entry, wrap=wrap)
    content = gcm_siv_open(content_key, CONTENT_NONCE, words.box, entry)
    if payload_hash(words.payload) != header.payload_hash:
        raise JunkError("payload-hash", "the payload is not the one that its header names")
    statement = parse_statement(parse_signed(words.payload)[0])
    opened, root = read_content(content)
    if root != statement.croot:
        raise JunkError("content-root", "the words are not those that the statement commits to")
    fields = tuple(
        (label, value)
        for label, value in enumerate(opened.values, 1)
        if value is not None and (not order.labels or label in order.labels)
    )
    return OpenedWords(
        *(header.no, header.seq, entry, header.time, statement.kind, statement.form), fields
    )


def sealer(day: SealedDay, reason: str, text: str) -> Fault:
    """Return a fault for which the station that signed a seal answers (PROOF-141)."""
    who = f"station {day.station} signed seal {day.seal.n}, entry {day.entry.hex()[:12]}"
    return Fault(reason, f"{text}; {who}")
