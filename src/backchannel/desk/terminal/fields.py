"""Fields that an officer fills in or keys anew, one line for each.

Of a field with several parts they stand behind semicolons, the items of a list behind upright
strokes; a line that begins with [ is taken as the file of a form has it. This module must not know
what a field means: the catalogue does.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from backchannel.desk.terminal.cells import Glass, Look, Row, cut, fitted, said
from backchannel.desk.terminal.editor import Editor
from backchannel.desk.terminal.keys import Key, Pasted, Pressed
from backchannel.desk.terminal.session import Drawn, Session
from backchannel.errors import OfficerError
from backchannel.notice.catalogue import ROWS, Field, Form, Part, parts_of
from backchannel.notice.filling import Filled, value_in
from backchannel.notice.kinds import NONE_WORD, UNKNOWN_WORD

PART, ITEM = ";", "|"
WORDS = (NONE_WORD, UNKNOWN_WORD)

FilledIn = dict[int, Filled]


class Fields:
    """The view of fields to be filled in. `originals` are what is to be keyed anew, then nothing is
    taken that was pasted; `beside` says what becomes of what stands in one field."""

    keys = "Up Down Enter: next field  Ctrl-X go on  Esc back"

    def __init__(
        self,
        title: str,
        form: Form,
        fields: Sequence[Field],
        go_on: Callable[[Session, FilledIn], None],
        *,
        originals: Mapping[int, str] | None = None,
        beside: Callable[[FilledIn, int], Iterator[Row]] | None = None,
    ) -> None:
        self._title = title
        self._form = form
        self._fields = tuple(fields)
        self._go_on = go_on
        self._originals = originals or {}
        self._beside = beside
        self._typed = [Editor(lines=False) for _ in self._fields]
        self._at = 0

    # --- Drawing ----------------------------------------------------------------------------------

    def draw(self, session: Session, height: int) -> Drawn:
        """Return the fields, the one that is being filled in with all that helps."""
        glass = session.glass
        drill = "" if session.mode == "REAL" else f"{session.mode} "
        rows, cursor = [Row(f"{drill}{said(glass, self._title)}", Look.BOLD)], (0, 0)
        here = list(self._open_rows(glass))
        room = height - len(here) - 1
        first = max(0, self._at - room // 2)
        for n in range(first, len(self._fields)):
            if n == self._at:
                rows += here
                column = len(self._label(n)) + len(said(glass, self._line(n).text))
                line = next(k for k, row in enumerate(rows) if row.text.startswith("> "))
                cursor = (line, min(column + 2, glass.columns - 4))
            else:
                rows.append(Row(self._closed_row(glass, n)))
        return Drawn(rows, cursor)

    def _line(self, n: int) -> Editor:
        return self._typed[n]

    def _label(self, n: int) -> str:
        return f"{self._fields[n].no} {self._fields[n].name}: "

    def _closed_row(self, glass: Glass, n: int) -> str:
        """Return a field that is not being filled in, in one row."""
        text = self._line(n).text
        ending = "" if not text else f"  {next(self._outcome(n), Row()).text}"
        shown = said(glass, text) or ("..." if self._fields[n].required == "yes" else "")
        return fitted(f"  {self._label(n)}{shown}{ending}", glass.columns - 4).rstrip()

    def _open_rows(self, glass: Glass) -> Iterator[Row]:
        """Yield the field that is being filled in."""
        field, room = self._fields[self._at], glass.columns - 6
        original = self._originals.get(field.no)
        if original is not None:
            for row in cut(glass, f"{field.no} {field.name} is", room):
                yield Row(f"  {row}")
            for row in cut(glass, original, room):
                yield Row(f"  | {row}", Look.BOLD)
        else:
            for row in cut(glass, hint(field), room):
                yield Row(f"  {row}")
        label, text = self._label(self._at), said(glass, self._line(self._at).text)
        yield Row(f"> {label}{text[-(room - len(label)) :] if len(label) < room else text}")
        for outcome in self._outcome(self._at):
            for each in cut(glass, outcome.text, room):
                yield Row(f"    {each}", outcome.look)

    def _outcome(self, n: int) -> Iterator[Row]:
        """Yield what becomes of what stands in a field."""
        field, text = self._fields[n], self._line(n).text
        if not text:
            return
        try:
            filled = filled_of(field, text)
            value_in(self._form, field, filled)
        except OfficerError as fault:
            yield Row(f"! {fault.text}", Look.BOLD)
            return
        if self._beside is not None:
            yield from self._beside({field.no: filled}, field.no)

    # --- Keys -------------------------------------------------------------------------------------

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        match key:
            case Key.ESCAPE:
                session.back("Not sent.")
            case Key.UP:
                self._at = max(0, self._at - 1)
            case Key.DOWN | Key.ENTER | Key.TAB:
                self._at = min(len(self._fields) - 1, self._at + 1)
            case Key.GO_ON:
                try:
                    self._go_on(session, self.filled())
                except OfficerError as fault:
                    session.note = f"{fault.text} [{fault.reason}]"
            case Pasted() if self._originals:
                session.note = "A readback is keyed anew. What was pasted was not taken."
            case _:
                self._line(self._at).press(key)

    def filled(self) -> FilledIn:
        """Return what was filled in, by number. Raises OfficerError."""
        return {
            field.no: filled_of(field, editor.text)
            for field, editor in zip(self._fields, self._typed, strict=True)
            if editor.text
        }


def filled_of(field: Field, text: str) -> Filled:
    """Return one line as the form takes it. Raises OfficerError("field-shape")."""
    if text.startswith("["):
        return listed(field, text)
    parts = parts_of(field)
    if len(parts) == 1:
        return part_of_line(parts[0], text)
    return [
        part_of_line(parts[min(n, len(parts) - 1)], each.strip())
        for n, each in enumerate(text.split(PART))
    ]


def part_of_line(part: Part, text: str) -> Filled:
    """Return one part as the form takes it."""
    if not part.many or text in WORDS or not text:
        return text
    items = [each.strip() for each in text.split(ITEM)]
    if part.types == (ROWS,):
        return [[cell.strip() for cell in each.split(PART)] for each in items]
    return items


def listed(field: Field, text: str) -> Filled:
    """Return a line that is written as a list. Raises OfficerError("field-shape")."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise OfficerError("field-shape", f'field {field.no}: wanted a list such as ["a", "b"]')
    return found


def hint(field: Field) -> str:
    """Return how a field is filled in."""
    marks = [{"yes": "required", "if": "required in some cases"}.get(field.required, "optional")]
    marks += ["critical"] if field.critical else []
    marks += [f"one of {', '.join(field.codes)}"] if field.codes else []
    marks += [f"in {field.unit}"] if field.unit else []
    columns = f" ({f'{PART} '.join(field.columns)})" if field.columns else ""
    shape = f"{PART} ".join(field.type.split(", "))
    return f"{shape}{columns}; {', '.join(marks)}. {field.note}".strip()
