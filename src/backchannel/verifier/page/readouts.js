// Read-outs: which text all parties signed, and what one of them alone says (PROOF-165, PROOF-166).
//
// This module must not say that an answer which is not shown was never given.

import { naming, openedValue, requireAnswer } from "./answering.js";
import { Refusal, attempt } from "./cbor.js";
import { addressees } from "./release.js";
import { DECIDE, NOTICE } from "./terms.js";

const FORM = "T19/1";
const [AGREED_TEXT, OWN_TEXTS, SIGNATURES] = [27, 28, 29];
const [SIGNED, REFUSED] = ["signed", "refused"];
const ANSWERS = [SIGNED, "signed-with-dissent", REFUSED];

/** Whether a statement is a read-out (PROOF-160). */
export function isReadout({ kind, form }) {
  return kind === NOTICE && form === FORM;
}

/** Whether a statement answers a read-out (PROOF-161). */
export function isReply({ kind, form }) {
  return kind === DECIDE && form === FORM;
}

/** Who signed the text for all; refused unless every party did (PROOF-165). */
export function requireAgreed(evidence, entry) {
  const said = evidence.said(entry);
  const text = openedValue(evidence, entry, AGREED_TEXT);
  if (typeof text !== "string" || text === "") {
    throw new Refusal("no-agreed-text", "the file opens no text that all could have signed");
  }
  const told = [signedBy(evidence, said)];
  for (const party of addressees(said.statement)) {
    const replies = requireReplies(evidence, entry, party);
    const name = evidence.partyName(party);
    const refusing = replies.filter(({ how }) => how === REFUSED).length;
    if (refusing && refusing < replies.length) {
      throw new Refusal("answers-differ", `${name} has signed it, and has refused it`);
    }
    if (refusing) throw new Refusal("refused", `${name} has refused it`);
    told.push(`${name} (${replies[0].by})`);
  }
  return `the text in field ${AGREED_TEXT} is signed by ${told.join(" and by ")}`;
}

/** Which parties say something alone, and in the notes what (PROOF-166). */
export function requireOwnWords(evidence, entry, notes) {
  const said = evidence.said(entry);
  const names = [];
  for (const party of [said.writer.party, ...addressees(said.statement)]) {
    const name = evidence.partyName(party);
    const texts = ownTexts(evidence, said, party);
    if (texts.length) names.push(name);
    notes.push(...texts.map((text) => `${name} alone: ${text}`));
  }
  if (!names.length) {
    throw new Refusal("no-own-words", "the file opens nothing that one party alone says");
  }
  return `each alone and for itself: ${names.join(", ")}`;
}

/** What one party alone says, each text once (PROOF-163). */
function ownTexts(evidence, said, party) {
  const name = evidence.partyName(party);
  const rows = openedValue(evidence, said.entry, OWN_TEXTS);
  const isNamed = (row) => {
    return Array.isArray(row) && row.length === 2 && row[0] === name && typeof row[1] === "string";
  };
  const named = Array.isArray(rows) ? rows.filter(isNamed).map((row) => row[1]) : [];
  if (party === said.writer.party) return named;
  const replies = attempt(() => requireReplies(evidence, said.entry, party));
  if (replies instanceof Refusal) return [];
  const texts = replies.map(({ text }) => text).filter((text) => text !== "");
  if (replies.some(({ how, text }) => how === SIGNED && text === "")) texts.push(...named);
  return [...new Set(texts)];
}

/** The answers of a party that hold; refused if there is none (PROOF-165). */
function requireReplies(evidence, entry, party) {
  const name = evidence.partyName(party);
  const { mode } = evidence.writer(entry.header.no);
  const found = [];
  let fault = new Refusal("not-answered", "");
  for (const { other, statement } of naming(evidence, entry)) {
    if (other.header.no % 16 !== party || !isReply(statement)) continue;
    const said = attempt(() => requireAnswer(evidence, other, mode));
    if (said instanceof Refusal) {
      fault = said;
      continue;
    }
    const row = rowOf(openedValue(evidence, other, SIGNATURES), name);
    if (row) found.push({ by: officersOf(said), ...row });
  }
  if (found.length) return found;
  const text = `no answer of ${name} that holds is shown`;
  throw new Refusal(fault.reason, fault.text ? `${text}; ${fault.text}` : text);
}

/** How field 9 says that a party answers, and its own text; null for another row. */
function rowOf(value, name) {
  if (!Array.isArray(value) || value.length !== 1) return null;
  const [row] = value;
  if (!Array.isArray(row) || row.length !== 3) return null;
  const [who, how, own] = row;
  if (who !== name || !ANSWERS.includes(how)) return null;
  return own === null || typeof own === "string" ? { how, text: own ?? "" } : null;
}

function officersOf(said) {
  return said.signers.map((it) => it.name).join(", ");
}

/** A party and its officers who signed a statement. */
export function signedBy(evidence, said) {
  return `${evidence.partyName(said.writer.party)} (${officersOf(said)})`;
}
