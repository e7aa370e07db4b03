// A disclosure file, taken apart strictly (PROOF-30 to 32, 40, 100 to 102, 175).
//
// This module must not judge: a file that it accepts has the shape of a disclosure and proves
// nothing.

import { LEAVES, leafHash, readRows } from "./beacon.js";
import { join, same, utf8 } from "./bytes.js";
import { OBJECT_BYTES, Refusal, attempt, decode, split } from "./cbor.js";
import { readCharter } from "./charter.js";
import { ML_DSA_44, SIGNATURE_BYTES, tagged } from "./crypto.js";
import { JOURNAL_END, readFrame, readHeadOf, readHeader } from "./record.js";
import { COUNT_END, hashOf, isInteger, number } from "./shapes.js";
import { readRootSignatures } from "./signing.js";
import { readNote } from "./witnesses.js";

export const FILE_BYTES = 67_108_864;
const OBJECTS = 100_000;
const LABELS = 64;
const PATH = 64;
const PEAKS = 48;
const SALT_BYTES = 16;

/** The file is of a kind or version that this page does not read; another verifier may. */
export class NotHere extends Refusal {}

/** The objects of a file (RECORD-111). */
export function readFile(kind, raw) {
  if (raw.length > FILE_BYTES) {
    throw new Refusal("file-too-long", `${raw.length} bytes, at most ${FILE_BYTES}`);
  }
  const magic = join(utf8(`backchannel/1/${kind}`), Uint8Array.of(0));
  if (!same(raw.subarray(0, magic.length), magic)) {
    throw new Refusal("file-kind", `not a file of the kind ${kind}`);
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  const objects = [];
  let at = magic.length;
  while (at < raw.length) {
    const whole = at + 4 <= raw.length;
    const length = whole ? view.getUint32(at) : 0;
    if (length > OBJECT_BYTES) throw new Refusal("file-object", "an object is too long");
    if (!whole || at + 4 + length > raw.length) {
      throw new Refusal("file-truncated", "the file ends within an object");
    }
    if (objects.length === OBJECTS) throw new Refusal("file-objects", `more than ${OBJECTS}`);
    objects.push(raw.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return objects;
}

/** A disclosure, by its pieces; everything that is none is refused (PROOF-30, PROOF-40). */
export function readDisclosure(raw) {
  const objects = readFile("disclosure", raw);
  if (objects.length === 0) throw new Refusal("disclosure-head", "the file is empty");
  const made = readOpeningWords(decode(objects[0]));
  takePieces(made, objects.slice(1), made.spans ? SPAN_READERS : READERS);
  return made;
}

/** Take the pieces of a file, in their order (PROOF-30). */
export function takePieces(made, objects, readers) {
  let before = 0;
  for (const each of objects) {
    const value = decode(each);
    if (!Array.isArray(value) || value.length === 0) {
      throw new Refusal("disclosure-piece", "it is no array");
    }
    const kind = number(value[0], COUNT_END, "disclosure-piece");
    if (!readers.has(kind) || value.length !== readers.get(kind).places) {
      throw new Refusal("disclosure-piece", "a piece of no known shape");
    }
    if (kind < before) throw new Refusal("disclosure-order", "the pieces do not ascend");
    before = kind;
    readers.get(kind).take(made, value, each);
  }
}

function readOpeningWords(value) {
  const version = Array.isArray(value) ? value[0] : null;
  if (isInteger(version) && version !== 1 && version !== 2) {
    const text = `its head is of version ${version}, and this page reads versions 1 and 2`;
    throw new NotHere("disclosure-head", text);
  }
  if (value?.length !== (version === 2 ? 6 : 5) || !isInteger(version)) {
    throw new Refusal("disclosure-head", "it has another shape");
  }
  const [line, mode, ...rest] = value.slice(1);
  const time = rest.pop();
  const found = attempt(() => ({
    line: hashOf(line),
    mode: number(mode, 3, "disclosure-head"),
    place: readHeadOf(rest.at(-1)),
    made: number(time, COUNT_END, "disclosure-head"),
    spans: version === 2,
    // Of a span the earlier minute, null for the beginning of the line; `place` is the later one.
    since: version === 1 || rest[0] === null ? null : readHeadOf(rest[0]),
  }));
  if (found instanceof Refusal) throw new Refusal("disclosure-head", "a place has another shape");
  if (found.mode === 0) throw new Refusal("disclosure-head", "there is no mode 0");
  return { ...found, ...noPieces() };
}

/** A file before any piece of it was taken. */
export function noPieces() {
  return {
    charter: null,
    charterId: "",
    charterRaw: null,
    signatures: [],
    authority: new Map(),
    entries: new Map(),
    opened: new Map(),
    checkpoints: new Map(),
    paths: new Map(),
    signedOff: new Map(),
    notes: new Map(),
    leaves: new Map(),
    ranges: new Map(),
    words: new Map(),
    log: null,
    rivals: new Map(),
  };
}

function requireNew(key, known) {
  if (known.has(key)) throw new Refusal("disclosure-twice", "a piece stands twice");
}

function shaped(fits) {
  if (!fits) throw new Refusal("disclosure-piece", "a place has another shape");
}

const isBytes = (value) => value instanceof Uint8Array;

function takeCharter(made, [, charter, signatures]) {
  if (made.charter) throw new Refusal("disclosure-twice", "two charters");
  shaped(isBytes(charter));
  made.charter = readCharter(charter);
  made.charterRaw = charter;
  made.charterId = tagged("charter", charter);
  made.signatures = readRootSignatures(signatures);
}

function takeAuthority(made, [, packed]) {
  takeFrame(made.authority, packed);
}

/** Take piece 7, which only evidence has: an entry beside those of pieces 2 (PROOF-81). */
export function takeRival(made, [, packed]) {
  takeFrame(made.rivals, packed);
}

/** Take a frame of an authority journal, in which content has no place. */
function takeFrame(known, packed) {
  shaped(isBytes(packed));
  const frame = readFrame(packed);
  shaped(frame.content === null);
  requireNew(frame.header.id, known);
  known.set(frame.header.id, frame);
}

function takeEntry(made, [, header, signature, payload]) {
  shaped(isBytes(header) && isBytes(signature));
  shaped(payload === null || isBytes(payload));
  if (signature.length !== 64) throw new Refusal("signature-length");
  const read = readHeader(header);
  requireNew(read.id, made.entries);
  made.entries.set(read.id, { header: read, signature, payload });
}

/** Take piece 4. Its rows are, byte for byte, what RECORD-25 commits to. */
function takeFields(made, [, entry, rows, commitments], raw) {
  shaped(Array.isArray(rows) && Array.isArray(commitments));
  shaped(rows.length <= LABELS && commitments.length >= 1 && commitments.length <= LABELS);
  const exact = split(split(raw)[2]);
  const fields = rows.map((each, at) => {
    shaped(Array.isArray(each) && each.length === 3);
    const [label, salt, value] = each;
    number(label, LABELS, "disclosure-piece");
    shaped(label > 0 && isBytes(salt) && salt.length === SALT_BYTES);
    return { label, value, raw: exact[at] };
  });
  const opened = { entry: hashOf(entry), fields, commitments: commitments.map(hashOf) };
  requireNew(opened.entry, made.opened);
  made.opened.set(opened.entry, opened);
}

function takeCheckpoint(made, [, no, size, root, rows]) {
  shaped(Array.isArray(rows));
  const cosignatures = rows.map((each) => {
    shaped(Array.isArray(each) && each.length === 2 && isBytes(each[1]));
    if (each[1].length !== SIGNATURE_BYTES[ML_DSA_44]) throw new Refusal("signature-length");
    return { who: hashOf(each[0]), signature: each[1] };
  });
  number(no, JOURNAL_END, "journal-number");
  number(size, COUNT_END, "count-range");
  const checkpoint = { no, size, root: hashOf(root), cosignatures };
  const key = `${no} ${size} ${checkpoint.root}`;
  requireNew(key, made.checkpoints);
  made.checkpoints.set(key, checkpoint);
}

function takePath(made, [, no, seq, size, path]) {
  shaped(Array.isArray(path) && path.length <= PATH);
  number(seq, COUNT_END, "count-range");
  number(size, COUNT_END, "count-range");
  number(no, JOURNAL_END, "journal-number");
  const key = pathKey(no, seq, size);
  requireNew(key, made.paths);
  made.paths.set(key, path.map(hashOf));
}

/** Take piece 8: a sign-off, and the way from the statement to its root (PROOF-99). */
function takeSignOff(made, [, entry, index, path]) {
  shaped(Array.isArray(path) && path.length <= PATH);
  const id = hashOf(entry);
  requireNew(id, made.signedOff);
  number(index, COUNT_END, "count-range");
  made.signedOff.set(id, { index, path: path.map(hashOf) });
}

/** Take piece 9: a checkpoint of a beacon log, with lines of witnesses (PROOF-76). */
function takeNote(made, [, raw]) {
  shaped(isBytes(raw));
  const note = readNote(raw);
  const key = `${note.size} ${note.root} ${note.origin}`;
  requireNew(key, made.notes);
  made.notes.set(key, note);
}

/** Take piece 10: a leaf of a beacon that is opened (PROOF-76). */
function takeLeaf(made, [, origin, size, index, blind, rows, path]) {
  shaped(typeof origin === "string" && Array.isArray(path) && path.length <= PATH);
  number(size, COUNT_END, "count-range");
  number(index, COUNT_END, "count-range");
  const key = `${size} ${index} ${origin}`;
  requireNew(key, made.leaves);
  const hashes = path.map(hashOf);
  const leaf = { origin, size, index, blind: hashOf(blind), rows: readRows(rows), path: hashes };
  made.leaves.set(key, leaf);
}

/** Take piece 11: a journal's tree at the earlier minute (PROOF-102). */
function takeRange(made, value) {
  const tree = readTree(value);
  requireNew(tree.no, made.ranges);
  made.ranges.set(tree.no, tree);
}

/** A journal, a size, and the roots of the whole subtrees of a tree. */
function readTree([, no, size, peaks]) {
  shaped(Array.isArray(peaks) && peaks.length <= PEAKS);
  number(no, JOURNAL_END, "journal-number");
  number(size, COUNT_END, "count-range");
  return { no, size, peaks: peaks.map(hashOf) };
}

/** Take piece 12: what opens the leaves of an opening (PROOF-175). */
function takeWords(made, [, entry, blinds, vector]) {
  shaped(Array.isArray(blinds) && blinds.length <= LEAVES);
  const id = hashOf(entry);
  requireNew(id, made.words);
  const hashes = blinds.map(hashOf);
  const rows = readRows(vector);
  const leaves = hashes.map((blind) => leafHash({ blind, rows }));
  made.words.set(id, { rows, leaves });
}

/** Take piece 13: the beacon log of a journal before the stretch (PROOF-175). */
function takeLog(made, value) {
  if (made.log) throw new Refusal("disclosure-twice", "two beacon logs");
  made.log = readTree(value);
}

/** Under what an inclusion proof is found. */
export function pathKey(no, seq, size) {
  return `${no} ${seq} ${size}`;
}

// PROOF-31, by the number that a piece begins with: how many places it has, and who takes it.
export const READERS = new Map([
  [1, { places: 3, take: takeCharter }],
  [2, { places: 2, take: takeAuthority }],
  [3, { places: 4, take: takeEntry }],
  [4, { places: 4, take: takeFields }],
  [5, { places: 5, take: takeCheckpoint }],
  [6, { places: 5, take: takePath }],
  [8, { places: 4, take: takeSignOff }],
  [9, { places: 2, take: takeNote }],
  [10, { places: 7, take: takeLeaf }],
]);
// PROOF-101, PROOF-175: a tree is put together from its leaves, so none brings a way to a root.
const SPAN_READERS = new Map([
  ...[1, 2, 3, 4, 5, 9].map((kind) => [kind, READERS.get(kind)]),
  [11, { places: 4, take: takeRange }],
  [12, { places: 4, take: takeWords }],
  [13, { places: 4, take: takeLog }],
]);
