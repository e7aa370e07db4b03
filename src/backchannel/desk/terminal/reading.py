"""One statement, the whole of it, and what an officer may do with it from there.

When the last row of its words has been on the screen of an officer who has signed on, the station
is told so (NT76). This module must not tell it earlier, and must not answer what is not in order by
one key.
"""

from collections.abc import Sequence

from backchannel.desk.telling import departures_of
from backchannel.desk.terminal.asking import Telling, scrolled
from backchannel.desk.terminal.cells import Look, Row
from backchannel.desk.terminal.keys import Key, Pressed
from backchannel.desk.terminal.rekeying import read_back
from backchannel.desk.terminal.releasing import Act, ask_release
from backchannel.desk.terminal.session import Drawn, Session
from backchannel.desk.terminal.talk import below, headline, word_rows
from backchannel.desk.terminal.writing import Writing
from backchannel.errors import OfficerError
from backchannel.line.drafting import Level, Plan, answer_body, remark_body
from backchannel.station.asked import Drawn as DrawnBefore
from backchannel.station.planning import (
    answer_plan,
    entry_of,
    reference,
    require_answerable,
    require_same_fields,
)
from backchannel.station.reports import DeskReport, Repeated, StatementReport
from backchannel.wire.ids import CredentialId, EntryId
from backchannel.wire.statement import Kind


class Reading:
    """The view of one statement."""

    keys = "A ack  B read back  R reply  C confirm  PgUp PgDn  Esc back"

    def __init__(self, found: StatementReport) -> None:
        self.found = found
        self._top = 0
        self._told = False
        self._as_of = 0.0

    def draw(self, session: Session, height: int) -> Drawn:
        """Return the statement from where it was scrolled to."""
        self._keep_new(session)
        glass = session.glass
        words = [Row(headline(glass, self.found.line), Look.BOLD)]
        words += word_rows(glass, self.found.line)
        rows = [*words, *below(glass, self.found)]
        self._top = max(0, min(self._top, len(rows) - height + 1))
        seen = self._top + height - 1
        more = f"-- {len(rows) - seen} rows more: PgDn --" if len(rows) > seen else ""
        if seen >= len(words):
            self._tell(session)
        return Drawn([*rows[self._top : seen], Row(more, Look.BOLD)])

    def _tell(self, session: Session) -> None:
        """Have it entered that the whole was before this officer, once."""
        words, officer = self.found.line.words, session.officer
        worded = words.text or words.fields
        if self._told or officer is None or words.ours or not worded:
            return
        self._told = True
        if self.found.line.arrival:
            drawn = DrawnBefore(self.found.line.entry, self.found.croot, officer.credential)
            session.beside(lambda: session.client.shown(drawn))

    def _keep_new(self, session: Session) -> None:
        """Ask for the statement again after each new picture: its ladder may have grown."""
        if session.picture is None or session.picture.running == self._as_of or session.busy():
            return
        self._as_of = session.picture.running

        def ask() -> None:
            self.found = session.client.show(self.found.line.entry)

        session.beside(ask)

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        if key is Key.ESCAPE:
            session.back()
        elif isinstance(key, str):
            try:
                self._letter(session, key.lower())
            except OfficerError as fault:
                session.note = f"{fault.text} [{fault.reason}]"
        else:
            self._top += scrolled(key, session.glass.lines // 2)

    def _letter(self, session: Session, letter: str) -> None:
        match letter:
            case "a":
                require_answerable(self.found, of_others=True)
                ask_release(session, acknowledging(self.found))
            case "b":
                require_answerable(self.found, of_others=True)
                read_back(session, self.found)
            case "r":
                session.open(Writing(session, self.found))
            case "c":
                require_answerable(self.found, of_others=False)
                confirm(session, self.found)
            case "s":
                session.silence()


def open_statement(session: Session, entry: str) -> None:
    """Put a statement before the officer."""
    session.start(
        lambda: session.client.show(entry),
        lambda found: session.open(Reading(found)),
        "Asking the station...",
    )


def spoken_of(found: StatementReport) -> str:
    """Return how a statement is spoken of."""
    return found.line.number or found.line.entry[:12]


def own_words(found: StatementReport) -> tuple[tuple[str, str], ...]:
    """Return the words of a statement as a release shows them."""
    words = found.line.words
    return (("", words.text),) if words.text else tuple((f.name, f.value) for f in words.fields)


def acknowledging(found: StatementReport) -> Act:
    """Return the act by which a statement is acknowledged."""

    def plans(desk: DeskReport, signers: Sequence[CredentialId]) -> Plan:
        body = answer_body(reference(found), Level.ACKNOWLEDGED, desk.now)
        return answer_plan(desk, found, Kind.ACK, signers, body=body)

    means = f"ACKNOWLEDGE {spoken_of(found)}: I have received and read it. Not: I agree."
    return Act(means, own_words(found), found.line.words.mode, plans)


def confirm(session: Session, found: StatementReport) -> None:
    """Confirm the newest valid readback of our own statement. Raises OfficerError."""
    valid = [each for each in found.readbacks if each.verdict.word == "valid"]
    if not valid:
        raise OfficerError("no-readback", "nobody has validly read this statement back")
    require_same_fields(valid[-1])
    ask_release(session, confirming(found, valid[-1]))


def confirming(found: StatementReport, repeated: Repeated) -> Act:
    """Return the act by which a readback is confirmed."""

    def plans(desk: DeskReport, signers: Sequence[CredentialId]) -> Plan:
        refs = (entry_of(found), EntryId(bytes.fromhex(repeated.entry)))
        return answer_plan(
            desk, found, Kind.CONFIRM, signers, refs=refs, body=remark_body(desk.now)
        )

    differs = " ALTHOUGH IT DIFFERS" if repeated.departures else ""
    means = f"CONFIRM the readback of {spoken_of(found)}{differs}: you have compared it yourself."
    words = (
        *own_words(found),
        (f"read back by {repeated.by}", repeated.text),
        *(("compare", each.strip()) for each in departures_of(repeated)),
    )
    return Act(means, words, found.line.words.mode, plans)


def tell_lamp(session: Session, words: tuple[str, str]) -> None:
    """Put what the station asks a person to see to before him, with its advice."""
    session.open(Telling("The station says", "\n\n".join(each for each in words if each)))
