// Findings: does this sentence stand in the record, whole and to the letter? (PROOF-167 to 170)
//
// Nothing is made alike before it is compared. This module must not say that a sentence was never
// said: it sees what the file opens, and no more.

import { naming, openedValue, requireAnswer } from "./answering.js";
import { Refusal, attempt } from "./cbor.js";
import { isReply, signedBy } from "./readouts.js";
import { BODY, NOTICE, TRANSLATE } from "./terms.js";

const [FORM, ROWS] = ["T17/1", 23];
const [CONFIRMED, CONTRADICTED, ABSENT] = ["confirmed", "contradicted", "not-in-record"];
const END = /[.!?…]+["'”’»)\]]*(?= |$)|[。！？｡]+[」』”’）]*/g;

/** The sentences of a text, each without the blanks around it (PROOF-167). */
export function sentences(text) {
  const found = [];
  for (const line of text.split("\n")) {
    let at = 0;
    for (const match of line.matchAll(END)) {
      const end = match.index + match[0].length;
      found.push(line.slice(at, end));
      at = end;
    }
    found.push(line.slice(at));
  }
  return found.map((each) => each.replace(/^ +| +$/g, "")).filter((each) => each !== "");
}

/** Every text in a value of a field, with its place. */
function textsIn(value, where) {
  if (typeof value === "string") return [{ where, text: value }];
  if (!Array.isArray(value)) return [];
  const first = typeof value[0] === "string" ? value[0] : "";
  return value.flatMap((each, n) => {
    const about = first && n > 0 ? ` (${first})` : "";
    return textsIn(each, `${where}, place ${n + 1}${about}`);
  });
}

/** The sentences of all words that are opened, and where they stand (PROOF-168). */
function openedSentences(evidence, entry) {
  const own = signedBy(evidence, evidence.said(entry));
  const found = sentencesOf(evidence, entry, own);
  const { mode } = evidence.writer(entry.header.no);
  for (const { other, statement } of naming(evidence, entry)) {
    if (statement.kind !== TRANSLATE && !isReply(statement)) continue;
    const said = attempt(() => requireAnswer(evidence, other, mode));
    if (said instanceof Refusal) continue;
    const what = statement.kind === TRANSLATE ? "the rendering" : "the answer";
    found.push(...sentencesOf(evidence, other, `${what} by ${signedBy(evidence, said)}`));
  }
  return found;
}

function sentencesOf({ given }, entry, by) {
  const fields = given.opened.get(entry.header.id)?.fields ?? [];
  return fields
    .filter(({ label }) => label >= BODY)
    .flatMap(({ label, value }) => textsIn(value, `field ${label}`))
    .flatMap(({ where, text }) => {
      return sentences(text).map((each, n) => {
        return { text: each, where: `${where}, sentence ${n + 1}, of ${by}` };
      });
    });
}

/** Where a sentence stands; refused unless it stands there whole (PROOF-168). */
function requireQuoted(evidence, entry, quoted) {
  const known = openedSentences(evidence, entry);
  if (!known.length) throw new Refusal("not-opened", "the file opens no words of this statement");
  const whole = known.find(({ text }) => text === quoted);
  if (whole) return `it stands in ${whole.where}`;
  const part = known.find(({ text }) => text.includes(quoted));
  if (part) {
    const told = `it is a part of what stands in ${part.where}: ${part.text}`;
    throw new Refusal("part-of-a-sentence", told);
  }
  throw new Refusal("not-found", "it stands nowhere in the words that the file opens");
}

/** The rows of the findings that a file shows beside a statement (PROOF-169). */
export function findingsOf(evidence, entry) {
  return naming(evidence, entry)
    .filter(({ statement }) => statement.kind === NOTICE && statement.form === FORM)
    .flatMap(({ other }) => {
      return rowsOf(openedValue(evidence, other, ROWS)).map((row) => ({ other, ...row }));
    });
}

/** What field 3 of a finding says; nothing where it is none. */
function rowsOf(value) {
  const rows = Array.isArray(value) && Array.isArray(value[0]) ? value[0] : [];
  const found = [];
  for (const row of rows) {
    if (!Array.isArray(row) || row.length !== 2 || typeof row[1] !== "string") return [];
    const [word, text] = row;
    const last = found.at(-1);
    if ([CONFIRMED, CONTRADICTED, ABSENT].includes(word)) {
      found.push({ word, claimed: text, record: word === CONFIRMED ? text : "" });
    } else if (word === "record" && last?.word === CONTRADICTED) {
      last.record = text;
    } else {
      return [];
    }
  }
  return found;
}

/** What of a finding is proven, and whose word the rest is (PROOF-170). */
export function requireFound(evidence, entry, { other, word, claimed, record }) {
  const { mode } = evidence.standing(entry);
  const by = signedBy(evidence, requireAnswer(evidence, other, mode));
  if (word === ABSENT) {
    requireAbsent(evidence, entry, claimed);
    return `found by ${by}: it stands nowhere in this entry; no other entry was looked at`;
  }
  if (!record) {
    throw new Refusal("no-record-named", `${by} names no sentence that contradicts it`);
  }
  const where = requireQuoted(evidence, entry, record);
  if (word === CONFIRMED) return `found by ${by}: ${where}`;
  return `${where}: ${record}; that this contradicts it is the word of ${by}`;
}

/** Refuses unless all words of a statement are opened, and a sentence is not in them. */
function requireAbsent(evidence, entry, claimed) {
  const opened = evidence.given.opened.get(entry.header.id);
  const labels = new Set(opened?.fields.map(({ label }) => label));
  const wanted = opened?.commitments.map((_, at) => at + 1).filter((label) => label >= BODY);
  if (!wanted || !wanted.every((label) => labels.has(label))) {
    throw new Refusal("words-hidden", "not all words of this entry are opened");
  }
  const holding = openedSentences(evidence, entry).find(({ text }) => text.includes(claimed));
  if (holding) throw new Refusal("found", `it stands in ${holding.where}: ${holding.text}`);
}
