// What a reader is told beside the claims: who said what, what renders it, what stays hidden.
//
// This module must not draw anything, and must not say that a thing is proven: the claims do.

import { requireAnswer } from "./answering.js";
import { hex } from "./bytes.js";
import { Refusal, attempt } from "./cbor.js";
import { disclosed } from "./claims.js";
import { moment } from "./moments.js";
import { STATEMENT } from "./record.js";
import { addressees } from "./release.js";
import { BODY, LANGUAGE, POWERS, PRECEDENCES, TRANSLATE, kindName, labelName } from "./terms.js";

const LANGUAGE_TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;

/** PROOF section 6: what no disclosure can show. */
const LIMITS = [
  "It does not show that what was said was true.",
  "It does not show what was said elsewhere, or that nothing else was said: only the fields that"
    + " are opened are seen here, and only this entry.",
  "Who signed is a key; that a person held it is the word of those who issued the credential.",
  "Times are the word of those who signed them.",
];

/** PROOF-171: what a claim about words cannot show. */
const OF_WORDS = "That a text is agreed or quoted does not show that it is all that was said, nor"
  + " that no other answer or later word exists: what names this entry elsewhere is not seen here.";

/** What cannot be shown by a file of which these claims are made. */
export function limitsOf(findings) {
  const worded = findings.some(({ name }) => /^(agreed|own-words|finding-)/.test(name));
  return worded ? [...LIMITS, OF_WORDS] : LIMITS;
}

/** Who said what to whom and when, as far as the file says it at all; null if it says nothing. */
export function told(evidence) {
  const entry = attempt(() => disclosed(evidence));
  if (entry instanceof Refusal) return null;
  const about = aboutEntry(evidence, entry);
  return about && { ...about, beside: beside(evidence, entry, about) };
}

function aboutEntry(evidence, entry) {
  const { header } = entry;
  const read = attempt(() => evidence.statement(entry).statement);
  if (read instanceof Refusal) return null;
  const party = header.no % 16;
  const writer = attempt(() => evidence.writer(header.no));
  return {
    id: header.id,
    no: header.no,
    seq: header.seq,
    statement: read,
    party: evidence.partyName(party),
    station: writer instanceof Refusal ? `unknown (${writer.reason})` : writer.credential.name,
    kind: kindName(read.kind),
    form: read.form,
    precedence: PRECEDENCES[read.precedence],
    category: className(evidence, party, read.category),
    drafted: moment(read.drafted),
    claimed: moment(header.time),
    to: addressees(read).map((n) => evidence.partyName(n)),
    signers: read.signers.map((who) => officer(evidence, party, who)),
    fields: fieldsOf(evidence, header.id, read),
    hidden: shut(evidence, header.id, read),
    line: evidence.given.line,
    charter: charterOf(evidence.given),
  };
}

function charterOf({ charter }) {
  if (!charter) return "not in the file";
  const parties = charter.parties.map((each) => each.name).join(", ");
  return `${charter.name}; parties: ${parties}; ${charter.validity.map(moment).join(" to ")}`;
}

function className(evidence, party, category) {
  const rules = evidence.journals[party]?.rulesAt(Infinity) ?? [];
  const rule = rules[category];
  return rule ? `${category} ${rule.name}` : `${category}`;
}

/** An officer with posts and mandate, or the start of an id that nobody issued. */
function officer(evidence, party, who) {
  const issued = evidence.journals[party]?.issued ?? new Map();
  const it = issued.get(who)?.credential;
  if (!it) return { name: `unknown (${who.slice(0, 16)})`, posts: [], mandate: "" };
  const posts = it.posts.map((each) => issued.get(each)?.credential.name).filter(Boolean);
  const powers = POWERS.filter((_, bit) => (it.powers >> bit) & 1).join(", ") || "no power";
  const classes = it.classes.map((n) => className(evidence, party, n)).join(", ") || "none";
  const span = `${moment(it.since)} to ${moment(it.until)}`;
  return { name: it.name, posts, mandate: `may ${powers}; classes ${classes}; ${span}` };
}

function fieldsOf(evidence, id, { kind, form }) {
  const rows = evidence.given.opened.get(id)?.fields ?? [];
  return rows.map(({ label, value }) => ({ label, name: labelName(kind, label, form), value }));
}

/** The fields that stay shut, by number and name; null if nothing is opened at all. */
function shut(evidence, id, { kind, form }) {
  const opened = evidence.given.opened.get(id);
  if (!opened) return null;
  const labels = opened.fields.map((each) => each.label);
  return opened.commitments
    .map((_, at) => at + 1)
    .filter((label) => !labels.includes(label))
    .map((label) => `${label} ${labelName(kind, label, form)}`.trim());
}

/** The rendering of a statement, or what it renders, if its words are opened (PROOF-55). */
function beside(evidence, entry, about) {
  const { kind, refs } = about.statement;
  const found = [];
  for (const other of evidence.entries) {
    if (other === entry || other.header.type !== STATEMENT || other.payload === null) continue;
    const its = aboutEntry(evidence, other);
    if (!its || its.fields.every(({ label }) => label !== BODY)) continue;
    const named = its.statement.refs;
    const renders = its.statement.kind === TRANSLATE && named.includes(entry.header.id);
    const isRendered = kind === TRANSLATE && refs.includes(other.header.id);
    if (!renders && !isRendered) continue;
    found.push({ ...its, renders, fault: faultOf(evidence, entry, other) });
  }
  return found;
}

/** Why the statement beside does not stand by itself; empty if it does (PROOF-50, PROOF-55). */
function faultOf(evidence, entry, other) {
  const stands = attempt(() => requireAnswer(evidence, other, evidence.standing(entry).mode));
  return stands instanceof Refusal ? stands.reason : "";
}

/** The words of a statement and their language, if they are opened as text. */
export function wordsOf({ fields }) {
  const text = fields.find(({ label }) => label === BODY)?.value;
  const tag = fields.find(({ label }) => label === LANGUAGE)?.value;
  const tagged = typeof tag === "string" && LANGUAGE_TAG.test(tag);
  return { text: typeof text === "string" ? text : null, language: tagged ? tag : "" };
}

/** What of the statement the file does not open, and what else it leaves out. */
export function hidden(evidence) {
  const about = told(evidence);
  const lines = [];
  if (!about?.hidden) lines.push("all fields of the statement");
  else if (about.hidden.length) {
    lines.push(`fields, each with a value or without: ${about.hidden.join(", ")}`);
  }
  const links = evidence.entries.filter((each) => each.payload === null).length;
  if (links === 1) lines.push("what stands in one further entry, which is shown as a link alone");
  if (links > 1) lines.push(`what stands in ${links} further entries, shown as links alone`);
  lines.push("every entry that the file does not name");
  return lines;
}

/** A value that is no text as one line. */
export function spelled(value) {
  if (value === null) return "absent";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return `[${value.map(spelled).join(", ")}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, each]) => `${key}: ${spelled(each)}`).join(", ")}}`;
  }
  return String(value);
}
