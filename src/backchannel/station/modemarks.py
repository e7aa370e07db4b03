"""Texts that contradict their mode: held where they are drafted, marked where they stand.

This module must not hide such a text. Clause: NOTICE-92.
"""

from collections.abc import Iterator

from backchannel.errors import OfficerError
from backchannel.line.verdicts import Said
from backchannel.notice.mixing import contradiction
from backchannel.wire.signing import Mode
from backchannel.wire.statement import Content, Kind, Label, Statement

LOOKED_AT = (Kind.MESSAGE, Kind.NOTICE)


def require_of_its_mode(statement: Statement, content: Content, mode: Mode) -> None:
    """Raise OfficerError("mode-mixed") for a text that contradicts its mode and gives no reason."""
    if statement.kind not in LOOKED_AT:
        return
    words = contradiction(mode, content.values[Label.BODY - 1 :])
    if words is not None and content.field(Label.REMARKS) is None:
        raise OfficerError(
            "mode-mixed",
            f'it goes in {mode.name} and says "{words}": reword it, or say with --despite why it '
            "must stand so; it is marked then",
        )


def mode_marks(said: Said, content: Content | None) -> Iterator[str]:
    """Yield that a text contradicts its mode, and the reason that its drafter gave."""
    if content is None or said.statement.kind not in LOOKED_AT:
        return
    words = contradiction(Mode(said.mode), content.values[Label.BODY - 1 :])
    if words is not None:
        reason = content.field(Label.REMARKS)
        why = f"; they say why: {reason}" if isinstance(reason, str) else ""
        yield f'CONTRADICTS ITS MODE: {Mode(said.mode).name}, and it says "{words}"{why}'
