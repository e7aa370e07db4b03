// The claims of a disclosure, each PROVEN or NOT PROVEN with a reason (PROOF-41 to PROOF-54).
//
// This module must not say that a disclosure is valid. It shows nothing.

import { requireAnswer } from "./answering.js";
import { unhex } from "./bytes.js";
import { Refusal, attempt, encode } from "./cbor.js";
import { fingerprint, tagged } from "./crypto.js";
import { cosigners, covering } from "./holding.js";
import { moment } from "./moments.js";
import { findingsOf, requireFound } from "./quoting.js";
import { isReadout, requireAgreed, requireOwnWords } from "./readouts.js";
import { STATEMENT } from "./record.js";
import { addressees } from "./release.js";
import { requireInForce } from "./signing.js";
import { requireSignedOff } from "./signoffs.js";
import { silences } from "./silence.js";
import { ACK, MODES, READBACK, REVOCATIONS, kindName } from "./terms.js";
import { requireWitnessed } from "./witnessed.js";

export const [PROVEN, NOT_PROVEN, NOT_CHECKED] = ["PROVEN", "NOT PROVEN", "NOT CHECKED HERE"];

/** The entry that is disclosed. */
export function disclosed({ given }) {
  const { no, seq, entry } = given.place;
  const found = given.entries.get(entry);
  if (!found) throw new Refusal("statement-missing", "the file does not hold the entry it names");
  if (found.header.no !== no || found.header.seq !== seq) {
    const text = "the entry stands in another slot than the file says";
    throw new Refusal("statement-missing", text);
  }
  return found;
}

/** PROOF-41: the charter is that of the line, in force, and of the roots that were brought. */
export function claimCharter({ evidence, given, roots, notes }) {
  if (!given.charter) throw new Refusal("charter-missing", "the file holds no charter");
  if (given.charterId !== given.line) {
    throw new Refusal("other-charter", "it is not the one that the line is named after");
  }
  const { charter, charterRaw, signatures, line } = given;
  requireInForce(evidence.lab, charterRaw, charter, signatures, line);
  const brought = new Map(roots.map(({ label, digits }) => [digits, label]));
  for (const party of charter.parties) {
    const prints = [line, null].map((each) => fingerprint(each, party.roots));
    const known = prints.find((each) => brought.has(each));
    if (!known) {
      const shown = prints[0].match(/.{5}/g).join(" ");
      const text = `those of ${party.name} are not among the roots that you brought: ${shown}`;
      throw new Refusal("roots-not-given", text);
    }
    const label = brought.get(known);
    if (label && label !== party.name) {
      notes.push(`what you call ${label} is ${party.name} in the charter`);
    }
  }
  const signed = charter.parties.map(({ name, threshold, roots: of }) => {
    return `${name} (${threshold} of ${of.length} roots)`;
  });
  return `signed by the roots that you brought: ${signed.join(", ")}`;
}

/** PROOF-42: the authority journals hold, and the head by which to judge is among them. */
function claimAuthority({ evidence, entry, notes }) {
  if (evidence.fault) throw evidence.fault;
  const { header } = entry();
  const head = evidence.head(header.no, header.seq);
  const journal = evidence.journals[evidence.writer(header.no).party];
  for (const { seq, reason } of journal.faults) {
    notes.push(`the entry in slot ${seq} has no effect: ${reason}`);
  }
  const office = evidence.partyName(journal.party);
  const last = journal.heads.length - 1;
  return `judged by entry ${head} of ${office}’s office; the file goes up to entry ${last}`;
}

/** PROOF-43: the officers named signed these bytes. */
function claimStatement({ evidence, entry }) {
  return `signed by ${evidence.said(entry()).signers.map((it) => it.name).join(", ")}`;
}

/** PROOF-44: enough officers signed, with the mandates that it takes. */
function claimRelease({ evidence, entry }) {
  const said = evidence.said(entry());
  const how = evidence.release(said);
  const rule = evidence.journals[said.writer.party].rulesAt(said.head)[said.statement.category];
  if (how !== "full") {
    throw new Refusal("emergency-release", `released in an emergency, as ${rule.name} allows`);
  }
  const count = said.signers.length === 1 ? "1 officer" : `${said.signers.length} officers`;
  return `signed by ${count}, as the rule ${rule.name} asks, at the time that the entry claims`;
}

/** PROOF-45: station, journal and signers are of the mode that the file names. */
function claimMode({ evidence, given, entry }) {
  const it = entry();
  const { no, seq } = it.header;
  const writer = evidence.writer(no);
  if (writer.mode !== given.mode) {
    const text = `the journal is ${MODES[writer.mode]}, the file says ${MODES[given.mode]}`;
    throw new Refusal("other-mode", text);
  }
  for (const who of evidence.statement(it).statement.signers) {
    const { credential } = evidence.journals[writer.party].known(who, evidence.head(no, seq));
    if (!credential.modes.includes(writer.mode)) {
      throw new Refusal("mode-outside-mandate", credential.name);
    }
  }
  return MODES[writer.mode];
}

/** PROOF-46: the station entered it in its journal. */
function claimEntry({ evidence, entry }) {
  const it = entry();
  const { no, seq, id } = it.header;
  const writer = evidence.standing(it);
  evidence.journals[writer.party].known(writer.credential.id, evidence.head(no, seq));
  for (const other of evidence.entries) {
    const same = other.header.no === no && other.header.seq === seq && other.header.id !== id;
    if (same && evidence.stands(other)) {
      throw new Refusal("fork", "the station has signed another entry for the same slot");
    }
  }
  return `by ${writer.credential.name}, journal ${no}, slot ${seq}`;
}

/** PROOF-47: the fields that are opened are those that were committed to. */
function claimFields({ evidence, given }) {
  const own = given.opened.get(given.place.entry);
  const none = new Refusal("no-fields", "no field of the statement is opened");
  if (!own) throw none;
  for (const [id, opened] of given.opened) {
    const found = given.entries.get(id);
    if (!found) {
      throw new Refusal("fields", "fields are opened of an entry that is not in the file");
    }
    requireFields(opened, evidence.statement(found).statement.croot);
  }
  if (own.fields.length === 0) throw none;
  return `fields ${own.fields.map((each) => each.label).join(", ")}`;
}

/** Refuses opened fields that are not those of a content (RECORD-25). */
export function requireFields({ fields, commitments }, croot) {
  const labels = fields.map((each) => each.label);
  if (new Set(labels).size !== labels.length) throw new Refusal("fields", "a label stands twice");
  for (const { label, raw } of fields) {
    if (label > commitments.length) {
      throw new Refusal("fields", `the content has no label ${label}`);
    }
    if (tagged("field", raw) !== commitments[label - 1]) {
      throw new Refusal("fields", `label ${label} is not what was committed to`);
    }
  }
  if (tagged("content", encode(commitments.map(unhex))) !== croot) {
    throw new Refusal("fields", "the commitments are not those of the statement");
  }
}

/** PROOF-48: the station has sealed the prefix that holds the entry. */
function claimPlace({ evidence, entry }) {
  const it = entry();
  const writer = evidence.writer(it.header.no);
  const own = cosigners(evidence, it, writer).get(writer.credential.id);
  if (!own) {
    const text = "the journal's own station has cosigned none that holds it";
    throw new Refusal("no-checkpoint", text);
  }
  return `in a checkpoint of ${own.checkpoint.size} entries that its own station cosigned`;
}

/** PROOF-49: each addressee's station has signed that it holds the entry. */
function claimDelivery({ evidence, entry, notes }) {
  const it = entry();
  const writer = evidence.writer(it.header.no);
  const sealed = attempt(() => cosigners(evidence, it, writer));
  const sealers = sealed instanceof Refusal ? [] : [...sealed.values()];
  const headers = covering(evidence, it, writer);
  const told = [];
  for (const party of addressees(evidence.statement(it).statement)) {
    const name = evidence.partyName(party);
    const cosigned = sealers.some((each) => each.party === party);
    if (!cosigned && !headers.some((each) => each.writer.party === party)) {
      throw new Refusal("not-held", `no station of ${name} has signed that it holds the entry`);
    }
    told.push(`${name} ${cosigned ? "cosigned a checkpoint that holds it" : "cites it"}`);
    const upto = moment(evidence.journals[party].time);
    notes.push(`${name}: the newest entry of its office in the file is of ${upto}`);
  }
  return told.join("; ");
}

/** PROOF-50: an officer of each addressee has acknowledged, or read back. */
function claimReceipts({ evidence, entry, notes }) {
  const it = entry();
  const { mode } = evidence.writer(it.header.no);
  const answered = new Map();
  const faults = new Map();
  for (const each of evidence.entries) {
    if (each.header.type !== STATEMENT || each === it || each.payload === null) continue;
    const said = attempt(() => {
      const answers = evidence.statement(each).statement.refs.includes(it.header.id);
      return answers ? requireAnswer(evidence, each, mode) : null;
    });
    if (said instanceof Refusal) faults.set(each.header.no % 16, said);
    if (said instanceof Refusal || said === null) continue;
    const { party } = said.writer;
    const kind = kindName(said.statement.kind);
    const names = said.signers.map((who) => who.name).join(", ");
    const name = evidence.partyName(party);
    notes.push(`${name}: ${kind} by ${names}, ${moment(each.header.time)}`);
    const counts = [ACK, READBACK].includes(said.statement.kind);
    if (counts && !answered.has(party)) answered.set(party, kind);
  }
  for (const party of addressees(evidence.statement(it).statement)) {
    if (answered.has(party)) continue;
    const text = `no acknowledgement or readback of ${evidence.partyName(party)}`;
    const fault = faults.get(party) ?? new Refusal("no-receipt");
    throw new Refusal(fault.reason, fault.text ? `${text}; ${fault.text}` : text);
  }
  return [...answered].map(([n, kind]) => `${evidence.partyName(n)}: ${kind}`).join("; ");
}

/** PROOF-51: the entry lies between two times that another party has signed. */
function claimTime({ evidence, entry }) {
  const it = entry();
  const writer = evidence.writer(it.header.no);
  const cited = new Set([...evidence.before(it)].flatMap(({ header }) => header.seen.map(spot)));
  const earlier = evidence.entries.filter((each) => {
    const { no, seq, id } = each.header;
    const other = cited.has(spot({ no, seq, entry: id })) ? evidence.stands(each) : null;
    const theirs = other && other.party !== writer.party && other.mode === writer.mode;
    return theirs && evidence.counts(each, other);
  });
  const later = covering(evidence, it, writer).map((each) => each.entry);
  if (earlier.length === 0) {
    throw new Refusal("no-time-before", "no header of another party is shown that it cites");
  }
  if (later.length === 0) {
    throw new Refusal("no-time-after", "no header of another party is shown that cites it");
  }
  const low = Math.max(...earlier.map((each) => each.header.time));
  const high = Math.min(...later.map((each) => each.header.time));
  if (low > high) {
    throw new Refusal("time-crossed", `${moment(low)} is after ${moment(high)}`);
  }
  return `between ${moment(low)} and ${moment(high)}, by the word of other parties`;
}

function spot({ no, seq, entry }) {
  return `${no} ${seq} ${entry}`;
}

/** PROOF-52: as far as the file goes, nobody who signed was revoked. */
function claimRevocation({ evidence, entry }) {
  const it = entry();
  const writer = evidence.writer(it.header.no);
  const journal = evidence.journals[writer.party];
  for (const who of [writer.credential.id, ...evidence.statement(it).statement.signers]) {
    const ended = journal.revoked.get(who);
    if (!ended) continue;
    const { name } = journal.issued.get(who).credential;
    const text = `${name}, ${REVOCATIONS[ended.reason]}, entered ${moment(ended.time)}`;
    throw new Refusal("revoked", text);
  }
  if (journal.fresh !== null) return `nobody, up to ${moment(journal.fresh)}, as the office says`;
  return `nobody, up to ${moment(journal.time)}, the newest entry of the office in the file`;
}

/** PROOF-53: the seals would hold if Ed25519 did not. */
function claimPostQuantum({ evidence, entry }) {
  const it = entry();
  const sealers = [...cosigners(evidence, it, evidence.writer(it.header.no)).values()];
  for (const party of addressees(evidence.statement(it).statement)) {
    if (sealers.some((each) => each.party === party)) continue;
    const name = evidence.partyName(party);
    throw new Refusal("no-checkpoint", `${name} has cosigned none that holds the entry`);
  }
  return "charter, authority and place; the officers' own signatures are Ed25519";
}

/** PROOF-77, PROOF-78: witnesses saw by when it stood, and after when it was made. */
function claimWitnessed({ evidence, entry }) {
  return requireWitnessed(evidence, entry());
}

/** PROOF-99: its officers have signed it once more, with keys of their own. */
function claimSignOff({ evidence, entry }) {
  return requireSignedOff(evidence, entry());
}

// PROOF-54: the claims in their order, what each rests on, and whether Ed25519 has a part in it.
const CLAIMS = [
  ["charter", "PROOF-41", claimCharter, []],
  ["authority", "PROOF-42", claimAuthority, ["charter"]],
  ["statement", "PROOF-43", claimStatement, ["authority"]],
  ["release", "PROOF-44", claimRelease, ["statement", "entry"]],
  ["mode", "PROOF-45", claimMode, ["authority"]],
  ["entry", "PROOF-46", claimEntry, ["authority"]],
  ["fields", "PROOF-47", claimFields, []],
  ["place", "PROOF-48", claimPlace, ["statement", "entry"]],
  ["delivery", "PROOF-49", claimDelivery, ["statement", "entry"]],
  ["receipts", "PROOF-50", claimReceipts, ["entry"]],
  ["time", "PROOF-51", claimTime, ["entry"]],
  ["revocation", "PROOF-52", claimRevocation, ["statement", "entry"]],
  ["post-quantum", "PROOF-53", claimPostQuantum, ["charter", "authority", "place"]],
];
// Made where the charter names witnesses (PROOF-77).
const WITNESSED = ["witnessed", "PROOF-77", claimWitnessed, ["charter", "entry"]];
// Made of a file that holds a sign-off, and of no other (PROOF-99).
const SIGNED_OFF = ["sign-off", "PROOF-99", claimSignOff, ["statement", "entry", "fields"]];
// What the claims about words rest on: who said them, and that they are these.
const BELOW = ["statement", "release", "mode", "entry", "fields"];
// What no signature has a part in, and is therefore checked in every browser (PROOF-56).
const UNSIGNED = ["fields", "words"];

/** The claims about words that a file gives rise to: read-outs and findings (PROOF-165 to 170). */
function worded(evidence) {
  const entry = evidence.given.entries.get(evidence.given.place.entry);
  const statement = entry && attempt(() => evidence.statement(entry).statement);
  if (!entry || statement instanceof Refusal) return [];
  const found = findingsOf(evidence, entry).map((finding, n) => {
    const claim = ({ notes }) => {
      notes.push(`${finding.word}: ${finding.claimed}`);
      return requireFound(evidence, entry, finding);
    };
    return [`finding-${n + 1}`, "PROOF-170", claim, BELOW];
  });
  if (!isReadout(statement)) return found;
  return [
    ["agreed", "PROOF-165", () => requireAgreed(evidence, entry), BELOW],
    ["own-words", "PROOF-166", ({ notes }) => requireOwnWords(evidence, entry, notes), BELOW],
    ...found,
  ];
}

/** What became of each claim of a disclosure, in their order. `roots` are [{label, digits}]. */
export function judge(evidence, roots) {
  const { given } = evidence;
  const claims = [
    ...CLAIMS,
    ...(given.charter?.witnesses ? [WITNESSED] : []),
    ...(given.signedOff.size ? [SIGNED_OFF] : []),
    ...silences(evidence),
    ...worded(evidence),
  ];
  return judgeEach(claims, { evidence, given, roots, entry: () => disclosed(evidence) });
}

/** What became of each of some claims about a case, in their order (PROOF-54).
 *
 * `text` says why; `alone` says what was found apart from what the claim rests on. */
export function judgeEach(claims, about) {
  const { lab } = about.evidence;
  const found = new Map();
  for (const [name, clause, claim] of claims) {
    const notes = [];
    const text = attempt(() => claim({ ...about, notes }));
    const refused = text instanceof Refusal;
    const own = refused ? { reason: text.reason, text: text.text } : { reason: "", text };
    const verdict = refused ? NOT_PROVEN : PROVEN;
    found.set(name, { name, clause, ...own, alone: own.text || own.reason, notes, verdict });
    if (lab.lacks && !UNSIGNED.includes(name)) {
      const why = { reason: "not-checked", text: lab.lacks, alone: "", notes: [] };
      Object.assign(found.get(name), { verdict: NOT_CHECKED, ...why });
    }
  }
  const rests = new Map(claims.map(([name, , , below]) => [name, below]));
  const settled = new Map();
  return claims.map(([name]) => settle(name, rests, found, settled));
}

/** A finding, not proven where one that it rests on is not (PROOF-54). */
function settle(name, rests, found, settled) {
  if (settled.has(name)) return settled.get(name);
  const below = rests.get(name).map((each) => settle(each, rests, found, settled));
  let own = found.get(name);
  const missing = below.filter((each) => each.verdict !== PROVEN).map((each) => each.name);
  if (own.verdict === PROVEN && missing.length) {
    const text = `by itself it holds (${own.text}), but it rests on ${missing.join(" and ")}`;
    own = { ...own, verdict: NOT_PROVEN, reason: `rests-on-${missing[0]}`, text };
  }
  settled.set(name, own);
  return own;
}

/** REAL, EXERCISE or TEST: that of the journal, whatever the file says (PROOF-45). */
export function wordOfMode(evidence) {
  const writer = attempt(() => evidence.writer(evidence.given.place.no));
  return MODES[writer instanceof Refusal ? evidence.given.mode : writer.mode];
}
