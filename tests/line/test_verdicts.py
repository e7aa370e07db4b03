"""A statement judged: by whose keys, under which mandate, as of which head."""

from collections.abc import Callable

import pytest
from tests.cast import ALDER, BIRCH, NOW, YEAR, seed
from tests.exchange import Exchange, Station, open_line
from tests.line.hostile import Hostile

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.errors import JunkError
from backchannel.line.events import Given
from backchannel.line.rows import SaidRow
from backchannel.line.verdicts import (
    BAD,
    GOOD,
    UNKNOWN,
    Said,
    Verdict,
    closure,
    judge,
    signatures_now,
)
from backchannel.wire.codec import decode, encode
from backchannel.wire.entry import EntryType, Head
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Precedence, parse_signed, parse_statement


def said_at(station: Station, row: SaidRow) -> Said:
    """A statement as the record of a station has it."""
    entry = station.entries[row.no, row.seq]
    raw, _ = parse_signed(entry.payload or b"")
    vector = decode(entry.vector)
    assert isinstance(vector, dict)
    journal = station.journal(row.no)
    return Said(
        parse_statement(raw),
        row.mode,
        journal.party,
        row.no,
        row.seq,
        entry.time,
        vector,  # type: ignore[arg-type]
        entry.verdict,
        row.signed,
        journal.credential,
    )


def vectors_of(station: Station) -> Callable[[int, int], dict[int, int]]:
    """The look-up of folded seen in a record."""

    def vector_at(no: int, seq: int) -> dict[int, int]:
        row = station.entries.get((no, seq))
        vector = decode(row.vector) if row else {}
        assert isinstance(vector, dict)
        return vector  # type: ignore[return-value]

    return vector_at


def verdict(at: Station, **changes: object) -> Verdict:
    """The verdict on the newest statement in a station's record."""
    said = said_at(at, at.said()[-1])._replace(**changes)  # type: ignore[arg-type]
    return judge(said, at.state.authorities[said.party], vectors_of(at))


def own_authority(exchange: Exchange, party: int) -> tuple[Head, ...]:
    """The head of a party's authority journal, as its station cites it."""
    authority = exchange.cast.offices[party].authority
    return ((party, authority.seq, authority.head),)


def revoke(
    exchange: Exchange,
    officer: str = "first",
    *,
    last: Head | None = None,
    seen: tuple[Head, ...] = (),
) -> bytes:
    """Birch's office ends an officer's credential; Alder is given the entry."""
    office = exchange.cast.offices[BIRCH]
    reason = RevocationReason.WITHDRAWN if last else RevocationReason.COMPROMISE
    payload = pack_revoke(Revoke(office.officers[officer][0], reason, last))
    frame = office.enter(payload, seen=seen)
    alder = exchange.stations[ALDER]
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    return frame


def test_what_officers_said_under_their_mandate_is_valid() -> None:
    """RECORD-91."""
    exchange = open_line()
    exchange.say(BIRCH, "hello")
    exchange.run()
    assert verdict(exchange.stations[ALDER]) == Verdict("valid")
    # Their own station comes to the same.
    assert verdict(exchange.stations[BIRCH]) == Verdict("valid")


def test_an_emergency_release_is_marked() -> None:
    """RECORD-93: one person at FLASH, reviewed by the next watch."""
    exchange = open_line()
    exchange.say(BIRCH, "alarm", precedence=Precedence.FLASH)
    exchange.run()
    assert verdict(exchange.stations[ALDER]) == Verdict("valid", "emergency-release")


def test_one_signature_for_a_class_of_two_is_unreleased() -> None:
    """NT17, RECORD-93: shown, and binds nobody."""
    birch = Hostile(open_line())
    value, content = birch.statement("alone", precedence=Precedence.PRIORITY)
    birch.enter(value, EntryType.STATEMENT, content=content, seen=())
    assert verdict(birch.victim) == Verdict("invalid", "unreleased")


@pytest.mark.parametrize(
    ("spoil", "wanted"),
    [
        ("signature", Verdict("invalid", "bad-signature")),
        ("count", Verdict("invalid", "bad-signature")),
        ("stranger", Verdict("invalid", "unknown-credential")),
        ("machine", Verdict("invalid", "statement-unsigned")),
    ],
)
def test_a_statement_is_signed_by_its_listed_officers(spoil: str, wanted: Verdict) -> None:
    """NT16, NT32, RECORD-90: signers are inside the signed bytes; a machine signs no statement."""
    birch = Hostile(open_line())
    value, content = birch.statement("hello")
    assert isinstance(value, tuple) and isinstance(value[0], bytes)
    raw, signatures = value
    assert isinstance(signatures, tuple)
    if spoil == "signature":
        signatures = (bytes(64),)
    elif spoil == "count":
        signatures = signatures * 2
    elif spoil == "stranger":
        # The same signature under another credential's id.
        fields = decode(value[0])
        assert isinstance(fields, tuple)
        raw = encode((*fields[:6], (seed("stranger"),), *fields[7:]))
    else:
        fields = decode(value[0])
        assert isinstance(fields, tuple)
        raw, signatures = encode((*fields[:6], (), *fields[7:])), ()
    birch.enter((raw, signatures), EntryType.STATEMENT, content=content)
    if spoil == "machine":
        assert birch.verdict() == f"invalid: {wanted.reason}"
        assert birch.victim.said() == []
    else:
        assert verdict(birch.victim) == wanted


def test_an_entry_whose_slot_is_invalid_is_invalid() -> None:
    """RECORD-92."""
    exchange = open_line()
    exchange.say(BIRCH, "hello")
    exchange.run()
    alder = exchange.stations[ALDER]
    assert verdict(alder, slot_verdict="invalid: seen-mode") == Verdict("invalid", "seen-mode")
    assert verdict(alder, slot_verdict="regressing") == Verdict("regressing", "seen goes back")


def test_a_judgement_waits_for_the_authority_that_the_entry_names() -> None:
    """RECORD-91: pending, with its text shown."""
    exchange = open_line()
    office, birch = exchange.cast.offices[BIRCH], Hostile(exchange)
    office.enrol_officer("third")
    value, content = birch.statement("from a new officer", officers=("third",))
    seen = own_authority(exchange, BIRCH)
    birch.enter(value, EntryType.STATEMENT, content=content, seen=seen)
    alder = birch.victim
    row = alder.said()[-1]
    assert row.signed == UNKNOWN
    assert verdict(alder).word == "pending"
    alder.do(Given(at=alder.clock.moment(), frames=(office.frames[-1],)))
    # The credential has come: the signatures are checked now, and then it is judged.
    assert verdict(alder).word == "pending"
    payload = alder.entries[row.no, row.seq].payload or b""
    line, authority = exchange.cast.line, alder.state.authorities[BIRCH]
    word = signatures_now(line, authority, Mode.REAL, payload)
    assert word == GOOD
    assert verdict(alder, signed=word) == Verdict("valid")
    assert signatures_now(line, authority, Mode.EXERCISE, payload) == BAD
    with pytest.raises(JunkError):
        signatures_now(line, authority, Mode.REAL, b"")


def test_a_mandate_is_held_against_the_entrys_time() -> None:
    """NT11, RECORD-92."""
    exchange = open_line()
    exchange.say(BIRCH, "hello")
    exchange.run()
    alder = exchange.stations[ALDER]
    assert verdict(alder, time=NOW + YEAR) == Verdict("invalid", "expired")
    assert verdict(alder, time=NOW - YEAR - 1) == Verdict("invalid", "not-yet-valid")


def test_a_revocation_in_the_causal_past_makes_it_invalid() -> None:
    """NT12, RECORD-94: whichever head the entry cites of its own authority."""
    exchange = open_line()
    revoke(exchange)
    birch = Hostile(exchange)
    value, content = birch.statement("after the revocation")
    birch.enter(value, EntryType.STATEMENT, content=content, seen=own_authority(exchange, BIRCH))
    assert verdict(birch.victim) == Verdict("invalid", "revoked")


def test_the_causal_past_goes_through_others() -> None:
    """RECORD-94: it cites Alder, who had cited the revocation."""
    exchange = open_line()
    revoke(exchange)
    alder = exchange.stations[ALDER]
    exchange.say(ALDER, "we have seen the revocation")
    own = alder.own()
    assert own.seen[BIRCH][1] == exchange.cast.offices[BIRCH].authority.seq
    birch = Hostile(exchange)
    value, content = birch.statement("a thief who cites no newer head")
    birch.enter(value, EntryType.STATEMENT, content=content, seen=((16, own.seq, own.head),))
    assert verdict(alder) == Verdict("invalid", "revoked")


def test_a_concurrent_revocation_contests() -> None:
    """NT13, NT14, RECORD-94: shown, and a person decides; never plain valid."""
    exchange = open_line()
    revoke(exchange)
    birch = Hostile(exchange)
    value, content = birch.statement("meanwhile")
    birch.enter(value, EntryType.STATEMENT, content=content)
    assert verdict(birch.victim) == Verdict("contested", "revoked-meanwhile")
    # A thief who goes back to an older head earns the worse word.
    assert verdict(birch.victim, slot_verdict="regressing").word == "contested"


def test_what_another_party_had_before_the_revocation_stands() -> None:
    """RECORD-95, NT86: the office had seen an entry of Alder's that includes it."""
    exchange = open_line()
    exchange.say(BIRCH, "a promise")
    exchange.run()
    alder = exchange.stations[ALDER]
    receipt = alder.own()
    assert receipt.seen[17][1] >= alder.said()[-1].seq
    revoke(exchange, seen=((16, receipt.seq, receipt.head),))
    assert verdict(alder) == Verdict("valid")


def test_what_the_office_had_not_seen_is_contested() -> None:
    """RECORD-95: nothing but its own station's word speaks for the time before."""
    exchange = open_line()
    exchange.say(BIRCH, "a promise")
    exchange.run()
    alder = exchange.stations[ALDER]
    newest = alder.journal(17)
    revoke(exchange, seen=((17, newest.seq, newest.head),))
    assert verdict(alder) == Verdict("contested", "revoked-meanwhile")


def test_a_revocation_names_the_last_entry_that_counts() -> None:
    """RECORD-95."""
    exchange = open_line()
    exchange.say(BIRCH, "the last that counts")
    exchange.run()
    alder = exchange.stations[ALDER]
    row = alder.said()[-1]
    revoke(exchange, last=(17, row.seq, row.entry))
    assert verdict(alder) == Verdict("valid")
    assert verdict(alder, seq=row.seq + 1).word == "contested"
    assert verdict(alder, no=33).word == "contested"


def test_a_revoked_stations_entry_is_judged_like_an_officers() -> None:
    """NT29, RECORD-94: the credential of the station that entered it counts as well."""
    exchange = open_line()
    office = exchange.cast.offices[BIRCH]
    credential = exchange.stations[BIRCH].own().credential
    frame = office.enter(pack_revoke(Revoke(credential, RevocationReason.LOST, None)))
    alder = exchange.stations[ALDER]
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    birch = Hostile(exchange)
    value, content = birch.statement("from a stolen station")
    birch.enter(value, EntryType.STATEMENT, content=content)
    assert verdict(alder).word == "contested"
    assert verdict(alder, station=None) == Verdict("valid")


def test_the_closure_follows_every_way_and_ends() -> None:
    """RECORD-94: also round a ring."""
    ring = {(16, 1): {17: 1}, (17, 1): {18: 1, 16: 1}, (18, 1): {16: 1, 1: 4}}
    past = closure({16: 1}, lambda no, seq: ring.get((no, seq), {}))
    assert past == {16: 1, 17: 1, 18: 1, 1: 4}


def test_all_stations_come_to_one_verdict() -> None:
    """I19, RECORD-97: it depends on the causal past, not on the order of arrival."""
    found = []
    for revoked_first in (True, False):
        exchange = open_line()
        birch = Hostile(exchange)
        value, content = birch.statement("meanwhile")
        if revoked_first:
            revoke(exchange)
        birch.enter(value, EntryType.STATEMENT, content=content)
        if not revoked_first:
            revoke(exchange)
        found.append(verdict(birch.victim))
    assert found[0] == found[1] == Verdict("contested", "revoked-meanwhile")
