"""Rules of the authority journals that the vectors do not show, and times as people read them."""

import datetime
from dataclasses import replace
from typing import Any

import pytest
from tests.cast import ALDER, NOW
from tests.verifier.making import set_scene, usual

from backchannel.charter.events import Revoke, pack_fresh, pack_revoke
from backchannel.verifier.amending import require_own_rules
from backchannel.verifier.authority import Journal, require_issuing_power
from backchannel.verifier.bundle import Disclosure, read_disclosure
from backchannel.verifier.cbor import Refusal
from backchannel.verifier.credentials import ISSUE, OFFICER, RESTORE, REVOKE, Credential
from backchannel.verifier.evidence import Evidence
from backchannel.verifier.moments import moment

STATION = 3


def subject(kind: int, powers: int = 0, key: bytes = b"") -> Credential:
    return Credential(b"", kind, "", (), key, None, powers, (), (), (), 0, 1, None, 0)


def reason_of(check: Any, *arguments: Any) -> str:
    try:
        check(*arguments)
    except Refusal as refused:
        return refused.reason
    return ""


def test_who_may_issue() -> None:
    """PROOF-42, CHARTER-48: two who restore may certify a station again, and nothing else."""
    issuer = subject(OFFICER, ISSUE, b"a")
    one, other = subject(OFFICER, RESTORE, b"b"), subject(OFFICER, RESTORE, b"c")
    revoker = subject(OFFICER, REVOKE, b"d")
    for kind, signers, reason in (
        (OFFICER, [], ""),
        (OFFICER, [issuer], ""),
        (OFFICER, [one, other], "lacks-power"),
        (OFFICER, [issuer, revoker], "lacks-power"),
        (STATION, [one, other], ""),
        (STATION, [one], "restores-alone"),
        (STATION, [one, replace(one, id=b"2")], "restores-alone"),
        (STATION, [issuer, one], ""),
        (STATION, [one, revoker], "lacks-power"),
    ):
        assert reason_of(require_issuing_power, subject(kind), signers) == reason


def folded() -> tuple[Disclosure, Journal]:
    given = read_disclosure(usual().pack())
    return given, Evidence(given).journals[ALDER]


def test_powers_for_what_is_no_issue() -> None:
    """PROOF-42, CHARTER-48: to revoke, to call current."""
    scene = set_scene()
    who = scene.offices[ALDER].officers["first"][0]
    given, journal = folded()
    header = next(iter(given.authority.values())).header
    value: list[Any] = [2, who, 2, None]
    assert reason_of(journal.revoke, value, header, [subject(OFFICER, ISSUE)]) == "lacks-power"
    assert reason_of(journal.revoke, value, header, [subject(OFFICER, REVOKE)]) == ""
    assert reason_of(journal.revoke, value, header, []) == "revoked-before"
    assert reason_of(journal.revoke, [2, bytes(32), 2, None], header, []) == "unknown-credential"
    assert reason_of(journal.revoke, [2, who, 4, [16, 1, bytes(32)]], header, []) == (
        "lost-with-last"
    )


def test_rules_of_ones_own_are_compared_with_the_charter() -> None:
    """PROOF-42, CHARTER-42: as many, of the same names."""
    _, journal = folded()
    rules: Any = [
        [r.name, [[k, list(f)] for k, f in r.covers], r.powers, list(r.people), list(r.emergency)]
        for r in journal.first.rules
    ]
    assert reason_of(require_own_rules, [3, rules], journal.first.rules) == ""
    assert reason_of(require_own_rules, [3, rules[1:]], journal.first.rules) == "looser-rules"
    rules[0][3] = [1] * 5
    assert reason_of(require_own_rules, [3, rules], journal.first.rules) == "looser-rules"


def test_a_journal_goes_on_after_a_mistake() -> None:
    """PROOF-42, CHARTER-49: an entry without effect keeps its slot, and is told."""
    scene = set_scene()
    office = scene.offices[ALDER]
    office.enter(pack_revoke(Revoke(office.officers["first"][0], 2, None)))
    frames = list(office.frames)
    office.enter(pack_fresh(NOW))
    bundle = usual().having(2, *((2, frame) for o in scene.offices for frame in o.frames))
    found = Evidence(read_disclosure(bundle.pack()))
    assert found.fault is None and len(found.journals[ALDER].heads) == len(frames) + 1
    assert found.journals[ALDER].fresh == NOW and len(found.journals[ALDER].revoked) == 1


@pytest.mark.parametrize(
    "seconds", [0, 951_782_399, 951_868_800, NOW, 4_107_542_400, 253_402_300_799]
)
def test_times_are_those_of_the_calendar(seconds: int) -> None:
    told = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    assert moment(seconds) == told.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)


def test_a_time_beyond_the_calendar_is_a_number() -> None:
    assert moment(2**48) == "281474976710656 s after 1970"
