"""What a drafter has at hand: people, classes, heads; and whose posts something was shown at."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import open_line
from tests.station.shelf import Talk, shelve
from tests.station.test_judging import open_new_journal

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.errors import OfficerError
from backchannel.line.events import Given
from backchannel.station.athand import basis, desk, officers, posts_shown, told_of
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Mode


def test_the_basis_are_the_open_journals_of_the_others_in_one_mode(tmp_path: Path) -> None:
    talk = Talk(open_line(parties=3))
    open_new_journal(talk, BIRCH)
    state = shelve(tmp_path, talk.exchange).state
    birch, cedar = (talk.exchange.stations[p].own() for p in (BIRCH, 2))
    heads = [(no, head) for no, _, head in basis(state, Mode.REAL)]
    assert heads == [(no, state.core.journals[no].head.hex()) for no in (cedar.no, birch.no)]


def test_officers_whose_credentials_stand_are_at_hand(tmp_path: Path) -> None:
    exchange = open_line()
    office = exchange.cast.offices[ALDER]
    gone = office.officers["first"][0]
    frame = office.enter(pack_revoke(Revoke(gone, RevocationReason.REPLACED, None)))
    before = exchange.stations[ALDER].state
    exchange.stations[ALDER].do(Given(at=exchange.clock.moment(), frames=(frame,)))
    after = exchange.stations[ALDER].state
    assert [each.name for each in officers(before)] == ["first", "second"]
    assert [each.name for each in officers(after)] == ["second"]
    assert officers(after)[0].public == office.officers["second"][1].public.hex()
    with pytest.raises(OfficerError) as caught:
        posts_shown(after, gone)
    assert caught.value.reason == "revoked"
    with pytest.raises(OfficerError) as caught:
        posts_shown(after, CredentialId(seed("Cedar")))
    assert caught.value.reason == "unknown-credential"


def test_what_a_file_has_brought_is_counted(tmp_path: Path) -> None:
    exchange = open_line()
    before = exchange.stations[ALDER].state
    assert told_of(before, before).entered is False
    office = exchange.cast.offices[BIRCH]
    lost = Revoke(office.officers["first"][0], RevocationReason.LOST, None)
    frame = office.enter(pack_revoke(lost))
    exchange.stations[ALDER].do(Given(at=exchange.clock.moment(), frames=(frame,)))
    told = told_of(before, exchange.stations[ALDER].state)
    assert (told.entered, told.text[:10]) == (True, "1 entries ")


def test_a_desk_is_for_a_mode_that_is_spoken_here(tmp_path: Path) -> None:
    record = shelve(tmp_path, open_line(modes=(Mode.REAL,)), BIRCH)
    assert desk(record, Mode.REAL).open
    with pytest.raises(OfficerError) as caught:
        desk(record, Mode.EXERCISE)
    assert caught.value.reason == "no-such-mode"
