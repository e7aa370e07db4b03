"""What the line asks for and may not do itself comes back as an event that the line takes."""

from tests.cast import NOW, found_cast, seed

from backchannel.line.events import EpochSealed, Moment, PrekeySigned
from backchannel.line.requests import next_offer, next_prekey
from backchannel.line.step import step
from backchannel.line.work import Work
from backchannel.station.signer import Question, compute
from backchannel.wire.primitives import hpke_open


def test_an_epoch_is_sealed_to_every_reader_and_each_can_open_its_own():
    cast = found_cast()
    request = next_offer(Work(cast.states[0]), 1)
    at = Moment(NOW, 0, seed("at"))
    event = compute(request, Question(at, cast.states[0], seed("epoch"), b""))
    assert isinstance(event, EpochSealed)
    (no, n, _, info), seal = request.recipients[0], event.seals[0]
    assert (seal.no, seal.n) == (no, n)
    private = next(p.private for p in cast.states[1].secrets.hands[1].prekeys if p.n == n)
    assert hpke_open(private, seal.sealed, info) == seed("epoch")
    state, _ = step(cast.states[0], event)
    assert state.secrets.hands[1].epochs[-1].epoch == request.epoch


def test_a_prekey_is_signed_so_that_the_line_publishes_it():
    cast = found_cast()
    request = next_prekey(Work(cast.states[0]), 1, NOW)
    event = compute(request, Question(Moment(NOW, 0, seed("at")), cast.states[0], seed("k"), b""))
    assert isinstance(event, PrekeySigned)
    state, _ = step(cast.states[0], event)
    own = state.core.journals[state.core.own[1]]
    assert own.prekey is not None and own.prekey.n == request.n


def test_an_answer_that_is_no_longer_wanted_changes_nothing():
    cast = found_cast()
    request = next_prekey(Work(cast.states[0]), 1, NOW)
    event = compute(request, Question(Moment(NOW, 0, seed("at")), cast.states[0], seed("k"), b""))
    state, _ = step(cast.states[0], event)
    again, rows = step(state, event)
    assert not rows
    assert again.core.journals == state.core.journals
