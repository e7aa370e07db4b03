// Leaves of a beacon: what each hides, what an opening quotes, and who saw it when.
//
// This module must not believe the log's own station: it asks what holds without its word. Clauses:
// PROOF-60, PROOF-61, PROOF-76 to PROOF-78, PROOF-175.

import { join, unhex, utf8 } from "./bytes.js";
import { Refusal, attempt, decode, encode } from "./cbor.js";
import { tagged } from "./crypto.js";
import { JOURNAL_END } from "./record.js";
import { COUNT_END, hashOf, number, row } from "./shapes.js";
import { requireInclusion } from "./trees.js";
import { greatest, least, metBy, metSince, times } from "./witnesses.js";

export const OPENING = 14;
export const LEAVES = 512;
const ROWS = 256;
const QUOTES = 32;

/** A vector: how far the journals stood (PROOF-61). */
export function readRows(value) {
  if (!Array.isArray(value) || value.length > ROWS) throw new Refusal("beacon-shape", "no vector");
  let before = -1;
  return value.map((each) => {
    const [no, size, root] = row(each, 3, "beacon-shape");
    number(no, JOURNAL_END, "journal-number");
    number(size, COUNT_END, "count-range");
    if (size === 0 || no <= before) throw new Refusal("beacon-shape", "rows do not ascend");
    before = no;
    return { no, size, root: hashOf(root) };
  });
}

/** The leaf that hides a vector behind a blind (PROOF-61). */
export function leafHash({ blind, rows }) {
  const vector = encode(rows.map(({ no, size, root }) => [no, size, unhex(root)]));
  return tagged("beacon", join(unhex(blind), vector));
}

/** What an opening says: the index of its first leaf, the log's size with it, the periods of its
 * first leaf and its last, the leaves, and what it quotes (PROOF-60). */
export function readSaid(payload) {
  const quotes = readQuotes(payload);
  const [n, period, hashes] = decode(payload);
  number(n, COUNT_END, "count-range");
  number(period, COUNT_END, "count-range");
  const leaves = hashes.map(hashOf);
  const first = period - leaves.length + 1;
  return { n, end: n + leaves.length, first, period, leaves, quotes };
}

/** What an opening quotes (PROOF-60). */
export function readQuotes(payload) {
  const [, , leaves, quotes] = row(decode(payload), 4, "beacon-shape");
  if (!Array.isArray(leaves) || leaves.length === 0 || leaves.length > LEAVES) {
    throw new Refusal("beacon-shape", "no leaves");
  }
  if (!Array.isArray(quotes) || quotes.length > QUOTES) {
    throw new Refusal("beacon-shape", "no quotes");
  }
  return new Set(quotes.map(hashOf));
}

/** The earliest time by which a quorum had seen a leaf that covers an entry (PROOF-77).
 *
 * `place` is its journal, slot and id; `pathOf` gives the path from there to a size. If there is
 * none such, the Refusal says what is wrong with the last one tried. */
export function stoodBy(lab, place, { leaves, notes, pathOf }, policy) {
  const { no, seq, id } = place;
  const found = [];
  let fault = new Refusal("no-beacon", "the file opens no leaf that covers the entry");
  const note = (work) => {
    const made = attempt(work);
    if (made instanceof Refusal) fault = made;
    return made;
  };
  for (const leaf of leaves) {
    for (const covered of leaf.rows.filter((each) => each.no === no && each.size > seq)) {
      const under = note(() => {
        requireCovered(id, seq, covered, pathOf(no, seq, covered.size));
        return notesOf(leaf, notes);
      });
      if (under instanceof Refusal) continue;
      for (const each of under) {
        const when = note(() => {
          requireInclusion(leafHash(leaf), leaf.index, each.size, leaf.path, each.root);
          return metBy(policy, times(lab, policy, each, each.lines));
        });
        if (!(when instanceof Refusal)) found.push(when);
      }
    }
  }
  if (found.length === 0) throw fault;
  return least(found);
}

function requireCovered(id, seq, { size, root }, path) {
  if (!path) {
    throw new Refusal("no-beacon", "nothing leads from the entry to what the leaf covers");
  }
  requireInclusion(id, seq, size, path, root);
}

/** The checkpoints that a leaf says it lies under. */
function notesOf({ origin, size }, notes) {
  const found = notes.filter((each) => each.origin === origin && each.size === size);
  if (found.length === 0) {
    throw new Refusal("no-witnesses", "the checkpoint of the leaf's log is not in the file");
  }
  return found;
}

/** The latest time after which something was made that comes after openings; null if they quote
 * no quorum (PROOF-78). What is quoted is a signature that nobody could know before. */
export function madeAfter(lab, payloads, notes, policy) {
  const found = [];
  for (const payload of payloads) {
    const quoted = attempt(() => readQuotes(payload));
    if (quoted instanceof Refusal) continue;
    for (const note of notes) {
      const lines = note.lines.filter(({ text }) => quoted.has(tagged("witnessed", utf8(text))));
      const since = metSince(policy, times(lab, policy, note, lines));
      if (since !== null) found.push(since);
    }
  }
  return greatest(found);
}
