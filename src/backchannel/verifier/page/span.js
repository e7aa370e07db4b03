// The claims of a span: nothing is left out between two minutes, and who said what in it.
//
// This module must not say that a span is valid. It shows nothing. Clauses: PROOF-110 to PROOF-118.

import { Refusal, attempt } from "./cbor.js";
import { claimCharter, requireFields } from "./claims.js";
import { placeOf } from "./evidence.js";
import { moment } from "./moments.js";
import { STATEMENT } from "./record.js";
import { AUTHORITIES, Stretches } from "./stretches.js";

/** Of faulty statements so many are named in a claim; the list has each with its reason. */
export const NAMED = 16;

/** A span under examination: its minutes, or why there are none, and all that is told in it. */
export class Span {
  constructor(evidence) {
    Object.assign(this, { evidence, given: evidence.given, earlier: null, later: null });
    this.stretches = new Stretches(evidence);
    const found = attempt(() => this.stretches.minutes());
    this.fault = found instanceof Refusal ? found : null;
    if (!this.fault) Object.assign(this, found);
    this.sizes = this.findSizes();
    this.shown = this.findShown();
    this.told = this.shown.filter((each) => each.header.type === STATEMENT)
      .map((each) => this.tell(each));
  }

  requireMinutes() {
    if (this.fault) throw this.fault;
  }

  /** From where to where each journal goes; nothing if there is no later minute. */
  findSizes() {
    const rows = this.later ? [...this.later.sizes] : [];
    return new Map(rows.map(([no, end]) => [no, [this.earlier?.sizes.get(no) ?? 0, end]]));
  }

  /** The entries of stations that lie in the span, by time, journal and slot. */
  findShown() {
    return this.evidence.entries.filter(({ header }) => {
      const [start, end] = this.sizes.get(header.no) ?? [0, 0];
      return start <= header.seq && header.seq < end;
    }).sort(({ header: a }, { header: b }) => a.time - b.time || a.no - b.no || a.seq - b.seq);
  }

  /** What is known of a statement (PROOF-115). */
  tell(entry) {
    const told = { entry, statement: null, released: "", fault: null };
    told.words = this.given.opened.get(entry.header.id) ?? null;
    if (entry.payload === null) return told;
    const fault = attempt(() => {
      if (this.evidence.writer(entry.header.no).mode !== this.given.mode) {
        throw new Refusal("other-mode", "its journal is not of the mode that the file names");
      }
      told.statement = this.evidence.statement(entry).statement;
      told.released = this.evidence.release(this.evidence.said(entry));
    });
    if (fault instanceof Refusal) told.fault = fault;
    return told;
  }
}

/** PROOF-112: the authority journals hold. */
function claimAuthority({ evidence, notes }) {
  if (evidence.fault) throw evidence.fault;
  for (const { party, faults } of evidence.journals) {
    for (const { seq, reason } of faults) {
      const name = evidence.partyName(party);
      notes.push(`${name}: the entry in slot ${seq} has no effect: ${reason}`);
    }
  }
  return evidence.journals.map(({ party, heads, time }) => {
    return `${evidence.partyName(party)} up to entry ${heads.length - 1}, ${moment(time)}`;
  }).join("; ");
}

/** PROOF-113: every party has cosigned all that both minutes name. */
function claimMinutes({ evidence, span }) {
  span.requireMinutes();
  for (const minute of [span.later, span.earlier]) {
    for (const no of minute ? minute.sizes.keys() : []) span.stretches.cosignedRoot(minute, no);
  }
  const since = span.earlier ? minuteWords(span, span.earlier) : "the beginning of the line";
  const names = evidence.journals.map(({ party }) => evidence.partyName(party)).join(", ");
  return `from ${since} to ${minuteWords(span, span.later)}, cosigned by ${names}`;
}

/** How a minute is spoken of; its time is its writer's word. */
function minuteWords({ evidence }, { entry: { header } }) {
  const party = evidence.partyName(header.no % AUTHORITIES);
  return `the minute of ${party} at ${moment(header.time)} (${placeOf({ header })})`;
}

/** PROOF-114: nothing is left out, put in or altered between the two minutes. */
function claimComplete({ span, notes }) {
  span.requireMinutes();
  const { earlier, later, stretches, sizes } = span;
  for (const [no, stretch] of sizes) {
    const before = earlier?.sizes.has(no) ? stretches.cosignedRoot(earlier, no) : null;
    stretches.requireWhole(no, before, stretches.cosignedRoot(later, no), stretch);
  }
  stretches.requireCited(sizes, [...span.shown, later.entry]);
  const [first, last] = [earlier?.entry.header.time ?? 0, later.entry.header.time];
  const beside = span.shown.filter(({ header }) => header.time < first || header.time > last);
  for (const each of beside.slice(0, NAMED)) {
    const time = moment(each.header.time);
    notes.push(`${placeOf(each)} claims ${time}, which is not between the two minutes`);
  }
  const journals = [...sizes.keys()].filter((no) => no >= AUTHORITIES).length;
  return `${span.shown.length} entries of ${journals} journals, every slot of each`;
}

/** PROOF-115: every statement that is shown was signed and released as its class asks. */
function claimStatements({ span, notes }) {
  const { told } = span;
  const faulty = told.filter((each) => each.fault);
  for (const { entry, fault } of faulty.slice(0, NAMED)) {
    notes.push(`${placeOf(entry)}: ${fault.reason} ${fault.text}`.trim());
  }
  const bare = told.filter(({ entry }) => entry.payload === null);
  for (const { entry } of bare.slice(0, NAMED)) {
    notes.push(`${placeOf(entry)}: not shown who said it`);
  }
  for (const { entry, released } of told) {
    if (released === "emergency") notes.push(`${placeOf(entry)}: released in an emergency`);
  }
  span.requireMinutes();
  const text = (some) => `${some.length} of ${told.length}, the first in ${placeOf(some[0].entry)}`;
  if (faulty.length) {
    const { fault } = faulty[0];
    throw new Refusal(fault.reason, [text(faulty), fault.text].filter(Boolean).join(": "));
  }
  if (bare.length) throw new Refusal("payload-missing", text(bare));
  return `${told.length}, each signed and released as its class asks`;
}

/** PROOF-116: the words that are shown are those that were committed to. */
function claimWords({ evidence, span }) {
  const told = new Map(span.told.map((each) => [each.entry.header.id, each]));
  for (const [id, opened] of span.given.opened) {
    const found = told.get(id);
    if (!found) {
      throw new Refusal("fields", "fields are opened of what is no statement of the span");
    }
    const { entry } = found;
    const fits = attempt(() => requireFields(opened, evidence.statement(entry).statement.croot));
    if (fits instanceof Refusal) {
      throw new Refusal(fits.reason, `${placeOf(entry)}: ${fits.text}`);
    }
  }
  const open = span.told.filter(hasWords).length;
  return `those of ${open} statements; of ${span.told.length - open} they are hidden`;
}

/** Whether words of a statement are shown. */
export function hasWords({ words }) {
  return Boolean(words?.fields.length);
}

/** PROOF-117: what is complete would stand if Ed25519 did not. */
function claimPostQuantum({ span }) {
  span.requireMinutes();
  return "charter, authority, minutes and all between; the officers' own signatures are Ed25519";
}

/** The claims in their order, and what each rests on (PROOF-118). */
export const SPAN_CLAIMS = [
  ["charter", "PROOF-111", claimCharter, []],
  ["authority", "PROOF-112", claimAuthority, ["charter"]],
  ["minutes", "PROOF-113", claimMinutes, ["authority"]],
  ["complete", "PROOF-114", claimComplete, ["minutes"]],
  ["statements", "PROOF-115", claimStatements, ["authority"]],
  ["words", "PROOF-116", claimWords, []],
  ["post-quantum", "PROOF-117", claimPostQuantum, ["complete"]],
];
