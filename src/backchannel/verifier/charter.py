"""The charter, its policy and the body of a credential, read strictly (CHARTER-1 to CHARTER-39).

This module must not judge who signed: it says what a document is, or why it is none.
"""

import re
from dataclasses import dataclass

from backchannel.verifier.cbor import Refusal, Value, decode
from backchannel.verifier.crypto import (
    ML_DSA_65,
    PUBLIC_BYTES,
    XWING_BYTES,
    admit_ed25519,
    admit_ml_dsa,
    admit_xwing,
    tagged,
)
from backchannel.verifier.shapes import (
    HASH_BYTES,
    MOMENT_END,
    integer,
    integers,
    listing,
    mapping,
    name,
    octets,
    places,
    plain_text,
    require_ascending,
    require_once,
)

Root = tuple[bytes, bytes]
Circle = tuple[int, int, tuple[bytes, ...]]
"""A role (0 trustee, 1 custodian), how many open together, and the ids of their keys."""

DAY = 86_400
LONGEST = 366 * DAY
COUNT = 2**40
PARTIES = 16
READERS = 16
ALL_POWERS = (1 << 13) - 1
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
FORM = re.compile(r"[A-Za-z0-9-]+")
WITNESS_TEXT = re.compile(r"[\x20-\x7e\n]*")


@dataclass(frozen=True)
class Party:
    """A party: its name, its roots, and how many of them sign for it."""

    name: str
    roots: tuple[Root, ...]
    threshold: int


@dataclass(frozen=True)
class Rule:
    """A release rule (CHARTER-11)."""

    name: str
    covers: tuple[tuple[int, tuple[str, ...]], ...]
    powers: int
    people: tuple[int, ...]
    emergency: tuple[int, ...]


@dataclass(frozen=True)
class Charter:
    """What of a charter is needed to judge what was said under it."""

    name: str
    parties: tuple[Party, ...]
    rules: tuple[Rule, ...]
    predecessor: bytes | None
    witnesses: str
    skew: int
    circles: dict[int, tuple[Circle, ...]]


def read_charter(raw: bytes) -> Charter:
    """Return a charter. Raises Refusal (CHARTER-1 to CHARTER-9)."""
    place = mapping(decode(raw), 14, "charter")
    if place[1] is True or place[1] not in (1, 2):
        raise Refusal("charter-version")
    if place[2] != "BC1":
        raise Refusal("unknown-suite")
    title = name(place[3], 1, 64, "name")
    parties = tuple(
        read_party(each, n) for n, each in enumerate(listing(place[4], 2, PARTIES, "parties"))
    )
    require_once([each.name for each in parties], "twice", "names of parties")
    require_roots_once([root for each in parties for root in each.roots])
    languages = places(place[12], len(parties), "languages")
    for each in languages:
        read_languages(each)
    rules, hot, skew = read_policy(place[5], practised=place[1] == 2)
    read_paths(place[6], len(parties))
    witnesses = plain_text(place[7], 0, 8_192, "witness policy")
    if not WITNESS_TEXT.fullmatch(witnesses):
        raise Refusal("unsafe-text", "witness policy")
    integer(place[8], 1, LONGEST, "beacon period")
    circles = read_oversight(place[9], len(parties), hot=hot)
    read_window(place[10], "validity")
    predecessor = None if place[11] is None else octets(place[11], HASH_BYTES, "predecessor")
    if place[13] is True or place[13] != 1:
        raise Refusal("amendment-rule")
    octets(place[14], 16, "random")
    return Charter(title, parties, rules, predecessor, witnesses, skew, circles)


def read_window(value: Value, where: str) -> tuple[int, int]:
    """Return [from, until] with from before until."""
    since, until = (integer(n, 0, MOMENT_END, where) for n in places(value, 2, where))
    if since >= until:
        raise Refusal("bad-validity", where)
    return since, until


def read_party(value: Value, index: int) -> Party:
    """Return a party (CHARTER-5, CHARTER-6)."""
    where = f"party {index}"
    title, roots, k, contact = places(value, 4, where)
    called = name(title, 1, 64, where)
    found = read_roots(roots, where)
    name(contact, 1, 200, where)
    return Party(called, found, read_threshold(k, len(found), where))


def read_threshold(value: Value, of: int, where: str) -> int:
    """Return how many of so many must sign (CHARTER-6)."""
    k = integer(value, 0, COUNT, where)
    if not 1 <= k <= of:
        raise Refusal("bad-threshold", f"{where}: {k} of {of}")
    return k


def read_roots(value: Value, where: str) -> tuple[Root, ...]:
    """Return a party's roots, each admitted (CHARTER-6, WIRE-13, WIRE-15)."""
    found = []
    for each in listing(value, 1, 8, where):
        one, other = places(each, 2, where)
        root = octets(one, 32, where), octets(other, PUBLIC_BYTES[ML_DSA_65], where)
        admit_ed25519(root[0])
        admit_ml_dsa(ML_DSA_65, root[1])
        found.append(root)
    return tuple(found)


def require_roots_once(roots: list[Root]) -> None:
    """Raise Refusal if one key stands for two roots (CHARTER-6)."""
    for half in (0, 1):
        require_once([root[half] for root in roots], "root-twice", "roots")


def read_languages(value: Value) -> None:
    """Raise Refusal unless these are the languages of a party (CHARTER-5)."""
    tags = [plain_text(each, 0, 64, "language") for each in listing(value, 1, 8, "languages")]
    for tag in tags:
        if not LANGUAGE.fullmatch(tag):
            raise Refusal("bad-language", tag)
    require_once(tags, "twice", "languages")


def read_paths(value: Value, parties: int) -> None:
    """Raise Refusal unless these are paths (CHARTER-7)."""
    ids = []
    for each in listing(value, 0, 64, "paths"):
        number, kind, senders, cell, tick, profile, latency, travel = places(each, 8, "path")
        ids.append(integer(number, 1, 65_535, "path id"))
        integer(kind, 1, 6, "kind of path")
        listing(senders, 1, PARTIES, "senders")
        integers(senders, PARTIES, 0, parties - 1, "senders")
        integer(cell, 0, 65_536, "cell")
        integer(tick, 0, 3_600_000, "tick")
        integer(profile, 1, 4, "profile")
        integer(latency, 1, 4, "latency")
        integer(travel, 0, LONGEST, "travel time")
    require_ascending(ids, "paths")


def read_oversight(value: Value, parties: int, *, hot: bool) -> dict[int, tuple[Circle, ...]]:
    """Return who may come to hold shares of a party's archive (CHARTER-8, CHARTER-9)."""
    seen: list[int] = []
    found: dict[int, tuple[Circle, ...]] = {}
    restorable = 0
    for each in listing(value, 0, PARTIES, "oversight"):
        party, m, trustees, m2, custodians = places(each, 5, "oversight")
        seen.append(integer(party, 0, parties - 1, "oversight"))
        both = (read_readers(m, trustees, 0), read_readers(m2, custodians, 1))
        found[seen[-1]] = tuple(circle for circle in both if circle[2])
        restorable += bool(both[1][2])
    require_ascending(seen, "oversight")
    if hot and restorable < parties:
        raise Refusal("no-custodians", "what a station drops, somebody must be able to restore")
    return found


def read_readers(wanted: Value, value: Value, role: int) -> Circle:
    """Return the trustees or custodians of a list (CHARTER-8)."""
    where = ("trustees", "custodians")[role]
    names, keys = [], []
    for each in listing(value, 0, READERS, where):
        title, key = places(each, 2, where)
        names.append(name(title, 1, 64, where))
        keys.append(octets(key, XWING_BYTES, where))
        admit_xwing(keys[-1])
    require_once(names, "twice", where)
    require_once(keys, "twice", where)
    m = integer(wanted, 0, COUNT, where)
    if m > len(names) or (m == 0) != (not names):
        raise Refusal("bad-threshold", where)
    return role, m, tuple(tagged("key", key) for key in keys)


def read_policy(value: Value, *, practised: bool = False) -> tuple[tuple[Rule, ...], bool, int]:
    """Return the release rules, whether there is a hot window, and by how many seconds clocks may
    differ (CHARTER-10)."""
    place = mapping(value, 15 if practised else 14, "policy")
    rules = read_rules(place[1])
    read_clocks(place[2])
    seconds, envelopes = places(place[3], 2, "epoch")
    integer(seconds, 1, LONGEST, "epoch")
    integer(envelopes, 1, 4_096, "epoch")
    integer(place[4], 1, LONGEST, "prekey")
    if place[5] is not None:
        pair = places(place[5], 2, "hot window")
        hot, cap = (integer(n, 1, LONGEST, "hot window") for n in pair)
        if cap < hot:
            raise Refusal("cap-below-window")
    skew = integer(place[6], 1, LONGEST, "greatest difference of clocks")
    for each in places(place[7], 2, "quota"):
        integer(each, 1, COUNT, "quota")
    for each in listing(place[8], 0, 64, "windows"):
        read_drill_window(each)
    delay, entries = places(place[9], 2, "delay of receipts")
    integer(delay, 0, 60_000, "delay of receipts")
    integer(entries, 1, COUNT, "delay of receipts")
    integer(place[10], 0, 1, "names withheld")
    integer(place[11], 1, LONGEST, "fresh")
    if place[12] is not None:
        name(place[12], 1, 200, "third party")
    posts = [name(n, 1, 64, "duress posts") for n in listing(place[13], 0, 16, "duress posts")]
    require_once(posts, "twice", "duress posts")
    read_lanes(place[14])
    if practised:
        read_practice(place[15])
    return rules, place[5] is not None, skew


def read_practice(value: Value) -> None:
    """Refuse what says otherwise what is practised than CHARTER-18 does."""
    catalogue, test, calls, proof, subjects = places(value, 5, "practice")
    octets(catalogue, HASH_BYTES, "catalogue")
    integer(test, 1, LONGEST, "tests")
    integer(calls, 0, 100, "calls")
    integer(proof, 1, LONGEST, "proof")
    pairs = [places(each, 2, "subjects") for each in listing(subjects, 0, 64, "subjects")]
    for _, post in pairs:
        name(post, 1, 64, "subjects")
    require_once([name(each, 1, 64, "subjects") for each, _ in pairs], "twice", "subjects")


def read_rules(value: Value) -> tuple[Rule, ...]:
    """Return release rules (CHARTER-11)."""
    rules = tuple(read_rule(each) for each in listing(value, 1, 32, "rules"))
    require_once([rule.name for rule in rules], "twice", "names of rules")
    return rules


def read_rule(value: Value) -> Rule:
    """Return one release rule."""
    title, covers, powers, people, emergency = places(value, 5, "rule")
    called = name(title, 1, 64, "rule")
    found = []
    for each in listing(covers, 1, 32, "covers"):
        kind, forms = places(each, 2, "cover")
        texts = [plain_text(n, 1, 32, "form") for n in listing(forms, 0, 64, "forms")]
        for text in texts:
            if not FORM.fullmatch(text):
                raise Refusal("bad-form", text)
        require_once(texts, "twice", "forms")
        found.append((integer(kind, 1, 16, "kind"), tuple(texts)))
    return Rule(
        called,
        tuple(found),
        integer(powers, 0, ALL_POWERS, "powers"),
        tuple(integer(n, 1, 16, "people") for n in places(people, 5, "people")),
        integers(emergency, 5, 1, 5, "emergency"),
    )


def read_clocks(value: Value) -> None:
    """Raise Refusal unless these are the five rows of clocks (CHARTER-12)."""
    for row in places(value, 5, "clocks"):
        for n, each in enumerate(places(row, 7, "clocks")):
            if n < 5 or each is not None:
                integer(each, 1, LONGEST, "clocks")


def read_drill_window(value: Value) -> None:
    """Raise Refusal unless this is a window of EXERCISE or TEST (CHARTER-15)."""
    mode, since, until = places(value, 3, "window")
    drill, begin = integer(mode, 2, 3, "window"), integer(since, 0, MOMENT_END, "window")
    if (until is not None or drill == 2) and integer(until, 0, MOMENT_END, "window") <= begin:
        raise Refusal("bad-window", "it never opens")


def read_lanes(value: Value) -> None:
    """Raise Refusal unless these are lanes (CHARTER-16)."""
    names = []
    for each in listing(value, 1, 16, "lanes"):
        title, notice = places(each, 2, "lane")
        names.append(name(title, 1, 64, "lane"))
        integer(notice, 0, LONGEST, "lane")
    require_once(names, "twice", "lanes")
