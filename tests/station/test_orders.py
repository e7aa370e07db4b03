"""Orders of officers to their own station: signed, new, and by who may."""

from pathlib import Path

import pytest
from tests.cast import ALDER, BIRCH, NOW, YEAR, seed
from tests.exchange import open_line
from tests.station.shelf import shelve

from backchannel.charter.events import RevocationReason, Revoke, pack_revoke
from backchannel.errors import BackchannelError, JunkError
from backchannel.line.events import Consented, Given, Moment, ResumeOrdered, Started
from backchannel.line.state import LineState
from backchannel.station.orders import (
    Action,
    Ordered,
    event_of,
    order_nonce,
    pack_order,
    parse_order,
    require_ordered,
    sign_order,
)
from backchannel.wire.codec import encode
from backchannel.wire.ids import CredentialId
from backchannel.wire.signing import Mode


class Desk:
    """Alder's station, and orders by the officers of either party."""

    def __init__(self) -> None:
        self.exchange = open_line()
        self.raw = self.order()

    @property
    def state(self) -> LineState:
        return self.exchange.stations[ALDER].state

    def order(self, action: Action = Action.RESUME, mode: Mode = Mode.REAL) -> bytes:
        return pack_order(Ordered(action, mode, order_nonce(self.state, mode)))

    def signed(self, name: str, party: int = ALDER) -> tuple[CredentialId, bytes]:
        made, keys = self.exchange.cast.offices[party].officers[name]
        return made, sign_order(self.exchange.cast.line, self.raw, keys.secret)

    def refused(self, *signed: tuple[CredentialId, bytes], now: int = NOW) -> str:
        with pytest.raises(BackchannelError) as caught:
            require_ordered(self.state, self.raw, signed, now)
        return caught.value.reason


def test_an_order_is_what_its_bytes_say() -> None:
    ordered = Ordered(Action.NEW_JOURNAL, Mode.EXERCISE, seed("nonce"))
    assert parse_order(pack_order(ordered)) == ordered


@pytest.mark.parametrize(
    "value",
    [
        ("backchannel/1/order", "surrender", 1, b"n"),
        ("backchannel/1/order", "resume", 4, b"n"),
        ("another title", "resume", 1, b"n"),
        ("backchannel/1/order", "resume", 1),
        7,
    ],
)
def test_other_bytes_are_no_order(value: object) -> None:
    with pytest.raises(JunkError) as caught:
        parse_order(encode(value))  # type: ignore[arg-type]
    assert caught.value.reason == "order-shape"


def test_people_are_counted_by_their_keys() -> None:
    desk = Desk()
    both = (desk.signed("first"), desk.signed("second"))
    _, people = require_ordered(desk.state, desk.raw, both, NOW)
    assert len(people) == 2
    _, people = require_ordered(desk.state, desk.raw, (both[0], both[0]), NOW)
    assert len(people) == 1


def test_an_order_counts_for_its_start_its_journal_and_its_mode() -> None:
    desk = Desk()
    desk.exchange.say(ALDER, "What is said meanwhile makes no order old.")
    signed = desk.signed("first")
    require_ordered(desk.state, desk.raw, (signed,), NOW)
    desk.exchange.stations[ALDER].do(
        Started(at=desk.exchange.clock.moment(), clean=True, mark=None)
    )
    assert desk.refused(signed) == "order-old"
    desk.exchange.ask_around()
    assert desk.refused(signed) == "order-old"
    desk.raw = pack_order(Ordered(Action.RESUME, Mode.REAL, order_nonce(desk.state, Mode.TEST)))
    assert desk.refused(desk.signed("first")) == "order-old"


def test_who_may_not_order_is_refused() -> None:
    desk = Desk()
    assert desk.refused() == "order-unsigned"
    assert desk.refused(desk.signed("first", BIRCH)) == "unknown-credential"
    assert desk.refused(desk.signed("first"), now=NOW + YEAR) == "expired"
    made, _ = desk.signed("first")
    assert desk.refused((made, desk.signed("second")[1])) == "bad-signature"
    station = desk.exchange.stations[ALDER].own().credential
    assert desk.refused((station, desk.signed("first")[1])) == "no-mandate"


def test_an_officer_without_the_mode_is_refused() -> None:
    desk = Desk()
    office = desk.exchange.cast.offices[ALDER]
    office.enrol_officer("drills", modes=(2,))
    given = Given(at=desk.exchange.clock.moment(), frames=tuple(office.frames))
    desk.exchange.stations[ALDER].do(given)
    desk.raw = desk.order()
    assert desk.refused(desk.signed("drills")) == "no-mandate"


def test_a_revoked_officer_is_refused() -> None:
    desk = Desk()
    made, _ = desk.signed("first")
    office = desk.exchange.cast.offices[ALDER]
    office.enter(pack_revoke(Revoke(made, RevocationReason.LOST, None)))
    given = Given(at=desk.exchange.clock.moment(), frames=tuple(office.frames))
    desk.exchange.stations[ALDER].do(given)
    desk.raw = desk.order()
    assert desk.refused(desk.signed("first")) == "revoked"


def test_an_order_becomes_the_event_of_its_action(tmp_path: Path) -> None:
    at = Moment(NOW, 0, seed("now"))
    first, second = CredentialId(seed("first")), CredentialId(seed("second"))
    resume = event_of(Ordered(Action.RESUME, Mode.TEST, b""), (first, second), at)
    assert resume == ResumeOrdered(at=at, mode=3, officers=(first, second), new_journal=False)
    anew = event_of(Ordered(Action.NEW_JOURNAL, Mode.REAL, b""), (first,), at)
    assert anew == ResumeOrdered(at=at, mode=1, officers=(first,), new_journal=True)
    zero = event_of(Ordered(Action.EPOCH_ZERO, Mode.REAL, b""), (first,), at)
    assert zero == Consented(at=at, mode=1, credential=first)


def test_a_station_without_the_mode_takes_no_order_in_it(tmp_path: Path) -> None:
    exchange = open_line(modes=(Mode.REAL,))
    state = shelve(tmp_path, exchange, BIRCH).state
    raw = pack_order(Ordered(Action.RESUME, Mode.TEST, b"nonce"))
    with pytest.raises(BackchannelError) as caught:
        require_ordered(state, raw, (), NOW)
    assert caught.value.reason == "no-such-mode"
