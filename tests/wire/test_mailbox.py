"""The names of mailboxes and requests for them: what the vectors say, and who can prove what."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.relay.boxes import ALDER, BIRCH, CEDAR, DAY, LINE, WORD, capsule, put, take, to_birch

from backchannel.errors import JunkError
from backchannel.path.capsules import ROOM_BYTES, capsule_key, open_capsule, seal_capsule
from backchannel.wire.keys import mailbox_private
from backchannel.wire.limits import TAKE_HASHES_MAX
from backchannel.wire.mailbox import (
    Put,
    Take,
    key_id,
    mailbox_of,
    make_admission,
    pack_taken,
    pair_root,
    parse_put,
    parse_take,
    parse_taken,
)
from backchannel.wire.primitives import hkdf_expand, hkdf_extract, sha256, x25519_public

VECTORS = Path(__file__).parents[2] / "vectors" / "relay"
Case = dict[str, Any]  # what a JSON file holds


def cases(name: str) -> Any:
    return json.loads((VECTORS / f"{name}.json").read_text())


REQUESTS = cases("requests")
ADMISSION = make_admission(bytes.fromhex(REQUESTS["relay_private"]), [WORD])


def named(case: Case) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", cases("mailboxes"), ids=named)
def test_a_mailbox_has_the_name_that_the_vectors_say(case: Case) -> None:
    """RELAY-3, RELAY-4."""
    sender, owner, line, private = (
        bytes.fromhex(case[field]) for field in ("sender", "owner", "line_id", "private")
    )
    root = pair_root(private, owner if x25519_public(private) == sender else sender, line)
    found = mailbox_of(root, sender=sender, owner=owner, path=case["path"], period=case["period"])
    shown = (root.hex(), found.blind.hex(), found.box.hex())
    assert shown == (case["root"], case["blind"], case["box"])


def test_the_key_of_a_station_has_a_label_of_its_own() -> None:
    """RELAY-1."""
    derived = hkdf_expand(hkdf_extract(b"backchannel/1/keys", ALDER), b"station/x25519")
    assert mailbox_private(ALDER) == derived


def test_the_page_shows_what_the_code_makes() -> None:
    """RELAY-3, RELAY-4, RELAY-5, RELAY-11."""
    page = (Path(__file__).parents[2] / "docs" / "spec" / "relay.md").read_text()
    sender, owner = x25519_public(ALDER), x25519_public(BIRCH)
    root = pair_root(BIRCH, sender, LINE)
    key = capsule_key(root, sender=sender, owner=owner)
    made = (sender, owner, root, to_birch().box, key, ADMISSION.public, key_id(ADMISSION.public))
    assert [each.hex() for each in made if each.hex() not in page] == []


def test_no_two_mailboxes_have_one_name() -> None:
    """RELAY-4: neither of two days, two relays or two directions; and a third room has others."""
    pairs = {(ALDER, BIRCH), (BIRCH, ALDER), (CEDAR, BIRCH), (ALDER, CEDAR)}
    boxes = {
        mailbox_of(
            pair_root(sender, x25519_public(owner), LINE),
            sender=x25519_public(sender),
            owner=x25519_public(owner),
            path=path,
            period=day,
        ).box
        for sender, owner in pairs
        for path in (2, 3)
        for day in (DAY, DAY + 1)
    }
    assert len(boxes) == 4 * len(pairs)


@pytest.mark.parametrize("case", REQUESTS["cases"], ids=named)
def test_a_request_gets_the_verdict_of_the_vectors(case: Case) -> None:
    """RELAY-11, RELAY-12, RELAY-13, RELAY-14, RELAY-15."""
    raw = capsule(1).join(map(bytes.fromhex, case["parts"]))
    parse = {"put": parse_put, "take": parse_take}[case["kind"]]
    try:
        parse(raw, ADMISSION)
    except JunkError as junk:
        assert junk.reason == case["verdict"]
    else:
        assert case["verdict"] == "accept"


def test_requests_come_back_as_they_were_made() -> None:
    """RELAY-13, RELAY-14."""
    key, box = ADMISSION.public, to_birch().box
    done = tuple(bytes((n,)) * 16 for n in range(256))
    assert len(done) == TAKE_HASHES_MAX
    assert parse_put(put(3, key, size=65_536), ADMISSION) == Put(box, capsule(3, 65_536))
    assert parse_take(take(key, wait_s=50, done=done), ADMISSION) == Take(box, 50, done)
    capsules = (capsule(1), capsule(2, 65_536), capsule(3, 16_384))
    assert parse_taken(pack_taken(capsules)) == capsules


def test_a_second_pass_counts_as_the_first() -> None:
    """RELAY-12."""
    both = make_admission(ADMISSION.private, [bytes(32), WORD])
    assert parse_put(put(1, both.public, word=bytes(32)), both).box == to_birch().box
    assert parse_put(put(1, both.public), both).box == to_birch().box


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x00\x00\x10", "capsule-size"),
        ((4_095).to_bytes(4, "big") + bytes(4_095), "capsule-size"),
        ((4_096).to_bytes(4, "big") + bytes(4_095), "taken-shape"),
        (pack_taken([capsule(1)]) + b"\x00", "capsule-size"),
        ((1 << 31).to_bytes(4, "big"), "capsule-size"),
    ],
)
def test_an_answer_that_is_none_is_junk(raw: bytes, reason: str) -> None:
    """RELAY-14: a relay may say anything."""
    with pytest.raises(JunkError, match=reason):
        parse_taken(raw)


@pytest.mark.parametrize("case", cases("capsules"), ids=named)
def test_a_capsule_is_what_the_vectors_say(case: Case) -> None:
    """RELAY-5, RELAY-6."""
    key, nonce = bytes.fromhex(case["key"]), bytes.fromhex(case["nonce"])
    sealed = seal_capsule(key, nonce, bytes.fromhex(case["frames"]))
    assert (len(sealed), sha256(sealed).hex()) == (case["size"], case["capsule_sha256"])
    try:
        found = [message.hex() for message in open_capsule(key, sealed)]
    except JunkError as junk:
        assert junk.reason == case["verdict"]
    else:
        assert (case["verdict"], found) == ("accept", case["messages"])


def test_a_capsule_that_was_changed_or_is_for_others_does_not_open() -> None:
    """RELAY-5."""
    sealed = seal_capsule(bytes(32), bytes(12), b"")
    for changed in (sealed[:-1] + bytes((sealed[-1] ^ 1,)), b"\x01" + sealed[1:]):
        with pytest.raises(JunkError, match="not-authentic"):
            open_capsule(bytes(32), changed)
    with pytest.raises(JunkError, match="not-authentic"):
        open_capsule(bytes((1,)) * 32, sealed)
    with pytest.raises(JunkError, match="capsule-size"):
        open_capsule(bytes(32), sealed[:-1])
    assert len(seal_capsule(bytes(32), bytes(12), bytes(ROOM_BYTES))) == 65_536
