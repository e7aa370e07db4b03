"""Archive seals and openings: the vectors have the outcome that they state, and sizes fit."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backchannel.errors import JunkError
from backchannel.limits import FRAME_BYTES_MAX, READERS_MAX, SEAL_WRAPS_MAX, SEEN_HEADS_MAX
from backchannel.wire.archive import (
    Circle,
    Place,
    Seal,
    SealedShare,
    Wrapped,
    key_check,
    pack_archive_opening,
    pack_seal,
    parse_archive_opening,
    parse_seal,
    share_commitment,
    share_info,
    unwrap_key,
    wrap_key,
)
from backchannel.wire.ids import EntryId, JournalId, LineId
from backchannel.wire.shamir import combine

FOLDER = Path(__file__).parents[2] / "vectors" / "proof"
ACCEPT = "accept"
ID = bytes(32)

Case = dict[str, Any]  # what a JSON file holds


def run_seal(case: Case) -> None:
    raw = bytes.fromhex(case["hex"])
    assert pack_seal(parse_seal(raw)) == raw


def run_opening(case: Case) -> None:
    raw = bytes.fromhex(case["hex"])
    assert pack_archive_opening(parse_archive_opening(raw)) == raw


def run_shares(case: Case) -> None:
    found = combine({int(place): bytes.fromhex(each) for place, each in case["shares"].items()})
    if found.hex() != case["secret"]:
        raise JunkError("other-secret")


def run_keys(case: Case) -> None:
    line, journal = (
        LineId(bytes.fromhex(case["line_id"])),
        JournalId(bytes.fromhex(case["journal_id"])),
    )
    at = Place(line, journal, case["n"], case["role"], case["place"])
    key, entry = bytes.fromhex(case["key"]), EntryId(bytes.fromhex(case["entry"]))
    content_key, wrap = bytes.fromhex(case["content_key"]), bytes.fromhex(case["wrap"])
    assert key_check(line, journal, case["n"], key).hex() == case["check"]
    assert share_commitment(at, bytes.fromhex(case["share"])).hex() == case["commitment"]
    assert share_info(at).hex() == case["info"]
    assert wrap_key(key, line, case["day"], entry=entry, content_key=content_key) == wrap
    assert unwrap_key(key, line, case["day"], entry=entry, wrap=wrap) == content_key
    for day, other in ((case["day"] + 1, entry), (case["day"], EntryId(ID))):
        with pytest.raises(JunkError, match="not-authentic"):
            unwrap_key(key, line, day, entry=other, wrap=wrap)


RUNS: dict[str, Callable[[Case], None]] = {
    "archive-seal": run_seal,
    "archive-opening": run_opening,
    "shares": run_shares,
    "archive-keys": run_keys,
}
FILES = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
EVERY = [
    (document["kind"], case)
    for document in FILES
    if document["kind"] in RUNS
    for case in document["cases"]
]


@pytest.mark.parametrize(("kind", "case"), EVERY, ids=[f"{k}-{c['name']}" for k, c in EVERY])
def test_a_vector_has_the_outcome_it_states(kind: str, case: Case) -> None:
    """PROOF-130, PROOF-132, PROOF-133, PROOF-134, PROOF-136: each case under the clause that it
    names."""
    try:
        RUNS[kind](case)
    except JunkError as refused:
        assert refused.reason == case["result"]
        return
    assert case["result"] == ACCEPT


def test_the_largest_seal_fits_one_frame() -> None:
    """PROOF-130: two full circles and all wraps, under a header with all heads that it may have."""
    share = SealedShare(ID, ID, bytes(1168))
    circles = tuple(Circle(role, READERS_MAX, (share,) * READERS_MAX) for role in (0, 1))
    wraps = tuple(Wrapped(1_023, 2**40 + n, bytes(48)) for n in range(SEAL_WRAPS_MAX))
    size = len(pack_seal(Seal(2**32 - 1, 2**32 - 1, ID, circles, wraps)))
    a_head = len(bytes(32)) + 2 + 3 + 9 + 1
    assert size + SEEN_HEADS_MAX * a_head + 512 < FRAME_BYTES_MAX
