"""Lamps: what must catch a person's eye, each of them lit by its cause and by nothing else."""

from pathlib import Path

import msgspec
import pytest
from tests.cast import ALDER, BIRCH, NOW, POLICY, YEAR, found_cast, found_once, seed
from tests.exchange import Exchange, open_line
from tests.line.hostile import Hostile
from tests.station.shelf import Talk, shelve
from tests.station.test_aside import forked
from tests.station.test_judging import open_new_journal

from backchannel.charter.practice import Practice
from backchannel.errors import CustodyError
from backchannel.line.events import Started
from backchannel.notice.catalogue import catalogue_hash
from backchannel.station.judging import Record
from backchannel.station.lamps import ORDER, lamps
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.signing import Mode

DAY_S = 86_400
# Lit on every line of this version, or because a test has neither courier nor run mark.
ALWAYS = {"no-run-mark", "no-hot-window", "no-courier-package"}


def lit(record: Record, failure: CustodyError | None = None) -> set[str]:
    """The lamps that are lit beside those that always are."""
    return {each.slug for each in lamps(record, failure)} - ALWAYS


def changed(record: Record, **core: object) -> Record:
    """A record whose state has other fields."""
    state = record.state
    return msgspec.structs.replace(
        record,
        state=msgspec.structs.replace(state, core=msgspec.structs.replace(state.core, **core)),
    )


def test_a_calm_line_lights_nothing_else(tmp_path: Path) -> None:
    assert lit(shelve(tmp_path, open_line())) == set()


def test_a_full_disk_is_the_first_lamp(tmp_path: Path) -> None:
    full = CustodyError("disk-full", "no room")
    found = lamps(shelve(tmp_path, open_line()), full)
    assert (found[0].slug, found[0].level, found[0].advice) == ("disk-full", "alarm", "no room")
    assert [ORDER.index(each.level) for each in found] == sorted(
        ORDER.index(each.level) for each in found
    )


def test_a_station_that_still_asks_says_for_how_long(tmp_path: Path) -> None:
    exchange = open_line()
    alder = exchange.stations[ALDER]
    alder.do(Started(at=exchange.clock.moment(), clean=False, mark=None))
    exchange.clock.elapsed += 7_000
    alder.pass_time()
    record = shelve(tmp_path, exchange)
    asking = [each for each in lamps(record, None) if each.slug == "still-asking"]
    assert len(asking) == 3
    assert "for 7 s now; 0 answered" in asking[0].text


def test_a_party_whose_file_is_missing_is_named(tmp_path: Path) -> None:
    cast = found_cast()
    exchange = Exchange(cast)
    core = exchange.stations[ALDER].state.core
    ours = {no: journal for no, journal in core.journals.items() if journal.party == ALDER}
    record = changed(shelve(tmp_path, exchange), journals=ours)
    (lamp,) = [each for each in lamps(record, None) if each.slug == "no-founding-file"]
    assert "Birch" in lamp.text and lamp.level == "alarm"


def test_a_fork_is_an_alarm(tmp_path: Path) -> None:
    """NT33: lamp red, line open."""
    exchange = open_line()
    forked(exchange)
    found = [each for each in lamps(shelve(tmp_path, exchange), None) if each.slug == "fork"]
    assert [each.level for each in found] == ["alarm"]
    assert "Birch" in found[0].text


def test_words_that_are_missing_are_counted(tmp_path: Path) -> None:
    exchange = open_line()
    hostile = Hostile(exchange)
    payload, _ = hostile.statement("Hidden.")
    hostile.send(hostile.frame(encode(payload), EntryType.STATEMENT))
    (lamp,) = [e for e in lamps(shelve(tmp_path, exchange), None) if e.slug == "unopened"]
    assert lamp.text.startswith("1 statements")


@pytest.mark.parametrize(
    ("later_s", "slugs"),
    [
        (DAY_S - 60, set()),
        (DAY_S + 60, {"prekey-expired"}),
        (8 * DAY_S, {"prekey-expired", "not-fresh"}),
        (YEAR - 20 * DAY_S, {"prekey-expired", "not-fresh", "ends-soon"}),
        (YEAR + 1, {"prekey-expired", "not-fresh", "ended"}),
    ],
)
def test_what_the_clock_says_is_over_is_a_warning_and_stops_nothing(
    tmp_path: Path, later_s: int, slugs: set[str]
) -> None:
    """NT56, NT87: a clock lights a lamp and retires no key."""
    assert lit(shelve(tmp_path, open_line(), later_s=later_s)) == slugs


def test_epoch_zero_and_the_courier_package_have_lamps(tmp_path: Path) -> None:
    record = shelve(tmp_path, open_line())
    consented = changed(record, consent={int(Mode.REAL): seed("officer")})
    assert lit(consented) == {"epoch-zero"}
    secrets = msgspec.structs.replace(record.state.secrets, courier={1: seed("package")})
    carried = msgspec.structs.replace(
        record, state=msgspec.structs.replace(record.state, secrets=secrets)
    )
    assert "no-courier-package" not in {each.slug for each in lamps(carried, None)}


def test_the_last_journal_number_is_a_warning(tmp_path: Path) -> None:
    talk = Talk(open_line())
    for _ in range(7):
        assert "no-number-left" not in lit(shelve(tmp_path, talk.exchange, BIRCH))
        open_new_journal(talk, BIRCH)
    assert "no-number-left" in lit(shelve(tmp_path, talk.exchange, BIRCH))


def test_the_cast_is_founded_at_one_moment() -> None:
    """What the times above are counted from."""
    assert found_once().states[0].charter.until == NOW + YEAR


@pytest.mark.parametrize(("catalogue", "wanted"), [(catalogue_hash(), False), (bytes(32), True)])
def test_another_catalogue_than_the_charters_is_told(
    tmp_path: Path, catalogue: bytes, wanted: bool
) -> None:
    """NOTICE-91: it is told, and nothing stops."""
    policy = msgspec.structs.replace(POLICY, practice=Practice(catalogue))
    record = shelve(tmp_path, Exchange(found_cast(policy=policy)))
    assert ("other-catalogue" in lit(record)) == wanted
