"""The charter: bytes to value and back, and every fault refused with its reason and its field."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.charter.people import (
    ALDER,
    BIRCH,
    CEDAR,
    CHARTER,
    LINE,
    NOW,
    RAW,
    make_charter,
    party,
    reason_of,
    root,
    root_set,
    seed,
)

from backchannel.charter.charter import (
    Charter,
    charter_fields,
    pack_charter,
    parse_charter,
    read_charter,
)
from backchannel.charter.oversight import Oversight, Reader
from backchannel.charter.paths import Latency, Path, PathKind, Profile
from backchannel.charter.policy import Policy
from backchannel.errors import JunkError
from backchannel.wire.codec import Value, decode, encode
from backchannel.wire.ids import charter_id
from backchannel.wire.keys import prekey_from_seed
from backchannel.wire.primitives import xwing_public


def reader(name: str) -> Reader:
    return Reader(name, xwing_public(prekey_from_seed(seed(name))))


AUDITOR, CLERK, VAULT = (reader(name) for name in ("court of audit", "clerk", "vault"))
KEEPERS = (
    Oversight(ALDER, 2, (AUDITOR, CLERK), 1, (VAULT,)),
    Oversight(BIRCH, 0, (), 2, (reader("north"), reader("south"))),
)
PATHS = (
    Path(1, PathKind.DIRECT, (ALDER, BIRCH)),
    Path(2, PathKind.RADIO, (BIRCH,), 96, 3_200, Profile.CONSTANT, Latency.SLOW),
    Path(9, PathKind.COURIER, (ALDER,), 0, 0, Profile.CAPSULES, Latency.COURIER, 604_800),
)
FULL = make_charter(
    policy=Policy(hot_window_s=259_200, hot_cap_s=2_592_000),
    paths=PATHS,
    witness_policy="log example\nquorum none\n",
    beacon_period_s=60,
    oversight=KEEPERS,
    predecessor=LINE,
)


@pytest.mark.parametrize("charter", [CHARTER, FULL], ids=["default", "full"])
def test_a_charter_reads_back_as_it_was_written(charter: Charter) -> None:
    """CHARTER-1."""
    raw = pack_charter(charter)
    assert parse_charter(raw) == charter
    assert pack_charter(parse_charter(raw)) == raw


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.binary(min_size=16, max_size=16))
def test_times_and_nonce_read_back(since: int, length: int, nonce: bytes) -> None:
    charter = make_charter(since=since, until=since + length, nonce=nonce)
    assert parse_charter(pack_charter(charter)) == charter


def test_the_keys_of_the_map() -> None:
    """CHARTER-1: what stands where."""
    value = decode(RAW)
    assert isinstance(value, dict)
    assert sorted(value) == list(range(1, 15))
    assert (value[1], value[2], value[3]) == (1, "BC1", "Alder-Birch")
    assert value[10] == (CHARTER.since, CHARTER.until)
    assert value[12] == (("en",), ("fr", "en"))
    assert (value[11], value[13], value[14]) == (None, 1, CHARTER.nonce)


def test_equal_texts_with_other_random_bytes_are_two_lines() -> None:
    """CHARTER-1: the id covers the random bytes."""
    other = pack_charter(replace(CHARTER, nonce=bytes(16)))
    assert charter_id(other) != charter_id(RAW)


@dataclass(frozen=True)
class Refused:
    name: str
    key: int
    value: Value
    reason: str
    path: str = ""


FIELDS = charter_fields(FULL)
PARTIES = FIELDS[4]
assert isinstance(PARTIES, tuple)
ALDER_ROW, BIRCH_ROW = PARTIES
assert isinstance(ALDER_ROW, tuple)
ROOT_ROWS = ALDER_ROW[1]
assert isinstance(ROOT_ROWS, tuple)
ONE_ROOT = ROOT_ROWS[0]
assert isinstance(ONE_ROOT, tuple)
OTHER = root(CEDAR, 0)

IDENTITY = bytes([1]) + bytes(31)
ZERO_T1 = bytes(1952)


def parties(place: int, value: Value) -> Value:
    """Both parties, one place of Alder's row changed."""
    return ((*ALDER_ROW[:place], value, *ALDER_ROW[place + 1 :]), BIRCH_ROW)


def alder_roots(*rows: Value) -> Value:
    return parties(1, rows)


READER_ROW = (CLERK.name, CLERK.public)
PATH_ROW = (1, 1, (0, 1), 0, 0, 3, 1, 0)


def path(place: int, value: Value) -> Value:
    """One path, one place changed."""
    return ((*PATH_ROW[:place], value, *PATH_ROW[place + 1 :]),)


def keeper(place: int, value: Value) -> Value:
    """Alder's oversight with one place changed, and Birch's."""
    row: tuple[Value, ...] = (0, 1, (READER_ROW,), 1, (("vault", VAULT.public),))
    birch = (1, 0, (), 1, (("north", AUDITOR.public),))
    return ((*row[:place], value, *row[place + 1 :]), birch)


REFUSED = [
    Refused("version 3", 1, 3, "charter-version", "version"),
    Refused("version true", 1, True, "charter-version", "version"),
    Refused("suite BC0", 2, "BC0", "unknown-suite", "suite"),
    Refused("suite as bytes", 2, b"BC1", "unknown-suite", "suite"),
    Refused("no name", 3, "", "wrong-length", "name"),
    Refused("name with a direction mark", 3, "Alder\u202eBirch", "unsafe-text", "name"),
    Refused("one party", 4, (ALDER_ROW,), "wrong-length", "party"),
    Refused("seventeen parties", 4, (ALDER_ROW,) * 17, "wrong-length", "party"),
    Refused("a party of three places", 4, (ALDER_ROW[:3], BIRCH_ROW), "wrong-length", "party[1]"),
    Refused("two parties of one name", 4, (ALDER_ROW, ALDER_ROW), "twice", "party"),
    Refused("a party without name", 4, parties(0, ""), "wrong-length", "party[1].name"),
    Refused("no roots", 4, alder_roots(), "wrong-length", "party[1].root"),
    Refused("nine roots", 4, alder_roots(*(ONE_ROOT,) * 9), "wrong-length", "party[1].root"),
    Refused(
        "a root of one key", 4, alder_roots((ONE_ROOT[0],)), "wrong-length", "party[1].root[1]"
    ),
    Refused("threshold 0", 4, parties(2, 0), "bad-threshold", "party[1].threshold"),
    Refused("threshold 4 of 3", 4, parties(2, 4), "bad-threshold", "party[1].threshold"),
    Refused("threshold as text", 4, parties(2, "2"), "wrong-type", "party[1].threshold"),
    Refused("no contact", 4, parties(3, ""), "wrong-length", "party[1].contact"),
    Refused(
        "root key of low order",
        4,
        alder_roots((IDENTITY, OTHER.pq_public)),
        "low-order-key",
        "party[1].root[1].ed25519",
    ),
    Refused(
        "root key of 31 bytes",
        4,
        alder_roots((bytes(31), OTHER.pq_public)),
        "wrong-length",
        "party[1].root[1].ed25519",
    ),
    Refused(
        "ML-DSA key whose t1 is zero",
        4,
        alder_roots((OTHER.public, ZERO_T1)),
        "zero-key",
        "party[1].root[1].ml_dsa_65",
    ),
    Refused(
        "ML-DSA-44 key as root",
        4,
        alder_roots((OTHER.public, bytes(1312))),
        "wrong-length",
        "party[1].root[1].ml_dsa_65",
    ),
    Refused("a root twice", 4, alder_roots(ONE_ROOT, ONE_ROOT), "root-twice", "party"),
    Refused(
        "one Ed25519 half in two roots",
        4,
        alder_roots(ONE_ROOT, (ONE_ROOT[0], OTHER.pq_public)),
        "root-twice",
        "party",
    ),
    Refused(
        "one ML-DSA half in two roots",
        4,
        alder_roots(ONE_ROOT, (OTHER.public, ONE_ROOT[1])),
        "root-twice",
        "party",
    ),
    Refused("policy as list", 5, (), "wrong-type", "policy"),
    Refused("path of seven places", 6, (PATH_ROW[:7],), "wrong-length", "path[1]"),
    Refused("path 0", 6, path(0, 0), "out-of-range", "path[1].id"),
    Refused("path 65,536", 6, path(0, 65_536), "out-of-range", "path[1].id"),
    Refused("two paths of one id", 6, (PATH_ROW, PATH_ROW), "not-ascending", "path"),
    Refused("kind of path 7", 6, path(1, 7), "out-of-range", "path[1].kind"),
    Refused("a path nobody sends on", 6, path(2, ()), "wrong-length", "path[1].senders"),
    Refused("a path of party 2", 6, path(2, (0, 2)), "out-of-range", "path[1].senders"),
    Refused("a sender twice", 6, path(2, (0, 0)), "not-ascending", "path[1].senders"),
    Refused("cells of -1 bytes", 6, path(3, -1), "out-of-range", "path[1].cell_bytes"),
    Refused("tick over an hour", 6, path(4, 3_600_001), "out-of-range", "path[1].tick_ms"),
    Refused("profile 5", 6, path(5, 5), "out-of-range", "path[1].profile"),
    Refused("latency 0", 6, path(6, 0), "out-of-range", "path[1].latency"),
    Refused("travel of -1 s", 6, path(7, -1), "out-of-range", "path[1].travel"),
    Refused("witness policy as bytes", 7, b"", "wrong-type", "witness_policy"),
    Refused("witness policy of 8,193", 7, "a" * 8_193, "wrong-type", "witness_policy"),
    Refused("witness policy with a tab", 7, "a\tb", "unsafe-text", "witness_policy"),
    Refused("beacon period 0", 8, 0, "out-of-range", "beacon_period"),
    Refused("three oversights of two", 9, ((),) * 3, "wrong-length", "oversight"),
    Refused("oversight of party 2", 9, keeper(0, 2), "out-of-range", "oversight[1].party"),
    Refused("oversight of one party twice", 9, keeper(0, 1), "not-ascending", "oversight"),
    Refused("0 of 1 trustees", 9, keeper(1, 0), "bad-threshold", "oversight[1].threshold"),
    Refused("2 of 1 trustees", 9, keeper(1, 2), "bad-threshold", "oversight[1].threshold"),
    Refused("1 of 0 trustees", 9, keeper(2, ()), "bad-threshold", "oversight[1].threshold"),
    Refused(
        "2 of 1 custodians", 9, keeper(3, 2), "bad-threshold", "oversight[1].custodian_threshold"
    ),
    Refused(
        "a trustee without name",
        9,
        keeper(2, (("", CLERK.public),)),
        "wrong-length",
        "oversight[1].trustee[1].name",
    ),
    Refused(
        "a trustee twice",
        9,
        keeper(2, (READER_ROW, ("clerk", AUDITOR.public))),
        "twice",
        "oversight[1].trustee",
    ),
    Refused(
        "two trustees of one key",
        9,
        keeper(2, (READER_ROW, ("other", CLERK.public))),
        "twice",
        "oversight[1].trustee",
    ),
    Refused(
        "a key of 1,215 bytes",
        9,
        keeper(2, (("clerk", CLERK.public[1:]),)),
        "wrong-length",
        "oversight[1].trustee[1].key",
    ),
    Refused(
        "a key with a low-order share",
        9,
        keeper(2, (("clerk", CLERK.public[:1184] + bytes(32)),)),
        "low-order-share",
        "oversight[1].trustee[1].key",
    ),
    Refused(
        "no custodian of Birch behind a hot window",
        9,
        keeper(0, 0)[:1],  # type: ignore[index]
        "no-custodians",
        "policy.hot_window",
    ),
    Refused("no custodian at all behind a hot window", 9, (), "no-custodians", "policy.hot_window"),
    Refused("validity of one time", 10, (NOW,), "wrong-length", "valid"),
    Refused("never valid", 10, (NOW, NOW), "bad-validity", "until"),
    Refused("valid from -1", 10, (-1, NOW), "out-of-range", "since"),
    Refused("predecessor of 31 bytes", 11, bytes(31), "wrong-length", "predecessor"),
    Refused("languages of one party", 12, (("en",),), "wrong-length", "languages"),
    Refused("a party without language", 12, ((), ("fr",)), "wrong-length", "party[1].languages"),
    Refused("a language twice", 12, (("en", "en"), ("fr",)), "twice", "party[1].languages"),
    Refused(
        "English as language", 12, (("English",), ("fr",)), "bad-language", "party[1].languages"
    ),
    Refused("amendment by quorum", 13, 2, "amendment-rule", "amendment"),
    Refused("amendment rule true", 13, True, "amendment-rule", "amendment"),
    Refused("random of 15 bytes", 14, bytes(15), "wrong-length", "random"),
    Refused("key 15", 15, None, "unknown-key", "charter"),
    Refused("key 0", 0, None, "unknown-key", "charter"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_charter_is_refused(case: Refused) -> None:
    """CHARTER-1, CHARTER-4 to CHARTER-6, CHARTER-7, CHARTER-8, CHARTER-9, NT7, NT67."""
    with pytest.raises(JunkError) as refused:
        read_charter({**FIELDS, case.key: case.value})
    assert refused.value.reason == case.reason
    assert refused.value.text.startswith(f"{case.path}:")


@pytest.mark.parametrize("key", range(1, 15))
def test_a_charter_that_lacks_a_field_is_refused(key: int) -> None:
    """CHARTER-2: a field is null, empty or there; it is never left out."""
    value = {place: each for place, each in FIELDS.items() if place != key}
    assert reason_of(lambda: parse_charter(encode(value)), JunkError) == "missing-key"


def test_a_charter_that_is_no_map_is_refused() -> None:
    assert reason_of(lambda: parse_charter(encode(())), JunkError) == "wrong-type"


def test_one_root_cannot_stand_for_two_parties() -> None:
    """CHARTER-6: else one of them would sign for both."""
    roots = root_set(ALDER, 0, 1, 2)
    charter = make_charter(parties=(party(ALDER, roots), party(BIRCH, roots)))
    assert reason_of(lambda: read_charter(charter_fields(charter)), JunkError) == "root-twice"


def test_without_a_hot_window_no_custodian_is_needed() -> None:
    """CHARTER-9."""
    kept = replace(FULL, policy=Policy(), oversight=())
    assert parse_charter(pack_charter(kept)) == kept


def test_a_third_party_has_its_place_and_its_language() -> None:
    """CHARTER-5: the place in the list is the party's index."""
    charter = make_charter(parties=(party(ALDER), party(BIRCH), party(CEDAR)))
    found = parse_charter(pack_charter(charter))
    assert [(each.name, each.languages[0]) for each in found.parties] == [
        ("Alder", "en"),
        ("Birch", "fr"),
        ("Cedar", "es"),
    ]


@pytest.mark.parametrize("tag", ["en", "ckb", "pt-BR", "zh-Hant-TW", "sr-Latn"])
def test_a_language_may_have_a_script_and_a_region(tag: str) -> None:
    value = {**FIELDS, 12: ((tag,), ("fr",))}
    assert read_charter(decode(encode(value))).parties[0].languages == (tag,)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fall_over(data: bytes) -> None:
    assert reason_of(lambda: parse_charter(data), JunkError)


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_makes_another_charter(place: int, change: int) -> None:
    """No byte of a charter is without meaning."""
    raw = RAW[:place] + bytes([RAW[place] ^ change]) + RAW[place + 1 :]
    try:
        assert parse_charter(raw) != CHARTER
    except JunkError:
        return
    assert charter_id(raw) != charter_id(RAW)
