"""The judge of cosignatures: what an honest station has signed is the tree of every record.

It computes each root from the stores, and must not ask the product which one is right.
"""

from backchannel.proof.checkpoint import Checkpoint, origin_of
from backchannel.proof.cosignature import cosigner_of, require_cosignature
from backchannel.proof.merkle import root_of
from backchannel.sim.remains import AUTHORITY_NUMBERS, Finding, Findings, Remains, Scene
from backchannel.store.sequence import all_cosignatures
from backchannel.wire.ids import authority_journal_id


def i23_cosigned_roots_are_those_of_the_record(scene: Scene) -> Findings:
    """I23: an honest station's cosignature holds, over the tree of each store that is so long.

    Journals of which there are two branches are left out: each station follows the one that it
    met first, and a disk that went back may have met another one.
    """
    cosigners = {
        journal.credential: (station.name, journal.pq_public)
        for station in scene.honest
        for journal in station.state.core.journals.values()
        if journal.no in station.numbers
    }
    torn = torn_journals(scene)
    for station in scene.honest:
        custody = station.custody
        for row in sorted(all_cosignatures(custody.database, custody.line), key=lambda r: r.size):
            if row.credential not in cosigners or row.no in torn:
                continue
            name, public = cosigners[row.credential]
            leaves = [each.placed.entry for each in station.journals.get(row.no, ())]
            place = f"journal {row.no} at size {row.size}, cosigned by {name}"
            if len(leaves) >= row.size and root_of(leaves[: row.size]) != row.root:
                yield Finding("I23", station.name, f"{place}: another root")
            checkpoint = Checkpoint(origin_in(station, row.no), row.size, row.root)
            cosigner = cosigner_of(custody.line, row.credential)
            require_cosignature(public, row.signature, cosigner, checkpoint)


def torn_journals(scene: Scene) -> set[int]:
    """Return the journals that fork: in which two ids of one slot are kept or were sent."""
    found = {
        no
        for station in scene.stations
        for no, branches in station.state.branches.items()
        if branches
    }
    claims = {each.slot: each.header for station in scene.stations for each in station.claims()}
    for station in scene.stations:
        for each in station.claims():
            if claims[each.slot] != each.header:
                found.add(each.slot[0])
    return found


def origin_in(station: Remains, no: int) -> str:
    """Return the name of a journal in its checkpoints, as a station holds it."""
    line = station.custody.line
    if no < AUTHORITY_NUMBERS:
        return origin_of(line, authority_journal_id(line, no))
    return origin_of(line, station.state.core.journals[no].id)
