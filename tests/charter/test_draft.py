"""Drafts: what makes a charter, what is refused with its line, and sections that are merged."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.charter.people import ALDER, BIRCH, CEDAR, CHARTER, party, reason_of, root_set

from backchannel.charter.charter import Charter, pack_charter, parse_charter
from backchannel.charter.draft import merge_draft, parse_draft, parse_section, size_bytes
from backchannel.charter.drafting import render_draft, render_section
from backchannel.charter.policy import DEFAULT_CLOCKS, Policy, Window
from backchannel.charter.rules import Cover, ReleaseRule
from backchannel.charter.signatures import RootSignature
from backchannel.errors import OfficerError
from backchannel.line.founding import Founding, pack_founding
from backchannel.wire.codec import encode
from backchannel.wire.moments import print_moment
from backchannel.wire.signing import Mode

EXAMPLE = Path(__file__).parents[2] / "examples" / "line.toml"

COMMON = f"""\
name = "Alder-Birch"
random = "{CHARTER.nonce.hex()}"
since = "{print_moment(CHARTER.since)}"
until = "{print_moment(CHARTER.until)}"
"""
SECTIONS = (render_section(party(ALDER)), render_section(party(BIRCH)))


def merged(more: str = "", sections: tuple[str, ...] = SECTIONS) -> Charter:
    return merge_draft(COMMON + more, sections)


def draft(more: str = "") -> Charter:
    return parse_draft(COMMON + "".join(SECTIONS) + more)


def test_a_draft_without_policy_has_the_defaults() -> None:
    """CHARTER-73."""
    assert draft() == CHARTER
    assert CHARTER.policy == Policy()


def test_sections_that_each_party_wrote_are_merged_in_order() -> None:
    """CHARTER-72."""
    assert merged() == CHARTER
    names = [each.name for each in merged(sections=SECTIONS[::-1]).parties]
    assert names == ["Birch", "Alder"]


def test_nobody_writes_anothers_section() -> None:
    """CHARTER-72."""
    with pytest.raises(OfficerError, match=r"^party-in-common-part: line 5, party:"):
        merged(SECTIONS[0])


def test_a_section_reads_back() -> None:
    """CHARTER-72."""
    assert parse_section(SECTIONS[BIRCH]) == party(BIRCH)


@pytest.mark.parametrize(
    ("section", "reason"),
    [
        ("", "party-count"),
        (SECTIONS[0] + SECTIONS[1], "party-count"),
        (SECTIONS[0] + "[policy]\n", "unknown-field"),
        (SECTIONS[0].replace("threshold = 2", "threshold = 4"), "bad-threshold"),
        ("[[party]", "not-toml"),
    ],
)
def test_a_section_holds_one_party_and_nothing_else(section: str, reason: str) -> None:
    """CHARTER-72."""
    assert reason_of(lambda: parse_section(section), OfficerError) == reason
    assert reason_of(lambda: merged(sections=(section, SECTIONS[1])), OfficerError) == reason


def test_every_field_of_the_policy_can_be_written() -> None:
    """CHARTER-73."""
    policy = draft(
        """
[policy]
epoch = "1 h"
epoch_envelopes = 4096
prekey = "12 h"
max_skew = "10 s"
quota_entries = 100
quota_bytes = 1000
receipt_delay_ms = 0
receipt_entries = 1
names_withheld = true
fresh = "2 d"
third_party = "Cedar liaison office"
duress_posts = ["chief of staff"]
window = []

[policy.lanes]
service = "0 s"
life-safety = "3 d"

[policy.clocks.FLASH]
ack = "45 s"
readback = "none"

[[policy.rule]]
name = "inform"
covers = ["message", "notice T05 T12"]
signatures = [2, 2, 2, 1, 1]
powers = ["inform", "commit", "commit"]
emergency = ["PRIORITY", "FLASH"]
"""
    ).policy
    assert (policy.epoch_s, policy.epoch_envelopes, policy.prekey_s) == (3_600, 4_096, 43_200)
    assert (policy.max_skew_s, policy.quota_entries, policy.quota_bytes) == (10, 100, 1_000)
    assert (policy.receipt_delay_ms, policy.receipt_entries) == (0, 1)
    assert (policy.names_withheld, policy.fresh_s) == (True, 172_800)
    assert (policy.third_party, policy.duress_posts) == (
        "Cedar liaison office",
        ("chief of staff",),
    )
    assert (policy.windows, policy.hot_window_s) == ((), None)
    assert [tuple(lane) for lane in policy.lanes] == [("service", 0), ("life-safety", 259_200)]
    assert policy.clocks[0] == replace(DEFAULT_CLOCKS[0], ack_s=45, readback_s=None)
    assert policy.clocks[1:] == DEFAULT_CLOCKS[1:]
    covers = (Cover(1), Cover(2, ("T05", "T12")))
    assert policy.rules == (ReleaseRule("inform", covers, (2, 2, 2, 1, 1), 0b1001, (1, 3)),)


def test_windows_and_paths_are_written_as_tables() -> None:
    """CHARTER-73."""
    found = draft(
        """
[[policy.window]]
mode = "EXERCISE"
since = "2027-01-01T00:00:00Z"
until = "2027-01-02T00:00:00Z"
[[policy.window]]
mode = "TEST"
since = "2027-01-01T00:00:00Z"

[[path]]
id = 7
kind = "radio"
senders = ["Birch", "Alder"]
profile = "constant-flash-breaks-cover"
latency = "slow"
"""
    )
    day = 1_798_761_600
    assert found.policy.windows == (
        Window(Mode.EXERCISE, day, day + 86_400),
        Window(Mode.TEST, day, None),
    )
    assert (found.paths[0].kind, found.paths[0].senders, found.paths[0].profile) == (4, (0, 1), 2)
    assert (found.paths[0].cell_bytes, found.paths[0].travel_s) == (0, 0)


REFUSED = [
    ("nme = 1", "unknown-field", "line 1, nme:"),
    ("[policy]\nepcoh = 1", "unknown-field", "policy.epcoh:"),
    ("[policy]\nepoch = 24", "wrong-type", "policy.epoch: got int 24"),
    ('[policy]\nepoch = "0 s"', "out-of-range", "policy.epoch: got 0"),
    ('[policy]\nhot_window = "72 h"', "no-custodians", "policy.hot_window: Alder names no"),
    ('[policy]\nhot_window = "72 h"\nhot_window_cap = "1 h"', "cap-below-window", "policy.hot"),
    ('[policy]\nquota_bytes = "a lot"', "wrong-type", "policy.quota_bytes: got text"),
    ("[policy]\nnames_withheld = 1", "wrong-type", "policy.names_withheld: got int 1"),
    ("[policy]\nwindow = 1", "wrong-type", "policy.window: got int"),
    ("[policy]\nwindow = [1]", "wrong-type", "policy.window[1]: got int"),
    ('[[policy.window]]\nmode = "REAL"\nsince = "x"', "unknown-word", "policy.window[1].mode:"),
    (
        '[[policy.window]]\nmode = "TEST"\nsince = "1970-01-01T00:00:00Z"\nuntill = 1',
        "unknown-field",
        "policy.window[1].untill:",
    ),
    ("[policy.clocks.URGENT]", "unknown-field", "policy.clocks.URGENT:"),
    ('[policy.clocks.FLASH]\nread = "1 s"', "unknown-field", "policy.clocks.FLASH.read:"),
    ('[policy.clocks.FLASH]\nack = "none"', "wrong-type", "policy.clocks.FLASH.ack: got null"),
    ("[policy.lanes]\nservice = 0", "wrong-type", "policy.lanes.service:"),
    ('[[policy.rule]]\ncovers = ["fax"]', "unknown-word", "policy.rule[1].covers:"),
    ('[[policy.rule]]\ncovers = ["message"]', "missing-field", "policy.rule[1].name:"),
    (
        '[[policy.rule]]\nname = "a"\ncovers = ["message"]\nsignatures = [0, 1, 1, 1, 1]',
        "out-of-range",
        "policy.rule[1].signatures: got 0",
    ),
    (
        '[[policy.rule]]\nname = "a"\ncovers = ["message"]\nsignatures = [1]\nurgent = 1',
        "unknown-field",
        "policy.rule[1].urgent:",
    ),
    ('[[path]]\nid = 1\nkind = "fax"', "missing-field", "path[1].senders:"),
    ('[[path]]\nsenders = ["Cedar"]', "unknown-party", "path[1].senders: got 'Cedar'"),
    ('[[path]]\nsenders = ["Alder"]\nid = 1\nkind = "fax"', "unknown-word", "path[1].kind:"),
    (
        '[[path]]\nsenders = ["Alder"]\nid = 1\nkind = "mail"\nbaud = 300',
        "unknown-field",
        "path[1].baud:",
    ),
    ('[[oversight]]\nparty = "Cedar"', "unknown-party", "oversight[1].party:"),
    ('[[oversight]]\nparty = "Alder"\nthreshold = 1', "bad-threshold", "oversight[1].threshold:"),
    ('[[oversight]]\nparty = "Alder"\nvault = 1', "unknown-field", "oversight[1].vault:"),
    (
        '[[oversight]]\nparty = "Alder"\n[[oversight.trustee]]\nname = "a"\nkey = "AA"',
        "bad-base64",
        "oversight[1].trustee[1].key:",
    ),
    (
        '[[oversight]]\nparty = "Alder"\n[[oversight.trustee]]\nname = "a"\nkey = ""\nrank = 1',
        "unknown-field",
        "oversight[1].trustee[1].rank:",
    ),
]


@pytest.mark.parametrize(
    ("more", "reason", "text"), REFUSED, ids=[f"{row[1]} {row[2]}" for row in REFUSED]
)
def test_a_draft_is_refused_with_line_and_field(more: str, reason: str, text: str) -> None:
    """CHARTER-74: the text says the line, what we got and what we wanted."""
    before, after = ("", more) if more.startswith("[") else (f"{more}\n", "")
    with pytest.raises(OfficerError) as refused:
        parse_draft(f"{before}{COMMON}{''.join(SECTIONS)}{after}")
    assert refused.value.reason == reason
    assert text in refused.value.text
    assert refused.value.text.startswith("line ")


@pytest.mark.parametrize("field", ["name", "random", "since", "until"])
def test_a_draft_that_lacks_a_field_is_refused(field: str) -> None:
    """CHARTER-70."""
    text = "\n".join(line for line in COMMON.splitlines() if not line.startswith(field))
    with pytest.raises(OfficerError, match=f"^missing-field: {field}: missing"):
        parse_draft(text + "\n" + "".join(SECTIONS))


@pytest.mark.parametrize(
    ("old", "new", "reason", "text"),
    [
        ("threshold = 2", "threshold = 0", "bad-threshold", "line 9, party[1].threshold: got 0"),
        ('name = "Birch"', 'name = "Alder"', "twice", "party: got ['Alder', 'Alder']"),
        ('languages = ["fr", "en"]', "", "missing-field", "party[2].languages"),
        ("threshold = 2", "treshold = 2\nthreshold = 2", "unknown-field", "party[1].treshold"),
        ("[[party.root]]", "[[party.root]]\nrsa = 1", "unknown-field", "party[1].root[1].rsa"),
    ],
)
def test_a_party_is_refused_with_line_and_field(old: str, new: str, reason: str, text: str) -> None:
    """CHARTER-74."""
    whole = (COMMON + "".join(SECTIONS)).replace(old, new, 1)
    with pytest.raises(OfficerError) as refused:
        parse_draft(whole)
    assert refused.value.reason == reason
    assert text in refused.value.text


def test_a_root_of_low_order_is_refused_with_its_line() -> None:
    """CHARTER-74, NT7."""
    key = party(ALDER).root_set.roots[0].ed25519.hex()
    with pytest.raises(OfficerError, match=r"^low-order-key: line 12, party\[1\]\.root\[1\]"):
        parse_draft((COMMON + "".join(SECTIONS)).replace(key, "00" * 32))


def test_a_charter_that_does_not_fit_into_one_object_is_refused() -> None:
    """CHARTER-3: before anybody is asked to sign it."""
    eight = root_set(ALDER, *range(8))
    many = [replace(party(n, root_set(n, *range(8, 16))), name=f"P{n}") for n in (BIRCH, CEDAR)]
    crowd = [replace(party(ALDER, eight), name="P0"), *many]
    more = [
        replace(party(ALDER, root_set(ALDER, *range(8 * k, 8 * k + 8))), name=f"Q{k}")
        for k in (2, 3)
    ]
    sections = tuple(render_section(each) for each in (*crowd, *more))
    with pytest.raises(OfficerError, match=r"^charter-too-large: got about \d{6} bytes"):
        merged(sections=sections)


def test_a_charter_fits_with_the_signatures_that_it_wants() -> None:
    """CHARTER-74, RECORD-110: else it would be in force, and in no founding file."""

    def of_threshold(threshold: int) -> tuple[str, ...]:
        sets = [replace(root_set(n, *range(8 * n, 8 * n + 8)), threshold=threshold) for n in (0, 1)]
        rooms = (replace(party(n, roots), name=f"P{n}") for n, roots in enumerate(sets))
        return tuple(map(render_section, rooms))

    raw = pack_charter(merged(sections=of_threshold(4)))
    rows = tuple(RootSignature(p, r, bytes(64), bytes(3_309)) for p in (0, 1) for r in range(4))
    assert pack_founding(Founding(raw, rows, (), ()))
    with pytest.raises(OfficerError, match=r"^charter-too-large"):
        merged(sections=of_threshold(5))


def test_the_estimated_size_is_never_too_small() -> None:
    """CHARTER-3."""
    for value in (0, "x" * 300, (1, (2, b"ab")), {1: "a", 2: {3: ()}}, None, tuple(range(300))):
        assert size_bytes(value) >= len(encode(value))


def test_an_amendment_names_its_predecessor() -> None:
    """CHARTER-70."""
    text = f'predecessor = "{"ab" * 32}"\n' + COMMON + "".join(SECTIONS)
    assert parse_draft(text).predecessor == b"\xab" * 32


def test_the_example_makes_a_charter_that_holds() -> None:
    """CHARTER-70: examples/line.toml is what the founding guide begins with."""
    charter = parse_draft(EXAMPLE.read_text())
    assert [each.name for each in charter.parties] == ["Alder", "Birch"]
    assert parse_charter(pack_charter(charter)) == charter
    assert parse_draft(render_draft(charter)) == charter
