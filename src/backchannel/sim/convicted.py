"""The judge of evidence: nobody who is honest is ever convicted, and who cosigns falsely is found.

It reads what stations keep against keys, and must not ask the product whom that convicts.
"""

from backchannel.sim.cosigned import (
    i23_cosigned_roots_are_those_of_the_record,
    torn_journals,
)
from backchannel.sim.remains import AUTHORITY_NUMBERS, Finding, Findings, Remains, Scene
from backchannel.store.sequence import all_cosignatures
from backchannel.wire.codec import decode

CONVICTING = {
    *("two-roots", "fork-e1", "fork-e2", "minute-number", "minute-shrinks", "regressing"),
    *("beacon-number", "beacon-period"),
}


def i24_only_liars_are_convicted(scene: Scene) -> Findings:
    """I24: what convicts is kept against hostile stations alone; two roots of one are always kept.

    The other-root of a journal that forks may be an honest station's, and convicts nobody then.
    """
    honest = {no for station in scene.honest for no in station.numbers}
    offices = {station.party for station in scene.stations if not station.honest}
    torn = torn_journals(scene)
    for station in scene.honest:
        kept = station.rows_of_evidence()
        for no, seq, reason, body in kept:
            place = f"{reason} against journal {no}, slot {seq}"
            about = decode(body)[0] if reason == "other-root" else no  # type: ignore[index]
            differs = reason == "other-root" and about not in torn
            if no in honest and (reason in CONVICTING or differs):
                yield Finding("I24", station.name, place)
            if no < AUTHORITY_NUMBERS and reason == "fork-e7" and no not in offices:
                yield Finding("I24", station.name, place)
        found = {no for no, _, reason, _ in kept if reason == "two-roots"}
        journals = station.state.core.journals.values()
        for credential in two_faced(station):
            if not any(j.no in found for j in journals if j.credential == credential):
                text = f"two roots by {credential.hex()[:12]}, and nothing is kept of it"
                yield Finding("I24", station.name, text)


def two_faced(station: Remains) -> list[bytes]:
    """Return the credentials that cosigned one checkpoint with two roots, as a store has it."""
    roots: dict[tuple[bytes, int, int], set[bytes]] = {}
    for row in all_cosignatures(station.custody.database, station.custody.line):
        roots.setdefault((row.credential, row.no, row.size), set()).add(row.root)
    return sorted({who for (who, _, _), several in roots.items() if len(several) > 1})


ON_MINUTES = (i23_cosigned_roots_are_those_of_the_record, i24_only_liars_are_convicted)
