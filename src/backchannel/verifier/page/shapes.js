// Reading the places of a value by kind and range, with the reasons of CHARTER-1 to CHARTER-4 and
// of RECORD-1, RECORD-2. This module must not know what a place means; whoever reads names it.

import { Refusal } from "./cbor.js";
import { hex } from "./bytes.js";

export const HASH_BYTES = 32;
export const COUNT_END = 2 ** 48;
export const MOMENT_END = 253_402_300_799;
const UNSEEN = [
  [0x0000, 0x001f], [0x007f, 0x009f], [0x00ad, 0x00ad], [0x061c, 0x061c], [0x180e, 0x180e],
  [0x200b, 0x200f], [0x2028, 0x202e], [0x2060, 0x206f], [0xfeff, 0xfeff], [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

/** Whether a value is an integer; a boolean is none. */
export function isInteger(value) {
  return typeof value === "number" || typeof value === "bigint";
}

/** How many Unicode scalar values a text has. */
export function characters(text) {
  return [...text].length;
}

/** An integer within its bounds (CHARTER-2). */
export function integer(value, low, high, where) {
  if (!isInteger(value)) throw new Refusal("wrong-type", `${where}: wanted a number`);
  if (value < low || value > high) {
    throw new Refusal("out-of-range", `${where}: ${value}, wanted ${low} to ${high}`);
  }
  return value;
}

/** A byte string, of a length if one is given. */
export function octets(value, length, where) {
  if (!(value instanceof Uint8Array)) throw new Refusal("wrong-type", `${where}: wanted bytes`);
  if (length !== null && value.length !== length) {
    throw new Refusal("wrong-length", `${where}: ${value.length} bytes, wanted ${length}`);
  }
  return value;
}

/** A list with so many places. */
export function listing(value, low, high, where) {
  if (!Array.isArray(value)) throw new Refusal("wrong-type", `${where}: wanted a list`);
  if (value.length < low || value.length > high) {
    const wanted = `wanted ${low} to ${high}`;
    throw new Refusal("wrong-length", `${where}: ${value.length} places, ${wanted}`);
  }
  return value;
}

/** A list with exactly so many places. */
export function places(value, count, where) {
  return listing(value, count, count, where);
}

/** A map with the keys from 1 on, all of them and no other (CHARTER-2). */
export function mapping(value, keys, where) {
  if (!(value instanceof Map)) throw new Refusal("wrong-type", `${where}: wanted a map`);
  for (const key of value.keys()) {
    if (key < 1 || key > keys) throw new Refusal("unknown-key", `${where}: ${key}`);
  }
  for (let key = 1; key <= keys; key += 1) {
    if (!value.has(key)) throw new Refusal("missing-key", `${where}: ${key}`);
  }
  return value;
}

/** A text of so many characters, whatever they are. */
export function plainText(value, low, high, where) {
  if (typeof value !== "string") throw new Refusal("wrong-type", `${where}: wanted text`);
  const count = characters(value);
  if (count < low || count > high) {
    throw new Refusal("wrong-length", `${where}: ${count} characters, not ${low} to ${high}`);
  }
  return value;
}

/** A text that people read as a name: every character can be seen (CHARTER-4). */
export function name(value, low, high, where) {
  const text = plainText(value, low, high, where);
  const unseen = [...text].some((each) => {
    const point = each.codePointAt(0);
    return UNSEEN.some(([from, to]) => from <= point && point <= to);
  });
  if (unseen || text.startsWith(" ") || text.endsWith(" ")) {
    throw new Refusal("unsafe-text", `${where}: a space at an end, or a character nobody sees`);
  }
  return text;
}

/** Refuses numbers that do not ascend, each once. */
export function requireAscending(values, where) {
  if (values.some((each, at) => at > 0 && values[at - 1] >= each)) {
    throw new Refusal("not-ascending", where);
  }
}

/** Ascending integers within bounds. */
export function integers(value, most, low, high, where) {
  const found = listing(value, 0, most, where).map((each) => integer(each, low, high, where));
  requireAscending(found, where);
  return found;
}

/** Refuses a value that stands twice. Values are texts. */
export function requireOnce(values, reason, where = "") {
  if (new Set(values).size !== values.length) throw new Refusal(reason, where);
}

/** A number from 0 to an end (RECORD-2). */
export function number(value, end, reason) {
  if (!isInteger(value) || value < 0 || value > end) throw new Refusal(reason);
  return value;
}

/** A hash of 32 bytes, as hexadecimal digits (RECORD-1). */
export function hashOf(value) {
  if (!(value instanceof Uint8Array) || value.length !== HASH_BYTES) {
    throw new Refusal("hash-length");
  }
  return hex(value);
}

/** An array of so many places. */
export function row(value, count, reason) {
  if (!Array.isArray(value) || value.length !== count) throw new Refusal(reason);
  return value;
}
