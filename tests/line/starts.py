"""Starts of a station in a test: put back, restarted, answered.

Nothing is tested here.
"""

from tests.cast import ALDER, BIRCH
from tests.exchange import Exchange, Station, copied

from backchannel.line.events import Answered, Started
from backchannel.line.succession import (
    answer,
    ask,
)
from backchannel.wire.codec import Value, encode
from backchannel.wire.signing import Context, Mode, Purpose, sign


def restart(
    exchange: Exchange, *, clean: bool = False, mark: dict[int, int] | None = None
) -> Station:
    """Alder's process begins again."""
    alder = exchange.stations[ALDER]
    alder.do(Started(at=alder.clock.moment(), clean=clean, mark=mark))
    return alder


def put_back(exchange: Exchange) -> Exchange:
    """The line after Alder said more; Alder's disk is an image of before."""
    image = copied(exchange)
    exchange.say(ALDER, "said after the image was taken")
    exchange.run()
    exchange.stations[ALDER] = image.stations[ALDER]
    exchange.stations[ALDER].clock = exchange.clock
    # What the image sends begins at the end of its own mail.
    for pair in exchange.carried:
        if pair[0] == ALDER:
            exchange.carried[pair] = len(image.stations[ALDER].mail)
    return exchange


def answered_by(exchange: Exchange, party: int, mode: Mode = Mode.REAL) -> Answered:
    """Another station's answer to Alder's question."""
    alder, other = exchange.stations[ALDER], exchange.stations[party]
    question = ask(alder.state, mode)
    assert question is not None
    said = answer(other.state, *question)
    return Answered(at=alder.clock.moment(), answer=said[0], signature=said[1])


def forged(exchange: Exchange, value: Value, party: int = BIRCH) -> Answered:
    """An answer of whatever content that a station truly signed."""
    raw = encode(value)
    context = Context(Purpose.ANSWER, exchange.cast.line, Mode.REAL)
    signature = sign(exchange.stations[party].state.secrets.hands[1].secret, context, raw)
    return Answered(at=exchange.clock.moment(), answer=raw, signature=signature)
