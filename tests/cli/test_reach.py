"""What every command does before an officer's act leaves."""

import io

import pytest

from backchannel.cli.reach import Act
from backchannel.errors import OfficerError


class Terminal(io.StringIO):
    """A person who sits at a terminal and has typed something."""

    def isatty(self) -> bool:
        return True


def test_a_person_at_a_terminal_may_say_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\ny\n"))
    with pytest.raises(OfficerError) as caught:
        Act().confirm("Release it?")
    assert caught.value.reason == "not-confirmed"
    Act().confirm("Release it?")


def test_nobody_is_asked_who_said_yes_or_sits_at_no_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal())
    Act(yes=True).confirm("Release it?")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    Act().confirm("Release it?")
