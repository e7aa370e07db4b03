"""A message that an officer writes, or a reply: its words, its precedence, on the way to a release.

What was typed stays until it is released, whatever comes between. This module must not send.
"""

from collections.abc import Sequence

from backchannel.desk.terminal.cells import Look, Row, cut, said
from backchannel.desk.terminal.editor import Editor
from backchannel.desk.terminal.inbox import PROSIGNS
from backchannel.desk.terminal.keys import Key, Pressed
from backchannel.desk.terminal.releasing import Act, ask_release
from backchannel.desk.terminal.session import Drawn, Session
from backchannel.desk.terminal.talk import headline
from backchannel.errors import OfficerError
from backchannel.line.drafting import Plan, message_body, sendable
from backchannel.station.planning import Terms, entry_of, others, own_language, plan_of
from backchannel.station.reports import DeskReport, StatementReport
from backchannel.wire.ids import CredentialId
from backchannel.wire.statement import Kind, Precedence

ABOUT_ROWS = 6


class Writing:
    """The view of a message that is being written."""

    keys = "Ctrl-P precedence  Ctrl-X to the release  Esc keep draft"

    def __init__(self, session: Session, about: StatementReport | None = None) -> None:
        self._about = about
        self._mode = session.mode if about is None else about.line.words.mode
        self._name = f"{self._mode} {about.line.entry if about else ''}"
        self._text = Editor(session.drafts.get(self._name, ""))
        usual = Precedence.ROUTINE.name if about is None else about.line.words.precedence
        self._precedence = Precedence[usual]

    def draw(self, session: Session, height: int) -> Drawn:
        """Return what it answers, then what was typed."""
        glass = session.glass
        room = glass.columns - 4
        drill = "" if self._mode == "REAL" else f"{self._mode} "
        sign = PROSIGNS[self._precedence.name]
        rows = [
            Row(f"{drill}DRAFT, not sent: a message, {sign} {self._precedence.name}", Look.BOLD)
        ]
        if self._about is not None:
            rows.append(Row(f"In reply to {headline(glass, self._about.line)}"[:room]))
            words = list(cut(glass, self._about.line.words.text, room - 2))
            rows += [Row(f": {each}") for each in words[:ABOUT_ROWS]]
            if len(words) > ABOUT_ROWS:
                rows.append(Row(f": ({len(words) - ABOUT_ROWS} rows more: Esc to read them)"))
        rows.append(Row("-" * room))
        typed, (row, column) = self._text.window(glass, room, height - len(rows))
        return Drawn([*rows, *typed], (len(rows) + row, column))

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        room = session.glass.columns - 4
        match key:
            case Key.ESCAPE:
                session.back("The draft stays at this terminal." if self._text.text else "")
            case Key.GO_ON:
                self._go_on(session)
            case Key.PRECEDENCE:
                self._precedence = Precedence(int(self._precedence) % len(Precedence) + 1)
            case Key.UP | Key.DOWN:
                self._text.step(session.glass, room, -1 if key is Key.UP else 1)
            case _:
                self._text.press(key)
        session.drafts[self._name] = self._text.text

    def _go_on(self, session: Session) -> None:
        text, about, precedence, mode = self._text.text, self._about, self._precedence, self._mode
        try:
            sendable(text)
        except OfficerError as fault:
            session.note = f"{fault.text} [{fault.reason}]"
            return

        def plans(desk: DeskReport, signers: Sequence[CredentialId]) -> Plan:
            terms = Terms(mode, precedence, own_language(desk, None))
            refs = () if about is None else (entry_of(about),)
            return plan_of(
                *(desk, terms, Kind.MESSAGE, signers),
                to=others(desk),
                refs=refs,
                body=message_body(text),
            )

        what = "message" if about is None else f"reply to {about.line.number}"
        means = f"Release this {what} in {said(session.glass, mode)}."
        ask_release(session, Act(means, (("", text),), mode, plans, self._name))
