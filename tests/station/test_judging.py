"""What the record says of one statement: number, signers, verdict, what had been seen."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, seed
from tests.exchange import open_line
from tests.station.shelf import Talk, lines, report, shelve

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.line.events import Given, ResumeOrdered, Started
from backchannel.station.judging import (
    first_receipt,
    followed,
    kind_word,
    name_of,
    own_journals,
    signer,
    vectors,
)
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind


def open_new_journal(talk: Talk, party: int) -> None:
    """Have a station go on in a new journal, as after an old disk."""
    station = talk.exchange.stations[party]
    station.do(Started(at=station.clock.moment(), clean=False, mark=None))
    for mode in sorted(station.state.core.asking):
        order = ResumeOrdered(
            at=station.clock.moment(),
            mode=mode,
            officers=(talk.exchange.cast.offices[party].officers["first"][0],),
            new_journal=True,
        )
        station.do(order)
    talk.exchange.run()


def test_numbers_count_on_through_a_succession(tmp_path: Path) -> None:
    talk = Talk(open_line())
    talk.say(ALDER, "one")
    talk.say(ALDER, "two")
    open_new_journal(talk, ALDER)
    talk.say(ALDER, "three")
    open_new_journal(talk, ALDER)
    talk.say(ALDER, "four")
    for party in (ALDER, BIRCH):
        record = shelve(tmp_path, talk.exchange, party)
        numbers = [(line.number, line.words.text) for line in lines(record)]
        assert numbers == [
            ("ALDER 0001", "one"), ("ALDER 0002", "two"),
            ("ALDER 0003", "three"), ("ALDER 0004", "four"),
        ]  # fmt: skip
        newest = talk.exchange.stations[ALDER].own().no
        assert len(followed(record, newest)) == 2


def test_a_receipt_is_found_in_our_own_journal_and_in_theirs(tmp_path: Path) -> None:
    talk = Talk(open_line())
    for n in range(4):
        talk.say(ALDER, f"number {n}")
    talk.say(
        BIRCH,
        "late",
    )
    alder, birch = talk.exchange.stations
    slots = [(row.no, row.seq) for row in birch.said() if row.no == alder.own().no]
    for party in (ALDER, BIRCH):
        record = shelve(tmp_path, talk.exchange, party)
        vector_at = vectors(record)
        for no, seq in slots:
            found = first_receipt(record, birch.own().no, no, seq)
            assert found is not None
            assert vector_at(birch.own().no, found.seq)[no] >= seq
            assert vector_at(birch.own().no, found.seq - 1).get(no, -1) < seq
        assert first_receipt(record, birch.own().no, alder.own().no, 10_000) is None


def test_a_receipt_that_came_before_what_it_covers_is_found_all_the_same(tmp_path: Path) -> None:
    """After a restore their receipts come back before our own entries do, and none is kept."""
    talk = Talk(open_line())
    for n in range(3):
        talk.say(ALDER, f"number {n}")
    alder, birch = talk.exchange.stations
    no, holder = alder.own().no, birch.own().no
    slots = [row.seq for row in birch.said() if row.no == no]
    record = shelve(tmp_path, talk.exchange, ALDER)
    before = [first_receipt(record, holder, no, seq) for seq in slots]
    assert None not in before
    database = record.custody.database
    with database.transaction():
        database.rows("DELETE FROM held")
    assert [first_receipt(record, holder, no, seq) for seq in slots] == before
    with database.transaction():
        database.rows("UPDATE entry SET entry = randomblob(32) WHERE no = :no", {"no": no})
    assert {first_receipt(record, holder, no, seq) for seq in slots} == {None}, "another head"


def test_what_we_wrote_is_told_from_what_they_wrote(tmp_path: Path) -> None:
    exchange = open_line()
    record = shelve(tmp_path, exchange)
    assert own_journals(record.state) == set(exchange.stations[ALDER].state.core.own.values())


def test_a_statement_of_a_revoked_officer_is_shown_with_its_verdict(tmp_path: Path) -> None:
    """NT12, NT13: causally after it is invalid, concurrent it is contested; the text stays."""
    talk = Talk(open_line())
    exchange = talk.exchange
    officer = exchange.cast.offices[BIRCH].officers["first"][0]
    talk.say(BIRCH, "Before anybody knew.")
    revoke = pack_revoke(Revoke(officer, RevocationReason.COMPROMISE, None))
    frame = exchange.cast.offices[BIRCH].enter(revoke)
    exchange.stations[ALDER].do(Given(at=exchange.clock.moment(), frames=(frame,)))
    record = shelve(tmp_path, exchange)
    (line,) = lines(record)
    assert (line.verdict.word, line.words.text) == ("contested", "Before anybody knew.")
    assert report(record, line.entry).signers[0].revoked is not None


def test_an_unknown_credential_is_called_by_its_id(tmp_path: Path) -> None:
    record = shelve(tmp_path, open_line())
    stranger = CredentialId(seed("Cedar"))
    found = signer(record.state.authorities[BIRCH], stranger)
    assert found.name == f"credential {stranger.hex()[:12]}, not held here"
    assert (found.powers, found.posts) == ((), ())


def test_a_statement_is_called_by_its_number_or_kind(tmp_path: Path) -> None:
    talk = Talk(open_line())
    said = talk.say(ALDER, "one")
    ack = talk.ack(said)
    record = shelve(tmp_path, talk.exchange)
    assert name_of(record, said) == "ALDER 0001"
    assert name_of(record, ack) == f"ack {ack.hex()[:12]}"
    assert name_of(record, EntryId(seed("x"))) == f"{seed('x').hex()[:12]}, not held here"


@pytest.mark.parametrize(
    ("kind", "word"), [(Kind.CALL_OPEN, "call open"), (Kind.ACK, "ack"), (99, "kind 99")]
)
def test_kinds_have_words_even_those_of_a_later_version(kind: int, word: str) -> None:
    assert kind_word(kind) == word


def test_a_mode_sees_nothing_of_another(tmp_path: Path) -> None:
    talk = Talk(open_line())
    exchange = talk.exchange
    exchange.say(ALDER, "real")
    exchange.say(BIRCH, "drill", mode=Mode.EXERCISE)
    exchange.run()
    record = shelve(tmp_path, exchange)
    assert all(not line.marks for line in lines(record))
