"""TOML tables taken apart: what is missing, unknown or of another type, and on which line."""

import pytest
from tests.charter.people import reason_of

from backchannel.charter import tables
from backchannel.charter.tables import Table, line_of
from backchannel.errors import JunkError, OfficerError


def junk(call: object) -> str:
    return reason_of(call, JunkError)  # type: ignore[arg-type]


def test_a_text_that_is_no_toml_is_refused_with_its_line() -> None:
    """CHARTER-74."""
    with pytest.raises(OfficerError, match=r"^not-toml: .*line 2.*; mend the draft there"):
        tables.load('name = "Alder"\nname = oops\n')


def test_what_is_taken_is_gone_and_the_rest_is_unknown() -> None:
    """CHARTER-70."""
    table = Table("policy", {"epoch": "24 h", "epcoh": "1 h"})
    assert tables.take(table, "epoch") == "24 h"
    with pytest.raises(JunkError, match=r"^unknown-field: policy\.epcoh: not known"):
        tables.require_all_taken(table)
    with pytest.raises(JunkError, match=r"^missing-field: policy\.epoch: missing"):
        tables.take(table, "epoch")
    tables.require_all_taken(Table("", {}))


def test_lists_of_tables() -> None:
    table = Table("", {"party": [{"name": "Alder"}, {"name": "Birch"}], "path": {}, "more": [1]})
    assert [each.path for each in tables.take_list(table, "party")] == ["party[1]", "party[2]"]
    assert tables.take_list(table, "oversight") == ()
    assert junk(lambda: tables.take_list(table, "path")) == "wrong-type"
    assert junk(lambda: tables.take_list(table, "more")) == "wrong-type"
    assert junk(lambda: tables.as_table("text", "policy")) == "wrong-type"


@pytest.mark.parametrize(
    ("reader", "value", "reason"),
    [
        (tables.plain, 1.5, "wrong-type"),
        (tables.plain, True, "wrong-type"),
        (tables.plain, [1, True], "wrong-type"),
        (tables.written, 5, "wrong-type"),
        (tables.written_list, "T05", "wrong-type"),
        (tables.written_list, [5], "wrong-type"),
        (tables.yes_no, 1, "wrong-type"),
        (tables.duration, 24, "wrong-type"),
        (tables.duration, "24", "bad-duration"),
        (tables.duration_or_none, "never", "bad-duration"),
        (tables.moment, 1_800_000_000, "wrong-type"),
        (tables.moment, "tomorrow", "bad-moment"),
        (tables.text_or_none, 0, "wrong-type"),
        (tables.from_hex, "0g", "bad-hex"),
        (tables.from_hex, "abc", "bad-hex"),
        (tables.from_base64, "AA=", "bad-base64"),
        (tables.from_base64, "A*==", "bad-base64"),
        (tables.from_base64, 7, "wrong-type"),
    ],
)
def test_a_value_of_another_type_or_spelling_is_refused(
    reader: object, value: object, reason: str
) -> None:
    """CHARTER-71, CHARTER-74: with the path of its field."""
    with pytest.raises(JunkError) as refused:
        reader(value, "policy.field")  # type: ignore[operator]
    assert refused.value.reason == reason
    assert refused.value.text.startswith("policy.field:")


def test_what_fits_is_read() -> None:
    assert tables.plain(["a", 1, ["b"]], "f") == ("a", 1, ("b",))
    assert (tables.yes_no(True, "f"), tables.yes_no(False, "f")) == (1, 0)
    assert tables.duration("3 min", "f") == 180
    assert tables.duration_or_none("none", "f") is None
    assert tables.moment("1970-01-01T00:01:00Z", "f") == 60
    assert (tables.text_or_none("none", "f"), tables.text_or_none("x", "f")) == (None, "x")
    assert tables.from_hex("0aFF", "f") == b"\x0a\xff"
    assert tables.from_base64("\n AAE\n C\n", "f") == b"\x00\x01\x02"


def test_a_word_that_is_no_choice_is_refused_with_the_choices() -> None:
    with pytest.raises(JunkError, match=r"kind: got 'fax', wanted one of \['radio', 'mail'\]"):
        tables.code("fax", "path[1].kind", {"radio": 4, "mail": 5})
    assert tables.code("mail", "kind", {"radio": 4, "mail": 5}) == 5


DRAFT = """\
# a comment
name = "x"
key_like = \"\"\"
threshold=AA==
\"\"\"

[[party]]
name = "Alder"
[[party.root]]
ed25519 = "00"
[[ party . root ]]  # the second
ed25519 = "01"

[[party]]
name = "Birch"
[[party.root]]
ed25519 = "02"

[policy]
epoch = "24 h"
[policy.clocks.FLASH]
ack = "60 s"
[policy.lanes]
"life-safety" = "0 s"
[[policy.rule]]
name = "inform"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("name", 2),
        ("party[1]", 7),
        ("party[1].name", 8),
        ("party[1].root[1].ed25519", 10),
        ("party[1].root[2]", 11),
        ("party[1].root[2].ed25519", 12),
        ("party[2].name", 15),
        ("party[2].root[1].ed25519", 17),
        ("policy.epoch", 20),
        ("policy.clocks.FLASH.ack", 22),
        ("policy.lanes", 23),
        ("policy.rule[1].name", 26),
        ("party[3]", None),
        ("party[2].root[2].ed25519", None),
        ("policy.lanes.life-safety", None),
    ],
)
def test_a_path_leads_to_its_line(path: str, line: int | None) -> None:
    """CHARTER-74."""
    assert line_of(DRAFT, path) == line
