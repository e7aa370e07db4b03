"""The words of the specification for numbers: kinds, precedences, modes, labels (RECORD-20, 24).

This module must not interpret a value.
"""

MODES = {1: "REAL", 2: "EXERCISE", 3: "TEST"}
PRECEDENCES = {1: "FLASH", 2: "IMMEDIATE", 3: "PRIORITY", 4: "ROUTINE", 5: "DEFERRED"}
KINDS = {
    1: "message", 2: "notice", 3: "ack", 4: "readback", 5: "confirm", 6: "correct",
    7: "to-principal", 8: "passed", 9: "decide", 10: "close", 11: "recall", 12: "translate",
    13: "call-open", 14: "call-close", 15: "sign-off", 16: "warrant",
}  # fmt: skip
COMMON = (
    "duress", "language", "to posts", "valid", "precedence for information", "from",
    "posts for information", "roster", "number", "legal basis", "relation", "subject", "title",
    "lane", "authority", "reply wanted", "confidence", "remarks", "attachments", "lateness",
)  # fmt: skip
ANSWER = ("entry and croot", "level", "time")
BODY = {
    1: ("text",),
    3: ANSWER,
    8: ANSWER,
    4: (*ANSWER, "text keyed anew"),
    9: (*ANSWER, "", "", "", "action"),
    6: ("entry and croot", "what", "old and new", "reason", "undo"),
    11: ("entry and croot", "what", "", "reason", "undo"),
    12: ("text", "stage"),
    5: ("time", "post", ""),
    10: ("time", "post", ""),
}


# Of the forms of which a reader makes claims (PROOF-160, PROOF-169).
FORMS = {
    "T17/1": ("reference", "answer", "data", "offered", "completeness", "further by"),
    "T19/1": (
        "call times", "present at each end", "authority", "points by each, own language",
        "promises", "not agreed", "agreed public text", "each party's own text",
        "signed or dissented from", "caller verified",
    ),
}  # fmt: skip


def label_name(kind: int, label: int, form: str | None = None) -> str:
    """Return what a field of a kind of statement, or of a form, is called, or nothing if it has no
    name."""
    if label <= len(COMMON):
        return COMMON[label - 1]
    body = FORMS.get(form or "") or BODY.get(kind, ())
    place = label - len(COMMON) - 1
    return body[place] if place < len(body) else ""
