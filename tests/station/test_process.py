"""A stop that was clean leaves word of it, once, and of one state only."""

from backchannel.station.process import GOODBYE, say_goodbye, take_goodbye


def test_a_goodbye_counts_once(tmp_path):
    say_goodbye(tmp_path, 41)
    assert take_goodbye(tmp_path, 41) is True
    assert not (tmp_path / GOODBYE).exists()
    assert take_goodbye(tmp_path, 41) is False


def test_a_goodbye_said_of_another_state_counts_for_nothing(tmp_path):
    """An old database beside a newer word must ask like any other."""
    say_goodbye(tmp_path, 41)
    assert take_goodbye(tmp_path, 40) is False
    assert not (tmp_path / GOODBYE).exists()


def test_a_later_goodbye_replaces_an_earlier_one(tmp_path):
    say_goodbye(tmp_path, 41)
    say_goodbye(tmp_path, 42)
    assert take_goodbye(tmp_path, 42) is True
