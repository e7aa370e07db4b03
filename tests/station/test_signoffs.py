"""Sign-offs in a real record: what holds, what does not and why, and what a stranger is shown.

Officers sign with their own keys of both kinds; the verdict is read from the store, and the claim
is the verifier's.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH
from tests.exchange import open_line
from tests.line.test_minutes import order
from tests.station.shelf import Talk, lines, shelve
from tests.station.test_accusing import roots_of

from backchannel.errors import OfficerError
from backchannel.proof.signoff import SignOff, body_of, sign_off
from backchannel.station.disclosing import Wanted, disclosure_of
from backchannel.station.judging import Record
from backchannel.station.signoffs import sign_off_report
from backchannel.verifier.__main__ import verify
from backchannel.wire.ids import EntryId, StatementId
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Kind

OTHER = b"o" * 32


class Watch:
    """A watch on which Alder's first officer speaks, and signs off."""

    def __init__(self) -> None:
        self.talk = Talk(open_line())
        self.exchange = self.talk.exchange
        self.who, self.keys = self.exchange.cast.offices[ALDER].officers["first"]

    def ids(self, *entries: bytes) -> tuple[StatementId, ...]:
        """The ids of some statements."""
        said = {row.entry: row.statement for row in self.exchange.stations[ALDER].said()}
        return tuple(said[EntryId(each)] for each in entries)

    def slot(self, entry: bytes) -> int:
        """Where a statement stands in Alder's journal."""
        rows = self.exchange.stations[ALDER].said()
        return next(row.seq for row in rows if row.entry == entry)

    def made(self, first: int, last: int, *entries: bytes) -> SignOff:
        """A sign-off of some statements, by the officer's own key."""
        no = self.exchange.stations[ALDER].own().no
        line, slots = self.exchange.cast.line, (no, first, last)
        return sign_off(self.keys, line, self.who, slots=slots, statements=self.ids(*entries))

    def enter(self, said: SignOff | tuple[Any, ...], **changes: Any) -> EntryId:
        """Enter a sign-off, true or false."""
        values = body_of(said) if isinstance(said, SignOff) else said
        usual = {"kind": Kind.SIGN_OFF, "values": values, "category": 5}
        return self.talk.say(ALDER, "", **{**usual, **changes})

    def marks(self, tmp_path: Path, entry: bytes, party: int = BIRCH) -> tuple[str, ...]:
        """What a log shows beside a sign-off."""
        record = shelve(tmp_path, self.exchange, party)
        (line,) = (each for each in lines(record) if each.entry == entry.hex())
        return line.marks


def kept() -> tuple[Watch, list[EntryId]]:
    """A watch with three statements of the officer, one of another's between them."""
    watch = Watch()
    said = [watch.talk.say(ALDER, "One."), watch.talk.say(ALDER, "Two.")]
    watch.talk.say(ALDER, "Mine.", officers=("second",))
    return watch, [*said, watch.talk.say(ALDER, "Three.", officers=("second", "first"))]


def test_a_true_sign_off_holds_in_both_rooms(tmp_path: Path) -> None:
    """PROOF-98: also of a statement that two have signed; what another signed is not in it."""
    watch, said = kept()
    last = watch.slot(said[-1])
    entry = watch.enter(watch.made(0, last, *said))
    wanted = f"signed off: 3 statements in slots 0 to {last} of journal 16, verified"
    for party in (ALDER, BIRCH):
        assert watch.marks(tmp_path, entry, party) == (wanted,)


Change = Callable[[Watch, list[EntryId]], Any]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda w, s: w.made(0, w.slot(s[-1]), *s[:-1]), "our record has 3 statements"),
        (lambda w, s: w.made(0, w.slot(s[-1]), *s[::-1]), "our record has 3 statements"),
        (lambda w, s: w.made(0, w.slot(s[-1]), *s, s[0]), "our record has 3 statements"),
        (lambda w, s: w.made(1, w.slot(s[-1]), *s), "the one before it ends at slot -1"),
        (lambda w, s: w.made(0, 999, *s), "our record does not go so far"),
        (lambda w, s: replace(w.made(0, 9, *s), root=OTHER), "[bad-signature]"),
        (lambda w, s: replace(w.made(0, 9, *s), count=9), "[bad-signature]"),
        (lambda w, s: replace(w.made(0, 9, *s), no=17), "journal 17 is none of this party"),
        (lambda w, s: replace(w.made(0, 9, *s), no=99), "journal 99 is none of this party"),
        (lambda w, s: (1, 2), "[sign-off-shape]"),
        (lambda w, s: body_of(replace(w.made(0, 9, *s), first=9, last=2)), "[sign-off-shape]"),
        (lambda w, s: (*body_of(w.made(0, 9, *s))[:3], b"short"), "[sign-off-shape]"),
        (lambda w, s: ((16, 0, -1), *body_of(w.made(0, 9, *s))[1:]), "[count-range]"),
    ],
)
def test_a_false_sign_off_is_shown_as_one(tmp_path: Path, change: Change, why: str) -> None:
    """PROOF-97, PROOF-98."""
    watch, said = kept()
    (mark,) = watch.marks(tmp_path, watch.enter(change(watch, said)))
    assert mark.startswith("SIGN-OFF DOES NOT HOLD") and why in mark


def test_a_sign_off_of_two_or_by_another_does_not_hold(tmp_path: Path) -> None:
    """PROOF-98: it is one officer's word, under his own keys."""
    watch, said = kept()
    made = watch.made(0, watch.slot(said[-1]), *said)
    two = watch.enter(made, officers=("first", "second"))
    assert "it is for one officer" in watch.marks(tmp_path, two)[0]
    other = watch.enter(made, officers=("second",))
    (tmp_path / "again").mkdir()
    assert "[bad-signature]" in watch.marks(tmp_path / "again", other)[0]


def report(watch: Watch, tmp_path: Path) -> tuple[Record, Any]:
    """What Alder's station hands the officer."""
    record = shelve(tmp_path, watch.exchange)
    return record, sign_off_report(record, Mode.REAL, watch.who.hex())


def test_what_is_handed_to_an_officer_is_his_and_goes_on_where_he_ended(tmp_path: Path) -> None:
    """PROOF-93, PROOF-98."""
    watch, said = kept()
    _, found = report(watch, tmp_path)
    assert [each.entry for each in found.statements] == [each.hex() for each in said]
    assert found.slots == (16, 0, watch.slot(said[-1]))
    entry = watch.enter(watch.made(0, found.slots[2], *said))
    with pytest.raises(OfficerError, match="nothing-to-sign-off"):
        report(watch, tmp_path)
    later = watch.talk.say(ALDER, "Later.")
    _, found = report(watch, tmp_path)
    assert [each.entry for each in found.statements] == [entry.hex(), later.hex()]
    assert found.slots == (16, watch.slot(said[-1]) + 1, watch.slot(later))


def test_who_cannot_sign_off(tmp_path: Path) -> None:
    """PROOF-93: nobody of this party, nobody without a key, and not where it does not speak."""
    watch, _ = kept()
    record = shelve(tmp_path, watch.exchange)
    theirs = watch.exchange.cast.offices[BIRCH].officers["first"][0]
    for officer in ("ab" * 32, theirs.hex()):
        with pytest.raises(OfficerError, match="unknown-officer"):
            sign_off_report(record, Mode.REAL, officer)
    own = {mode: no for mode, no in record.state.core.own.items() if mode != Mode.REAL}
    state = replace(record.state, core=replace(record.state.core, own=own))
    with pytest.raises(OfficerError, match="no-such-mode"):
        sign_off_report(replace(record, state=state), Mode.REAL, watch.who.hex())


def test_more_than_one_can_read_is_not_signed_off_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROOF-93."""
    watch, _ = kept()
    for module in ("station", "store"):
        monkeypatch.setattr(f"backchannel.{module}.signoffs.SIGNED_OFF_MAX", 3)
    with pytest.raises(OfficerError, match="sign-off-too-long"):
        report(watch, tmp_path)


def test_a_stranger_is_shown_the_officers_own_signature(tmp_path: Path) -> None:
    """PROOF-99: of a statement that two signed, once both have signed it off."""
    watch, said = kept()
    watch.enter(watch.made(0, watch.slot(said[-1]), *said))
    order(watch.exchange.stations[ALDER])
    watch.exchange.run()
    record = shelve(tmp_path, watch.exchange)
    roots = roots_of(watch.exchange)

    def claims(entry: EntryId) -> dict[str, str]:
        raw = disclosure_of(record, Wanted(Mode.REAL, b"", entry, (21,), ""))
        _, told, _ = verify(raw, roots)
        return {c["claim"]: c["reason"] or c["text"] for c in told["claims"]}  # type: ignore[attr-defined]

    for entry in said[:2]:
        assert claims(entry)["sign-off"] == "first with ML-DSA-44, among 3 statements"
    assert claims(said[2])["sign-off"] == "not-signed-off"
    assert "sign-off" not in claims(EntryId(next(  # what the second alone has said
        row.entry for row in watch.exchange.stations[ALDER].said()
        if row.entry not in said and row.kind == Kind.MESSAGE
    )))  # fmt: skip
