"""What people do on a simulated line: officers speak and answer, offices certify and revoke.

It must not wait for anything or judge anything: each act is drawn, tried at a station that runs,
and left to the product. A refused act is part of the history like any other.
"""

from collections.abc import Callable, Sequence

from backchannel.charter.events import RevocationReason, Revoke, pack_fresh, pack_revoke
from backchannel.charter.policy import Policy
from backchannel.errors import CustodyError
from backchannel.line.drafting import (
    Action,
    Drafted,
    Level,
    Plan,
    Reason,
    Reference,
    answer_body,
    class_for,
    compose,
    correction_body,
    decision_body,
    message_body,
    readback_body,
    recall_body,
    remark_body,
)
from backchannel.line.events import Given, MinuteOrdered, Released, Shown
from backchannel.sim.cast import MODES, Office
from backchannel.sim.faults import Chance
from backchannel.sim.shell import Shell
from backchannel.sim.world import Station, World
from backchannel.store.queries import Stated, statements
from backchannel.wire.codec import Value
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.keys import OfficerKeys
from backchannel.wire.signing import Context, Mode, Purpose, sign
from backchannel.wire.statement import Kind, Precedence

ACT_MS_MAX = 14_000
OFFICE_MS_MAX = 60_000
TRY_MS_MAX = 20_000
MINUTE_MS_MAX = 40_000
STATEMENTS_READ = 6
WORDS = ("hold", "proceed", "north", "vessel", "collision", "verify", "window", "closed", "two")

Signer = tuple[CredentialId, OfficerKeys]


def people(world: World) -> None:
    """Let officers and offices act until the world heals, and officers once after that."""
    for station in world.honest:
        chance = station.chance.stream("officers")
        later(world, station, chance, act=officer_acts, ms_max=ACT_MS_MAX)
        try_later(world, station, station.chance.stream("tries"))
        minutes = station.chance.stream("minutes")
        later(world, station, minutes, act=order_minute, ms_max=MINUTE_MS_MAX)
    for office in world.offices:
        chance = world.chance.stream("office", str(office.party))
        office_later(world, office, chance)


def later(
    world: World,
    station: Station,
    chance: Chance,
    *,
    act: Callable[[Shell, Office, Chance], None],
    ms_max: int,
) -> None:
    """Plan the next act at a station, and the one after it."""

    def now() -> None:
        if not world.troubled:
            return
        do(world, station, lambda shell: act(shell, world.offices[shell.machine.party], chance))
        later(world, station, chance, act=act, ms_max=ms_max)

    world.loop.after(chance.between(500, ms_max), now)


def do(world: World, station: Station, act: Callable[[Shell], None]) -> None:
    """Do something at a station if its process lives."""
    shell = station.shell
    if shell is None:
        return

    def acted() -> None:
        try:
            act(shell)
        except CustodyError as fault:
            world.observed.note(station.name, f"tells its officer: {fault.reason}")

    shell.guarded(acted)


def last_words(world: World) -> None:
    """Let an officer at every honest station speak once more, now that nothing goes wrong."""
    for station in world.honest:
        chance = station.chance.stream("last words")

        def speak(station: Station = station, chance: Chance = chance) -> None:
            do(
                world,
                station,
                lambda shell: say(shell, world.offices[shell.machine.party], chance),
            )

        world.loop.after(chance.between(1_000, 9_000), speak)


# --- Officers -------------------------------------------------------------------------------------


def officer_acts(shell: Shell, office: Office, chance: Chance) -> None:
    """Let officers at a station say something, or answer what the desk shows."""
    heard = foreign(shell)
    if heard and chance.happens(0.5):
        answer(shell, office, chance, stated=chance.pick(heard))
    else:
        say(shell, office, chance)


def order_minute(shell: Shell, office: Office, chance: Chance) -> None:
    """Order a minute in some mode."""
    shell.post(MinuteOrdered(at=shell.moment(), mode=chance.pick(MODES)))


def foreign(shell: Shell) -> list[Stated]:
    """Return the newest statements of other parties, as a desk lists them."""
    custody = shell.custody
    found = statements(custody.database, custody.line, limit=STATEMENTS_READ)
    journals = shell.state.core.journals
    return [each for each in found if journals[each.said.no].party != shell.machine.party]


def say(shell: Shell, office: Office, chance: Chance) -> None:
    """Release a message of several words in REAL or EXERCISE."""
    text = " ".join(chance.pick(WORDS) for _ in range(chance.between(1, 30)))
    precedence = chance.pick(list(Precedence))
    mode = chance.pick((Mode.REAL, Mode.REAL, Mode.EXERCISE))
    plan = planned(shell, office, Kind.MESSAGE, precedence=precedence, body=message_body(text))
    release(shell, office, chance, plan=plan, mode=mode)


def answer(shell: Shell, office: Office, chance: Chance, *, stated: Stated) -> None:
    """Look at a statement, and acknowledge, read back, decide, correct, recall or close it."""
    said = stated.said
    at = shell.moment()
    posts = ("watch",)
    shell.post(
        Shown(at=at, entry=said.entry, no=said.no, seq=said.seq, croot=said.croot, posts=posts)
    )
    about = Reference(said.entry, said.croot)
    kind, body = chance.pick(bodies(about, at.now))
    plan = planned(
        shell, office, kind, precedence=Precedence.ROUTINE, body=body, refs=(said.entry,)
    )
    release(shell, office, chance, plan=plan, mode=Mode(said.mode))


def bodies(about: Reference, now: int) -> list[tuple[Kind, tuple[Value, ...]]]:
    """Return one body of each kind of answer."""
    change = ("north", "south")
    return [
        (Kind.ACK, answer_body(about, Level.ACKNOWLEDGED, now)),
        (Kind.READBACK, readback_body(about, now, "hold two")),
        (Kind.DECIDE, decision_body(about, now, Action.WILL_COMPLY)),
        (Kind.PASSED, answer_body(about, Level.OPERATING, now)),
        (
            Kind.CORRECT,
            correction_body(about, change, reason=Reason.WRONG_PLACE, undo="read south"),
        ),
        (
            Kind.RECALL,
            recall_body(about, false_alarm=True, reason=Reason.HUMAN_ERROR, undo="stand down"),
        ),
        (Kind.CLOSE, remark_body(now)),
    ]


def planned(
    shell: Shell,
    office: Office,
    kind: Kind,
    *,
    precedence: Precedence,
    body: tuple[Value, ...],
    refs: tuple[EntryId, ...] = (),
) -> Plan:
    """Return a plan to all other parties, by as many officers as the charter asks for."""
    party = office.party
    policy: Policy = shell.state.charter.policy
    category = class_for(policy.rules, kind, None, precedence)
    wanted = policy.rules[category].signatures[precedence - 1]
    others = sum(1 << p for p in range(len(shell.state.charter.parties)) if p != party)
    return Plan(
        kind=kind,
        to=others,
        precedence=precedence,
        category=category,
        drafted=shell.clock.now(),
        signers=tuple(credential for credential, _ in standing(shell, office)[:wanted]),
        body=body,
        language="en",
        refs=refs,
    )


def standing(shell: Shell, office: Office) -> Sequence[Signer]:
    """Return the officers whose credentials stand as far as this station knows, newest last.

    Where nobody is left, those who are revoked: the line must say so, not we.
    """
    authority = shell.state.authorities[office.party]
    known = [o for o in office.officers if o[0] in authority.credentials]
    return [o for o in known if o[0] not in authority.revocations] or known


def release(shell: Shell, office: Office, chance: Chance, *, plan: Plan, mode: Mode) -> None:
    """Sign what is planned with the officers' keys, and release it."""
    shell.post(released(shell, office, compose(plan, chance.entropy(16)), plan=plan, mode=mode))


def released(shell: Shell, office: Office, drafted: Drafted, *, plan: Plan, mode: Mode) -> Released:
    """Return the event of a release."""
    keys = dict(office.officers)
    context = Context(Purpose.STATEMENT, shell.state.line, mode)
    return Released(
        at=shell.moment(),
        mode=mode,
        statement=drafted.statement,
        signatures=tuple(sign(keys[s].secret, context, drafted.statement) for s in plan.signers),
        content=drafted.content,
    )


# --- Whether the line is open ---------------------------------------------------------------------


def try_later(world: World, station: Station, chance: Chance) -> None:
    """Plan to try now and then whether the line is open, until the world heals."""

    def now() -> None:
        if world.troubled:
            try_to_speak(world, station)
            try_later(world, station, chance)

    world.loop.after(chance.between(1_000, TRY_MS_MAX), now)


def try_to_speak(world: World, station: Station) -> None:
    """Log whether an officer could speak at a station now, in each mode. Nothing is released."""
    shell = station.shell
    if shell is None:
        return
    office = world.offices[shell.machine.party]
    for mode in MODES:
        plan = planned(
            shell, office, Kind.MESSAGE, precedence=Precedence.ROUTINE, body=message_body("test")
        )
        drafted = compose(plan, bytes(16))
        refusal = shell.try_out(released(shell, office, drafted, plan=plan, mode=mode))
        asking = shell.state.core.asking.get(mode)
        asking_ms = shell.elapsed() - asking.since if asking is not None else -1
        world.observed.spoke(
            station.name, mode, asking_ms, refusal.reason if refusal is not None else ""
        )


# --- Offices --------------------------------------------------------------------------------------


def office_later(world: World, office: Office, chance: Chance) -> None:
    """Plan the next act of an office, and the one after it."""

    def now() -> None:
        if world.troubled:
            office_acts(world, office, chance)
            office_later(world, office, chance)

    world.loop.after(chance.between(3_000, OFFICE_MS_MAX), now)


def office_acts(world: World, office: Office, chance: Chance) -> None:
    """Certify or revoke an officer or say that the journal is fresh; carry the frame by hand.

    The machine of the office is no station: what it writes reaches one station of its party or all.
    """
    before = len(office.frames)
    if chance.happens(0.4):
        office.enrol_officer(f"officer {before}")
    elif chance.happens(0.5) and revocable(office):
        credential = chance.pick(revocable(office))
        reason = chance.pick((RevocationReason.REPLACED, RevocationReason.COMPROMISE))
        seen = seen_of(world, office, chance)
        office.enter(pack_revoke(Revoke(credential, reason, None)), seen=seen)
    else:
        office.enter(pack_fresh(1_800_000_000 + before))
    stations = [s for s in world.stations if s.machine.party == office.party and s.shell]
    for station in chance.shuffled(stations)[: chance.between(1, 2)]:
        carry(world, station, office.frames)


def revocable(office: Office) -> list[CredentialId]:
    """Return the officers who can go: the first two stay."""
    gone = office.authority.revocations
    return [credential for credential, _ in office.officers[2:] if credential not in gone]


def seen_of(world: World, office: Office, chance: Chance) -> tuple[tuple[int, int, bytes], ...]:
    """Return what a station of the party held when the office asked it, or nothing."""
    for station in world.stations:
        shell = station.shell
        if shell is not None and station.machine.party == office.party and chance.happens(0.5):
            journals = shell.state.core.journals.values()
            heads = [(j.no, j.seq, j.head) for j in journals if j.seq >= 0]
            seen = office.authority.seen
            return tuple(sorted(h for h in heads if h[1] > seen.get(h[0], -1)))
    return ()


def carry(world: World, station: Station, frames: tuple[bytes, ...]) -> None:
    """Hand frames to a station; one that is ahead of them, or dead, is not harmed."""
    do(world, station, lambda shell: shell.post(Given(at=shell.moment(), frames=frames)))
    world.observed.note(station.name, f"is given {len(frames)} frames of its office")
