"""Validly signed nonsense (F6): a station and an office that hold their keys say what they like.

Whatever they sign, a step answers with an error of ours or keeps it with a verdict; memory stays
bounded, and the line open. What fails is repeated by its seed.
"""

from random import Random

import pytest
from tests.cast import ALDER, BIRCH, CEDAR, seed
from tests.exchange import Station, open_line
from tests.line.hostile import Hostile
from tests.line.test_authority import enter_unchecked
from tests.line.test_offers import offer, seal_offer

from backchannel.errors import BackchannelError
from backchannel.limits import (
    ADDRESSES_MAX,
    COMPARE_FRAMES_MAX,
    INCOMING_EPOCHS_MAX,
    PENDING_ENTRIES_MAX,
    SEEN_JOURNALS_MAX,
    SKIPPED_KEYS_MAX,
    UNKNOWN_SIGNER_FRAMES_MAX,
    UNOPENED_ENTRIES_MAX,
)
from backchannel.line.events import Answered, Given, Started
from backchannel.line.succession import answer, ask
from backchannel.wire.archive import SEALED_SHARE_BYTES
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import pack_frame
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import Kind

ODD: tuple[Value, ...] = (
    *(None, True, False, 0, 1, 2, 9, 15, 16, 17, 18, 33, 144, 255, 65_535, 65_536, 2**31),
    *(2**32 - 1, 2**32, 2**48, 2**48 + 1, 2**64 - 1, -1, -(2**40)),
    *(b"", bytes(16), bytes(32), bytes(64), bytes(1168), bytes(1216), bytes(2420)),
    *("", "T06-S/1", "duty officer", "\U0001f600" * 50, "a" * 3_000),
    *((), ((),), ((1, 2),), {}, {1: None}, (0,) * 1_024, (bytes(32),) * 200),
)
NUMBERS = (0, 1, 2, 9, 16, 17, 18, 33, 48, 144, 145, 272, 16_000, 16_001, 65_520, 65_535)


class Babble:
    """One seeded history: Alder is the victim, Birch's station and office talk, Cedar is honest."""

    def __init__(self, number: int) -> None:
        self.random = Random(number)
        self.exchange = open_line(3)
        self.alder: Station = self.exchange.stations[ALDER]
        self.voices = [
            Hostile(self.exchange),
            Hostile(self.exchange, BIRCH, Mode.EXERCISE),
        ]

    def spoilt(self, value: Value, chance: float = 0.15) -> Value:
        """A value with some of its parts exchanged for odd ones."""
        random = self.random
        if random.random() < chance:
            return random.choice(ODD)
        if isinstance(value, tuple):
            parts = [self.spoilt(each, chance) for each in value]
            if parts and random.random() < chance / 2:
                del parts[random.randrange(len(parts))]
            if random.random() < chance / 2:
                parts.insert(random.randrange(len(parts) + 1), random.choice(ODD))
            return tuple(parts)
        if type(value) is int and random.random() < chance:
            return value + random.choice((-1, 1, 2**20))
        return value

    def heads(self) -> tuple[tuple[int, int, bytes], ...]:
        """A seen of true and invented heads."""
        random, own = self.random, self.alder.own()
        some = sorted(random.sample(NUMBERS, random.randrange(4)))
        return tuple(
            (no, random.choice((0, 3, own.seq, 2**40)), random.choice((own.head, seed("x"))))
            for no in some
        )

    def payload(self, voice: Hostile) -> tuple[int, Value, bytes | None]:
        """A type, a payload of some sense, and words for it."""
        random, known = self.random, voice.known()
        ours = self.alder.own(voice.mode).head
        kind = random.choice((1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 13, 14, 15, 99))
        if kind == EntryType.STATEMENT:
            value, words = voice.statement(f"{random.random()}", refs=(ours,))
            content = random.choice((words, None, b"\x80", encode(self.spoilt(decode(words)))))
            return kind, value, content
        value: Value = ()  # type: ignore[no-redef]
        if kind == EntryType.PREKEY:
            number = (known.prekey.n if known.prekey else 0) + random.choice((0, 1, 2**31))
            value = voice.prekey(f"{random.random()}", min(number, 2**32 - 1))
        elif kind == EntryType.OFFER:
            value = offer(voice, epoch=min(known.offered + random.choice((0, 1, 2**31)), 2**32 - 1))
        elif kind == EntryType.SUCCESSION:
            ends = tuple((no, 3, seed("e")) for no in sorted(random.sample(NUMBERS, 3)))
            value = random.choice(((0, bytes(16), known.credential, "why", ends), (1, ours, ends)))
        elif kind == EntryType.FORK:
            pair = [voice.frame(encode(()), 2, time=n) for n in range(2)]
            value = (random.choice((1, 2, 7)), tuple((f.header, f.signature) for f in pair))  # type: ignore[misc]
        elif kind in (EntryType.ARCHIVE_SEAL, EntryType.OPENING, EntryType.NON_ANSWER):
            value = self.on_the_record(voice, kind, ours)
        elif kind == EntryType.LINE_EVENTS:
            value = tuple(random.sample(self.happenings(ours), 4))
        return kind, value, None

    def on_the_record(self, voice: Hostile, kind: int, ours: bytes) -> Value:
        """An archive seal for holders nobody named, a warrant, or a finding against Alder."""
        known = voice.known()
        if kind == EntryType.ARCHIVE_SEAL:
            circle = (0, 1, ((seed("key"), seed("share"), bytes(SEALED_SHARE_BYTES)),))
            wraps = tuple((no, self.random.choice((0, 3, 2**40)), bytes(48)) for no in (16, 17))
            return (known.archived + 1, 20_000, seed("check"), (circle,), wraps)
        if kind == EntryType.OPENING:
            (raw, signatures), content = voice.statement("open", kind=Kind.WARRANT)  # type: ignore[misc]
            return (raw, signatures, content)
        life = tuple((ours, 5) for _ in range(self.random.randrange(2)))
        return (ours, 16 * 2 + self.random.randrange(4), 7, 0, None, (), (), life, ((1, 5),))

    def happenings(self, ours: bytes) -> tuple[Value, ...]:
        """Line events of all kinds, and of one that does not exist."""
        address = f"192.0.2.{self.random.randrange(256)}:7100"
        return (
            *((1, ours, (1,)), (2, ours, seed("c"), ("duty",), 5), (3, (ours,)), (4, ours, "no")),
            *((5, 1, "x", 1), (6, 1, 2), (7, (b"a",)), (8, 1, address, seed("d"))),
            *((9, seed("o")), (10, 1, 17), (11, seed("s"), 1, 2), (12, 4), (77, {1: None})),
            *(
                (13, ours, (21,), "why"),
                (14, ours, (), 1, 2, "why"),
                (19, ours, "h", "kml", ours, 1),
            ),
        )

    def entry(self) -> None:
        """Birch's station signs something and sends it."""
        random, voice = self.random, self.random.choice(self.voices)
        kind, value, content = self.payload(voice)
        if random.random() < 0.4:
            value = self.spoilt(value)
        changes: dict[str, object] = {"seen": self.heads() if random.random() < 0.4 else ()}
        known = voice.known()
        if random.random() < 0.25:
            changes["seq"] = max(0, known.seq + random.choice((-1, 0, 2, 3, 5_000, 2**40)))
        if random.random() < 0.1:
            changes["prev"] = seed("elsewhere")
        if random.random() < 0.1:
            changes["time"] = random.choice((0, 2**48))
        try:
            frame = voice.frame(encode(value), kind, content=content, **changes)
            raw = pack_frame(frame)
        except AssertionError:
            return  # beyond what can be encoded at all
        if kind == EntryType.OFFER and random.random() < 0.5:
            self.alder.arrive(seal_offer(voice, frame, 1))
        else:
            self.alder.arrive(voice.seal(raw))

    def office(self) -> None:
        """Birch's office signs something, and its station carries it."""
        office = self.exchange.cast.offices[BIRCH]
        before = office.authority
        body = bytes(self.random.randrange(256) for _ in range(40))
        value: Value = self.random.choice(
            (
                (1, body, (bytes(64), None)),
                (2, self.random.choice((seed("x"), office.officers["first"][0])), 2, None),
                (3, ()),
                (4, (), 1, ()),
                (5, self.random.randrange(2**40)),
            )
        )
        if self.random.random() < 0.5:
            value = self.spoilt(value)
        try:
            raw = enter_unchecked(
                office,
                encode(value),
                type=self.random.choice((5, 5, 13, 1)),
                seen=self.heads(),
            )
        except AssertionError:
            return
        self.alder.arrive(self.voices[0].seal(raw))
        held = self.alder.state.authorities[BIRCH]
        # An office that lost count would be heard no more: half the time it goes on from there.
        office.authority = held if self.random.random() < 0.7 else before

    def envelope(self) -> None:
        """An envelope, or a restart's answer, that is spoilt outside its signature."""
        random, voice = self.random, self.voices[0]
        raw = voice.seal(pack_frame(voice.frame(encode(()), 2)))
        fields = self.spoilt(decode(raw), 0.3)
        try:
            self.alder.arrive(encode(fields))
        except AssertionError:
            return
        spoilt = bytearray(raw)
        spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
        self.alder.arrive(bytes(spoilt))

    def restart(self) -> None:
        """Alder starts again; Birch's answer to the question is nonsense, then a true one comes."""
        alder, birch = self.alder, self.exchange.stations[BIRCH]
        alder.do(Started(at=alder.clock.moment(), clean=False, mark=None))
        question = ask(alder.state, Mode.REAL)
        assert question is not None
        raw, signature = answer(birch.state, *question)
        context = Context(Purpose.ANSWER, self.exchange.cast.line, Mode.REAL)
        for _ in range(3):
            try:
                spoilt = encode(self.spoilt(decode(raw)))
            except AssertionError:
                continue
            signed = sign(self.voices[0].hand.secret, context, spoilt)
            moment = alder.clock.moment()
            alder.try_(Answered(at=moment, answer=spoilt, signature=signed))
        alder.try_(Answered(at=alder.clock.moment(), answer=raw, signature=signature))
        alder.clock.elapsed += 120_000
        alder.pass_time()
        alder.serve()

    def go_on(self, turns: int) -> None:
        """Talk for so many turns, with honest words and time between."""
        for turn in range(turns):
            self.random.choices((self.entry, self.office, self.envelope), (8, 1, 1))[0]()
            self.alder.serve()
            if turn % 10 == 9:
                self.alder.clock.elapsed += self.random.choice((60, 3_600_000, 90_000_000))
                self.alder.pass_time()
                self.alder.try_(self.exchange.released(ALDER, f"honest {turn}"))


def require_bounds(station: Station) -> None:
    """I18, I22: what others can make a station remember has its bounds."""
    state = station.state
    assert len(state.waiting) <= UNKNOWN_SIGNER_FRAMES_MAX
    assert len(state.compare) <= COMPARE_FRAMES_MAX
    assert all(len(slots) <= PENDING_ENTRIES_MAX for slots in state.pending.values())
    for chains in state.secrets.incoming.values():
        assert len(chains) <= INCOMING_EPOCHS_MAX
        assert all(len(chain.skipped) <= SKIPPED_KEYS_MAX for chain in chains.values())
    for journal in state.core.journals.values():
        assert len(journal.addresses) <= ADDRESSES_MAX
        assert len(journal.seen) <= SEEN_JOURNALS_MAX
        if journal.no in state.core.own.values():
            assert len(journal.unopened) <= UNOPENED_ENTRIES_MAX


def require_one_chain(station: Station) -> None:
    """I2, I8: own journals have no gap, and no slot was signed twice."""
    for mode in (Mode.REAL, Mode.EXERCISE, Mode.TEST):
        own = station.own(mode)
        assert all((own.no, seq) in station.entries for seq in range(own.seq + 1))
        assert not own.forked


@pytest.mark.parametrize("number", range(8))
def test_signed_nonsense_breaks_nothing(number: int) -> None:
    """F6, I18, I22, NT61, NT89: no error but ours, no memory without a bound, and an open line."""
    babble = Babble(number)
    babble.go_on(60)
    babble.restart()
    babble.go_on(20)
    alder, cedar = babble.alder, babble.exchange.stations[CEDAR]
    require_bounds(alder)
    require_one_chain(alder)
    # What Alder says reaches Cedar, whatever became of Birch.
    entry = babble.exchange.say(ALDER, "we go on")
    babble.exchange.lost = lambda sender, receiver, row: BIRCH in (sender, receiver)
    babble.exchange.run()
    babble.exchange.fill_gaps()
    babble.exchange.run()
    assert entry in cedar.contents
    require_bounds(cedar)


def test_nonsense_by_hand_is_refused_whole() -> None:
    """F6, RECORD-113: a file of junk among true frames."""
    babble = Babble(99)
    alder, office = babble.alder, babble.exchange.cast.offices[BIRCH]
    true = office.enter(encode((5, 1)))
    for _ in range(60):
        try:
            junk = encode(babble.spoilt(decode(true), 0.3))
        except AssertionError:
            continue
        before = alder.state
        outcome = alder.try_(Given(at=alder.clock.moment(), frames=(junk, true)))
        if isinstance(outcome, BackchannelError):
            assert alder.state.authorities == before.authorities
    require_bounds(alder)
