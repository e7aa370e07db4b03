"""What goes into a disclosure: the smallest checkpoint, the shortest chains, first entries."""

from tests.cast import seed

from backchannel.limits import LINKS_MAX
from backchannel.proof.selecting import (
    Cited,
    Held,
    Slots,
    choose_checkpoint,
    choose_delivery,
    choose_earlier,
    with_citation,
    with_firsts,
    with_kept,
    with_links,
)
from backchannel.wire.ids import CredentialId

ALDER, BIRCH, SPARE, CEDAR = (CredentialId(seed(name)) for name in ("a", "b", "b2", "c"))
TO_BOTH = (frozenset((BIRCH, SPARE)), frozenset((CEDAR,)))


def row(size: int, who: CredentialId, root: str = "root") -> tuple[int, bytes, CredentialId, bytes]:
    return size, seed(f"{root}/{size}"), who, seed(f"{size}/{who.hex()}")


def chosen(*rows: tuple[int, bytes, CredentialId, bytes]) -> tuple[int, set[bytes]] | None:
    """The size of the checkpoint that is chosen, and who has cosigned it."""
    found = choose_checkpoint(16, rows, ALDER, TO_BOTH)
    return (found.size, {who for who, _ in found.cosignatures}) if found else None


def test_the_smallest_checkpoint_that_most_have_cosigned_is_chosen() -> None:
    """PROOF-48, PROOF-53: the journal's own station must; of the others as many as ever did."""
    assert chosen() is None
    assert chosen(row(8, BIRCH), row(8, CEDAR)) is None
    assert chosen(row(9, ALDER), row(8, ALDER)) == (8, {ALDER})
    both = (row(9, ALDER), row(9, BIRCH))
    assert chosen(row(8, ALDER), *both) == (9, {ALDER, BIRCH})
    all_three = (row(11, ALDER), row(11, SPARE), row(11, CEDAR))
    assert chosen(*both, *all_three) == (11, {ALDER, SPARE, CEDAR})
    assert chosen(*all_three, row(12, ALDER), row(12, BIRCH), row(12, CEDAR)) == (
        11,
        {ALDER, SPARE, CEDAR},
    )


def test_one_station_of_a_party_is_enough_and_other_roots_do_not_count() -> None:
    assert len(chosen(row(8, ALDER), row(8, BIRCH), row(8, SPARE))[1]) == 2  # type: ignore[index]
    assert chosen(row(8, ALDER), row(8, BIRCH, "another")) == (8, {ALDER})


def test_the_shortest_chain_proves_delivery() -> None:
    """PROOF-49."""
    near, far = Held((33, 7), 12, 100), Held((17, 3), 40, 90)
    assert choose_delivery(10, (far, near)) == near
    assert choose_delivery(10, (Held((17, 3), 10 + LINKS_MAX + 1, 90),)) is None
    assert choose_delivery(10, ()) is None
    slots: Slots = {(16, 10): True}
    with_links(slots, 16, 10, near)
    assert slots == {(16, 10): True, (33, 7): False, (16, 11): False, (16, 12): False}


def test_the_newest_citation_that_is_near_enough_proves_a_time() -> None:
    """PROOF-51."""
    old, new = Cited((17, 2), 1, 100), Cited((33, 5), 9, 200)
    assert choose_earlier(10, (new, old), 200) == new
    assert choose_earlier(10, (new, old), 199) == old
    assert choose_earlier(10, (new, old), 99) is None
    assert choose_earlier(1 + LINKS_MAX, (old,), 200) == old
    assert choose_earlier(2 + LINKS_MAX, (old,), 200) is None
    assert choose_earlier(10, (), 200) is None
    slots: Slots = {(16, 10): True}
    with_citation(slots, 16, 10, new)
    assert slots == {(16, 10): True, (33, 5): False, (16, 9): False}


def test_links_lead_to_the_last_entry_that_an_office_lets_count() -> None:
    """PROOF-49: from the first word of that journal on, as many as there is room for."""
    slots: Slots = {(17, 3): True, (17, 5): False, (16, 1): True}
    with_kept(slots, 17, 6)
    assert slots == {(17, 3): True, (17, 5): False, (16, 1): True, (17, 4): False, (17, 6): False}
    with_kept(slots, 17, 3 + 2 * LINKS_MAX)
    assert len(slots) == 5 + LINKS_MAX + 1


def test_first_entries_come_with_their_payload() -> None:
    """PROOF-31: each journal that is named is opened by its first entry."""
    slots = {(17, 4): False, (16, 10): True, (16, 0): False}
    assert list(with_firsts(slots).items()) == [
        ((16, 0), True),
        ((16, 10), True),
        ((17, 0), True),
        ((17, 4), False),
    ]
