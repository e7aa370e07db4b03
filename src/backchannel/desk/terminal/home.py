"""The desk: what needs this room now, above the conversation of one mode.

This module must not answer anything by itself: it opens what an officer chooses.
"""

from collections.abc import Iterator

from backchannel.desk.telling import full_time
from backchannel.desk.terminal.asking import Asking, Line, Telling
from backchannel.desk.terminal.cells import Look, Row, said
from backchannel.desk.terminal.forms import choose_form
from backchannel.desk.terminal.frame import item_words
from backchannel.desk.terminal.inbox import Item
from backchannel.desk.terminal.keys import Key, Pressed
from backchannel.desk.terminal.reading import open_statement, tell_lamp
from backchannel.desk.terminal.session import Drawn, Session
from backchannel.desk.terminal.signing_on import sign_on
from backchannel.desk.terminal.talk import conversation
from backchannel.desk.terminal.writing import Writing

INBOX_ROWS = 5
HELP = """\
A  go to what is to be acknowledged, or to the alarm
Enter  open what is chosen: the whole of it, its translations, its ladder
Up Down  choose    Tab  from the inbox to the conversation and back
S  silence the bar's alarm: by the officer who has signed on, and it acknowledges nothing
N  write a message    F  fill in a form (a notice)
In a statement: A acknowledge  B read back  R reply  C confirm a readback
M  go to the next mode: REAL, EXERCISE, TEST. Each has its own conversation
O  sign on with your key file, or sign off
Q  leave the desk: the alarms of this terminal end with it, the station goes on
Ctrl-L  draw the screen anew
( )  a machine says so: sent, held by their station, shown on a screen
[#]  a person did it, and signed: acknowledged, read back, confirmed
Rows of a drill begin with //, rows of a test with two dots. Rows of REAL begin with nothing."""


class Home:
    """The first view."""

    keys = "A ack  Enter open  N new  F form  S silence  M mode  O sign  ? keys"

    def __init__(self) -> None:
        self._chosen = 0
        self._talking = False
        self._up = 0

    # --- Drawing ----------------------------------------------------------------------------------

    def draw(self, session: Session, height: int) -> Drawn:
        """Return inbox and conversation."""
        rows = list(self._inbox_rows(session))
        talk = self._talk(session)
        mark = ">" if self._talking else " "
        rows.append(Row(f"{mark} Conversation, {session.mode}  {'-' * 30}", Look.BOLD))
        room = height - len(rows)
        chosen = self._chosen_entry(talk) if self._talking else None
        last = len(talk) - hidden_below(talk, chosen)
        window = talk[max(0, last - room) : max(last, min(room, len(talk)))]
        for entry, row in window:
            rows.append(Row(row.text, Look.INVERSE if entry == chosen else row.look))
        if not talk:
            rows.append(Row("  Nothing has been said in this mode."))
        return Drawn(rows)

    def _inbox_rows(self, session: Session) -> Iterator[Row]:
        glass, items = session.glass, session.items
        mark = " " if self._talking else ">"
        yield Row(f"{mark} To do now: {len(items)}", Look.BOLD)
        if session.picture is None:
            yield Row("  Waiting for the station.")
        elif not items:
            yield Row(f"  Nothing waits. The station said so at {full_time(session.now())}.")
        self._chosen = max(0, min(self._chosen, len(items) - 1))
        first = 0 if self._talking else max(0, self._chosen - INBOX_ROWS + 1)
        running = session.clock.running()
        for n, item in enumerate(items[first : first + INBOX_ROWS], first):
            silent = session.bells.silenced(item, running)
            by = f"  (silenced by {said(glass, silent.by)})" if silent else ""
            here = n == self._chosen and not self._talking
            text = f"{'>' if here else ' '} {item_words(glass, item)}{by}"
            yield Row(text, Look.INVERSE if here else Look.PLAIN)
        if len(items) > first + INBOX_ROWS:
            yield Row(f"  {len(items) - first - INBOX_ROWS} more below")

    def _talk(self, session: Session) -> list[tuple[str, Row]]:
        page = session.picture.logs.get(session.mode) if session.picture else None
        if page is None:
            return []
        return list(conversation(session.glass, (*page.lines[::-1], *page.aside)))

    def _chosen_entry(self, talk: list[tuple[str, Row]]) -> str | None:
        entries = list(dict.fromkeys(entry for entry, _ in talk))
        self._up = max(0, min(self._up, len(entries) - 1))
        return entries[-1 - self._up] if entries else None

    # --- Keys -------------------------------------------------------------------------------------

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        match key:
            case Key.TAB:
                self._talking = not self._talking
            case Key.UP:
                self._move(1)
            case Key.DOWN:
                self._move(-1)
            case Key.ENTER:
                self._open(session)
            case str(letter) if not isinstance(letter, Key):
                self._letter(session, letter.lower())

    def _move(self, by: int) -> None:
        if self._talking:
            self._up = max(0, self._up + by)
        else:
            self._chosen = max(0, self._chosen - by)

    def _letter(self, session: Session, letter: str) -> None:
        match letter:
            case "a":
                self._go_to_alarm(session)
            case "s":
                session.silence()
            case "n":
                session.open(Writing(session))
            case "f":
                choose_form(session)
            case "m":
                next_mode(session)
            case "o":
                sign_on(session)
            case "?":
                session.open(Telling("Keys", HELP))
            case "q":
                leave(session)

    def _go_to_alarm(self, session: Session) -> None:
        """Open what waits for our acknowledgement, the most urgent first, else the alarm."""
        waiting = [each for each in session.items if each.ours and each.what == "ack"]
        found = next(iter((*waiting, *session.sounding())), None)
        if found is None:
            session.note = "Nothing waits for an acknowledgement."
        else:
            open_item(session, found)

    def _open(self, session: Session) -> None:
        if self._talking:
            entry = self._chosen_entry(self._talk(session))
            if entry is not None:
                open_statement(session, entry)
        elif session.items:
            open_item(session, session.items[min(self._chosen, len(session.items) - 1)])


def hidden_below(talk: list[tuple[str, Row]], chosen: str | None) -> int:
    """Return how many rows lie below the chosen statement: the newest is at the bottom."""
    last = max((n for n, (entry, _) in enumerate(talk, 1) if entry == chosen), default=len(talk))
    return len(talk) - last


def open_item(session: Session, item: Item) -> None:
    """Put what needs somebody before him, in its own mode."""
    if item.mode:
        session.mode = item.mode
    if item.entry:
        open_statement(session, item.entry)
    else:
        tell_lamp(session, item.words)


def next_mode(session: Session) -> None:
    """Go to the next mode that this station speaks in."""
    spoken = list(session.picture.logs) if session.picture else []
    if spoken:
        at = spoken.index(session.mode) if session.mode in spoken else -1
        session.mode = spoken[(at + 1) % len(spoken)]
        session.note = f"This is {session.mode} now."


def leave(session: Session) -> None:
    """End the desk, after a question."""

    def then(session: Session, typed: tuple[str, ...]) -> None:
        session.ended = typed[0].strip().lower() == "leave"
        session.back("" if session.ended else "You stay.")

    why = "No alarm sounds at this terminal then. The station goes on."
    session.open(Asking("Leave the desk?", [Line("Type leave")], then, why=why))
