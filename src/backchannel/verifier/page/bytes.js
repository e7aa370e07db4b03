// Bytes, and their spellings. This module must not know what any of them mean.
//
// Ids and hashes are kept as hexadecimal text: that compares, sorts and serves as a key of a map.

const encoder = new TextEncoder();
const SPELLED = Array.from({ length: 256 }, (_, each) => each.toString(16).padStart(2, "0"));

/** The bytes of a text in UTF-8. */
export function utf8(text) {
  return encoder.encode(text);
}

/** Some byte strings, one after the other. */
export function join(...parts) {
  const made = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of parts) {
    made.set(each, at);
    at += each.length;
  }
  return made;
}

/** Bytes as hexadecimal digits. */
export function hex(raw) {
  let digits = "";
  for (const each of raw) digits += SPELLED[each];
  return digits;
}

/** The bytes that hexadecimal digits spell. */
export function unhex(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (each) => Number.parseInt(each, 16));
}

/** Whether two byte strings are the same. Nothing here is secret. */
export function same(left, right) {
  return left.length === right.length && left.every((each, at) => each === right[at]);
}

/** A number as eight bytes, big-endian. */
export function u64(number) {
  const made = new Uint8Array(8);
  new DataView(made.buffer).setBigUint64(0, BigInt(number));
  return made;
}

/** A number of any size from bytes, big-endian. */
export function bigEndian(raw) {
  return raw.length ? BigInt(`0x${hex(raw)}`) : 0n;
}

/** A number of any size from bytes, little-endian. */
export function littleEndian(raw) {
  return bigEndian(Uint8Array.from(raw).reverse());
}
