"""The demo's own folder and its commands; tests/journeys plays the whole of it."""

from pathlib import Path

import pytest

from backchannel.cli.demo import MARK, clear, run_inside
from backchannel.errors import OfficerError


def test_only_a_folder_of_a_demo_is_cleared(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.touch()
    with pytest.raises(OfficerError) as caught:
        clear(tmp_path)
    assert caught.value.reason == "file-exists"
    assert kept.exists()
    (tmp_path / MARK).touch()
    clear(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [MARK]


def test_a_command_that_ends_otherwise_than_wanted_ends_the_demo(tmp_path: Path) -> None:
    words = ("log", "--station", tmp_path)
    with pytest.raises(OfficerError) as caught:
        run_inside(*words)
    assert caught.value.reason == "drill-command"
    assert "file-missing" in caught.value.text
    assert run_inside(*words, codes=(2,)) == ""
