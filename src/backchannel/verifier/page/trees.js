// Trees over journals and the cosignatures on their checkpoints (PROOF-1, PROOF-2, PROOF-10, 11,
// PROOF-102).
//
// This module must not know whose key it is handed.

import { hex, join, u64, unhex, utf8 } from "./bytes.js";
import { Refusal } from "./cbor.js";
import { ML_DSA_44, digest, requireMlDsa } from "./crypto.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const ZERO = Uint8Array.of(0);

/** Refuses a proof that does not lead from the entry in a slot to the root (PROOF-1, PROOF-2). */
export function requireInclusion(entry, index, size, path, root) {
  requirePath(digest(join(LEAF, unhex(entry))), index, size, path, root);
}

/** Refuses a proof that does not lead from a leaf's hash to the root (RFC 9162, 2.1.3.2). */
export function requirePath(leafHash, index, size, path, root) {
  if (index >= size) throw new Refusal("inclusion", "the slot lies beyond the checkpoint");
  let place = BigInt(index);
  let last = BigInt(size) - 1n;
  let found = leafHash;
  for (const each of path.map(unhex)) {
    if (last === 0n) throw new Refusal("inclusion", "the proof is too long");
    if (place & 1n || place === last) {
      found = digest(join(NODE, each, found));
      while (!(place & 1n) && place) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      found = digest(join(NODE, found, each));
    }
    place >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Refusal("inclusion", "the proof is too short");
  if (hex(found) !== root) throw new Refusal("inclusion", "the proof leads to another root");
}

/** The root of a tree that had a size and these whole subtrees, with further leaves (PROOF-102). */
export function grow(size, peaks, entries) {
  const end = size + entries.length;
  return rootsAt(size, peaks, entries, new Set([end])).get(end);
}

/** The roots of a tree at the sizes that are wanted, as far as its leaves reach. */
export function rootsAt(size, peaks, entries, wanted) {
  let count = BigInt(size);
  const bits = count.toString(2).replaceAll("0", "").length;
  if (peaks.length !== bits) {
    throw new Refusal("range", `a tree of ${size} has ${bits} whole subtrees`);
  }
  const stack = peaks.map(unhex);
  const found = new Map();
  const note = () => {
    if (wanted.has(Number(count))) found.set(Number(count), hex(folded(stack)));
  };
  note();
  for (const entry of entries) {
    let made = digest(join(LEAF, unhex(entry)));
    // Each set bit at the end of the size is a subtree that this leaf completes.
    for (let rest = count; rest & 1n; rest >>= 1n) made = digest(join(NODE, stack.pop(), made));
    stack.push(made);
    count += 1n;
    note();
  }
  return found;
}

/** The root over whole subtrees, that of nothing if there is none. */
function folded(stack) {
  if (stack.length === 0) return digest(new Uint8Array(0));
  return stack.reduceRight((root, each) => digest(join(NODE, each, root)));
}

/** What is signed by who cosigns a checkpoint with ML-DSA-44 (PROOF-11, PROOF-65). */
export function cosignedBytes({ cosigner, time, origin, size, root }) {
  const [who, what] = [cosigner, origin].map(utf8);
  return join(
    utf8("subtree/v1\n"), ZERO, Uint8Array.of(who.length), who, u64(time),
    Uint8Array.of(what.length), what, u64(0), u64(size), unhex(root),
  );
}

/** Refuses a cosignature of a checkpoint that does not hold (PROOF-11). */
export function requireCosignature(lab, key, signature, { line, credential, journal, size, root }) {
  const cosigner = `backchannel/${line.slice(0, 16)}/${credential.slice(0, 16)}`;
  const origin = `backchannel/${line.slice(0, 16)}/${journal.slice(0, 16)}`;
  const message = cosignedBytes({ cosigner, time: 0, origin, size, root });
  requireMlDsa(lab, ML_DSA_44, key, signature, message);
}
