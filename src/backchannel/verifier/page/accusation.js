// A file of evidence, taken apart strictly: whom it accuses, of what, with which pieces.
//
// This module must not judge: a file that it accepts has the shape of evidence and proves nothing.
// Clauses: PROOF-80, PROOF-81.

import { READERS, noPieces, readFile, takePieces, takeRival } from "./bundle.js";
import { join, same, utf8 } from "./bytes.js";
import { Refusal, attempt, decode } from "./cbor.js";
import { JOURNAL_END } from "./record.js";
import { COUNT_END, hashOf, number, row } from "./shapes.js";

const KIND = "evidence";
const MAGIC = join(utf8(`backchannel/1/${KIND}`), Uint8Array.of(0));
const PARTIES = 16;
const [OTHER_ROOT, TWO_DECREES, TWO_LEAVES] = [4, 7, 8];

/** Whether a file says that it is evidence. */
export function isEvidence(raw) {
  return same(raw.subarray(0, MAGIC.length), MAGIC);
}

/** Evidence, by its pieces; everything that is none is refused. */
export function readAccusation(raw) {
  const objects = readFile(KIND, raw);
  if (objects.length === 0) throw new Refusal("evidence-head", "the file is empty");
  const head = attempt(() => readHead(decode(objects[0])));
  if (head instanceof Refusal) {
    throw new Refusal("evidence-head", head.text || "a place has another shape");
  }
  const made = { ...head, ...noPieces() };
  takePieces(made, objects.slice(1), TAKEN);
  return made;
}

function readHead(value) {
  const [version, line, kind, accused, matter, made] = row(value, 6, "evidence-head");
  if (version !== 1) throw new Refusal("evidence-head", "another version");
  if (number(kind, TWO_LEAVES, "evidence-head") === 0) {
    throw new Refusal("evidence-head", "another kind");
  }
  const [first, second, ...checkpoint] = row(matter, kind === OTHER_ROOT ? 4 : 2, "evidence-head");
  if (checkpoint.length) {
    number(checkpoint[0], JOURNAL_END, "evidence-head");
    number(checkpoint[1], COUNT_END, "evidence-head");
  }
  const ofOffice = kind === TWO_DECREES;
  return {
    line: hashOf(line),
    made: number(made, COUNT_END, "evidence-head"),
    kind,
    accused: ofOffice ? number(accused, PARTIES - 1, "evidence-head") : hashOf(accused),
    pair: [hashOf(first), hashOf(second)],
    checkpoint,
  };
}

// PROOF-81: pieces 1 to 3 of a disclosure, and a second entry of an authority journal.
const TAKEN = new Map([
  ...[1, 2, 3].map((kind) => [kind, READERS.get(kind)]),
  [7, { places: 2, take: takeRival }],
]);
