"""Evidence from a real record: a liar with real keys lies to a station, and a stranger sees it.

The lies come over a path from a station that keeps no rule; the record is the real store, and the
stranger is the verifier, with the fingerprints of the roots and nothing else.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, NOW
from tests.exchange import Exchange, open_line
from tests.line.hostile import Hostile, hostile_birch
from tests.line.test_minutes import order
from tests.line.test_roots import OTHER, cosigns, true_root
from tests.station.shelf import Talk, shelve
from tests.verifier.accusing import told

from backchannel.charter.events import pack_fresh
from backchannel.errors import CustodyError, OfficerError
from backchannel.line.events import Given
from backchannel.line.rows import EvidenceRow
from backchannel.station.accusing import evidence_file, evidence_report
from backchannel.station.judging import Record
from backchannel.station.lamps import lamps
from backchannel.station.reports import Proof
from backchannel.verifier.__main__ import verify
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import EntryId
from backchannel.wire.keys import fingerprint


def roots_of(exchange: Exchange) -> str:
    """The fingerprints of all roots, one party a line."""
    prints = (
        fingerprint(None, [(k.public, k.pq_public) for k in office.roots])
        for office in exchange.cast.offices
    )
    return "\n".join(prints) + "\n"


def two_entries(birch: Hostile) -> None:
    """It writes two receipts, and then another one in the slot of the first (NT33)."""
    known = birch.known()
    other = birch.frame(b"\x80", EntryType.RECEIPT, uncertainty=9)
    birch.enter((), EntryType.RECEIPT)
    birch.enter((), EntryType.RECEIPT)
    assert known.seq + 2 == birch.known().seq
    birch.send(other)
    birch.victim.serve()


def broken_chain(birch: Hostile) -> None:
    """Its next entry follows another one than it has sent."""
    birch.enter((), EntryType.RECEIPT)
    birch.send(birch.frame(b"\x80", EntryType.RECEIPT, prev=OTHER))


def two_roots(birch: Hostile) -> None:
    """It cosigns the true root, and then another one (NT35)."""
    own = birch.victim.own().no
    cosigns(birch, own, 1, true_root(birch, own, 1))
    cosigns(birch, own, 1, OTHER)


def other_root(birch: Hostile) -> None:
    """It cosigns Alder's office otherwise than it is; Alder's own minute shows that."""
    cosigns(birch, ALDER, birch.known().seen[ALDER][1] + 1, OTHER)
    birch.victim.serve()
    ordered(birch)


def ordered(birch: Hostile) -> None:
    """Alder orders a minute and cosigns it."""
    order(birch.victim)
    birch.victim.serve()


def own_root(birch: Hostile) -> None:
    """It seals its own journal otherwise than it wrote it."""
    size = proposal_size(birch, birch.no)
    cosigns(birch, birch.no, size, OTHER)


def proposal_size(birch: Hostile, no: int) -> int:
    """Alder orders a minute; the size that it cosigns of a journal."""
    ordered(birch)
    newest = birch.victim.state.core.minutes[birch.mode].newest
    assert newest is not None
    return dict(newest.sizes)[no]


def number_again(birch: Hostile) -> None:
    """Its second proposal has the number of its first (NT34)."""
    for _ in range(2):
        birch.enter((0, 1, (), ((birch.no, birch.known().seq + 1),)), EntryType.MINUTE)


def shrinking(birch: Hostile) -> None:
    """Its second proposal reaches less far than its first."""
    birch.enter((0, 1, (), ((birch.no, 2),)), EntryType.MINUTE)
    birch.enter((0, 2, (), ((birch.no, 1),)), EntryType.MINUTE)


def seen_back(birch: Hostile) -> None:
    """It takes a receipt back (NT28)."""
    alder = birch.victim
    head = alder.own()
    birch.enter((), EntryType.RECEIPT, seen=((head.no, head.seq, head.head),))
    earlier = alder.entries[head.no, head.seq - 1].entry
    birch.enter((), EntryType.RECEIPT, seen=((head.no, head.seq - 1, earlier),))


def two_leaves(birch: Hostile) -> None:
    """It gives its log another leaf for a place (E6)."""
    birch.enter((0, 100, (OTHER, OTHER), ()), EntryType.BEACON_OPENING)
    birch.enter((1, 101, (OTHER,), ()), EntryType.BEACON_OPENING)


def two_periods(birch: Hostile) -> None:
    """It gives its log a second leaf for a period."""
    birch.enter((0, 100, (OTHER,), ()), EntryType.BEACON_OPENING)
    birch.enter((1, 100, (OTHER,), ()), EntryType.BEACON_OPENING)


def two_decrees(birch: Hostile) -> None:
    """Its office signs two entries for one slot (NT37)."""
    office = birch.cast.offices[BIRCH]
    before = office.authority
    for time in (NOW, NOW + 5):
        office.authority = before
        frame = office.enter(pack_fresh(time))
        birch.victim.do(Given(at=birch.victim.clock.moment(), frames=(frame,)))


LIES: dict[str, Callable[[Hostile], None]] = {
    "two-entries": two_entries,
    "broken-chain": broken_chain,
    "two-roots": two_roots,
    "other-root": other_root,
    "own-root": own_root,
    "number-again": number_again,
    "shrinking": shrinking,
    "seen-back": seen_back,
    "two-decrees": two_decrees,
    "two-leaves": two_leaves,
    "two-periods": two_periods,
}
CLAIM = {"own-root": "other-root", "number-again": "two-proposals", "shrinking": "two-proposals"}
CLAIM |= {"two-periods": "two-leaves"}


def lied_to(tmp_path: Path, lie: Callable[[Hostile], None]) -> tuple[Record, Exchange]:
    """The record of Alder after Birch has lied to it."""
    birch = hostile_birch()
    lie(birch)
    return shelve(tmp_path, birch.exchange), birch.exchange


def convicting(record: Record) -> list[Proof]:
    """What convicts somebody, of all that is kept."""
    return [each for each in evidence_report(record).proofs if each.proves]


@pytest.mark.parametrize("name", LIES)
def test_a_liar_is_convicted_before_a_stranger(tmp_path: Path, name: str) -> None:
    """PROOF-80 to PROOF-91, PROOF-94 to PROOF-96, PROOF-185, PROOF-187: from his victim."""
    record, exchange = lied_to(tmp_path, LIES[name])
    (proof,) = convicting(record)
    claim = CLAIM.get(name, name)
    assert proof.proves == claim and proof.party == "Birch"
    assert proof.station == ("" if name == "two-decrees" else "Birch one REAL")
    raw = evidence_file(record, str(proof.number))
    found = told(raw, roots_of(exchange))
    assert found == {"charter": "", "accused": "", claim: ""}
    assert set(told(raw, "").values()) >= {"roots-not-given"}


def test_a_leaf_that_is_left_out_convicts_nobody(tmp_path: Path) -> None:
    """PROOF-187: neither the first opening, nor one behind others."""

    def gaps(birch: Hostile) -> None:
        birch.enter((4, 100, (OTHER,), ()), EntryType.BEACON_OPENING)
        birch.enter((0, 101, (OTHER,), ()), EntryType.BEACON_OPENING)
        birch.enter((7, 102, (OTHER,), ()), EntryType.BEACON_OPENING)

    record, _ = lied_to(tmp_path, gaps)
    kept = [each.reason for each in evidence_report(record).proofs]
    assert kept == ["beacon-number", "beacon-number"] and convicting(record) == []


@pytest.mark.parametrize("name", LIES)
def test_evidence_holds_no_words(tmp_path: Path, name: str) -> None:
    """PROOF-81: nothing that was said, no statement, and no salt is in it."""
    birch = hostile_birch()
    text = "Our boats leave at noon."
    value, content = birch.statement(text)
    birch.enter(value, EntryType.STATEMENT, content=content)
    LIES[name](birch)
    record = shelve(tmp_path, birch.exchange)
    (proof,) = convicting(record)
    raw = evidence_file(record, str(proof.number))
    assert text.encode() not in raw and content[2:18] not in raw
    statements = [row for row in birch.victim.entries.values() if row.type == EntryType.STATEMENT]
    assert statements and all(row.payload not in raw for row in statements if row.payload)


def test_a_proof_that_came_in_anothers_entry_is_kept_too(tmp_path: Path) -> None:
    """RECORD-65: three parties; who has it from another's entry can show it as well."""
    exchange = open_line(3)
    birch = Hostile(exchange)
    two_entries(birch)
    exchange.run()
    record = shelve(tmp_path, exchange, 2)
    (proof,) = convicting(record)
    assert proof.proves == "two-entries"
    assert set(told(evidence_file(record, str(proof.number)), roots_of(exchange)).values()) == {""}


def test_an_honest_line_has_no_evidence(tmp_path: Path) -> None:
    """PROOF-94."""
    talk = Talk(open_line())
    talk.ack(talk.say(ALDER, "Good morning."))
    ordered(Hostile(talk.exchange))
    talk.exchange.run()
    record = shelve(tmp_path, talk.exchange)
    assert evidence_report(record).proofs == ()


def test_what_convicts_nobody_is_listed_and_gives_no_file(tmp_path: Path) -> None:
    """PROOF-94: a breach in one entry, and a receipt for what is not there (NT26)."""

    def lie(birch: Hostile) -> None:
        birch.enter((1,), EntryType.RECEIPT)
        own = birch.victim.own().no
        birch.enter((), EntryType.RECEIPT, seen=((own, 99, OTHER),))
        # A number that is left out is a breach of one entry, and no other contradicts it.
        birch.enter((0, 5, (), ((birch.no, 2),)), EntryType.MINUTE)

    record, _ = lied_to(tmp_path, lie)
    found = evidence_report(record).proofs
    assert [(each.reason, each.proves) for each in found] == [
        ("minute-number", ""),
        ("inquiry", ""),
        ("receipt-payload", ""),
    ]
    for each in found:
        with pytest.raises(OfficerError) as refused:
            evidence_file(record, str(each.number))
        assert refused.value.reason == "evidence-convicts-nobody"


@pytest.mark.parametrize("name", ["0", "99", "", "x", "1" * 20, "²"])
def test_a_number_that_nothing_has(tmp_path: Path, name: str) -> None:
    record, _ = lied_to(tmp_path, two_entries)
    with pytest.raises(OfficerError) as refused:
        evidence_file(record, name)
    assert refused.value.reason == "no-such-evidence"


def test_who_says_to_hold_another_branch_is_not_convicted_of_its_root(tmp_path: Path) -> None:
    """PROOF-88, PROOF-96: he may have been shown another one; the fork has to be found first."""
    birch = hostile_birch()
    own = birch.victim.own().no
    slot = birch.victim.own().seq
    birch.enter((), EntryType.RECEIPT, seen=((own, slot, OTHER),))
    size = proposal_size(birch, own)
    assert slot + 1 <= size
    cosigns(birch, own, slot + 1, OTHER)
    row = EvidenceRow(birch.no, birch.known().seq, "other-root", body_of(birch, own, slot + 1), 0)
    birch.victim.keep([row])
    record = shelve(tmp_path, birch.exchange)
    assert convicting(record) == []


def body_of(birch: Hostile, no: int, size: int) -> bytes:
    """What is noted of a root that is not ours, in Birch's newest entry."""
    return encode((no, size, EntryId(birch.known().head)))


def test_two_roots_and_another_root_are_lamps(tmp_path: Path) -> None:
    """PROOF-95, PROOF-96."""
    for n, (lie, slug) in enumerate(((two_roots, "two-roots"), (own_root, "other-root"))):
        folder = tmp_path / str(n)
        folder.mkdir()
        record, _ = lied_to(folder, lie)
        (found,) = (each for each in lamps(record, None) if each.slug == slug)
        assert found.level == "alarm" and "of Birch cosigned" in found.text


def test_a_long_chain_goes_in_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PROOF-88: read in pages, every slot once; and a file that would be too long is refused."""
    monkeypatch.setattr("backchannel.station.accusing.ENTRIES_AT_ONCE", 3)
    record, exchange = lied_to(tmp_path, own_root)
    (proof,) = convicting(record)
    raw = evidence_file(record, str(proof.number))
    assert set(told(raw, roots_of(exchange)).values()) == {""}
    monkeypatch.setattr("backchannel.proof.evidence.FILE_OBJECTS_MAX", 8)
    with pytest.raises(OfficerError) as refused:
        evidence_file(record, str(proof.number))
    assert refused.value.reason == "evidence-too-large"


def test_the_words_of_the_verdict(tmp_path: Path) -> None:
    """PROOF-92: what a stranger reads."""
    record, exchange = lied_to(tmp_path, two_roots)
    (proof,) = convicting(record)
    _, _, text = verify(evidence_file(record, str(proof.number)), roots_of(exchange))
    own = record.state.core.own[1]
    assert text.startswith("REAL: evidence against station Birch one REAL of Birch, line ")
    assert f"Birch one REAL of Birch cosigned two roots of journal {own} at 1 entries" in text
    assert "a copy of a machine, or an old disk" in text


def test_another_line_has_other_papers(tmp_path: Path) -> None:
    """PROOF-82: the fingerprints of other roots prove nothing of this line."""
    record, _ = lied_to(tmp_path, two_entries)
    (proof,) = convicting(record)
    raw = evidence_file(record, str(proof.number))
    digits = "1" * 60 + "\n"
    assert told(raw, digits)["charter"] == "roots-not-given"


def test_frames_of_an_office_are_shown_as_they_came(tmp_path: Path) -> None:
    """PROOF-91: an entry that does not join what we hold, in the slot after it."""
    birch = hostile_birch()
    office = birch.cast.offices[BIRCH]
    before = office.authority
    office.enter(pack_fresh(NOW))
    frame = office.enter(pack_fresh(NOW + 1))
    office.authority = before
    held = office.enter(pack_fresh(NOW + 9))
    for each in (held, frame):
        birch.victim.do(Given(at=birch.victim.clock.moment(), frames=(each,)))
    record = shelve(tmp_path, birch.exchange)
    (proof,) = convicting(record)
    raw = evidence_file(record, str(proof.number))
    assert set(told(raw, roots_of(birch.exchange)).values()) == {""}


def test_a_note_that_is_not_what_was_kept(tmp_path: Path) -> None:
    """RECORD-82: it is our own disk that is wrong then, and nobody is accused."""
    birch = hostile_birch()
    birch.victim.keep([EvidenceRow(birch.no, 1, "other-root", encode(()), 0)])
    with pytest.raises(CustodyError, match="slot-missing"):
        evidence_report(shelve(tmp_path, birch.exchange))
