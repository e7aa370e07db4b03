"""Settings: read strictly, printed whole, each explained in its page."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backchannel.errors import OfficerError
from backchannel.station.settings import (
    Settings,
    load_settings,
    parse_settings,
    render_settings,
    save_settings,
)

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"
SAMPLE = Settings("Alder one", "Alder", ("127.0.0.1:7001",))
MINIMAL = 'name = "Alder one"\nparty = "Alder"\nlisten = ["127.0.0.1:7001"]\n'


def test_what_is_left_out_has_its_default() -> None:
    assert parse_settings(MINIMAL) == SAMPLE


@given(
    st.builds(
        Settings,
        name=st.text(),
        party=st.text(),
        listen=st.lists(st.text()).map(tuple),
        announce=st.lists(st.text()).map(tuple),
        clock_uncertainty_s=st.integers(min_value=0, max_value=2**40),
    )
)
def test_what_is_printed_is_read_again(settings: Settings) -> None:
    assert parse_settings(render_settings(settings)) == settings


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (MINIMAL + "lisen = 1\n", "unknown-setting"),
        (MINIMAL + "clock_uncertainty_s = true\n", "bad-setting"),
        (MINIMAL + 'clock_uncertainty_s = "2"\n', "bad-setting"),
        (MINIMAL + "clock_uncertainty_s = -1\n", "bad-setting"),
        (MINIMAL + "loopback = -1\n", "bad-setting"),
        (MINIMAL + "loopback = 65536\n", "bad-setting"),
        ('name = "Alder one"\nparty = "Alder"\n', "bad-setting"),
        ('name = "Alder one"\nparty = "Alder"\nlisten = "127.0.0.1:7001"\n', "bad-setting"),
        ("name = \n", "not-toml"),
    ],
)
def test_a_mistake_is_named(text: str, reason: str) -> None:
    with pytest.raises(OfficerError, match=reason):
        parse_settings(text)


def test_a_station_keeps_its_settings(tmp_path: Path) -> None:
    save_settings(tmp_path, SAMPLE)
    assert load_settings(tmp_path) == SAMPLE
    with pytest.raises(OfficerError, match="file-exists"):
        save_settings(tmp_path, SAMPLE)


def test_there_are_few_settings_and_the_page_has_exactly_these() -> None:
    names = Settings.__struct_fields__
    assert len(names) <= 20
    assert tuple(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE)) == names


def test_the_page_gives_the_right_defaults() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `?([^|`]*?)`? \|", PAGE.read_text(), re.MULTILINE)
    for field, (name, default) in zip(msgspec.structs.fields(Settings), rows, strict=True):
        shown = {"": '""', "()": "[]"}.get(str(field.default), str(field.default))
        assert default == ("required" if field.required else shown), name
