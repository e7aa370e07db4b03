// The encoding of every object, read strictly: one value, one spelling (WIRE-1 to WIRE-6).
//
// This module must not know what a value means. Its work is bounded by the bytes that are there.
// Integers up to 2^53 - 1 are numbers, larger ones BigInt; a map of the page is a Map.

import { bigEndian, join, utf8 } from "./bytes.js";

export const OBJECT_BYTES = 65_536;
const ITEMS = 1_024;
const TEXT_BYTES = 32_768;
const DEPTH = 8;

const [UINT, NEGATIVE, BSTR, TEXT, ARRAY, MAP, TAG] = [0, 1, 2, 3, 4, 5, 6];
const CONSTANTS = new Map([[0xf4, false], [0xf5, true], [0xf6, null]]);
const WIDTHS = new Map([[24, 1], [25, 2], [26, 4], [27, 8]]);
const LARGEST_NUMBER = BigInt(Number.MAX_SAFE_INTEGER);

/** What was read is not what it should be. `reason` is a slug of the specification. */
export class Refusal extends Error {
  constructor(reason, text = "") {
    super(text ? `${reason}: ${text}` : reason);
    this.reason = reason;
    this.text = text;
  }
}

/** What some work returns, or the Refusal that it throws. Every other error is our own fault. */
export function attempt(work) {
  try {
    return work();
  } catch (fault) {
    if (fault instanceof Refusal) return fault;
    throw fault;
  }
}

/** The one value that the bytes hold (WIRE-1). */
export function decode(raw) {
  if (raw.length > OBJECT_BYTES) {
    throw new Refusal("object-too-long", `${raw.length} bytes, at most ${OBJECT_BYTES}`);
  }
  const [value, end] = read(raw, 0, 0);
  const rest = raw.length - end;
  if (rest) throw new Refusal("trailing-bytes", `${rest} after the value`);
  return value;
}

/** The exact bytes of each item of an array: hashes are taken over these (WIRE-6). */
export function split(raw) {
  if (!Array.isArray(decode(raw))) throw new Refusal("not-an-array");
  const head = readHead(raw, 0);
  const parts = [];
  let at = head.end;
  for (let n = 0; n < head.argument; n += 1) {
    const [, end] = read(raw, at, 1);
    parts.push(raw.subarray(at, end));
    at = end;
  }
  return parts;
}

function read(raw, at, depth) {
  if (at < raw.length && CONSTANTS.has(raw[at])) return [CONSTANTS.get(raw[at]), at + 1];
  const { kind, argument, end } = readHead(raw, at);
  if (kind === UINT) return [argument, end];
  if (kind === NEGATIVE) return [negative(argument), end];
  if (kind === BSTR || kind === TEXT) return readString(raw, end, kind, argument);
  if (argument > ITEMS) throw new Refusal("array-too-long", `${argument} items, at most ${ITEMS}`);
  if (depth >= DEPTH) throw new Refusal("too-deep", `more than ${DEPTH} inside each other`);
  if (kind === MAP) return readMap(raw, end, argument, depth + 1);
  const items = [];
  let here = end;
  for (let n = 0; n < argument; n += 1) {
    const [item, after] = read(raw, here, depth + 1);
    items.push(item);
    here = after;
  }
  return [items, here];
}

function negative(argument) {
  const value = -1n - BigInt(argument);
  return value >= -LARGEST_NUMBER ? Number(value) : value;
}

function readHead(raw, start) {
  if (start >= raw.length) throw new Refusal("truncated", "a value is missing");
  const kind = raw[start] >> 5;
  const low = raw[start] & 31;
  if (kind >= TAG || low > 27) refuseHead(kind, low);
  const at = start + 1;
  if (low < 24) return { kind, argument: low, end: at };
  const width = WIDTHS.get(low);
  if (at + width > raw.length) throw new Refusal("truncated", "the end lies within a head");
  const argument = bigEndian(raw.subarray(at, at + width));
  if (argument < (width === 1 ? 24n : 1n << BigInt(4 * width))) {
    throw new Refusal(kind <= NEGATIVE ? "non-minimal-integer" : "non-minimal-length");
  }
  const fits = argument <= LARGEST_NUMBER;
  return { kind, argument: fits ? Number(argument) : argument, end: at + width };
}

function refuseHead(kind, low) {
  if (low >= 28 && low <= 30) throw new Refusal("reserved-head");
  if (low === 31) {
    if (kind === 7) throw new Refusal("unexpected-break");
    throw new Refusal(kind >= BSTR && kind <= MAP ? "indefinite-length" : "reserved-head");
  }
  if (kind === TAG) throw new Refusal("tag");
  if (low >= 25 && low <= 27) throw new Refusal("float");
  throw new Refusal(low === 23 ? "undefined" : "simple-value");
}

function readString(raw, at, kind, length) {
  if (kind === TEXT && length > TEXT_BYTES) {
    throw new Refusal("text-too-long", `${length} bytes, at most ${TEXT_BYTES}`);
  }
  if (length > raw.length - at) {
    throw new Refusal("truncated", "a string is longer than the object");
  }
  const bytes = raw.slice(at, at + length);
  return [kind === BSTR ? bytes : text(bytes), at + length];
}

/** The text that bytes spell in UTF-8, and in no other encoding. */
export function text(bytes) {
  try {
    // Without ignoreBOM the decoder would swallow a character that was signed.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal("bad-utf8");
  }
}

function readMap(raw, start, count, depth) {
  const found = new Map();
  let before = -1;
  let at = start;
  for (let n = 0; n < count; n += 1) {
    if (at < raw.length && CONSTANTS.has(raw[at])) throw new Refusal("map-key");
    const { kind, argument: key, end } = readHead(raw, at);
    if (kind !== UINT) throw new Refusal("map-key", "a key is no unsigned integer");
    if (key <= before) throw new Refusal(key === before ? "duplicate-key" : "unsorted-map");
    const [value, after] = read(raw, end, depth);
    found.set(key, value);
    before = key;
    at = after;
  }
  return [found, at];
}

/** The encoding of what this page builds itself: no maps, no negatives (WIRE-2). */
export function encode(value) {
  if (value === null) return Uint8Array.of(0xf6);
  if (value instanceof Uint8Array) return join(head(BSTR, value.length), value);
  if (typeof value === "string") return join(head(TEXT, utf8(value).length), utf8(value));
  if (Array.isArray(value)) return join(head(ARRAY, value.length), ...value.map(encode));
  return head(UINT, value);
}

function head(kind, argument) {
  const first = kind << 5;
  if (argument < 24) return Uint8Array.of(first | argument);
  const [low, width] = [...WIDTHS].find(([, bytes]) => argument < 2 ** (8 * bytes));
  const made = new Uint8Array(1 + width);
  made[0] = first | low;
  for (let n = 0; n < width; n += 1) made[width - n] = Math.floor(argument / 256 ** n) % 256;
  return made;
}
