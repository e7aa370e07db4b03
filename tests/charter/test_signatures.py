"""When a charter is in force: k roots of every party, both halves of each, over the same bytes."""

from functools import partial

import pytest
from msgspec.structs import replace
from tests.charter.people import (
    ALDER,
    BIRCH,
    CEDAR,
    CHARTER,
    LINE,
    RAW,
    TWO_OF_EACH,
    make_charter,
    party,
    reason_of,
    root,
    root_set,
    signatures_of,
)

from backchannel.charter.charter import Charter, pack_charter
from backchannel.charter.policy import Policy
from backchannel.charter.rules import DEFAULT_RULES
from backchannel.charter.signatures import (
    Amended,
    RootSignature,
    line_id_of,
    pack_signatures,
    parse_signatures,
    require_amendment,
    require_in_force,
)
from backchannel.errors import JunkError, OfficerError
from backchannel.wire.codec import encode
from backchannel.wire.ids import LineId, charter_id

SIGNED = signatures_of(RAW, LINE, TWO_OF_EACH)


def changed(signature: RootSignature, half: str) -> RootSignature:
    """A signature in which one bit of one half is another."""
    data = getattr(signature, half)
    return signature._replace(**{half: bytes([data[0] ^ 1]) + data[1:]})


def test_a_charter_signed_by_k_roots_of_every_party_is_in_force() -> None:
    """CHARTER-20."""
    assert require_in_force(RAW, SIGNED) == CHARTER
    assert line_id_of(RAW) == LINE


def test_a_root_more_than_needed_is_no_harm() -> None:
    more = signatures_of(RAW, LINE, [(p, n, root(p, n)) for p in (0, 1) for n in (0, 1, 2)])
    assert require_in_force(RAW, more) == CHARTER


@pytest.mark.parametrize("lacking", [0, 1, 2, 3])
def test_a_charter_that_lacks_a_signature_is_not_in_force(lacking: int) -> None:
    """CHARTER-20, NT94: the text names the party whose signature lacks."""
    fewer = SIGNED[:lacking] + SIGNED[lacking + 1 :]
    name = ("Alder", "Birch")[SIGNED[lacking].party]
    with pytest.raises(OfficerError, match=f"^not-in-force: {name}: got signatures of 1 roots"):
        require_in_force(RAW, fewer)


def test_a_charter_that_nobody_signed_is_not_in_force() -> None:
    assert reason_of(lambda: require_in_force(RAW, ()), OfficerError) == "not-in-force"


@pytest.mark.parametrize("half", ["ed25519", "mldsa65"])
def test_one_false_half_is_junk_even_if_enough_others_hold(half: str) -> None:
    """CHARTER-20, NT10."""
    more = signatures_of(RAW, LINE, [(p, n, root(p, n)) for p in (0, 1) for n in (0, 1, 2)])
    spoiled = (changed(more[0], half), *more[1:])
    assert reason_of(lambda: require_in_force(RAW, spoiled), JunkError) == "bad-signature"


def test_signatures_over_other_bytes_do_not_hold() -> None:
    """NT94: an altered byte of the charter."""
    other = pack_charter(replace(CHARTER, name="Alder-Bircx"))
    assert reason_of(lambda: require_in_force(other, SIGNED), JunkError) == "bad-signature"


def test_signatures_for_another_line_do_not_hold() -> None:
    """CHARTER-20: the line id is in the signed context."""
    elsewhere = signatures_of(RAW, LineId(bytes(32)), TWO_OF_EACH)
    assert reason_of(lambda: require_in_force(RAW, elsewhere), JunkError) == "bad-signature"


def test_a_signature_under_another_roots_index_does_not_hold() -> None:
    moved = (SIGNED[0]._replace(root=1), *SIGNED[1:])
    assert reason_of(lambda: require_in_force(RAW, moved), JunkError) == "bad-signature"


@pytest.mark.parametrize("place", [{"root": 3}, {"party": 2, "root": 0}])
def test_a_signature_of_nobody_is_refused(place: dict[str, int]) -> None:
    """CHARTER-22."""
    stranger = SIGNED[-1]._replace(**place)
    assert reason_of(lambda: require_in_force(RAW, (stranger,)), JunkError) == "unknown-root"


def test_an_amendment_founds_no_line() -> None:
    """CHARTER-20."""
    raw = pack_charter(make_charter(predecessor=LINE))
    assert reason_of(lambda: require_in_force(raw, ()), JunkError) == "not-first-charter"


# --- The list of signatures ---


def test_signatures_read_back_as_they_were_written() -> None:
    """CHARTER-21."""
    assert parse_signatures(pack_signatures(SIGNED)) == SIGNED


ROW = (0, 0, bytes(64), bytes(3309))


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (((0, 0, bytes(64)),), "wrong-length"),
        (((0, 0, bytes(64), None),), "wrong-type"),
        (((0, 0, bytes(64), b""),), "wrong-length"),
        (((0, 0, bytes(63), bytes(3309)),), "wrong-length"),
        (((16, 0, bytes(64), bytes(3309)),), "out-of-range"),
        (((0, -1, bytes(64), bytes(3309)),), "out-of-range"),
        ((ROW, ROW), "signatures-order"),
        (((1, 0, *ROW[2:]), ROW), "signatures-order"),
        (((0, 1, *ROW[2:]), ROW), "signatures-order"),
        ({}, "wrong-type"),
    ],
)
def test_a_list_of_signatures_is_refused(rows: object, reason: str) -> None:
    """CHARTER-21, NT10: no half may be absent, and no root twice."""
    raw = encode(rows)  # type: ignore[arg-type]
    assert reason_of(lambda: parse_signatures(raw), JunkError) == reason


# --- Amendments ---

BEFORE = Amended(charter_id(RAW), CHARTER, tuple(each.root_set for each in CHARTER.parties))
OLD_OF_BOTH = tuple((p, n, root(p, n)) for p in (ALDER, BIRCH) for n in (0, 1))


def amended(**changes: object) -> Charter:
    return make_charter(**{"predecessor": LINE, "nonce": bytes(16), **changes})


def amend(charter: Charter, signers: object = OLD_OF_BOTH, before: Amended = BEFORE) -> Charter:
    raw = pack_charter(charter)
    return require_amendment(LINE, before, raw, signatures_of(raw, LINE, signers))  # type: ignore[arg-type]


def test_an_amendment_that_all_parties_signed_holds() -> None:
    """CHARTER-23."""
    wanted = amended(name="Alder-Birch, second year")
    assert amend(wanted) == wanted


@pytest.mark.parametrize("lacking", range(4))
def test_an_amendment_without_k_roots_of_a_party_does_not_hold(lacking: int) -> None:
    """CHARTER-23: nobody is amended against his will."""
    fewer = OLD_OF_BOTH[:lacking] + OLD_OF_BOTH[lacking + 1 :]
    assert reason_of(lambda: amend(amended(), fewer), JunkError) == "below-threshold"


def test_the_same_signatures_in_another_line_do_not_hold() -> None:
    """CHARTER-20: an amendment is signed in the context of the first charter's id."""
    raw = pack_charter(amended())
    signed = signatures_of(raw, LineId(charter_id(raw)), OLD_OF_BOTH)
    call = partial(require_amendment, LINE, BEFORE, raw, signed)
    assert reason_of(call, JunkError) == "bad-signature"


NEW_ALDER = root_set(ALDER, 3, 4, 5)
# The list that indexes count in: three old roots of Alder, then three new ones (CHARTER-22).
OLD_AND_NEW = (
    *((ALDER, n, root(ALDER, n)) for n in (0, 1)),
    *((ALDER, 3 + n, root(ALDER, 3 + n)) for n in (0, 1)),
    *((BIRCH, n, root(BIRCH, n)) for n in (0, 1)),
)


def test_new_roots_are_agreed_to_by_old_and_new_ones() -> None:
    """CHARTER-22, CHARTER-23."""
    wanted = amended(parties=(party(ALDER, NEW_ALDER), party(BIRCH)))
    assert amend(wanted, OLD_AND_NEW) == wanted


@pytest.mark.parametrize("lacking", range(6))
def test_new_roots_without_k_old_or_k_new_signatures_do_not_hold(lacking: int) -> None:
    """CHARTER-23."""
    wanted = amended(parties=(party(ALDER, NEW_ALDER), party(BIRCH)))
    fewer = OLD_AND_NEW[:lacking] + OLD_AND_NEW[lacking + 1 :]
    assert reason_of(lambda: amend(wanted, fewer), JunkError) == "below-threshold"


def test_a_root_that_stays_counts_as_old_and_as_new() -> None:
    """CHARTER-23: root 1 stays; with root 0 it is k of the old, with root 3 k of the new."""
    kept = amended(parties=(party(ALDER, root_set(ALDER, 1, 3)), party(BIRCH)))
    signers = (
        (ALDER, 0, root(ALDER, 0)),
        (ALDER, 1, root(ALDER, 1)),
        (ALDER, 4, root(ALDER, 3)),
        *((BIRCH, n, root(BIRCH, n)) for n in (0, 1)),
    )
    assert amend(kept, signers) == kept


def test_one_root_under_both_its_indexes_counts_once() -> None:
    """CHARTER-22: index 0 and index 3 are the same root here."""
    signers = (
        (ALDER, 0, root(ALDER, 0)),
        (ALDER, 3, root(ALDER, 0)),
        *((BIRCH, n, root(BIRCH, n)) for n in (0, 1)),
    )
    assert reason_of(lambda: amend(amended(), signers), JunkError) == "below-threshold"


def test_a_lower_threshold_takes_the_old_one_to_agree() -> None:
    """CHARTER-23."""
    wanted = amended(parties=(party(ALDER, root_set(ALDER, 0, 1, 2, threshold=1)), party(BIRCH)))
    assert reason_of(lambda: amend(wanted, OLD_OF_BOTH[1:]), JunkError) == "below-threshold"
    assert amend(wanted) == wanted


def test_roots_in_force_count_and_not_those_of_the_old_charter() -> None:
    """CHARTER-23: Alder has rotated since; its first roots no longer speak."""
    rotated = replace(BEFORE, standing=(NEW_ALDER, BEFORE.standing[BIRCH]))
    wanted = amended(parties=(party(ALDER, NEW_ALDER), party(BIRCH)))
    assert reason_of(lambda: amend(wanted, OLD_OF_BOTH, rotated), JunkError) == "bad-signature"
    now = tuple((ALDER, n, root(ALDER, 3 + n)) for n in (0, 1)) + OLD_OF_BOTH[2:]
    assert amend(wanted, now, rotated) == wanted


def test_a_party_that_joins_signs_too() -> None:
    """CHARTER-23, CHARTER-24."""
    joined = amended(parties=(party(ALDER), party(BIRCH), party(CEDAR)))
    assert reason_of(lambda: amend(joined), JunkError) == "below-threshold"
    cedar = tuple((CEDAR, n, root(CEDAR, n)) for n in (0, 1))
    assert amend(joined, OLD_OF_BOTH + cedar) == joined


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"predecessor": None}, "other-predecessor"),
        ({"predecessor": bytes(32)}, "other-predecessor"),
        ({"parties": (party(BIRCH), party(ALDER))}, "parties-renumbered"),
        ({"parties": (party(ALDER), party(CEDAR))}, "parties-renumbered"),
        ({"policy": Policy(rules=DEFAULT_RULES[1:])}, "classes-renumbered"),
        ({"policy": Policy(rules=DEFAULT_RULES[:-1])}, "classes-renumbered"),
    ],
)
def test_an_amendment_keeps_line_parties_and_classes(
    changes: dict[str, object], reason: str
) -> None:
    """CHARTER-24: indexes and class numbers that were signed before keep their meaning."""
    assert reason_of(lambda: amend(amended(**changes)), JunkError) == reason
