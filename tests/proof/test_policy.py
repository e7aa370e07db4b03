"""Witness policies: who makes a quorum, and that nobody is counted twice."""

from itertools import combinations

import pytest
from msgspec.structs import replace
from tests.cast import seed

from backchannel.errors import JunkError
from backchannel.limits import POLICY_NAMES_MAX
from backchannel.proof.policy import parse_policy
from backchannel.proof.vkey import Algorithm, VerifierKey, witness_key

NAMES = ("a", "b", "c", "d", "e")


def line(name: str, key: VerifierKey | None = None) -> str:
    """A witness line; its key is made of its name."""
    return f"witness {name} {(key or witness_key('w.example', seed(name))).text()}\n"


LINES = "".join(map(line, NAMES))


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
def test_k_of_n_is_met_by_k_and_by_no_fewer(k: int) -> None:
    """PROOF-66, NT43."""
    policy = parse_policy(f"{LINES}group g {k} {' '.join(NAMES)}\nquorum g\n")
    for size in range(len(NAMES) + 1):
        for some in combinations(NAMES, size):
            assert policy.meets(some) == (size >= k)
            # Whoever is named twice, or is a stranger, adds nothing.
            assert policy.meets((*some, *some, "stranger", "g")) == (size >= k)


def test_one_body_under_two_names_is_refused() -> None:
    """PROOF-66, NT43: a key counts once, whatever its own name and id."""
    key = witness_key("w.example", seed("a"))
    edwards = VerifierKey("e.example", Algorithm.ED25519_COSIGNATURE, seed("ed"))
    for one in (key, edwards):
        for other in (one, replace(one, name="v.example")):
            text = line("a", one) + line("b", other)
            with pytest.raises(JunkError, match="two witness lines have one key") as caught:
                parse_policy(f"{text}group g all a b\nquorum g\n")
            assert caught.value.reason == "witness-policy"


def test_a_policy_has_a_bound() -> None:
    """PROOF-66."""
    keys = "".join(line(f"a{n}") for n in range(POLICY_NAMES_MAX))
    parse_policy(f"{keys}quorum a0\n")
    for more in (line("b"), "group g any a0\n"):
        with pytest.raises(JunkError, match="at most"):
            parse_policy(f"{keys}{more}quorum a0\n")


def test_what_is_written_is_read() -> None:
    """PROOF-66: names, keys, addresses and the quorum."""
    url = "https://w.example/prefix"
    log = witness_key("log.example", seed("log")).text()
    policy = parse_policy(f"log {log} x\n{line('a')[:-1]} {url}\nquorum a\n")
    assert [each.name for each in policy.logs] == ["log.example"]
    (found,) = policy.witnesses
    assert (found.name, found.url, found.key.name) == ("a", url, "w.example")
    assert (policy.quorum, policy.groups) == ("a", {})
