"""A party's office: its folder with the sealed roots, its section, and the authority journal.

The office machine is no station and stays unconnected. This module must not hand out an entry
before it is on the disk: a journal written twice would contradict itself in public.

    section.toml      what the party says of itself in every draft
    root-N.key        one root each, sealed
    office.authority  the authority file: charter, and every entry of the journal
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from backchannel.charter.charter import pack_charter, parse_charter
from backchannel.charter.credentials import Credential, CredentialKind, pack_body, parse_body
from backchannel.charter.draft import parse_section
from backchannel.charter.drafting import render_section
from backchannel.charter.events import (
    RevocationReason,
    Revoke,
    pack_amendment,
    pack_fresh,
    pack_issue,
    pack_revoke,
)
from backchannel.charter.office import Signer, Writing, write_entry
from backchannel.charter.parties import Party, Root, RootSet, roots_rows
from backchannel.charter.possession import Possession
from backchannel.charter.roster import Authority, Issued, standing_at
from backchannel.clock import Clock
from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.limits import ROOTS_MAX
from backchannel.line.events import Moment
from backchannel.line.founding import Founding, admit_founding, empty_state
from backchannel.station.authorities import (
    AuthorityFile,
    fold,
    issuer_of_key,
    pack_authority,
    parse_authority,
    standing,
)
from backchannel.station.charters import (
    SignedCharter,
    add_signatures,
    own_party,
    shares,
    standing_roots,
)
from backchannel.station.enrolment import Mandate, Request
from backchannel.station.files import (
    make_folder,
    read_file,
    read_text,
    replace,
    sole_use,
    write_new,
)
from backchannel.station.firstwords import parse_station
from backchannel.station.keyring import Ask, open_officer, open_root, save_root
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import AttachmentKind, pack_frame
from backchannel.wire.ids import CredentialId, credential_id
from backchannel.wire.keys import RootKeys, fingerprint, root_from_seed

SECTION = "section.toml"
AUTHORITY = "office.authority"


class Office(msgspec.Struct, frozen=True):
    """An office as its folder shows it. Without a line there is no journal yet."""

    folder: Path
    section: Party
    file: AuthorityFile | None = None
    authority: Authority | None = None


# --- The folder -----------------------------------------------------------------------------------


def root_path(folder: Path, number: int) -> Path:
    """Return where a root lies; people count roots from 1."""
    return folder / f"root-{number}.key"


def make_office(folder: Path, wanted: Party, *, roots: int, ask: Ask, clock: Clock) -> Office:
    """Make an office with its roots and its section. `wanted` has a threshold and no roots yet.

    Raises OfficerError, before anything is made, for a section that no charter would take.
    """
    if not 1 <= roots <= ROOTS_MAX:
        raise OfficerError("bad-roots", f"got {roots} roots, wanted 1 to {ROOTS_MAX}")
    entropies = [clock.entropy() for _ in range(roots)]
    section = with_roots(wanted, tuple(root_of(entropy) for entropy in entropies))
    parse_section(render_section(section))
    make_folder(folder)
    for number, entropy in enumerate(entropies, 1):
        path = root_path(folder, number)
        save_root(path, ask(path.name), entropy, clock)
    write_new(folder / SECTION, render_section(section).encode())
    return Office(folder, section)


def root_of(entropy: bytes) -> Root:
    """Return the public halves of the root that is made of 32 bytes."""
    keys = root_from_seed(entropy)
    return Root(keys.public, keys.pq_public)


def with_roots(wanted: Party, roots: tuple[Root, ...]) -> Party:
    """Return a party with its roots."""
    root_set = RootSet(roots, wanted.root_set.threshold)
    return msgspec.structs.replace(wanted, root_set=root_set)


def require_office(folder: Path) -> None:
    """Raise OfficerError("no-office") if a folder is none."""
    if not (folder / SECTION).is_file():
        raise OfficerError("no-office", f"{folder} is no office: it has no {SECTION}")


def load_office(folder: Path) -> Office:
    """Return the office in a folder, its journal folded from the charter down.

    Raises OfficerError("no-office"), and CustodyError("authority-damaged") if the journal on the
    disk does not hold.
    """
    require_office(folder)
    section = parse_section(read_text(folder / SECTION))
    if not (folder / AUTHORITY).is_file():
        return Office(folder, section)
    try:
        file = parse_authority(read_file(folder / AUTHORITY))
        return Office(folder, section, file, fold(file))
    except JunkError as fault:
        raise CustodyError(
            "authority-damaged",
            f"{folder / AUTHORITY}: {fault.text}. Enter nothing more; bring back the newest copy, "
            "from a station if need be",
        ) from None


@contextmanager
def at_work(folder: Path) -> Iterator[Office]:
    """Hold an office while its journal is written: two commands must not fill one slot.

    Raises OfficerError("folder-in-use") and what `load_office` raises.
    """
    require_office(folder)
    with sole_use(folder):
        yield load_office(folder)


def fingerprints(office: Office) -> tuple[str, str | None]:
    """Return the fingerprint of the roots alone, and the one bound to the line, if there is one."""
    rows = roots_rows(office.section.root_set)
    if office.authority is None:
        return fingerprint(None, rows), None
    return fingerprint(None, rows), fingerprint(office.authority.line_id, rows)


# --- Who signs ------------------------------------------------------------------------------------


def open_roots(office: Office, numbers: Sequence[int], ask: Ask) -> tuple[RootKeys, ...]:
    """Return the keys of some roots; without numbers, of as many as must sign, the first ones.

    Raises OfficerError: "no-such-root", "wrong-passphrase".
    """
    root_set = office.section.root_set
    wanted = sorted(set(numbers)) or range(1, root_set.threshold + 1)
    for number in wanted:
        if not 1 <= number <= len(root_set.roots):
            raise OfficerError("no-such-root", f"got {number}, wanted 1 to {len(root_set.roots)}")
    paths = [root_path(office.folder, number) for number in wanted]
    return tuple(open_root(path, ask(path.name)) for path in paths)


def root_signers(office: Office, numbers: Sequence[int], ask: Ask) -> tuple[Signer, ...]:
    """Return roots as signers of the journal. Raises OfficerError."""
    authority = opened(office)
    roots = standing_at(authority, authority.seq).root_set.roots
    signers = []
    for keys in open_roots(office, numbers, ask):
        root = Root(keys.public, keys.pq_public)
        if root not in roots:
            raise OfficerError("root-not-in-force", "this root is not among those in force")
        signers.append(Signer(roots.index(root), keys))
    return tuple(signers)


def issuer_signers(office: Office, files: Sequence[Path], ask: Ask) -> tuple[Signer, ...]:
    """Return officers with a power over the journal as its signers. Raises OfficerError."""
    authority = opened(office)
    signers = []
    for path in files:
        keys = open_officer(path, ask(path.name)).keys
        signers.append(Signer(issuer_of_key(authority, keys.public).id, keys))
    return tuple(signers)


# --- The charter ----------------------------------------------------------------------------------


def roots_before(office: Office, signed: SignedCharter) -> tuple[RootSet, ...]:
    """Return each party's roots in force before a charter, as this office knows them.

    Raises OfficerError("line-not-opened", "other-predecessor").
    """
    if signed.charter.predecessor is None:
        return standing_roots(signed, None)
    authority = opened(office)
    now = standing_at(authority, authority.seq)
    before = SignedCharter(authority.line_id, pack_charter(now.charter), now.charter)
    found = list(standing_roots(signed, before))
    found[authority.party] = now.root_set
    return tuple(found)


def require_signable(office: Office, signed: SignedCharter) -> int:
    """Return which party of a charter we are, if it may be put before our roots.

    Raises OfficerError if it says of us what our section does not; JunkError if a signature that
    is there is false (NT94).
    """
    party = own_party(signed, office.section)
    shares(signed, roots_before(office, signed))
    return party


def sign(office: Office, signed: SignedCharter, numbers: Sequence[int], ask: Ask) -> SignedCharter:
    """Return a charter with the signatures of our roots among the others.

    Raises what `require_signable` raises, and OfficerError("root-not-listed").
    """
    party = require_signable(office, signed)
    before = roots_before(office, signed)
    return add_signatures(signed, party, keys=open_roots(office, numbers, ask), standing=before)


# --- The journal ----------------------------------------------------------------------------------


def opened(office: Office) -> Authority:
    """Return the journal. Raises OfficerError("line-not-opened") before the charter is here."""
    if office.authority is None:
        raise OfficerError(
            "line-not-opened", f"give {office.folder} the signed charter first: party open"
        )
    return office.authority


def open_line(office: Office, signed: SignedCharter) -> Office:
    """Take a charter that is in force: the journal opens. Raises OfficerError (NT94)."""
    if office.file is not None:
        raise OfficerError("line-opened-before", f"{office.folder} has its line already")
    file = AuthorityFile(own_party(signed, office.section), signed.raw, signed.signatures)
    authority = fold(file)
    write_new(office.folder / AUTHORITY, pack_authority(file))
    return msgspec.structs.replace(office, file=file, authority=authority)


def enter(office: Office, writings: Sequence[Writing], signers: Sequence[Signer]) -> Office:
    """Return the office with entries more in its journal, all of them on the disk or none.

    Raises JunkError or BreachError for what would have no effect, and CustodyError.
    """
    authority, file = opened(office), office.file
    assert file is not None
    frames = list(file.frames)
    for writing in writings:
        authority, frame = write_entry(authority, writing, signers)
        frames.append(pack_frame(frame))
    file = msgspec.structs.replace(file, frames=tuple(frames))
    replace(office.folder / AUTHORITY, pack_authority(file))
    return msgspec.structs.replace(office, file=file, authority=authority)


def issues(office: Office, request: Request, now: int) -> tuple[Writing, ...]:
    """Return the entries that a request asks for. Raises OfficerError("other-line")."""
    if request.line != opened(office).line_id:
        raise OfficerError("other-line", "the request was made for another line")
    return tuple(
        Writing(
            pack_issue(each.body, each.possession),
            now,
            attachments=((AttachmentKind.PQ_PUBLIC_KEY, credential_id(each.body), each.pq_public),),
        )
        for each in request.subjects
    )


def parent_of(signers: Sequence[Signer]) -> CredentialId | None:
    """Return the credential under which a post is granted: the first officer's, None for roots."""
    first = signers[0].who
    return None if isinstance(first, int) else first


def new_post(name: str, mandate: Mandate, parent: CredentialId | None) -> Credential:
    """Return the credential of a post. Raises JunkError for a name that none can have."""
    post = Credential(
        kind=CredentialKind.POST,
        name=name,
        since=mandate.since,
        until=mandate.until,
        powers=mandate.powers,
        classes=mandate.classes,
        modes=mandate.modes,
        parent=parent,
    )
    return parse_body(pack_body(post))


def issue_post(post: Credential, now: int) -> Writing:
    """Return the entry that makes a post. It has no key, so nobody proves anything."""
    return Writing(pack_issue(pack_body(post), Possession()), now)


def named(office: Office, name: str) -> tuple[Issued, ...]:
    """Return the standing credentials of a name, or whose id begins with it.

    Raises OfficerError("nobody-named").
    """
    found = tuple(
        each
        for each in standing(opened(office))
        if each.credential.name == name or (len(name) >= 8 and each.id.hex().startswith(name))
    )
    if not found:
        raise OfficerError("nobody-named", f"no standing credential of {name!a}: see party show")
    return found


def revocations(found: Sequence[Issued], reason: str, now: int) -> tuple[Writing, ...]:
    """Return the entries that end credentials. Raises OfficerError("unknown-reason")."""
    reasons = {each.name.lower(): each for each in RevocationReason}
    if reason not in reasons:
        raise OfficerError("unknown-reason", f"got {reason!a}, wanted one of {', '.join(reasons)}")
    return tuple(
        Writing(pack_revoke(Revoke(each.id, reasons[reason], None)), now) for each in found
    )


def say_fresh(now: int) -> Writing:
    """Return the entry that calls the journal current (CHARTER-44)."""
    return Writing(pack_fresh(now), now)


def amend(office: Office, signed: SignedCharter, now: int) -> Writing:
    """Return the entry by which this party takes an amendment (CHARTER-45).

    Raises OfficerError("other-line", "not-an-amendment").
    """
    if signed.line != opened(office).line_id:
        raise OfficerError("other-line", "the amendment is of another line")
    if signed.charter.predecessor is None:
        raise OfficerError("not-an-amendment", "this is a first charter; party open takes it")
    payload = pack_amendment(signed.raw, signed.signatures)
    return Writing(payload, now, type=EntryType.AMENDMENT)


def founding_of(office: Office, station_files: Sequence[bytes], now: int) -> Founding:
    """Return what another party's station takes in, tried out before anybody carries it.

    Raises OfficerError with the reason, JunkError for what is no station file.
    """
    line, file = opened(office).line_id, office.file
    assert file is not None
    frames: list[bytes] = []
    for each in map(parse_station, station_files):
        if (each.line, each.party) != (line, file.party):
            raise OfficerError("other-station", "a station file is of another line or party")
        frames += each.frames
    founding = Founding(file.charter, file.signatures, file.frames, tuple(frames))
    other = (file.party + 1) % len(parse_charter(file.charter).parties)
    stranger = empty_state(file.charter, file.signatures, other)
    admit_founding(stranger, founding, Moment(now, 0, bytes(32)))
    return founding
