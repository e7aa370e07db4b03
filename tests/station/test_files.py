"""Files are written whole, for their owner alone, and never over another."""

import stat
from pathlib import Path

import pytest

from backchannel.errors import CustodyError, JunkError, OfficerError
from backchannel.station import files


def test_a_new_file_has_all_bytes_and_no_other_reader(tmp_path: Path) -> None:
    path = tmp_path / "root-1.key"
    files.write_new(path, b"sealed")
    assert files.read_file(path) == b"sealed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "root-1.key"
    files.write_new(path, b"first")
    with pytest.raises(OfficerError, match="file-exists"):
        files.write_new(path, b"second")
    assert path.read_bytes() == b"first"


def test_a_link_that_leads_nowhere_is_in_the_way_too(tmp_path: Path) -> None:
    path = tmp_path / "root-1.key"
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OfficerError, match="file-exists"):
        files.write_new(path, b"x")


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "office.authority"
    files.write_new(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("backchannel.station.files.os.fsync", full)
    with pytest.raises(CustodyError, match="file-failed"):
        files.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(OfficerError, match="file-missing"):
        files.read_file(tmp_path / "none")
    with pytest.raises(OfficerError, match="file-unreachable"):
        files.read_file(tmp_path)
    with pytest.raises(OfficerError, match="file-missing"):
        files.write_new(tmp_path / "none" / "file", b"x")


def test_a_file_of_any_size_costs_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "HAND_FILE_BYTES_MAX", 8)
    path = tmp_path / "long"
    path.write_bytes(b"123456789")
    with pytest.raises(JunkError, match="file-too-large"):
        files.read_file(path)
    path.write_bytes(b"12345678")
    assert files.read_file(path) == b"12345678"


def test_a_text_is_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "section.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(JunkError, match="file-not-text"):
        files.read_text(path)


def test_a_folder_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    files.make_folder(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with pytest.raises(OfficerError, match="file-exists"):
        files.make_folder(folder)


def test_a_folder_has_one_command_at_a_time(tmp_path: Path) -> None:
    with (
        files.sole_use(tmp_path),
        pytest.raises(OfficerError, match="folder-in-use"),
        files.sole_use(tmp_path),
    ):
        pass
    with files.sole_use(tmp_path):
        pass
