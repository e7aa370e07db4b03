"""Tests of sim.cosigned: a run has cosignatures, and the judge of them can fail."""

from collections.abc import Iterator

import pytest
from tests.sim import lines

from backchannel.errors import JunkError
from backchannel.line.events import MinuteOrdered
from backchannel.sim.cosigned import i23_cosigned_roots_are_those_of_the_record
from backchannel.sim.remains import Scene
from backchannel.store.sequence import all_cosignatures
from backchannel.wire.signing import Mode


@pytest.fixture
def scene() -> Iterator[Scene]:
    """What is left of a calm run in which every station has proposed a minute."""
    with lines.begun(lines.setting(lines.THREE)) as world:
        for station in world.stations:
            shell = lines.shell_of(station)
            shell.post(MinuteOrdered(at=shell.moment(), mode=Mode.REAL))
        lines.rest(world)
        yield lines.scene(world)


def change(scene: Scene, text: str) -> None:
    """Change the store of the first station."""
    database = scene.stations[0].custody.database
    with database.transaction():
        database.rows(text)


def test_a_calm_run_is_cosigned_by_all_and_a_wrong_root_is_found(scene: Scene) -> None:
    """PROOF-12, PROOF-22, PROOF-23."""
    for station in scene.stations:
        custody, core = station.custody, station.state.core
        rows = all_cosignatures(custody.database, custody.line)
        cosigners = {row.credential for row in rows}
        assert cosigners == {j.credential for j in core.journals.values() if j.mode == Mode.REAL}
        assert not core.minutes[Mode.REAL].open
    assert list(i23_cosigned_roots_are_those_of_the_record(scene)) == []
    change(scene, "UPDATE cosignature SET root = randomblob(32) WHERE rowid = 3")
    findings = i23_cosigned_roots_are_those_of_the_record(scene)
    finding = next(findings)
    assert finding.invariant == "I23" and finding.text.endswith("another root")
    # The root was changed behind the signature's back, so that does not hold either.
    with pytest.raises(JunkError, match="bad-signature"):
        next(findings)
