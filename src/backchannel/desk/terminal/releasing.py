"""The last step of whatever an officer says: the whole of it on the screen, then his passphrase.

The key is opened for this one release and let go. This module must not take a passphrase before
every row of what is signed has been on the screen, and must not word a drill like what is real.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backchannel.desk.terminal.cells import Glass, Look, Row, cut, labelled, said
from backchannel.desk.terminal.editor import Editor
from backchannel.desk.terminal.keys import Key, Pasted, Pressed
from backchannel.desk.terminal.session import Drawn, Session
from backchannel.errors import OfficerError
from backchannel.line.drafting import Plan
from backchannel.station.client import Client
from backchannel.station.keyring import open_officer
from backchannel.station.planning import (
    Person,
    is_emergency,
    kind_in_words,
    person_of,
    released,
    rules_of,
    signatures_wanted,
    signed_draft,
)
from backchannel.station.reports import DeskReport
from backchannel.wire.ids import CredentialId
from backchannel.wire.statement import Precedence

Plans = Callable[[DeskReport, Sequence[CredentialId]], Plan]
"""Makes the plan of a statement for this desk and these signers. Raises OfficerError."""

NOBODY = CredentialId(bytes(32))
VOICE_S = 2
PROMPT_ROWS = 6
# A word, so that nobody releases alone by pressing Enter once too often.
ALONE = "EMERGENCY"


class Act(NamedTuple):
    """What an officer is about to sign: a sentence that says what it means, the words, how the plan
    is made, in which mode, and under which name the draft of it was kept."""

    means: str
    words: tuple[tuple[str, str], ...]
    mode: str
    plans: Plans
    draft: str = ""


class Asked(NamedTuple):
    """What the charter asks for before it may go."""

    what: str
    wanted: int
    alone: bool


def asked_for(client: Client, act: Act) -> Asked:
    """Return what is asked for, of the station as it stands. Raises OfficerError."""
    desk = speaking_desk(client, act.mode)
    plan = act.plans(desk, (NOBODY,))
    to = ", ".join(each.name for n, each in enumerate(desk.parties) if plan.to & 1 << n)
    rule = rules_of(desk)[plan.category]
    precedence = Precedence(plan.precedence).name
    what = f"{kind_in_words(plan.kind)} to {to}, {precedence}, class {rule.name}, {plan.language}"
    return Asked(what, signatures_wanted(desk, plan), is_emergency(desk, plan))


def speaking_desk(client: Client, mode: str) -> DeskReport:
    """Return what a drafter has at hand. Raises OfficerError("still-asking")."""
    voice = client.voice(mode, VOICE_S)
    if not voice.speaks:
        raise OfficerError(
            "still-asking",
            f"the station still asks the others how far its journal went, for {voice.asking_s} s "
            "now; try again, or order it to go on: backchannel station resume",
        )
    return client.desk(mode)


def give(client: Client, act: Act, keys: Sequence[tuple[Path, str]]) -> str:
    """Open the keys, sign, release; return how the statement is spoken of. Raises OfficerError."""
    desk = speaking_desk(client, act.mode)
    persons = [opened(desk, path, passphrase) for path, passphrase in keys]
    signers = [each.credential for each in persons]
    if len(set(signers)) != len(signers):
        raise OfficerError("same-officer", "the second signature is the same officer's")
    plan = act.plans(desk, signers)
    draft = signed_draft(desk, plan, persons)
    entered = released(client, draft)
    return entered.number or kind_in_words(plan.kind)


def opened(desk: DeskReport, path: Path, passphrase: str) -> Person:
    """Return the officer of a key file. Raises OfficerError."""
    return person_of(desk, open_officer(path, passphrase), path.name)


class Releasing:
    """The view of a release."""

    keys = "PgUp PgDn read all  Enter goes on  Esc back: not sent"

    def __init__(self, act: Act, asked: Asked, key_file: Path, name: str) -> None:
        self._act = act
        self._asked = asked
        self._files = [key_file]
        self._names = [name]
        self._passphrases: list[str] = []
        self._top = 0
        self._last = 0
        self._read = False
        self._line = Editor(lines=False)

    # --- Drawing ----------------------------------------------------------------------------------

    def draw(self, session: Session, height: int) -> Drawn:
        """Return the words, and beneath them what is asked for."""
        glass = session.glass
        words = list(self._word_rows(glass))
        room = height - PROMPT_ROWS
        self._last = max(0, len(words) - room)
        self._top = min(self._top, self._last)
        self._read = self._read or self._top == self._last
        shown = words[self._top : self._top + room]
        shown += [Row()] * (room - len(shown))
        prompts = list(self._prompt_rows(glass))
        label = prompts[-1].text
        typed = self._line.text if self._asks_file() else "*" * len(self._line.text)
        prompts[-1] = Row(label + said(glass, typed)[-(glass.columns - len(label) - 4) :])
        prompts += [Row()] * (PROMPT_ROWS - len(prompts))
        row = next(n for n in range(PROMPT_ROWS - 1, -1, -1) if prompts[n].text)
        return Drawn([*shown, *prompts], (room + row, len(prompts[row].text)))

    def _word_rows(self, glass: Glass) -> Iterator[Row]:
        drill = "" if self._act.mode == "REAL" else f"{self._act.mode} {self._act.mode} "
        yield Row(f"{drill}NOT SENT YET: {said(glass, self._asked.what)}", Look.BOLD)
        for label, text in self._act.words:
            head = f"{said(glass, label)}: " if label else "| "
            yield from labelled(
                *(glass, text, head, " " * len(head) if label else "| "), glass.columns - 4
            )

    def _prompt_rows(self, glass: Glass) -> Iterator[Row]:
        mode = self._act.mode
        yield Row("-" * (glass.columns - 4))
        for row in cut(glass, self._act.means, glass.columns - 4):
            yield Row(row, Look.BOLD)
        if not self._read:
            yield Row("There is more of it: PgDn. It can be signed when all of it has been here.")
            yield Row("> ")
            return
        number = len(self._passphrases) + 1
        wanted = f"{self._asked.wanted} officers sign" if self._asked.wanted > 1 else ""
        if self._asks_file():
            alone = (
                f" In an emergency one may release it: type {ALONE}." if self._asked.alone else ""
            )
            yield Row(f"{wanted}.{alone}")
            yield Row("Key file of the next officer: ")
            return
        as_what = "for REAL" if mode == "REAL" else f"as {mode} {mode}, NOT REAL"
        yield Row(f"On the record: it can be shown to others, with proof. {wanted}")
        yield Row(f"{self._names[number - 1]}, release it {as_what}. Passphrase: ")

    def _asks_file(self) -> bool:
        """Say whether the next thing to be typed is the name of a key file."""
        return len(self._passphrases) == len(self._files)

    # --- Keys -------------------------------------------------------------------------------------

    def press(self, session: Session, key: Pressed) -> None:
        """Take a key."""
        page = session.glass.lines // 2
        if key is Key.ESCAPE:
            session.back("Not released. Nothing was sent.")
        elif key in (Key.PAGE_DOWN, Key.DOWN):
            self._top = min(self._last, self._top + (page if key is Key.PAGE_DOWN else 1))
        elif key in (Key.PAGE_UP, Key.UP):
            self._top = max(0, self._top - (page if key is Key.PAGE_UP else 1))
        elif not self._read:
            session.note = "Read it to its end first: PgDn."
        elif key is Key.ENTER:
            self._enter(session)
        elif isinstance(key, Pasted) and not self._asks_file():
            session.note = "A passphrase is typed, not pasted."
        else:
            self._line.press(key)

    def _enter(self, session: Session) -> None:
        """Take what was typed, and go on."""
        typed, self._line = self._line.text, Editor(lines=False)
        if self._asks_file():
            alone = self._asked.alone and typed == ALONE
            if typed and not alone:
                self._files.append(Path(typed).expanduser())
                self._names.append(self._files[-1].name)
                return
            if not alone:
                session.note = f"{self._asked.wanted} officers sign this. Name a key file."
                return
        else:
            self._passphrases.append(typed)
            if len(self._passphrases) < self._asked.wanted:
                return
        keys = list(zip(self._files, self._passphrases, strict=True))
        act, client, self._passphrases = self._act, session.client, []
        self._files, self._names = self._files[:1], self._names[:1]

        def tell(number: str) -> None:
            session.drafts.pop(act.draft, None)
            session.home(f"Released, {act.mode}: {number}.")

        session.start(lambda: give(client, act, keys), tell, "Signing, releasing...")


def ask_release(session: Session, act: Act) -> None:
    """Ask the station what the charter wants, then put the release before the officer."""
    officer = session.officer
    if officer is None:
        session.note = "Only a named officer signs: sign on with O first."
        return

    def show(asked: Asked) -> None:
        session.open(Releasing(act, asked, officer.key_file, officer.name))

    session.start(lambda: asked_for(session.client, act), show, "Asking the station...")
