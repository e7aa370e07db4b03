"""When a content key goes, and when a day is sealed: the rules by themselves."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW, POLICY, Cast, found_cast, seed
from tests.holders import enrolled, overseen, share, warrant

from backchannel.errors import OfficerError
from backchannel.line.events import DaySealed, Given, Looked, Moment, OpeningOrdered, Swept
from backchannel.line.keeping import SWEEP_MS, kept_or_gone, sweep_is_due, to_seal_days
from backchannel.line.rows import ArchivedRow, EntryRow, KeptRow, KeyGone
from backchannel.line.step import step
from backchannel.line.work import Work
from backchannel.wire.archive import Circle, Role, Seal, Wrapped, pack_archive_opening, pack_seal
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId

HOT = replace(POLICY, hot_window_s=60, hot_cap_s=600)
OVERSIGHT = (overseen(ALDER), overseen(BIRCH, trustees=0))
ENTRY = EntryId(seed("entry"))
CIRCLES = (
    Circle(Role.TRUSTEE, 2, tuple(share("Alder", f"trustee {n}") for n in (1, 2, 3))),
    Circle(Role.CUSTODIAN, 1, (share("Alder", "keeper"),)),
)


def moment(elapsed: int = 0) -> Moment:
    return Moment(NOW, elapsed, seed("chance"))


def line() -> Cast:
    return found_cast(policy=HOT, oversight=OVERSIGHT)


@pytest.mark.parametrize(
    ("looked", "elapsed", "wanted"),
    [
        (Looked(ENTRY, None, None, False), 7, KeptRow(ENTRY, 7, None, 7)),
        (Looked(ENTRY, None, None, True), 7, KeptRow(ENTRY, 7, 7, 7)),
        (Looked(ENTRY, 5, 5, True), 60_004, KeptRow(ENTRY, 5, 5, 60_004)),
        (Looked(ENTRY, 5, 5, True), 60_005, KeyGone(ENTRY)),
        (Looked(ENTRY, 5, 50_000, True), 60_005, KeptRow(ENTRY, 5, 50_000, 60_005)),
        (Looked(ENTRY, 5, None, False), 600_004, KeptRow(ENTRY, 5, None, 600_004)),
        (Looked(ENTRY, 5, None, False), 600_005, KeyGone(ENTRY)),
    ],
)
def test_a_key_goes_when_its_window_or_the_cap_is_over(
    looked: Looked, elapsed: int, wanted: KeptRow | KeyGone
) -> None:
    """RECORD-119, RECORD-120, RECORD-121, NT88: to the millisecond of running time."""
    assert kept_or_gone(HOT, elapsed, looked) == wanted


def test_no_clock_drops_a_word() -> None:
    """RECORD-120, NT56: ten years later by the clock, and not a second of running time."""
    cast = line()
    at = replace(moment(), now=NOW + 10 * 365 * 86_400)
    _, rows = step(cast.states[0], Swept(at=at, days={}, looked=(Looked(ENTRY, 0, 0, True),)))
    assert [type(row) for row in rows] == [KeptRow]


def test_keys_are_looked_through_each_minute_where_there_is_an_archive() -> None:
    """RECORD-117."""
    assert not sweep_is_due(found_cast().states[0])
    state = line().states[0]
    assert sweep_is_due(state)
    state, _ = step(state, Swept(at=moment(5), days={1: 20_000}))
    assert not sweep_is_due(state)
    core = replace(state.core, elapsed=5 + SWEEP_MS)
    assert sweep_is_due(replace(state, core=core))


def test_a_seal_is_asked_for_until_it_stands_and_entered_once() -> None:
    """RECORD-117, KEYS-34: what another draw of the signer made is thrown away."""
    state, _ = step(line().states[0], Swept(at=moment(), days={1: 20_000}))
    (wanted,) = to_seal_days(Work(state))
    assert (wanted.mode, wanted.n, wanted.day) == (1, 1, 20_000)
    wraps = (Wrapped(wanted.no, 0, bytes(48)),)
    payload = pack_seal(Seal(1, 20_000, bytes(32), CIRCLES, wraps))
    made = DaySealed(at=moment(), mode=1, no=wanted.no, n=1, payload=payload, entries=(ENTRY,))
    after, rows = step(state, made)
    (entry,) = (row for row in rows if isinstance(row, EntryRow))
    assert entry.type == EntryType.ARCHIVE_SEAL
    assert ArchivedRow(ENTRY, entry.no, entry.seq) in rows
    assert not to_seal_days(Work(after)) and sweep_is_due(after)
    _, again = step(after, made)
    assert not again


def test_an_opening_is_entered_only_under_a_warrant_that_holds() -> None:
    """RECORD-123, NT53."""
    cast = line()
    signers = enrolled(cast, ALDER, 1, 2)
    state, _ = step(cast.states[0], Given(at=moment(), frames=tuple(cast.offices[ALDER].frames)))
    good = pack_archive_opening(warrant(cast, signers))
    _, rows = step(state, OpeningOrdered(at=moment(), mode=1, payload=good))
    assert [row.type for row in rows if isinstance(row, EntryRow)] == [EntryType.OPENING]
    bad = pack_archive_opening(warrant(cast, signers[:1]))
    for payload, mode, reason in (
        (bad, 1, "too-few-holders"),
        (good, 2, "bad-signature"),
        (b"\x80", 1, "opening-shape"),
        (good, 9, "no-such-mode"),
    ):
        with pytest.raises(OfficerError) as refused:
            step(state, OpeningOrdered(at=moment(), mode=mode, payload=payload))
        assert refused.value.reason == reason
