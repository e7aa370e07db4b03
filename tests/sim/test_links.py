"""Tests of sim.links: that each fault happens, only where it should, and as the seed says."""

import pytest

from backchannel.sim.faults import CALM, Chance, Faults
from backchannel.sim.links import Fate, Links, turn_bits
from backchannel.sim.loop import Loop

CAST = ("alder", "birch", "cedar")


class World:
    """Three ends on links, and what each has received."""

    def __init__(self, faults: Faults = CALM, seed: int = 1) -> None:
        self.loop = Loop()
        self.links = Links(self.loop, Chance(seed, "links"), faults)
        self.got: list[tuple[int, str, str, bytes]] = []
        for name in CAST:
            self.attach(name)

    def attach(self, name: str) -> None:
        self.links.attach(
            name, lambda sender, data: self.got.append((self.loop.now_ms, sender, name, data))
        )

    def send(self, count: int, sender: str = "alder", receiver: str = "birch") -> list[bytes]:
        """Send parcels, one each 10 ms, and wait until all have come that will come."""
        parcels = [b"%05d" % number for number in range(count)]
        for parcel in parcels:
            self.links.send(sender, receiver, parcel)
            self.loop.run_until(self.loop.now_ms + 10)
        self.loop.run_until(self.loop.now_ms + 100_000)
        return parcels

    def received(self) -> list[bytes]:
        return [data for *_, data in self.got]


def test_calm_links_bring_everything_in_order_and_count_it() -> None:
    world = World()
    parcels = world.send(100)
    assert world.received() == parcels
    assert {(sender, name) for _, sender, name, _ in world.got} == {("alder", "birch")}
    assert world.links.tally == {Fate.SENT: 100, Fate.DELIVERED: 100}
    assert world.links.bytes_sent == world.links.bytes_delivered == 500


def test_parcels_are_lost() -> None:
    world = World(Faults(loss=0.3))
    parcels = world.send(1_000)
    assert 600 < len(world.got) < 800
    assert world.received() == sorted(set(parcels) & set(world.received()))
    assert world.links.tally[Fate.LOST] == 1_000 - len(world.got)


def test_parcels_are_repeated() -> None:
    world = World(Faults(duplication=0.3))
    parcels = world.send(1_000)
    assert set(world.received()) == set(parcels)
    assert len(world.got) == 1_000 + world.links.tally[Fate.REPEATED]
    assert 200 < world.links.tally[Fate.REPEATED] < 400


def test_parcels_are_overtaken() -> None:
    world = World(Faults(reordering=0.2))
    parcels = world.send(1_000)
    assert sorted(world.received()) == parcels
    assert world.received() != parcels
    assert 100 < world.links.tally[Fate.OVERTAKEN] < 300


def test_delay_alone_reorders_nothing() -> None:
    world = World(Faults(delay_ms_min=50, delay_ms_max=900))
    assert world.send(300) == world.received()
    delays = [time_ms - 10 * number for number, (time_ms, *_) in enumerate(world.got)]
    assert min(delays) >= 50
    assert max(delays) <= 900
    assert len(set(delays)) > 50


def test_parcels_are_corrupted_by_bits_alone() -> None:
    world = World(Faults(corruption=0.2))
    parcels = world.send(1_000)
    differing = [pair for pair in zip(parcels, world.received(), strict=True) if pair[0] != pair[1]]
    assert len(differing) == world.links.tally[Fate.CORRUPTED]
    assert 100 < len(differing) < 300
    assert {len(got) for _, got in differing} == {5}


@pytest.mark.parametrize("data", [b"\x00", b"\xff" * 3, bytes(500)])
def test_turned_bits_are_one_to_eight(data: bytes) -> None:
    for seed in range(100):
        turned = turn_bits(data, Chance(seed))
        difference = int.from_bytes(data) ^ int.from_bytes(turned)
        assert len(turned) == len(data)
        assert 1 <= difference.bit_count() <= 8


def test_an_empty_parcel_arrives_whole() -> None:
    world = World(Faults(corruption=1.0))
    world.links.send("alder", "birch", b"")
    world.loop.run_all()
    assert world.received() == [b""]


def test_a_slow_link_crawls_and_drops_what_would_wait_too_long() -> None:
    world = World(Faults(bits_per_second=75, queue_ms_max=60_000))
    for _ in range(10):
        world.links.send("alder", "birch", bytes(75))
    world.loop.run_all()
    assert [time_ms for time_ms, *_ in world.got] == [8_001 * 1 + 8_000 * n for n in range(7)]
    assert world.links.tally[Fate.CROWDED_OUT] == 3


def test_a_slow_link_holds_up_no_other() -> None:
    world = World(Faults(bits_per_second=75))
    world.links.send("alder", "birch", bytes(75))
    world.links.send("birch", "alder", bytes(3))
    world.loop.run_all()
    assert [(time_ms, name) for time_ms, _, name, _ in world.got] == [
        (321, "alder"),
        (8_001, "birch"),
    ]


def test_a_blocked_direction_is_one_way() -> None:
    world = World()
    world.links.block("alder", "birch")
    world.send(3)
    world.send(3, "birch", "alder")
    assert [name for _, _, name, _ in world.got] == ["alder"] * 3
    assert world.links.tally[Fate.BLOCKED] == 3
    world.links.unblock("alder", "birch")
    world.links.unblock("alder", "birch")
    assert world.send(2) == world.received()[3:]


def test_a_block_stops_what_is_on_its_way() -> None:
    world = World(Faults(delay_ms_min=500, delay_ms_max=500))
    world.links.send("alder", "birch", b"x")
    world.loop.run_until(100)
    world.links.block("alder", "birch")
    world.loop.run_all()
    assert world.got == []
    assert world.links.tally == {Fate.SENT: 1, Fate.BLOCKED: 1}


def test_what_was_sent_into_a_block_is_gone() -> None:
    world = World(Faults(delay_ms_min=500, delay_ms_max=500))
    world.links.block("alder", "birch")
    world.links.send("alder", "birch", b"x")
    world.links.unblock("alder", "birch")
    world.loop.run_all()
    assert world.got == []


def test_a_partition_separates_two_groups_both_ways_until_it_heals() -> None:
    world = World()
    world.links.part(["alder"], ["birch", "cedar"])
    pairs = [(one, other) for one in CAST for other in CAST if one != other]
    for pair in pairs:
        world.send(1, *pair)
    assert {(sender, name) for _, sender, name, _ in world.got} == {
        ("birch", "cedar"),
        ("cedar", "birch"),
    }
    world.links.heal()
    world.got.clear()
    for pair in pairs:
        world.send(1, *pair)
    assert len(world.got) == len(pairs)


def test_a_station_that_is_down_gets_nothing_and_returns() -> None:
    world = World()
    world.links.detach("birch")
    world.send(2)
    assert (world.got, world.links.tally[Fate.NOBODY_THERE]) == ([], 2)
    world.attach("birch")
    assert world.send(2) == world.received()


def probe(world: World, minutes: int) -> dict[tuple[str, str], str]:
    """Send one parcel each second in both directions; draw what arrived as a line of marks."""
    marks = {("alder", "birch"): "", ("birch", "alder"): ""}
    for _ in range(minutes * 60):
        world.got.clear()
        for sender, receiver in marks:
            world.links.send(sender, receiver, b"x")
        world.loop.run_until(world.loop.now_ms + 1_000)
        came = {(sender, name) for _, sender, name, _ in world.got}
        marks = {link: line + ("#" if link in came else ".") for link, line in marks.items()}
    return marks


def test_partitions_come_and_go_by_themselves() -> None:
    world = World(Faults(partition=0.3))
    world.links.trouble()
    marks = probe(world, 60)
    assert marks["alder", "birch"] == marks["birch", "alder"]
    assert ".#" in marks["alder", "birch"]
    assert "#." in marks["alder", "birch"]


def test_one_way_spells_come_in_either_direction() -> None:
    world = World(Faults(one_way=0.3))
    world.links.trouble()
    there, back = probe(world, 120).values()
    seen = set(zip(there, back, strict=True))
    assert {(".", "#"), ("#", "."), ("#", "#")} <= seen


def test_healed_links_lose_nothing_more_and_stay_healed() -> None:
    rough = Faults(
        loss=0.3, duplication=0.2, reordering=0.2, corruption=0.2, partition=1.0, one_way=1.0
    )
    world = World(rough)
    world.links.trouble()
    world.send(500)
    assert "." in probe(world, 5)["alder", "birch"]
    world.links.heal()
    world.loop.run_until(world.loop.now_ms + 600_000)
    world.got.clear()
    assert world.send(300) == world.received()
    assert set("".join(probe(world, 10).values())) == {"#"}


def test_healed_links_draw_nothing_more_and_can_be_troubled_again() -> None:
    world = World(Faults(partition=0.5))
    world.links.trouble()
    world.loop.run_until(600_000)
    world.links.heal()
    assert world.loop.run_all() < 10
    world.links.faults = Faults(partition=0.5)
    world.links.trouble()
    assert "." in probe(world, 30)["alder", "birch"]


def test_healed_links_still_take_their_time() -> None:
    world = World(Faults(loss=1.0, delay_ms_min=200, delay_ms_max=200, bits_per_second=75))
    world.links.heal()
    world.links.send("alder", "birch", bytes(75))
    world.loop.run_all()
    assert [time_ms for time_ms, *_ in world.got] == [8_200]


def test_to_ask_for_trouble_twice_is_to_ask_once() -> None:
    def marks(times: int) -> dict[tuple[str, str], str]:
        world = World(Faults(partition=0.2))
        for _ in range(times):
            world.links.trouble()
        return probe(world, 30)

    assert marks(1) == marks(2)


def test_an_old_spell_ends_no_block_made_after_healing() -> None:
    world = World(Faults(partition=1.0))
    world.links.trouble()
    world.loop.run_until(60_000)
    world.links.heal()
    world.links.block("alder", "birch")
    world.loop.run_until(1_000_000)
    world.send(1)
    assert world.got == []


def test_a_seed_repeats_a_history_exactly() -> None:
    rough = Faults(
        loss=0.2, duplication=0.2, reordering=0.2, corruption=0.2, partition=0.2, one_way=0.2
    )

    def history(seed: int) -> list[tuple[int, str, str, bytes]]:
        world = World(rough, seed)
        world.links.trouble()
        for pair in (("alder", "birch"), ("birch", "cedar"), ("cedar", "alder")):
            world.send(100, *pair)
        return world.got

    assert history(5) == history(5)
    assert history(5) != history(6)


def test_one_link_does_not_disturb_another() -> None:
    def fates(others: int) -> list[bytes]:
        world = World(Faults(loss=0.5))
        world.send(others, "cedar", "birch")
        world.got.clear()
        world.send(100)
        return world.received()

    assert fates(0) == fates(7)
