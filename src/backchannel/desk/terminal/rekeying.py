"""Readback: what was read is keyed anew, and compared with what stands there by value.

Keying makes a reader take in each value, so what was pasted is not taken. This module must never
call a text a match: where it finds no difference, it asks the officer to compare (NT31).
"""

from collections.abc import Iterator, Sequence

from backchannel.desk.telling import departure_lines
from backchannel.desk.terminal.asking import scrolled
from backchannel.desk.terminal.cells import Look, Row, cut
from backchannel.desk.terminal.editor import Editor
from backchannel.desk.terminal.fields import Fields, FilledIn
from backchannel.desk.terminal.keys import Key, Pasted, Pressed
from backchannel.desk.terminal.releasing import Act, ask_release
from backchannel.desk.terminal.session import Drawn, Session
from backchannel.errors import OfficerError
from backchannel.line.drafting import Plan, readback_body, rekeyed_body, sendable
from backchannel.notice.catalogue import Form, form_named
from backchannel.notice.readback import differences
from backchannel.notice.rekeying import compare, critical_fields, rekey, shown
from backchannel.station.matterreports import MatterReport
from backchannel.station.planning import answer_plan, reference, with_corrections
from backchannel.station.reports import DeskReport, StatementReport
from backchannel.wire.codec import Value, decode
from backchannel.wire.ids import CredentialId
from backchannel.wire.statement import Kind

NO_PASTE = "A readback is keyed anew. What was pasted was not taken."


def read_back(session: Session, found: StatementReport) -> None:
    """Put the readback of a message or a notice before the officer."""
    if found.line.words.kind != "notice":
        session.open(TextReadback(found))
        return
    session.start(
        lambda: session.client.matter(found.line.entry),
        lambda matter: session.open(notice_readback(found, matter)),
        "Asking the station...",
    )


class TextReadback:
    """The view in which a text is keyed anew, beneath what is to be read."""

    keys = "Ctrl-X compare, go on  PgUp PgDn text above  Esc back"

    def __init__(self, found: StatementReport) -> None:
        self._found = found
        self._text = Editor()
        self._top = 0

    def draw(self, session: Session, height: int) -> Drawn:
        """Return what is to be read, and what was keyed."""
        glass = session.glass
        room, half = glass.columns - 4, height // 2
        number = self._found.line.number
        original = [Row(f"| {each}") for each in cut(glass, self._original(), room - 2)]
        self._top = max(0, min(self._top, len(original) - half + 2))
        above = original[self._top : self._top + half - 2]
        left = len(original) - self._top - len(above)
        more = f" ({left} rows more: PgDn)" if left else ""
        rows = [Row(f"READ BACK {number}: key anew what you read above the line{more}", Look.BOLD)]
        rows += [*above, Row("-" * room)]
        typed, (row, column) = self._text.window(glass, room, height - len(rows))
        return Drawn([*rows, *typed], (len(rows) + row, column))

    def _original(self) -> str:
        return self._found.matter.text_now or self._found.line.words.text

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        match key:
            case Key.ESCAPE:
                session.back()
            case Pasted():
                session.note = NO_PASTE
            case Key.PAGE_UP | Key.PAGE_DOWN:
                self._top += scrolled(key, session.glass.lines // 4)
            case Key.UP | Key.DOWN:
                by = -1 if key is Key.UP else 1
                self._text.step(session.glass, session.glass.columns - 4, by)
            case Key.GO_ON:
                self._go_on(session)
            case _:
                self._text.press(key)

    def _go_on(self, session: Session) -> None:
        found, text = self._found, self._text.text
        try:
            sendable(text)
        except OfficerError as fault:
            session.note = f"{fault.text} [{fault.reason}]"
            return
        departures = differences(self._original(), text)

        def plans(desk: DeskReport, signers: Sequence[CredentialId]) -> Plan:
            body = readback_body(reference(found), desk.now, text)
            refs = with_corrections(found)
            return answer_plan(desk, found, Kind.READBACK, signers, refs=refs, body=body)

        found_here = (("compare", each.strip()) for each in departure_lines(iter(departures)))
        words = (("", text), *found_here)
        ask_release(session, Act(means(found, len(departures)), words, mode_of(found), plans))


def mode_of(found: StatementReport) -> str:
    """Return the mode of a statement."""
    return found.line.words.mode


def means(found: StatementReport, differing: int) -> str:
    """Return what it means to release a readback, and whether it differs."""
    said = f"IT DIFFERS IN {differing}" if differing else "no difference found by the machine"
    return f"READ BACK {found.line.number}, as you keyed it: {said}."


# --- Notices --------------------------------------------------------------------------------------


def notice_readback(found: StatementReport, matter: MatterReport) -> Fields:
    """Return the view in which the critical fields of a notice are keyed anew."""
    form = form_named(found.line.words.form)
    values = decode(bytes.fromhex(matter.values))
    assert isinstance(values, tuple), "a matter's values are a list"
    fields = critical_fields(form)

    def beside(filled: FilledIn, no: int) -> Iterator[Row]:
        yield from compared(form, values, filled, no)

    def go_on(session: Session, filled: FilledIn) -> None:
        ask_release(session, fields_act(found, form, values, filled))

    originals = {each.no: shown(each, original(values, each.no)) for each in fields}
    title = f"READ BACK {found.line.number}: key each value anew"
    return Fields(title, form, fields, go_on, originals=originals, beside=beside)


def original(values: Sequence[Value], no: int) -> Value:
    """Return the value of a field as it stands, None where it is not stated."""
    return values[no - 1] if no <= len(values) else None


def compared(form: Form, values: Sequence[Value], filled: FilledIn, no: int) -> Iterator[Row]:
    """Yield whether what was keyed into one field is the same value. Raises OfficerError."""
    departures = compare(form, values, rekey(form, filled))
    found = next((each for each in departures if each.word == no), None)
    if found is None:
        yield Row("[same value]")
    else:
        yield Row(f"** DIFFERS: {found.repeated}", Look.BOLD)


def fields_act(
    found: StatementReport, form: Form, values: Sequence[Value], filled: FilledIn
) -> Act:
    """Return the act by which a notice is read back. Raises OfficerError that names a field."""
    keyed = rekey(form, filled)
    departures = compare(form, values, keyed)

    def plans(desk: DeskReport, signers: Sequence[CredentialId]) -> Plan:
        body = rekeyed_body(reference(found), desk.now, keyed)
        refs = with_corrections(found)
        return answer_plan(desk, found, Kind.READBACK, signers, refs=refs, body=body)

    names = {each.no: each for each in critical_fields(form)}
    said = [
        (f"{no} {names[no].name}", shown(names[no], value)) for no, value in sorted(keyed.items())
    ]
    differing = [
        (f"DIFFERS in {each.word}", f"original {each.original}, keyed {each.repeated}")
        for each in departures
    ]
    return Act(means(found, len(departures)), (*said, *differing), mode_of(found), plans)
