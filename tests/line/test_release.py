"""Entering what officers have released: their own station refuses what could not bind."""

import pytest
from msgspec.structs import replace
from tests.cast import ALDER, BIRCH, NOW, YEAR, seed
from tests.exchange import Exchange, open_line

from backchannel.charter.credentials import Credential, CredentialKind, pack_body
from backchannel.charter.events import pack_issue
from backchannel.charter.possession import Possession
from backchannel.charter.powers import Power
from backchannel.errors import OfficerError
from backchannel.limits import WORDS_BYTES_MAX
from backchannel.line.events import Given, Released, Started
from backchannel.wire.envelope import pack_frame
from backchannel.wire.ids import credential_id
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import (
    Content,
    Kind,
    Precedence,
    content_root,
    pack_content,
    pack_statement,
    parse_statement,
)

TWO = ("first", "second")


def refusal(exchange: Exchange, event: Released) -> str:
    """Why Alder's station refuses a release; its state must not have changed."""
    alder = exchange.stations[ALDER]
    before = alder.state
    with pytest.raises(OfficerError) as refused:
        alder.do(event)
    assert alder.state is before
    return refused.value.reason


def test_a_release_makes_one_entry_and_returns_it() -> None:
    """RECORD-28."""
    exchange = open_line()
    before = exchange.stations[ALDER].own().seq
    entry = exchange.say(ALDER, "hello")
    own = exchange.stations[ALDER].own()
    assert (own.seq, own.head) == (before + 1, entry)


def test_a_class_for_two_needs_two_people_over_the_same_bytes() -> None:
    """NT17, NT18, NT19, RECORD-30."""
    exchange = open_line()
    urgent = {"precedence": Precedence.PRIORITY}
    assert refusal(exchange, exchange.released(ALDER, "one", **urgent)) == "unreleased"
    both = exchange.released(ALDER, "two", officers=TWO, **urgent)
    # The second signed a statement that differs in one byte.
    other = exchange.released(ALDER, "twO", officers=TWO, **urgent)
    mixed = replace(both, signatures=(both.signatures[0], other.signatures[1]))
    assert refusal(exchange, mixed) == "bad-signature"
    assert isinstance(exchange.stations[ALDER].try_(both), bytes)


def test_one_person_under_two_names_is_one_person() -> None:
    """NT18, RECORD-30: a person is a key."""
    exchange = open_line()
    office, alder = exchange.cast.offices[ALDER], exchange.stations[ALDER]
    first, keys = office.officers["first"]
    credential = replace(office.authority.credentials[first].credential, name="first, as deputy")
    office.officers["alias"] = (office.issue(credential, keys), keys)
    alder.do(Given(at=alder.clock.moment(), frames=(office.frames[-1],)))
    both = ("first", "alias")
    event = exchange.released(ALDER, "two", officers=both, precedence=Precedence.PRIORITY)
    assert refusal(exchange, event) == "unreleased"


def test_words_are_those_that_were_signed() -> None:
    """NT20, RECORD-29: what was edited after the signature is refused."""
    exchange = open_line()
    event = exchange.released(ALDER, "the text that was shown")
    edited = pack_content(Content(b"s" * 16, (0, "en", *(None,) * 18, "another text")))
    assert refusal(exchange, replace(event, content=edited)) == "content-root"
    assert refusal(exchange, replace(event, content=b"\x80")) == "content-shape"


def test_signatures_fit_their_signers() -> None:
    """NT16, RECORD-29: signers are listed inside the statement."""
    exchange = open_line()
    event = exchange.released(ALDER, "hello", officers=TWO)
    assert refusal(exchange, replace(event, signatures=event.signatures[::-1])) == "bad-signature"
    assert refusal(exchange, replace(event, signatures=event.signatures[:1])) == "bad-signature"
    assert refusal(exchange, replace(event, signatures=(bytes(64), bytes(64)))) == "bad-signature"
    statement = parse_statement(event.statement)
    stranger = replace(statement, signers=(seed("nobody"),))
    raw = pack_statement(stranger)
    unknown = replace(event, statement=raw, signatures=event.signatures[:1])
    assert refusal(exchange, unknown) == "unknown-officer"


def test_a_post_signs_nothing() -> None:
    """RECORD-29: a post has no key."""
    exchange = open_line()
    post = Credential(
        CredentialKind.POST,
        "duty officer",
        NOW - YEAR,
        NOW + YEAR,
        powers=int(Power.INFORM),
        classes=(0,),
        modes=(1,),
    )
    body = pack_body(post)
    frame = exchange.cast.offices[ALDER].enter(pack_issue(body, Possession()))
    alder = exchange.stations[ALDER]
    alder.do(Given(at=alder.clock.moment(), frames=(frame,)))
    event = exchange.released(ALDER, "hello")
    raw = pack_statement(replace(parse_statement(event.statement), signers=(credential_id(body),)))
    assert refusal(exchange, replace(event, statement=raw)) == "bad-signature"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"to": 0b11}, "addressed-to-self"),
        ({"to": 0b110}, "unknown-addressee"),
        ({"category": 31}, "unknown-class"),
        ({"category": 5}, "class-of-others"),
        ({"kind": Kind.WARRANT}, "class-of-others"),
        ({"precedence": 6}, "statement-precedence"),
    ],
)
def test_a_statement_that_could_not_bind_is_refused(
    changes: dict[str, object], reason: str
) -> None:
    """RECORD-30."""
    exchange = open_line()
    assert refusal(exchange, exchange.released(ALDER, "hello", **changes)) == reason


def test_a_mandate_holds_at_the_time_of_the_entry() -> None:
    """NT11, RECORD-31: held against the station's clock, until brackets are computed."""
    exchange = open_line()
    exchange.clock.now = NOW + 2 * YEAR
    assert refusal(exchange, exchange.released(ALDER, "too late")) == "expired"


def test_a_mode_is_spoken_or_not() -> None:
    """RECORD-17."""
    exchange = open_line(modes=(Mode.REAL,))
    event = exchange.released(BIRCH, "exercise", Mode.EXERCISE)
    birch = exchange.stations[BIRCH]
    with pytest.raises(OfficerError, match="no-such-mode"):
        birch.do(event)


def test_nothing_is_said_before_the_others_have_answered() -> None:
    """RECORD-70."""
    exchange = open_line()
    alder = exchange.stations[ALDER]
    alder.do(Started(at=alder.clock.moment(), clean=False, mark=None))
    assert refusal(exchange, exchange.released(ALDER, "hello")) == "still-asking"


def test_a_statement_has_its_longest() -> None:
    """RECORD-32: it fits a frame with all that stands around it, however many heads that is."""
    exchange = open_line()
    long = ["x" * 26_000, "y" * 26_000]
    event = exchange.released(ALDER, "", values=tuple(long))
    assert len(event.statement) + len(event.content) <= WORDS_BYTES_MAX
    alder = exchange.stations[ALDER]
    alder.do(event)
    assert len(pack_frame(alder.frame(16, alder.own().seq))) < 64_000
    exchange.run()
    assert len(exchange.stations[BIRCH].said()) == 1
    longer = exchange.released(ALDER, "", values=(*long, "z" * 3_000))
    assert refusal(exchange, longer) == "statement-too-long"
    heavy = replace(event, attachments=((1, seed("id"), bytes(2_420)),))
    assert refusal(exchange, heavy) == "statement-too-long"


def test_an_attachment_rides_beside_the_statement() -> None:
    """RECORD-42: carried, and judged by nobody yet."""
    exchange = open_line()
    beside = ((1, seed("statement"), bytes(2_420)),)
    event = replace(exchange.released(ALDER, "hello"), attachments=beside)
    exchange.stations[ALDER].do(event)
    exchange.run()
    birch = exchange.stations[BIRCH]
    assert birch.frame(16, birch.journal(16).seq).attachments == beside


def test_a_signature_for_another_mode_does_not_fit() -> None:
    """NT74, RECORD-29."""
    exchange = open_line()
    event = exchange.released(ALDER, "for the exercise", Mode.EXERCISE)
    assert refusal(exchange, replace(event, mode=Mode.REAL)) == "bad-signature"
    context = Context(Purpose.ENTRY, exchange.cast.line, Mode.REAL)
    secret = exchange.cast.offices[ALDER].officers["first"][1].secret
    as_entry = (sign(secret, context, event.statement),)
    # NT69: a signature for another kind of object.
    assert refusal(exchange, replace(event, mode=Mode.REAL, signatures=as_entry)) == "bad-signature"
    assert content_root(event.content) == parse_statement(event.statement).croot
