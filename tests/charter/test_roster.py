"""Look-ups in a folded journal: as of a head, at a moment, and for a mode."""

import pytest
from msgspec.structs import replace
from tests.charter.people import (
    NOW,
    YEAR,
    Office,
    officer,
    officer_credential,
    post,
    reason_of,
    seed,
    station,
    station_credential,
)

from backchannel.charter.events import RevocationReason, Revoke, pack_fresh, pack_revoke
from backchannel.charter.roster import (
    Authority,
    issued,
    known_at,
    live_stations,
    officer_named,
    posts_of,
    require_unrevoked,
    require_valid,
    revocation,
    standing_at,
    station_for_journal,
)
from backchannel.errors import BreachError, OfficerError
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Mode

NOBODY = CredentialId(seed("nobody"))


def breach(call: object) -> str:
    return reason_of(call, BreachError)  # type: ignore[arg-type]


def revoke(office: Office, credential: CredentialId) -> None:
    office.enter(pack_revoke(Revoke(credential, RevocationReason.WITHDRAWN, None)))


def test_a_credential_is_known_from_its_entry_on() -> None:
    """CHARTER-50, NT45."""
    office = Office()
    office.enter(pack_fresh(NOW))
    duty = office.issue(post())
    assert known_at(office.authority, duty, 1).credential == post()
    assert known_at(office.authority, duty, 9).id == duty
    assert breach(lambda: known_at(office.authority, duty, 0)) == "unknown-credential"
    assert breach(lambda: issued(office.authority, NOBODY)) == "unknown-credential"


def test_a_revocation_counts_from_its_entry_on() -> None:
    """CHARTER-51, NT12."""
    office = Office()
    duty = office.issue(post())
    office.enter(pack_fresh(NOW))
    found = issued(office.authority, duty)
    assert revocation(office.authority, duty) is None
    revoke(office, duty)
    require_unrevoked(office.authority, found, 1)
    assert breach(lambda: require_unrevoked(office.authority, found, 2)) == "revoked"
    ended = revocation(office.authority, duty)
    assert ended is not None and ended.seq == 2


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (NOW - YEAR - 1, "not-yet-valid"),
        (NOW - YEAR, None),
        (NOW + YEAR - 1, None),
        (NOW + YEAR, "expired"),
    ],
)
def test_a_credential_is_valid_from_its_first_second_to_the_last_before_until(
    moment: int, reason: str | None
) -> None:
    """CHARTER-51, NT11."""
    office = Office()
    duty = office.issue(post())
    found = issued(office.authority, duty)
    if reason is None:
        require_valid(found, moment)
    else:
        assert breach(lambda: require_valid(found, moment)) == reason


def with_stations() -> tuple[Office, list[CredentialId]]:
    """Two REAL stations and one for EXERCISE."""
    office = Office()
    made = []
    for n, (name, mode) in enumerate(
        (("room", Mode.REAL), ("annex", Mode.REAL), ("room", Mode.EXERCISE))
    ):
        keys = station(name, mode)
        numbers = (16 * (2 * n + 1), 16 * (2 * n + 2))
        made.append(office.issue(station_credential(keys, name, journals=numbers), keys))
    return office, made


def test_a_journal_number_leads_to_its_station() -> None:
    """CHARTER-39."""
    office, (room, annex, exercise) = with_stations()
    found = [station_for_journal(office.authority, no).id for no in (16, 32, 48, 64, 80, 96)]
    assert found == [room, room, annex, annex, exercise, exercise]
    assert breach(lambda: station_for_journal(office.authority, 112)) == "unknown-journal"


def ids(authority: Authority, seq: int, mode: int) -> list[CredentialId]:
    return [each.id for each in live_stations(authority, seq, mode)]


def test_live_stations_are_those_of_a_mode_as_of_a_head() -> None:
    """CHARTER-50: what a journal named is judged by what it named."""
    office, (room, annex, exercise) = with_stations()
    office.issue(post())
    revoke(office, room)
    authority = office.authority
    assert ids(authority, -1, Mode.REAL) == []
    assert ids(authority, 0, Mode.REAL) == [room]
    assert ids(authority, 3, Mode.REAL) == [room, annex]
    assert ids(authority, 4, Mode.REAL) == [annex]
    assert ids(authority, 4, Mode.EXERCISE) == [exercise]
    assert ids(authority, 4, Mode.TEST) == []


def test_no_clock_takes_a_station_off_the_line() -> None:
    """CHARTER-50: its validity lights a lamp elsewhere, and its key goes on."""
    office = Office()
    keys = station("room")
    old = station_credential(keys, since=1, until=2)
    room = office.issue(old, keys)
    assert ids(office.authority, 0, Mode.REAL) == [room]


def test_an_officer_is_found_by_name_while_a_credential_of_his_stands() -> None:
    office = Office()
    keys = officer("first")
    older = office.issue(officer_credential(keys), keys)
    newer = office.issue(officer_credential(keys, until=NOW + 2 * YEAR), keys)
    assert officer_named(office.authority, "first").id == newer
    revoke(office, newer)
    assert officer_named(office.authority, "first").id == older
    revoke(office, older)
    for name in ("first", "nobody"):
        found = reason_of(lambda name=name: officer_named(office.authority, name), OfficerError)
        assert found == "unknown-officer"


def test_a_post_or_station_is_no_officer_by_name() -> None:
    office, _ = with_stations()
    office.issue(post())
    assert office.authority.names == {}


def test_the_posts_of_an_officer_come_in_the_order_of_his_credential() -> None:
    """CHARTER-37."""
    office = Office()
    duty, chief = office.issue(post()), office.issue(post("chief of staff"))
    keys = officer("first")
    first = office.issue(officer_credential(keys, posts=(chief, duty)), keys)
    names = [p.credential.name for p in posts_of(office.authority, issued(office.authority, first))]
    assert names == ["chief of staff", "duty officer"]


def test_before_the_first_entry_the_charter_stands() -> None:
    """CHARTER-50."""
    authority = Office().authority
    assert standing_at(authority, -1) == authority.standings[0]
    late = replace(authority, standings=())
    with pytest.raises(AssertionError):
        standing_at(late, 0)
