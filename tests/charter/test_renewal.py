"""What changes in a journal beside credentials: own rules, roots, the charter itself."""

import pytest
from msgspec.structs import replace
from tests.charter.people import (
    ALDER,
    BIRCH,
    LINE,
    NOW,
    Office,
    make_charter,
    party,
    root,
    root_set,
    signatures_of,
)

from backchannel.charter.charter import Charter, pack_charter
from backchannel.charter.events import (
    NewRootSignature,
    pack_amendment,
    pack_fresh,
    pack_own_rules,
    pack_rotation,
    rotation_body,
)
from backchannel.charter.parties import RootSet
from backchannel.charter.policy import Policy
from backchannel.charter.possession import possession_context
from backchannel.charter.powers import Power
from backchannel.charter.roster import standing_at
from backchannel.charter.rules import DEFAULT_RULES, Cover, ReleaseRule
from backchannel.charter.signatures import sign_hybrid
from backchannel.wire.entry import EntryType
from backchannel.wire.ids import LineId, charter_id
from backchannel.wire.keys import RootKeys
from backchannel.wire.statement import Kind, Precedence

FRESH = pack_fresh(NOW)


def with_rule(place: int, **changes: object) -> tuple[ReleaseRule, ...]:
    """The charter's table with one rule changed."""
    rules = list(DEFAULT_RULES)
    rules[place] = replace(rules[place], **changes)
    return tuple(rules)


def own_rules(*rules: ReleaseRule) -> str | None:
    office = Office()
    office.enter(pack_own_rules(rules))
    wanted = rules if office.reason() is None else DEFAULT_RULES
    assert office.authority.standings[-1].rules == wanted
    return office.reason()


# --- A party's own release table ---


@pytest.mark.parametrize(
    "rules",
    [
        DEFAULT_RULES,
        with_rule(0, signatures=(3, 2, 2, 2, 1)),
        with_rule(0, emergency=()),
        with_rule(0, powers=int(Power.COMMIT)),
        with_rule(4, emergency=(Precedence.FLASH,)),
    ],
    ids=["as agreed", "three", "no emergency", "more powers", "fewer emergencies"],
)
def test_a_party_may_ask_more_of_itself(rules: tuple[ReleaseRule, ...]) -> None:
    """CHARTER-42."""
    assert own_rules(*rules) is None


@pytest.mark.parametrize(
    "rules",
    [
        with_rule(0, signatures=(1, 2, 2, 1, 1)),
        with_rule(0, signatures=(3, 3, 1, 3, 3)),
        with_rule(0, emergency=(Precedence.FLASH, Precedence.IMMEDIATE)),
        with_rule(2, powers=0),
        with_rule(0, name="tell"),
        with_rule(0, covers=(Cover(Kind.MESSAGE), Cover(Kind.NOTICE))),
        DEFAULT_RULES[:-1],
        (*DEFAULT_RULES, ReleaseRule("more", (Cover(1),), (1, 1, 1, 1, 1))),
    ],
    ids=[
        "one at FLASH",
        "one of five",
        "more emergencies",
        "fewer powers",
        "other name",
        "more kinds",
        "a rule less",
        "a rule more",
    ],
)
def test_a_party_may_not_ask_less_of_itself(rules: tuple[ReleaseRule, ...]) -> None:
    """CHARTER-42: the counterpart relies on what was agreed."""
    assert own_rules(*rules) == "looser-rules"


def test_a_table_counts_from_its_entry_on() -> None:
    """CHARTER-50: an entry is judged under the head that it names."""
    office = Office()
    office.enter(FRESH)
    office.enter(pack_own_rules(with_rule(0, emergency=())))
    office.enter(FRESH)
    wanted = [standing_at(office.authority, seq).rules[0].emergency for seq in (-1, 0, 1, 2)]
    assert wanted == [(1,), (1,), (), ()]


def test_tables_are_compared_with_the_charter_and_not_with_each_other() -> None:
    """CHARTER-42: a party may go back to what was agreed."""
    office = Office()
    office.enter(pack_own_rules(with_rule(0, emergency=())))
    office.enter(pack_own_rules(DEFAULT_RULES))
    assert office.reason() is None


# --- Roots ---

NEW = root_set(ALDER, 3, 4, 5)
NEW_KEYS = tuple(root(ALDER, n) for n in (3, 4, 5))


def agreed(
    *signers: tuple[int, RootKeys],
    roots: RootSet = NEW,
    number: int = ALDER,
    line: LineId = LINE,
) -> tuple[NewRootSignature, ...]:
    """The agreement of new roots by (place, keys)."""
    context, body = possession_context(line), rotation_body(number, roots)
    return tuple(NewRootSignature(n, *sign_hybrid(keys, context, body)) for n, keys in signers)


def rotate(roots: RootSet, signatures: tuple[NewRootSignature, ...]) -> tuple[Office, str | None]:
    office = Office()
    office.enter(pack_rotation(roots, signatures))
    return office, office.reason()


def test_new_roots_sign_from_the_next_entry_on() -> None:
    """CHARTER-43."""
    office, reason = rotate(NEW, agreed((0, NEW_KEYS[0]), (2, NEW_KEYS[2])))
    assert reason is None
    office.enter(FRESH, [(0, root(ALDER, 3)), (1, root(ALDER, 4))])
    assert office.authority.fresh == NOW
    assert standing_at(office.authority, -1).root_set == root_set(ALDER, 0, 1, 2)


@pytest.mark.parametrize(
    ("signatures", "reason"),
    [
        ((), "below-threshold"),
        (agreed((0, NEW_KEYS[0])), "below-threshold"),
        (agreed((0, NEW_KEYS[0]), (1, NEW_KEYS[2])), "bad-signature"),
        (agreed((0, NEW_KEYS[0]), (1, NEW_KEYS[1]), number=BIRCH), "bad-signature"),
        (agreed((0, NEW_KEYS[0]), (1, NEW_KEYS[1]), line=LineId(bytes(32))), "bad-signature"),
        (agreed((0, NEW_KEYS[0]), (3, NEW_KEYS[1])), "unknown-root"),
    ],
    ids=["nobody", "one", "another's key", "for Birch", "for another line", "no such root"],
)
def test_roots_that_did_not_agree_are_no_roots(
    signatures: tuple[NewRootSignature, ...], reason: str
) -> None:
    """CHARTER-43."""
    office, found = rotate(NEW, signatures)
    assert found == reason
    assert office.authority.standings[-1].root_set == root_set(ALDER, 0, 1, 2)


@pytest.mark.parametrize("half", ["ed25519", "mldsa65"])
def test_a_new_root_agrees_with_both_halves(half: str) -> None:
    """CHARTER-43, NT10."""
    first, second = agreed((0, NEW_KEYS[0]), (1, NEW_KEYS[1]))
    data = getattr(first, half)
    spoiled = first._replace(**{half: bytes([data[0] ^ 1]) + data[1:]})
    assert rotate(NEW, (spoiled, second))[1] == "bad-signature"


def test_a_root_of_another_party_is_no_root_of_ours() -> None:
    """CHARTER-6, CHARTER-43."""
    mixed = RootSet((*NEW.roots[:2], *root_set(BIRCH, 0).roots), 2)
    signed = agreed((0, NEW_KEYS[0]), (1, NEW_KEYS[1]), roots=mixed)
    assert rotate(mixed, signed)[1] == "root-twice"


def test_one_key_is_not_rotated_in_as_two_roots() -> None:
    """CHARTER-6, CHARTER-43: else one holder would be k of n."""
    twice = RootSet((NEW.roots[0], NEW.roots[0]), 2)
    signed = agreed((0, NEW_KEYS[0]), (1, NEW_KEYS[0]), roots=twice)
    assert rotate(twice, signed)[1] == "root-twice"


def test_roots_may_stay_when_others_change() -> None:
    kept = RootSet((*root_set(ALDER, 0).roots, *NEW.roots[:1]), 2)
    signed = agreed((0, root(ALDER, 0)), (1, NEW_KEYS[0]), roots=kept)
    assert rotate(kept, signed)[1] is None


# --- Amendments ---


def amendment(**changes: object) -> Charter:
    return make_charter(**{"predecessor": LINE, "nonce": bytes(16), **changes})


ALL = tuple((p, n, root(p, n)) for p in (ALDER, BIRCH) for n in (0, 1))


def test_an_amendment_is_in_force_from_its_entry_on() -> None:
    """CHARTER-45."""
    office = Office()
    office.enter(pack_own_rules(with_rule(0, emergency=())))
    stricter = with_rule(0, signatures=(2, 2, 2, 2, 2))
    charter = amendment(policy=Policy(rules=stricter))
    raw = pack_charter(charter)
    office.enter(pack_amendment(raw, signatures_of(raw, LINE, ALL)), type=EntryType.AMENDMENT)
    assert office.reason() is None
    now, before = (standing_at(office.authority, seq) for seq in (1, 0))
    assert (now.charter_id, now.charter, now.rules) == (charter_id(raw), charter, stricter)
    assert (before.charter_id, before.rules[0].emergency) == (LINE, ())
    assert office.authority.line_id == LINE


def test_the_next_amendment_follows_this_one() -> None:
    """CHARTER-45: the line keeps the id of its first charter."""
    office = Office()
    first = pack_charter(amendment())
    office.enter(pack_amendment(first, signatures_of(first, LINE, ALL)), type=EntryType.AMENDMENT)
    stale = pack_charter(amendment(name="stale"))
    office.enter(pack_amendment(stale, signatures_of(stale, LINE, ALL)), type=EntryType.AMENDMENT)
    assert office.reason() == "other-predecessor"
    second = pack_charter(amendment(predecessor=charter_id(first)))
    signed = signatures_of(second, LINE, ALL)
    office.enter(pack_amendment(second, signed), type=EntryType.AMENDMENT)
    assert office.reason() is None


def test_an_amendment_that_birch_did_not_sign_has_no_effect_at_alder() -> None:
    """CHARTER-23, CHARTER-45."""
    office = Office()
    raw = pack_charter(amendment())
    payload = pack_amendment(raw, signatures_of(raw, LINE, ALL[:3]))
    office.enter(payload, type=EntryType.AMENDMENT)
    assert office.reason() == "below-threshold"
    assert office.authority.standings[-1].charter_id == LINE


def test_an_amendment_is_held_against_the_roots_that_are_in_force() -> None:
    """CHARTER-45: Alder's own by its journal, Birch's as of the head that was seen."""
    office, reason = rotate(NEW, agreed((0, NEW_KEYS[0]), (1, NEW_KEYS[1])))
    assert reason is None
    office.roots = [(0, root(ALDER, 3)), (1, root(ALDER, 4))]
    birch = root_set(BIRCH, 3, 4)
    charter = amendment(parties=(party(ALDER, NEW), party(BIRCH, birch)))
    raw = pack_charter(charter)
    signers = [(p, n, root(p, 3 + n)) for p in (ALDER, BIRCH) for n in (0, 1)]
    payload = pack_amendment(raw, signatures_of(raw, LINE, signers))
    unaware = Office()
    unaware.authority, unaware.roots = office.authority, office.roots
    unaware.enter(payload, type=EntryType.AMENDMENT)
    assert unaware.reason() == "bad-signature"
    office.roots_of_others = {BIRCH: birch}
    office.enter(payload, type=EntryType.AMENDMENT)
    assert office.reason() is None
    assert office.authority.standings[-1].root_set == NEW


def test_an_amended_root_signs_from_the_next_entry_on() -> None:
    """CHARTER-45."""
    office = Office()
    charter = amendment(parties=(party(ALDER, NEW), party(BIRCH)))
    raw = pack_charter(charter)
    signers = (*ALL[:2], *((ALDER, 3 + n, root(ALDER, 3 + n)) for n in (0, 1)), *ALL[2:])
    office.enter(pack_amendment(raw, signatures_of(raw, LINE, signers)), type=EntryType.AMENDMENT)
    assert office.reason() is None
    office.enter(FRESH, [(0, root(ALDER, 3)), (1, root(ALDER, 4))])
    assert office.authority.fresh == NOW
