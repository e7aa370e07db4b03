"""Judges of what a run left behind: each knows one invariant and nothing of the plot.

Invariants are those of the line (docs/guide/simulate.md lists them). A judge reads bytes and states
and works out for itself what it can; it must not ask the product whether the product is right.
"""

from collections.abc import Callable, Iterator

from backchannel.errors import BackchannelError, JunkError
from backchannel.limits import (
    BRANCHES_MAX,
    PENDING_BYTES_MAX,
    PENDING_ENTRIES_MAX,
    SKIPPED_KEYS_MAX,
    UNKNOWN_SIGNER_FRAMES_MAX,
)
from backchannel.line.state import Journal, LineState
from backchannel.sim.remains import (
    AUTHORITY_NUMBERS,
    Claim,
    Entry,
    Finding,
    Findings,
    Remains,
    Scene,
    comparable,
    slot_name,
)
from backchannel.station.judging import Record, opened, said_of, vectors, verdict_of
from backchannel.station.runner import load_state
from backchannel.store.queries import statement
from backchannel.wire.codec import decode
from backchannel.wire.entry import EntryType, parse_header
from backchannel.wire.envelope import parse_frame
from backchannel.wire.ids import authority_journal_id, entry_id, journal_id, payload_hash
from backchannel.wire.payload import Opening, parse_fork, parse_succession
from backchannel.wire.signing import Context, Mode, Purpose, require_signature


def i1_equal_heads_equal_records(scene: Scene) -> Findings:
    """I1: where two stations hold a journal up to equal heads, they hold equal bytes."""
    for one, other in scene.pairs():
        for no in one.journals.keys() & other.journals.keys():
            shared = list(zip(one.journals[no], other.journals[no], strict=False))
            equal = [n for n, (a, b) in enumerate(shared) if a.placed.entry == b.placed.entry]
            for ours, theirs in shared[: max(equal, default=-1) + 1]:
                if differs(ours, theirs):
                    text = f"{slot_name(*ours.slot)} differs from that of {other.name}"
                    yield Finding("I1", one.name, text)


def differs(one: Entry, other: Entry) -> bool:
    """Say whether two records of a slot differ in what both hold."""
    ours, theirs = one.placed.frame, other.placed.frame
    if (ours.header, ours.signature) != (theirs.header, theirs.signature):
        return True
    both = ((ours.payload, theirs.payload), (ours.content, theirs.content))
    return any(None not in pair and pair[0] != pair[1] for pair in both)


def i2_journals_are_chains(scene: Scene) -> Findings:
    """I2: each journal in each store is without gap, and each entry joins the one before it."""
    for station in scene.honest:
        for no, entries in sorted(station.journals.items()):
            fault = broken_chain(station, no, entries)
            if fault:
                yield Finding("I2", station.name, f"journal {no}: {fault}")


def broken_chain(station: Remains, no: int, entries: list[Entry]) -> str:
    """Return what is wrong with a journal in a store, or nothing."""
    before = first_prev(station.state, no, entries[0])
    for seq, entry in enumerate(entries):
        placed, header = entry.placed, entry.header
        if placed.seq != seq:
            return f"slot {seq} is missing"
        if (header.no, header.seq) != entry.slot:
            return f"slot {seq} holds the header of {slot_name(header.no, header.seq)}"
        if header.prev != before:
            return f"slot {seq} does not join"
        before = entry_id(placed.frame.header)
        if placed.entry != before:
            return f"slot {seq} is kept under another id than its own"
        if placed.frame.payload is not None and payload_hash(placed.frame.payload) != (
            header.payload_hash
        ):
            return f"slot {seq} holds another payload than it names"
        if no >= AUTHORITY_NUMBERS and not is_signed(station.state, claim(entry)):
            return f"slot {seq} is not signed by the journal's station"
    return ""


def claim(entry: Entry) -> Claim:
    """Return an entry as a claim."""
    return Claim(entry.slot, entry.placed.frame.header, entry.placed.frame.signature)


def first_prev(state: LineState, no: int, first: Entry) -> bytes:
    """Return what the first entry of a journal must follow: the journal's id, made anew."""
    if no < AUTHORITY_NUMBERS:
        return authority_journal_id(state.line, no)
    word = parse_succession(first.placed.frame.payload or b"")
    if not isinstance(word, Opening):
        return b""
    journal = state.core.journals[no]
    return journal_id(state.line, no % 16, journal.mode, public=journal.public, nonce=word.nonce)


def is_signed(state: LineState, claimed: Claim) -> bool:
    """Say whether the station of a journal signed a header."""
    journal = state.core.journals.get(claimed.slot[0])
    if journal is None or not isinstance(claimed.signature, bytes):
        return False
    context = Context(Purpose.ENTRY, state.line, Mode(journal.mode))
    try:
        require_signature(journal.public, claimed.signature, context, claimed.header)
    except JunkError:
        return False
    return True


def i4_state_is_what_the_disk_says(scene: Scene) -> Findings:
    """I4: what the store gives back, and what its entries fold to, is the state in memory."""
    for station in scene.honest:
        loaded = load_state(station.custody)
        if comparable(loaded) != comparable(station.state):
            text = f"store and memory differ in {', '.join(parts_that_differ(loaded, station))}"
            yield Finding("I4", station.name, text)
        for no, entries in sorted(station.journals.items()):
            if no >= AUTHORITY_NUMBERS:
                fault = folded_otherwise(station, station.state.core.journals.get(no), entries)
                if fault:
                    yield Finding("I4", station.name, f"journal {no}: {fault}")


def parts_that_differ(loaded: LineState, station: Remains) -> list[str]:
    """Return the names of the fields in which two states differ."""
    one, other = comparable(loaded), comparable(station.state)
    found = [f for f in one.__struct_fields__ if getattr(one, f) != getattr(other, f)]
    if "core" in found:
        found += [
            f for f in one.core.__struct_fields__ if getattr(one.core, f) != getattr(other.core, f)
        ]
    return found


def folded_otherwise(station: Remains, journal: Journal | None, entries: list[Entry]) -> str:
    """Return in what a journal's state differs from the fold of its entries, or nothing."""
    if journal is None:
        return "is in the store and not in the state"
    last = entries[-1]
    if (journal.seq, journal.head) != (last.placed.seq, last.placed.entry):
        return f"stands at {journal.seq}, its entries end at {last.placed.seq}"
    if journal.last is None or journal.last.header != last.placed.frame.header:
        return "its newest header is not that of its newest entry"
    seen: dict[int, int] = {}
    for entry in entries:
        if not breaks_seen(entry):
            seen.update({no: seq for no, seq, _ in entry.header.seen})
        if decode(entry.placed.vector) != seen:
            return f"the vector kept with slot {entry.placed.seq} is not the fold of seen"
    if {no: head[1] for no, head in journal.seen.items()} != seen:
        return "its seen is not the fold of its entries"
    return ""


def breaks_seen(entry: Entry) -> bool:
    """Say whether an entry's seen was found to break a rule: then it moves nothing."""
    verdict = entry.placed.verdict
    return verdict == "regressing" or verdict.startswith("invalid: seen-")


def i7_conflicts_are_proved(scene: Scene) -> Findings:
    """I7: where two stations hold different entries in a slot, both hold the proof against it.

    They have exchanged heads since: a run ends after a calm time.
    """
    for one, other in scene.pairs():
        shared = one.ids.keys() & other.ids.keys()
        torn = {slot[0] for slot in shared if one.ids[slot] != other.ids[slot]}
        for no in sorted(torn):
            for station in (one, other):
                if no not in proved(station):
                    text = f"journal {no} differs between {one.name} and {other.name}, no proof"
                    yield Finding("I7", station.name, text)


def proved(station: Remains) -> set[int]:
    """Return the journals against which a station holds two signed headers that contradict."""
    kept = station.rows_of_evidence()
    bodies = [body for _, _, reason, body in kept if reason in ("fork-e1", "fork-e2")]
    bodies += [
        entry.placed.frame.payload or b""
        for entry in station.entries
        if entry.placed.type == EntryType.FORK
    ]
    found = {
        no
        for no, _, reason, body in kept
        if reason == "fork-e7" and differs_from(body, no, station)
    }
    for body in bodies:
        try:
            (one, by_one), (other, by_other) = parse_fork(body).proof
            first, second = parse_header(one), parse_header(other)
        except JunkError:
            continue
        claims = [
            Claim((first.no, first.seq), one, by_one),
            Claim((second.no, second.seq), other, by_other),
        ]
        same_slot = first.no == second.no and first.seq == second.seq and one != other
        unjoined = second.seq == first.seq + 1 and second.prev != entry_id(one)
        if (same_slot or unjoined) and all(is_signed(station.state, each) for each in claims):
            found.add(first.no)
    return found


def differs_from(frame: bytes, no: int, station: Remains) -> bool:
    """Say whether a kept frame of an authority journal contradicts what a station holds of it: it
    is another entry of a slot, or follows another entry than that of the slot before."""
    try:
        raw = parse_frame(frame).header
        header = parse_header(raw)
    except JunkError:
        return False
    stands = station.ids.get((no, header.seq), entry_id(raw))
    before = station.ids.get((no, header.seq - 1), header.prev)
    return header.no == no and (stands, before) != (entry_id(raw), header.prev)


def i8_no_slot_is_signed_twice(scene: Scene) -> Findings:
    """I8: no honest station signed two headers for one slot, of all that was sent or is kept."""
    signed: dict[tuple[int, int], set[bytes]] = {}
    claims = [each for station in scene.stations for each in station.claims()]
    claims += [each for _, each in scene.sent_claims()]
    for each in claims:
        signed.setdefault(each.slot, set()).add(each.header)
    by_slot = {each.slot: each for each in claims}
    for slot, headers in sorted(signed.items()):
        writer = scene.writer_of(slot[0])
        if len(headers) > 1 and writer is not None and writer.honest:
            genuine = {c.header for c in claims if c.slot == slot and is_signed(writer.state, c)}
            if len(genuine) > 1:
                text = f"{slot_name(*by_slot[slot].slot)} was signed {len(genuine)} times"
                yield Finding("I8", writer.name, text)


def i18_stores_are_bounded(scene: Scene) -> Findings:
    """I18: frames behind a gap, waiting frames and keys of skipped boxes stay within bounds."""
    for station in scene.honest:
        state = station.state
        for no, frames in state.pending.items():
            size = sum(map(len, frames.values()))
            if len(frames) > PENDING_ENTRIES_MAX or size > PENDING_BYTES_MAX:
                yield Finding("I18", station.name, f"{len(frames)} frames pend in journal {no}")
        if len(state.waiting) > UNKNOWN_SIGNER_FRAMES_MAX:
            yield Finding("I18", station.name, f"{len(state.waiting)} frames wait for a signer")
        for no, chains in state.secrets.incoming.items():
            for epoch, chain in chains.items():
                if len(chain.skipped) > SKIPPED_KEYS_MAX:
                    text = f"{len(chain.skipped)} keys are kept of epoch {epoch} of journal {no}"
                    yield Finding("I18", station.name, text)


def i19_verdicts_agree(scene: Scene) -> Findings:
    """I19: two stations that hold the same causal past of a statement judge it alike."""
    for one, other in scene.pairs():
        ours, theirs = verdicts(one), verdicts(other)
        alike = heads_of_authorities(one) == heads_of_authorities(other)
        for entry in sorted(ours.keys() & theirs.keys()):
            if ours[entry] == theirs[entry] or not alike:
                continue
            if same_past(one, other, entry):
                text = f"says {ours[entry]} of {entry.hex()[:8]}, {other.name} {theirs[entry]}"
                yield Finding("I19", one.name, text)


def heads_of_authorities(station: Remains) -> dict[int, bytes]:
    """Return how far a station holds the authority journals."""
    return {party: a.head for party, a in station.state.authorities.items()}


def verdicts(station: Remains) -> dict[bytes, str]:
    """Return what a station says of each statement that it holds."""
    record = Record(station.custody, station.state, 0)
    vector_at = vectors(record)
    found = {}
    for entry in station.entries:
        if entry.placed.type == EntryType.STATEMENT:
            try:
                stated = statement(
                    station.custody.database, station.custody.line, entry.placed.entry
                )
            except BackchannelError as fault:
                found[bytes(entry.placed.entry)] = fault.reason
                continue
            verdict = verdict_of(record, said_of(record, stated), vector_at)
            found[bytes(entry.placed.entry)] = f"{verdict.word} {verdict.reason}".strip()
    return found


def same_past(one: Remains, other: Remains, entry: bytes) -> bool:
    """Say whether two stations hold the whole past of an entry, and the same one."""
    todo = [entry]
    known = {bytes(e.placed.entry): e for e in one.entries}
    theirs = {bytes(e.placed.entry) for e in other.entries}
    done: set[bytes] = set()
    while todo:
        each = todo.pop()
        if each in done:
            continue
        done.add(each)
        if each not in known or each not in theirs:
            return False
        todo += [head for _, _, head in known[each].header.seen]
    return True


def i22_a_flood_is_bounded(scene: Scene) -> Findings:
    """I22: what anybody makes a station keep beside the record is bounded."""
    for station in scene.honest:
        custody = station.custody
        rows = custody.database.rows(
            "SELECT no, count(*) FROM branch GROUP BY no HAVING count(*) > ?", (BRANCHES_MAX + 1,)
        )
        for no, count in rows:
            yield Finding("I22", station.name, f"{count} branches of journal {no} are kept")
        accepted = {no: len(entries) for no, entries in station.journals.items()}
        kept: dict[int, int] = {}
        for no, _, _, _ in station.rows_of_evidence():
            kept[no] = kept.get(no, 0) + 1
        for no, count in sorted(kept.items()):
            if count > EVIDENCE_AN_ENTRY * accepted.get(no, 0) + EVIDENCE_BESIDE:
                yield Finding("I22", station.name, f"{count} pieces of evidence on journal {no}")
        quota = station.state.charter.policy.quota_entries
        for no, count in sorted(accepted.items()):
            if no not in station.numbers and count > quota + quota // 10 + HOURS_OVERLAP:
                yield Finding("I22", station.name, f"{count} entries of journal {no}")


# One for each seen that it claims, and for its payload; and what comes once for a journal.
EVIDENCE_AN_ENTRY = 8
EVIDENCE_BESIDE = 40
HOURS_OVERLAP = 64


def i13_all_can_be_shown(scene: Scene) -> Findings:
    """I13: every statement that a station holds can be drawn on a screen."""
    for station in scene.honest:
        for fault in shown_faults(station):
            yield Finding("I13", station.name, fault)


def shown_faults(station: Remains) -> Iterator[str]:
    """Yield which statements of a station cannot be drawn on a screen, and why."""
    record = Record(station.custody, station.state, 0)
    vector_at = vectors(record)
    for entry in station.entries:
        if entry.placed.type != EntryType.STATEMENT or "statement" in entry.placed.verdict:
            continue
        try:
            stated = statement(station.custody.database, station.custody.line, entry.placed.entry)
            opened(record, stated)
            verdict_of(record, said_of(record, stated), vector_at)
        except BackchannelError as fault:
            if not entry.placed.verdict.startswith("invalid"):
                yield f"{slot_name(*entry.slot)} cannot be shown: {fault.reason}"


ON_RECORDS: tuple[Callable[[Scene], Findings], ...] = (
    i1_equal_heads_equal_records,
    i2_journals_are_chains,
    i4_state_is_what_the_disk_says,
    i7_conflicts_are_proved,
    i8_no_slot_is_signed_twice,
    i13_all_can_be_shown,
    i18_stores_are_bounded,
    i19_verdicts_agree,
    i22_a_flood_is_bounded,
)
