"""What an officer does on one statement: acknowledge, read back, decide, translate, take back.

Each act has a page that works without a script. This module must not hold a rule, and must not put
words of a statement into the field in which they are to be keyed anew.
"""

from collections.abc import Callable
from typing import Any  # what a template is given

from backchannel.desk import acts
from backchannel.desk.asking import Answer, Asked
from backchannel.desk.charted import charted
from backchannel.desk.entryforms import Drawing, faults_in, filled_of, form_fields
from backchannel.desk.pages import detail_values, framed, home, said, seconds_for
from backchannel.errors import BackchannelError, OfficerError
from backchannel.line.drafting import Action, Reason, Stage
from backchannel.notice.catalogue import Form, form_named
from backchannel.notice.readback import differences
from backchannel.notice.rekeying import critical_fields, rekey
from backchannel.station.reports import StatementReport
from backchannel.wire.moments import DAY_S

HM_DIGITS = 4

Do = Callable[[acts.Signed, StatementReport, Asked], acts.Said]


def act_page(asked: Asked, fault: BackchannelError | None = None) -> Answer:
    """Draw the page of one act on one statement."""
    name = asked.path[2]
    if name in PLAIN:
        return home(asked, fault)
    found = asked.room.client.show(asked.path[1])
    values = framed(asked, fault, act=name, found=found)
    values |= detail_values(asked, values, found)
    values |= EXTRA[name](asked, found)
    code = 400 if fault is not None or values.get("faults") else 200
    return Answer(f"{name}.html", values, code=code)


def do_act(asked: Asked) -> Answer:
    """Do one act on one statement with the officer's key. Raises BackchannelError."""
    room, name = asked.room, asked.path[2]
    found = room.client.show(asked.path[1])
    if name == "readback" and not ready_to_read_back(asked, found):
        return act_page(asked)
    act = acts.sign_for(room.client, asked.officer(), asked.mode, asked.typed("passphrase"))
    return said(asked, DOES[name](act, found, asked), found.line.entry)


# --- Reading back ---------------------------------------------------------------------------------


def form_of(found: StatementReport) -> Form | None:
    """Return the form of a notice; None for free text. Raises OfficerError for an unknown one."""
    return form_named(found.line.words.form) if found.line.words.kind == "notice" else None


def readback_values(asked: Asked, found: StatementReport) -> dict[str, Any]:  # of a template
    """Return the empty fields in which a statement is keyed anew, and where they differ."""
    form = form_of(found)
    if form is None:
        text = asked.typed("text")
        departures = differences(found.matter.text_now, text) if text else ()
        return {"fields": (), "keyed": text, "departures": departures}
    fields = critical_fields(form)
    keyed, faults = (
        faults_in(form, fields, filled_of(fields, asked.form)) if asked.form else ({}, {})
    )
    drawing = Drawing(form, asked.words.book, asked.form)
    faults = {no: fault for no, fault in faults.items() if fault}
    return {
        "fields": form_fields(drawing, fields, faults),
        "faults": faults,
        "departures": (),
        "charted": charted(asked.room.client, found, keyed),
    }


def ready_to_read_back(asked: Asked, found: StatementReport) -> bool:
    """Say whether what was keyed can be sent: it can be read, and where it differs from the words
    the officer has said that he means it so."""
    form = form_of(found)
    if form is None:
        differs = bool(differences(found.matter.text_now, asked.typed("text")))
        return not differs or bool(asked.typed("as-keyed"))
    fields = critical_fields(form)
    return not faults_in(form, fields, filled_of(fields, asked.form))[1]


def do_readback(act: acts.Signed, found: StatementReport, asked: Asked) -> acts.Said:
    """Send what was keyed anew."""
    form = form_of(found)
    if form is None:
        return acts.read_back(act, found, asked.typed("text").strip("\n"))
    return acts.read_fields_back(
        act, found, rekey(form, filled_of(critical_fields(form), asked.form))
    )


# --- The other acts -------------------------------------------------------------------------------


def do_decide(act: acts.Signed, found: StatementReport, asked: Asked) -> acts.Said:
    """Decide, or stand by until a time of today or tomorrow."""
    action = asked.typed("action")
    by = time_ahead(asked.typed("by"), act.desk.now) if action == Action.DECISION_BY else None
    return acts.decide(act, found, action, by)


def time_ahead(text: str, now: int) -> int:
    """Return the next moment at which the clock shows HHMM in UTC. Raises OfficerError."""
    digits = text.strip().upper().removesuffix("Z").replace(":", "")
    if len(digits) != HM_DIGITS or not (digits.isascii() and digits.isdecimal()):
        raise OfficerError("bad-time", f"got {text!a}, wanted a time in UTC such as 1430Z")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        raise OfficerError("bad-time", f"got {text!a}: hours are 00 to 23, minutes 00 to 59")
    moment = now - now % DAY_S + hours * 3_600 + minutes * 60
    return moment if moment > now else moment + DAY_S


def no_values(_: Asked, __: StatementReport) -> dict[str, Any]:  # of a template
    """Return nothing more than every act has."""
    return {}


def decide_values(asked: Asked, _: StatementReport) -> dict[str, Any]:  # of a template
    """Return what can be decided, with what the address already chose."""
    return {"actions": tuple(Action), "chosen": asked.typed("action") or asked.asked("action")}


def do_recall(act: acts.Signed, found: StatementReport, asked: Asked) -> acts.Said:
    """Take a statement back as a whole."""
    wanted = acts.TakenBack(
        asked.typed("change"),
        asked.typed("reason"),
        second=tuple(each for each in asked.form.get("second", ()) if each),
        alone=bool(asked.typed("alone")),
    )
    return acts.take_back(act, found, asked.room.box, wanted)


def recall_values(asked: Asked, _: StatementReport) -> dict[str, Any]:  # of a template
    """Return how a statement can be taken back, why, and who can sign with the drafter."""
    return {
        "changes": tuple(acts.TAKEN_BACK),
        "reasons": tuple(Reason),
        "seconds": seconds_for(asked),
    }


def translate_values(asked: Asked, found: StatementReport) -> dict[str, Any]:  # of a template
    """Return with how much care something can be translated."""
    return {"stages": tuple(Stage)[1:], "text": asked.typed("text")}


PLAIN = ("ack", "confirm", "passed", "close")
EXTRA: dict[str, Callable[[Asked, StatementReport], dict[str, Any]]] = {  # values of a template
    "readback": readback_values,
    "decide": decide_values,
    "recall": recall_values,
    "translate": translate_values,
    "print": no_values,
}
DOES: dict[str, Do] = {
    "ack": lambda act, found, _: acts.acknowledge(act, found),
    "readback": do_readback,
    "confirm": lambda act, found, asked: acts.confirm(act, found, asked.typed("readback")),
    "decide": do_decide,
    "passed": lambda act, found, _: acts.pass_on(act, found),
    "close": lambda act, found, _: acts.close(act, found),
    "translate": lambda act, found, asked: acts.translate(
        act,
        found,
        asked.typed("text"),
        language=asked.typed("language"),
        stage=asked.typed("stage"),
    ),
    "recall": do_recall,
}
