"""Archive seals and openings of another station: what stands, and with which verdict."""

from tests.cast import ALDER, BIRCH, found_cast, seed
from tests.exchange import Exchange
from tests.holders import Signer, enrolled, overseen, share, warrant
from tests.line.hostile import Hostile

from backchannel.line.events import Given
from backchannel.wire.archive import (
    ArchiveOpening,
    Circle,
    Role,
    Seal,
    Wrapped,
    pack_archive_opening,
    pack_seal,
)
from backchannel.wire.codec import Value, decode
from backchannel.wire.entry import EntryType

OVERSIGHT = (overseen(ALDER, trustees=0), overseen(BIRCH))
DAY = 20_779


def birch() -> Hostile:
    """Birch's station, on a line whose charter names three trustees and a custodian of Birch."""
    exchange = Exchange(found_cast(oversight=OVERSIGHT))
    exchange.start()
    return Hostile(exchange)


TRUSTEES = Circle(Role.TRUSTEE, 2, tuple(share("Birch", f"trustee {n}") for n in (1, 2, 3)))
KEEPER = Circle(Role.CUSTODIAN, 1, (share("Birch", "keeper"),))


def sealed(station: Hostile, n: int = 1, *, seq: int = 0, circles: tuple[Circle, ...]) -> str:
    """The verdict on an archive seal of one key."""
    seal = Seal(n, DAY, bytes(32), circles, (Wrapped(station.no, seq, bytes(48)),))
    station.enter(decode(pack_seal(seal)), EntryType.ARCHIVE_SEAL)
    return station.verdict()


def test_a_seal_for_the_holders_in_the_charter_stands() -> None:
    """RECORD-117, RECORD-118."""
    station = birch()
    assert sealed(station, circles=(TRUSTEES, KEEPER)) == ""
    assert sealed(station, 2, circles=(TRUSTEES, KEEPER)) == ""
    assert station.known().archived == 2


def test_seals_are_numbered_through() -> None:
    """RECORD-117: a seal that is held back leaves a gap that shows."""
    station = birch()
    assert sealed(station, 2, circles=(TRUSTEES, KEEPER)) == "invalid: seal-number"
    assert sealed(station, 1, circles=(TRUSTEES, KEEPER)) == ""
    assert sealed(station, 1, circles=(TRUSTEES, KEEPER)) == "invalid: seal-number"


def test_a_seal_names_what_its_writer_holds() -> None:
    """RECORD-117: not what is still to come, nor the seal itself."""
    station = birch()
    here = station.known().seq + 1
    assert sealed(station, seq=here, circles=(TRUSTEES, KEEPER)) == "invalid: seal-slots"
    alien = Seal(2, DAY, bytes(32), (TRUSTEES, KEEPER), (Wrapped(33, 0, bytes(48)),))
    station.enter(decode(pack_seal(alien)), EntryType.ARCHIVE_SEAL)
    assert station.verdict() == "invalid: seal-slots"


def test_nobody_beside_the_charter_gets_a_share_and_nobody_is_left_out() -> None:
    """RECORD-118: a ghost reader, a reader less, a lower threshold, another order."""
    ghost = TRUSTEES._replace(shares=(*TRUSTEES.shares, share("Birch", "ghost")))
    fewer = TRUSTEES._replace(shares=TRUSTEES.shares[:2])
    lower = TRUSTEES._replace(threshold=1)
    turned = TRUSTEES._replace(shares=TRUSTEES.shares[::-1])
    station = birch()
    for n, wrong in enumerate((ghost, fewer, lower, turned), 1):
        assert sealed(station, n, circles=(wrong, KEEPER)) == "invalid: seal-holders"
    assert sealed(station, 5, circles=(TRUSTEES,)) == "invalid: seal-holders"


def test_what_is_no_seal_stays_and_says_why() -> None:
    """PROOF-130, RECORD-117."""
    station = birch()
    station.enter({1: 2}, EntryType.ARCHIVE_SEAL)
    assert station.verdict() == "invalid: seal-shape"


# --- Openings -------------------------------------------------------------------------------------


def told(station: Hostile, count: int) -> tuple[list[Signer], tuple[int, int, bytes]]:
    """Some trustees of Birch whose credentials the victim holds, and the head that names them."""
    signers = enrolled(station.cast, BIRCH, *range(1, count + 1))
    office = station.cast.offices[BIRCH]
    station.victim.do(Given(at=station.victim.clock.moment(), frames=tuple(office.frames)))
    return signers, (BIRCH, office.authority.seq, office.authority.head)


def opened(station: Hostile, opening: ArchiveOpening, **changes: object) -> str:
    """The verdict on an opening."""
    value: Value = decode(pack_archive_opening(opening))
    station.enter(value, EntryType.OPENING, **changes)
    return station.verdict()


def test_an_opening_under_a_good_warrant_stands() -> None:
    """RECORD-123."""
    station = birch()
    signers, head = told(station, 2)
    assert opened(station, warrant(station.cast, signers), seen=(head,)) == ""


def test_an_opening_that_too_few_ordered_stays_and_is_invalid() -> None:
    """RECORD-123, PROOF-137."""
    station = birch()
    signers, head = told(station, 1)
    found = opened(station, warrant(station.cast, signers), seen=(head,))
    assert found == "invalid: too-few-holders"


def test_the_head_that_an_opening_names_decides() -> None:
    """RECORD-123: trustees whom the entry does not name are not known to it."""
    station = birch()
    signers, _ = told(station, 2)
    assert opened(station, warrant(station.cast, signers)) == "invalid: unknown-credential"


def test_what_is_no_opening_stays_and_says_why() -> None:
    """PROOF-136, RECORD-123."""
    station = birch()
    station.enter({1: 2}, EntryType.OPENING)
    assert station.verdict() == "invalid: opening-shape"
    station.enter((seed("warrant"), (bytes(64),), b""), EntryType.OPENING)
    assert station.verdict().startswith("invalid: ")
