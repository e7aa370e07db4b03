// The claims of a span about archives: each day was sealed for whom the charter names, and none was
// opened but by warrant (PROOF-188, PROOF-189).
//
// This module must not open anything, or say that no share was ever given beside the record.

import { OPENING, ROLE_NAMES, SEAL, readSeal, requireWarrant } from "./archive.js";
import { Refusal, attempt } from "./cbor.js";
import { payloadOf, placeOf } from "./evidence.js";
import { moment } from "./moments.js";
import { NAMED } from "./span.js";
import { AUTHORITIES } from "./stretches.js";

const DAY = 86_400;

/** The claims that the types of the entries between two minutes give rise to. */
export function archiveClaims({ shown }) {
  const types = new Set(shown.map(({ header }) => header.type));
  return [
    ...(types.has(SEAL) ? [["sealed", "PROOF-188", claimSealed, ["complete"]]] : []),
    ...(types.has(OPENING) ? [["opened", "PROOF-189", claimOpened, ["complete"]]] : []),
  ];
}

/** Entries by journal and slot. */
function inOrder(entries) {
  return entries.sort(({ header: a }, { header: b }) => a.no - b.no || a.seq - b.seq);
}

/** What some work returns; a Refusal says in which entry the fault lies. */
function blaming(entry, work) {
  const found = attempt(work);
  if (!(found instanceof Refusal)) return found;
  throw new Refusal(found.reason, `${placeOf(entry)}: ${found.text || found.reason}`);
}

/** PROOF-188: every seal is numbered, names what stands, and is for whom the charter names. */
function claimSealed({ span, notes }) {
  const lines = [];
  for (const [no, [start]] of span.sizes) {
    const held = new Map([...span.sizes].map(([other, [first]]) => [other, first - 1]));
    // Where the stretch does not begin with the journal, its first seal says how many there were.
    let count = start === 0 ? 0 : null;
    for (const entry of inOrder(span.shown.filter(({ header }) => header.no === no))) {
      held.set(no, entry.header.seq - 1);
      for (const head of entry.header.seen) {
        held.set(head.no, Math.max(held.get(head.no) ?? -1, head.seq));
      }
      if (entry.header.type !== SEAL) continue;
      const seal = blaming(entry, () => requireSeal(span, entry, held, count));
      count = seal.n;
      lines.push(sealWords(span, entry, seal));
    }
  }
  notes.push(...lines.slice(0, NAMED));
  if (lines.length > NAMED) notes.push(`and ${lines.length - NAMED} seals more`);
  return `${lines.length} seals, each for the holders whom the charter names and for nobody else`;
}

/** A seal that is the next after so many, whose writer held what it names, for the circles of the
 * charter (PROOF-188). */
function requireSeal({ evidence }, entry, held, count) {
  const seal = readSeal(payloadOf(entry));
  if (count !== null && seal.n !== count + 1) {
    throw new Refusal("seal-number", `seal ${seal.n} after ${count}`);
  }
  const beyond = seal.slots.find(({ no, seq }) => seq > (held.get(no) ?? -1));
  if (beyond) {
    const text = `its writer does not hold slot ${beyond.seq} of journal ${beyond.no}`;
    throw new Refusal("seal-slots", text);
  }
  const { no, seq } = entry.header;
  const circles = evidence.journals[no % AUTHORITIES].circlesAt(evidence.head(no, seq));
  if (JSON.stringify(seal.circles) !== JSON.stringify(circles)) {
    throw new Refusal("seal-holders", "its shares are not for the holders in the charter");
  }
  return seal;
}

function sealWords({ evidence }, entry, { n, day, circles, slots }) {
  const party = evidence.partyName(entry.header.no % AUTHORITIES);
  const wanted = circles.map(({ role, least, keys }) => {
    return `${least} of ${keys.length} ${ROLE_NAMES[role]}`;
  });
  return `${placeOf(entry)}: seal ${n} of ${party}, ${dayOf(day)}, words of ${slots.length} `
    + `entries, for ${wanted.join(" and ")}`;
}

/** A UTC day since 1970 as 2026-12-01. */
function dayOf(day) {
  return moment(day * DAY).split(" ")[0];
}

/** PROOF-189: every opening stands under a warrant of as many as the charter wants. */
function claimOpened({ evidence, span, notes }) {
  const found = inOrder(span.shown.filter(({ header }) => header.type === OPENING));
  for (const entry of found) {
    const { no, seq, time } = entry.header;
    const { party, order, signers } = blaming(entry, () => {
      const writer = evidence.writer(no);
      const as = { mode: writer.mode, head: evidence.head(no, seq), time };
      const journal = evidence.journals[writer.party];
      return { ...writer, ...requireWarrant(evidence.lab, payloadOf(entry), journal, as) };
    });
    const names = signers.map((it) => it.name).join(", ");
    const text = `${evidence.partyName(party)} opened ${orderWords(order)}, ordered by ${names}`;
    notes.push(`${placeOf(entry)}: ${text}: ${order.purpose}`);
  }
  return `${found.length}, each ordered by as many holders as the charter wants`;
}

function orderWords({ first, last, labels }) {
  const days = first === last ? dayOf(first) : `${dayOf(first)} to ${dayOf(last)}`;
  return `the words of ${days}, ${labels.length ? `fields ${labels.join(", ")}` : "all fields"}`;
}
