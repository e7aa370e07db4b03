"""A station that holds valid keys and means harm: it forks, lies, floods, withholds and denies.

It runs the product as well, so that it is believed. It must not be judged, and nothing that it does
may harm what honest stations hold true among themselves.
"""

from collections.abc import Callable
from contextlib import suppress

from backchannel.charter.events import pack_fresh
from backchannel.errors import BackchannelError, JunkError
from backchannel.line.minutes import checkpoint_of
from backchannel.line.rows import Row
from backchannel.line.speak import Words
from backchannel.line.state import Journal, LineState
from backchannel.path import StationName
from backchannel.path.messages import (
    Answer,
    Heads,
    Message,
    Parcel,
    Query,
    Want,
    WantReason,
)
from backchannel.proof.cosignature import cosign, cosigner_of
from backchannel.sim.cast import FOR_EVER, MODES
from backchannel.sim.faults import Chance
from backchannel.sim.forgery import (
    Forged,
    deny,
    direct,
    false_heads,
    forge,
    offer_to_anybody,
    targets,
    write_anything,
    write_with_false_seen,
)
from backchannel.sim.machine import Machine
from backchannel.sim.shell import Action, Died, Outside, Shell
from backchannel.store.queries import slot
from backchannel.wire.codec import encode
from backchannel.wire.entry import EntryType
from backchannel.wire.envelope import Frame, Seal, pack_frame, parse_frame
from backchannel.wire.ids import EntryId, entry_id
from backchannel.wire.minute import Cosigning, pack_cosigning
from backchannel.wire.payload import RECEIPT_PAYLOAD, Happening, LineEvent, pack_line_events
from backchannel.wire.signing import Mode

ACT_MS_MAX = 6_000
HEARD_MAX = 400
FLOOD = 20
FALSE_ROOTS = 4
SILENCE_MS_MAX = 30_000


class Hostile(Shell):
    """The process of a hostile station: the product's, with a will of its own on top."""

    def __init__(self, machine: Machine, outside: Outside, *, chance: Chance, died: Died) -> None:
        self.silent: dict[StationName, int] = {}
        self.heard: list[tuple[StationName, bytes]] = []
        self.lies_in_heads = chance.happens(0.3)
        self.denies = chance.happens(0.7)
        super().__init__(machine, outside, chance=chance, died=died)
        self.will = chance.stream("will")
        self.limits = self.will.shuffled(sorted(ACTS))[: self.will.between(3, len(ACTS))]

    def boot(self) -> None:
        """Begin like any station, and then to do harm."""
        super().boot()
        self.later(self.will.between(1_000, ACT_MS_MAX), self._harm)

    def guarded(self, action: Action) -> None:
        """Do something; a station that has made nonsense of its own state just stops doing it."""
        try:
            super().guarded(action)
        except (BackchannelError, AssertionError, KeyError, ValueError) as fault:
            self.outside.observed.note(self.name, f"trips over itself: {type(fault).__name__}")

    def send(self, name: StationName, message: Message) -> None:
        """Send, unless it is silent towards this station; heads may be lies."""
        if self.outside.loop.now_ms < self.silent.get(name, 0):
            return
        if isinstance(message, Heads) and self.lies_in_heads:
            message = self._false(message)
        super().send(name, message)

    def hear(self, name: StationName, message: Message) -> None:
        """Take note of what comes, and answer a restarted station that we hold nothing of it."""
        if isinstance(message, Parcel):
            self.heard = [*self.heard, (name, message.envelope)][-HEARD_MAX:]
        if isinstance(message, Query) and self.denies:
            with suppress(JunkError):
                self.send(name, Answer(*deny(self.state, message)))
        else:
            super().hear(name, message)

    def names(self) -> list[StationName]:
        """Return the other stations."""
        return [n for n, station in self.outside.stations.items() if station != self.name]

    def name_of(self, journal: Journal) -> StationName | None:
        """Return the station that writes a journal."""
        return StationName(journal.addresses[-1].certificate) if journal.addresses else None

    def send_direct(self, frame: bytes, to: Journal) -> None:
        """Send a frame, sealed directly, to the station that writes a journal."""
        name = self.name_of(to)
        if name is not None and name in self.outside.stations:
            self.send(name, Parcel(direct(self.state, frame, to, self.will.entropy())))

    def forge(self, mode: int, forged: Forged) -> bytes:
        """Return a forged frame."""
        return forge(self.state, mode, self.moment(), forged)

    def write(self, made: tuple[LineState, tuple[Row, ...]]) -> None:
        """Keep and send what was made outside the product's rules."""
        state, rows = made
        self._speak(self._keep(state, rows), rows)

    def _false(self, heads: Heads) -> Heads:
        will = self.will
        return Heads(
            heads.time,
            tuple(
                (no, max(0, seq + will.pick((0, 0, -5, 40))), head) for no, seq, head in heads.heads
            ),
        )

    def _harm(self) -> None:
        self.later(self.will.between(500, ACT_MS_MAX), self._harm)
        if self.outside.ill:
            act = self.will.pick(self.limits)
            self.outside.observed.note(self.name, f"does harm: {act}")
            ACTS[act](self, Mode(self.will.pick(MODES)))


Act = Callable[[Hostile, Mode], None]


def words(hostile: Hostile) -> bytes:
    """Return the payload of some line event, never the same twice."""
    said = LineEvent(Happening.NUMBER_VOID, (hostile.will.between(0, 1 << 40),))
    return pack_line_events((said,))


# --- Forks ----------------------------------------------------------------------------------------


def equivocate(hostile: Hostile, mode: Mode) -> None:
    """Sign the next slot anew for each station. What the product writes there later is one more."""
    for journal in targets(hostile.state, mode):
        forged = Forged(type=EntryType.LINE_EVENTS, payload=words(hostile))
        hostile.send_direct(hostile.forge(mode, forged), journal)


def fork_for_one(hostile: Hostile, mode: Mode) -> None:
    """Sign the next slot, and one behind it, for one station alone."""
    to = pick(hostile, mode)
    if to is not None:
        first = hostile.forge(mode, Forged(type=EntryType.RECEIPT, payload=RECEIPT_PAYLOAD))
        hostile.send_direct(first, to)
        own = hostile.state.core.journals[hostile.state.core.own[mode]]
        second = Forged(
            type=EntryType.LINE_EVENTS,
            payload=words(hostile),
            seq=own.seq + 2,
            prev=entry_id(parse_frame(first).header),
        )
        hostile.send_direct(hostile.forge(mode, second), to)


def rewrite_the_past(hostile: Hostile, mode: Mode) -> None:
    """Sign a slot again that everybody holds."""
    own = hostile.state.core.journals[hostile.state.core.own[mode]]
    seq = hostile.will.between(0, max(0, own.seq))
    prev = hostile.state.trails.get(own.no, {}).get(seq - 1, own.id)
    forged = Forged(type=EntryType.LINE_EVENTS, payload=words(hostile), seq=seq, prev=prev)
    for journal in targets(hostile.state, mode):
        hostile.send_direct(hostile.forge(mode, forged), journal)


def wrong_prev(hostile: Hostile, mode: Mode) -> None:
    """Sign a next entry that joins nothing, and one far ahead of everything."""
    own = hostile.state.core.journals[hostile.state.core.own[mode]]
    for seq in (own.seq + 1, own.seq + 2, own.seq + hostile.will.pick((3, 4_096, 4_097, 1 << 47))):
        forged = Forged(
            type=EntryType.RECEIPT, payload=RECEIPT_PAYLOAD, seq=seq, prev=hostile.will.entropy()
        )
        to = pick(hostile, mode)
        if to is not None:
            hostile.send_direct(hostile.forge(mode, forged), to)


def fork_the_authority(hostile: Hostile, mode: Mode) -> None:
    """Let our office sign its next slot anew for each. Not if others of us would believe it."""
    party = hostile.machine.party
    if any(j.party == party for j in targets(hostile.state, mode)):
        return
    for journal in targets(hostile.state, Mode.REAL):
        office = hostile.outside.offices[party].copy()
        hostile.send_direct(office.enter(pack_fresh(hostile.will.between(0, FOR_EVER))), journal)


# --- Lies -----------------------------------------------------------------------------------------


def lie_in_seen(hostile: Hostile, mode: Mode) -> None:
    """Give receipts for what is not held, or take back those that were given."""
    heads = false_heads(hostile.state, mode, hostile.will)
    said = Words(EntryType.LINE_EVENTS, words(hostile))
    at = hostile.moment()
    hostile.write(write_with_false_seen(hostile.state, mode, at, words=said, heads=heads))


def cite_the_uncitable(hostile: Hostile, mode: Mode) -> None:
    """Cite journals of another mode, of nobody, and the journal itself."""
    own = hostile.state.core.own
    other = next((no for m, no in own.items() if m != mode), own[mode])
    strange = hostile.will.pick((other, own[mode], 15, 16 * 99 + 15))
    seen = ((strange, hostile.will.between(0, 50), hostile.will.entropy()),)
    forged = Forged(type=EntryType.RECEIPT, payload=RECEIPT_PAYLOAD, seen=seen)
    for journal in targets(hostile.state, mode):
        hostile.send_direct(hostile.forge(mode, forged), journal)


def write_junk(hostile: Hostile, mode: Mode) -> None:
    """Write an entry of some type, in the chain, whose payload is none."""
    will = hostile.will
    payloads = (
        will.entropy(will.between(0, 60)),
        encode(()),
        encode((1, 2, 3)),
        encode((0, will.entropy(16), will.entropy(), "again", ())),
        encode((1, ((b"", b""), (b"", b"")))),
        encode(((8, 1, "x"), (3, 5), (4, b"no entry", "because"))),
        encode((will.entropy(8), (will.entropy(64),))),
    )
    kind = will.pick((*[int(t) for t in EntryType], 99, 1 << 40))
    said = Words(kind, will.pick(payloads), will.pick((None, will.entropy(40))))
    hostile.write(write_anything(hostile.state, mode, hostile.moment(), said))


def cosign_falsely(hostile: Hostile, mode: Mode) -> None:
    """Cosign roots of our choice: of nothing, so that some checkpoint gets two in time."""
    state, will = hostile.state, hostile.will
    own, hand = state.core.journals[state.core.own[mode]], state.secrets.hands[mode]
    cosigner = cosigner_of(state.line, hand.credential)
    rows = []
    for no, (_, seq, _) in sorted(own.seen.items())[:FALSE_ROOTS]:
        size, root = will.pick((1, seq + 1)), will.entropy()
        checkpoint = checkpoint_of(state.line, state.core.journals, no, size=size, root=root)
        if checkpoint is not None:
            rows.append((no, size, root, cosign(hand.pq_seed, cosigner, checkpoint)))
    payload = pack_cosigning(Cosigning(EntryId(will.entropy()), tuple(rows)))
    said = Words(EntryType.MINUTE, payload)
    hostile.write(write_anything(state, mode, hostile.moment(), said))


def offer_to_the_wrong(hostile: Hostile, mode: Mode) -> None:
    """Offer an epoch to stations that must not read it, or under seals that do not open."""
    will = hostile.will
    own = hostile.state.core.journals[hostile.state.core.own[mode]]
    other_mode = [j.no for m in MODES if m != mode for j in targets(hostile.state, m)]
    numbers = {j.no for j in targets(hostile.state, mode)} | {will.pick([*other_mode, 77, 3])}
    seals = tuple(Seal(no, will.between(1, 3), will.entropy(1_168)) for no in sorted(numbers))
    epoch = max(1, own.offered + will.pick((1, 1, 0, 5)))
    at = hostile.moment()
    hostile.write(offer_to_anybody(hostile.state, mode, at, seals=seals, epoch=epoch))


# --- Others' entries ------------------------------------------------------------------------------


def pass_on_without_words(hostile: Hostile, mode: Mode) -> None:
    """Pass on another's statement without its words, or with other words."""
    custody = hostile.custody
    for journal in targets(hostile.state, mode):
        for seq in range(max(0, journal.seq - 3), journal.seq + 1):
            found = slot(custody.database, custody.line, journal.no, seq, wrap_key=custody.wrap_key)
            if found is None or found.type != EntryType.STATEMENT:
                continue
            frame = found.frame
            other_words = hostile.will.pick((None, encode((bytes(16), ("false",)))))
            bare = pack_frame(
                Frame(frame.header, frame.signature, frame.payload, other_words, frame.attachments)
            )
            for to in targets(hostile.state, mode):
                hostile.send_direct(bare, to)


def replay(hostile: Hostile, mode: Mode) -> None:
    """Send again what was heard: to anybody, in any order, also to who sent it."""
    for _ in range(min(len(hostile.heard), hostile.will.between(1, 12))):
        _, envelope = hostile.will.pick(hostile.heard)
        hostile.send(hostile.will.pick(hostile.names()), Parcel(envelope))


# --- Silence and noise ----------------------------------------------------------------------------


def be_silent(hostile: Hostile, mode: Mode) -> None:
    """Withhold everything, receipts too, from some stations for a while."""
    until_ms = hostile.outside.loop.now_ms + hostile.will.between(5_000, SILENCE_MS_MAX)
    for name in hostile.names():
        if hostile.will.happens(0.6):
            hostile.silent[name] = until_ms


def flood_with_branches(hostile: Hostile, mode: Mode) -> None:
    """Sign one slot many times over."""
    own = hostile.state.core.journals[hostile.state.core.own[mode]]
    to = pick(hostile, mode)
    for _ in range(FLOOD if to is not None else 0):
        forged = Forged(type=EntryType.LINE_EVENTS, payload=words(hostile), seq=max(0, own.seq))
        hostile.send_direct(hostile.forge(mode, forged), to)  # type: ignore[arg-type]


def flood_with_gaps(hostile: Hostile, mode: Mode) -> None:
    """Send many entries behind a gap, of our journal and of one that nobody has opened."""
    own = hostile.state.core.journals[hostile.state.core.own[mode]]
    numbers = hostile.state.secrets.hands[mode].numbers
    to = pick(hostile, mode)
    for place in range(FLOOD if to is not None else 0):
        forged = Forged(
            type=EntryType.RECEIPT,
            payload=RECEIPT_PAYLOAD,
            no=hostile.will.pick((own.no, numbers[-1], 15)),
            seq=own.seq + 2 + place,
            prev=hostile.will.entropy(),
        )
        hostile.send_direct(hostile.forge(mode, forged), to)  # type: ignore[arg-type]


def flood_with_entries(hostile: Hostile, mode: Mode) -> None:
    """Write many true entries."""
    for _ in range(FLOOD):
        said = Words(EntryType.LINE_EVENTS, words(hostile))
        hostile.write(write_anything(hostile.state, mode, hostile.moment(), said))


def noise(hostile: Hostile, mode: Mode) -> None:
    """Send envelopes that are none, and ask for everything."""
    will = hostile.will
    for name in hostile.names():
        for _ in range(will.between(1, 20)):
            hostile.send(name, Parcel(will.entropy(will.between(1, 300))))
        for no in list(hostile.state.core.journals)[:6]:
            first = will.between(0, 60)
            hostile.send(name, Want(no, first, first + 200, will.pick(list(WantReason))))
        hostile.send(name, Query(will.entropy(90), will.entropy(64)))
        hostile.send(name, Answer(will.entropy(90), will.entropy(64)))


def pick(hostile: Hostile, mode: Mode) -> Journal | None:
    """Draw one of those to whom something can be sealed."""
    found = targets(hostile.state, mode)
    return hostile.will.pick(found) if found else None


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        equivocate,
        fork_for_one,
        rewrite_the_past,
        wrong_prev,
        fork_the_authority,
        lie_in_seen,
        cite_the_uncitable,
        write_junk,
        cosign_falsely,
        offer_to_the_wrong,
        pass_on_without_words,
        replay,
        be_silent,
        flood_with_branches,
        flood_with_gaps,
        flood_with_entries,
        noise,
    )
}
