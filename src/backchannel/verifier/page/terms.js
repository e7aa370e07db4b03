// The words of the specification for numbers: kinds, precedences, modes, labels (RECORD-20, 24).
//
// This module must not interpret a value.

export const MODES = ["", "REAL", "EXERCISE", "TEST"];
export const PRECEDENCES = ["", "FLASH", "IMMEDIATE", "PRIORITY", "ROUTINE", "DEFERRED"];
export const KINDS = [
  "", "message", "notice", "ack", "readback", "confirm", "correct", "to-principal", "passed",
  "decide", "close", "recall", "translate", "call-open", "call-close", "sign-off", "warrant",
];
export const POWERS = [
  "inform", "acknowledge", "decide", "commit", "recall", "interpret", "issue", "revoke", "restore",
  "read", "write", "disclose", "oversee",
];
export const REVOCATIONS = ["", "replaced", "withdrawn", "key lost", "key compromised"];
export const [NOTICE, ACK, READBACK, DECIDE, TRANSLATE, SIGN_OFF] = [2, 3, 4, 9, 12, 15];
export const [LANGUAGE, BODY] = [2, 21];
const COMMON = [
  "duress", "language", "to posts", "valid", "precedence for information", "from",
  "posts for information", "roster", "number", "legal basis", "relation", "subject", "title",
  "lane", "authority", "reply wanted", "confidence", "remarks", "attachments", "lateness",
];
const ANSWER = ["entry and croot", "level", "time"];
const BODIES = new Map([
  [1, ["text"]],
  [3, ANSWER],
  [8, ANSWER],
  [4, [...ANSWER, "text keyed anew"]],
  [9, [...ANSWER, "", "", "", "action"]],
  [6, ["entry and croot", "what", "old and new", "reason", "undo"]],
  [11, ["entry and croot", "what", "", "reason", "undo"]],
  [12, ["text", "stage"]],
  [5, ["time", "post", ""]],
  [10, ["time", "post", ""]],
]);

// Of the forms of which a reader makes claims (PROOF-160, PROOF-169).
const FORMS = new Map([
  ["T17/1", ["reference", "answer", "data", "offered", "completeness", "further by"]],
  ["T19/1", [
    "call times", "present at each end", "authority", "points by each, own language", "promises",
    "not agreed", "agreed public text", "each party's own text", "signed or dissented from",
    "caller verified",
  ]],
]);

/** What a field of a kind of statement, or of a form, is called, or nothing if it has no name. */
export function labelName(kind, label, form = null) {
  if (label <= COMMON.length) return COMMON[label - 1];
  return (FORMS.get(form) ?? BODIES.get(kind))?.[label - COMMON.length - 1] ?? "";
}

/** A kind of statement as a word. */
export function kindName(kind) {
  return KINDS[kind] || `kind ${kind}`;
}
