// Hashes, fingerprints and signatures: rules of our own before those of a library.
//
// A library alone accepts keys under which one signature fits every text; what it is handed here
// has passed WIRE-11 and WIRE-12 first. This module must not know who may sign what.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bigEndian, hex, join, littleEndian, unhex, utf8 } from "./bytes.js";
import { Refusal, encode } from "./cbor.js";

export const ED25519 = -19;
export const ML_DSA_44 = -48;
export const ML_DSA_65 = -49;
export const NO_MODE = 0;
export const PUBLIC_BYTES = { [ML_DSA_44]: 1_312, [ML_DSA_65]: 1_952 };
export const SIGNATURE_BYTES = { [ML_DSA_44]: 2_420, [ML_DSA_65]: 3_309 };
export const XWING_BYTES = 1_216;
const KEM_BYTES = 1_184;
const KEM_PRIME = 3_329;
const PROTECTED = {
  [ED25519]: unhex("a10132"),
  [ML_DSA_44]: unhex("a101382f"),
  [ML_DSA_65]: unhex("a1013830"),
};
const SIG_STRUCTURE = Uint8Array.of(0x84);

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = modulo(-121665n * power(121666n, P - 2n));
const TORSION_Y = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n;
const LOW_ORDER_Y = new Set([0n, 1n, P - 1n, P, P + 1n, TORSION_Y, P - TORSION_Y]);
const LOW_ORDER_U = new Set([
  0n, 1n, P - 1n,
  325606250916557431795983626356110631294008115727848805560023387167927233504n,
  39382357235489614581723060781553021112529911719440698176882885853963445705823n,
]);
const SIGN = (1n << 255n) - 1n;

/** SHA-256 of bytes, as bytes. */
export function digest(raw) {
  return sha256(raw);
}

/** H(tag, data) in hexadecimal digits (WIRE-7). */
export function tagged(tag, data) {
  return hex(sha256(join(utf8(`backchannel/1/${tag}\0`), data)));
}

/** HMAC with SHA-256, as bytes. */
export function mac(key, message) {
  return hmac(sha256, key, message);
}

/** The 60 digits by which roots are compared (WIRE-21). `line` is hexadecimal or null. */
export function fingerprint(line, roots) {
  const value = [line === null ? null : unhex(line), roots.map((root) => [...root])];
  const key = unhex(tagged("fingerprint", encode(value)));
  let block = new Uint8Array();
  let made = block;
  for (const count of [1, 2]) {
    block = mac(key, join(block, utf8("digits"), Uint8Array.of(count)));
    made = join(made, block);
  }
  const groups = [];
  for (let at = 0; at < 60; at += 5) {
    groups.push(String(bigEndian(made.subarray(at, at + 5)) % 100_000n).padStart(5, "0"));
  }
  return groups.join("");
}

/** What a signature covers (WIRE-9, WIRE-10). `line` is hexadecimal. */
export function covered(purpose, line, mode, alg, payload) {
  const context = join(utf8(`backchannel/1/${purpose}\0`), unhex(line), Uint8Array.of(mode));
  const parts = ["Signature1", PROTECTED[alg], context, payload];
  return join(SIG_STRUCTURE, ...parts.map(encode));
}

function requirePoint(raw, what) {
  const y = littleEndian(raw) & SIGN;
  if (LOW_ORDER_Y.has(y)) {
    throw new Refusal(`low-order-${what}`, "a signature under it would fit every text");
  }
  if (y >= P) throw new Refusal(`non-canonical-${what}`, "a second spelling of another point");
}

/** Refuses an Ed25519 signature that does not hold (WIRE-11, WIRE-12). */
export function requireEd25519(lab, key, signature, message) {
  if (key.length !== 32) throw new Refusal("key-length", `${key.length} bytes, wanted 32`);
  requirePoint(key, "key");
  if (signature.length !== 64) {
    throw new Refusal("signature-length", `${signature.length} bytes, wanted 64`);
  }
  requirePoint(signature.subarray(0, 32), "nonce-point");
  if (littleEndian(signature.subarray(32)) >= L) {
    throw new Refusal("scalar-range", "the second half of a signature is too large");
  }
  if (!lab.ed25519(key, signature, message)) {
    throw new Refusal("bad-signature", "the Ed25519 signature does not hold");
  }
}

/** Refuses an ML-DSA signature that does not hold (WIRE-14). */
export function requireMlDsa(lab, alg, key, signature, message) {
  requirePqLength(alg, key);
  const wanted = SIGNATURE_BYTES[alg];
  if (signature.length !== wanted) {
    throw new Refusal("signature-length", `${signature.length} bytes, wanted ${wanted}`);
  }
  if (!lab.mlDsa(alg === ML_DSA_44 ? 44 : 65, key, signature, message)) {
    throw new Refusal("bad-signature", "the ML-DSA signature does not hold");
  }
}

function requirePqLength(alg, key) {
  const wanted = PUBLIC_BYTES[alg];
  if (key.length !== wanted) {
    throw new Refusal("key-length", `${key.length} bytes, wanted ${wanted}`);
  }
}

/** Refuses an ML-DSA key that cannot be enrolled (WIRE-15). */
export function admitMlDsa(alg, key) {
  requirePqLength(alg, key);
  if (!key.subarray(32).some((each) => each !== 0)) {
    throw new Refusal("zero-key", "anybody can sign under it");
  }
}

/** Refuses an X-Wing key that nothing can be sealed to (WIRE-17). */
export function admitXwing(key) {
  if (key.length !== XWING_BYTES) {
    throw new Refusal("key-length", `${key.length} bytes, wanted ${XWING_BYTES}`);
  }
  const share = littleEndian(key.subarray(KEM_BYTES));
  if (share >= P) throw new Refusal("non-canonical-share");
  for (let at = 0; at < KEM_BYTES - 32; at += 3) {
    const three = key[at] | (key[at + 1] << 8) | (key[at + 2] << 16);
    if ((three & 0xfff) >= KEM_PRIME || three >> 12 >= KEM_PRIME) {
      throw new Refusal("bad-kem-key", "a coefficient is too large");
    }
  }
  if (LOW_ORDER_U.has(share)) throw new Refusal("low-order-share");
}

const admitted = new Set();

/** Refuses an Ed25519 key that cannot be enrolled (WIRE-13). */
export function admitEd25519(key) {
  if (key.length !== 32) throw new Refusal("key-length", `${key.length} bytes, wanted 32`);
  const spelled = hex(key);
  if (admitted.has(spelled)) return;
  requirePoint(key, "key");
  const y = littleEndian(key) & SIGN;
  const x = abscissa(y);
  if (x === null) throw new Refusal("off-curve-key");
  // The sign of x does not matter: a point and its negative have one order.
  const end = times([x, y, 1n, modulo(x * y)], L);
  if (end[0] !== 0n || end[1] !== end[2]) throw new Refusal("mixed-order-key");
  admitted.add(spelled);
}

function modulo(value) {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  let square = modulo(base);
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = modulo(result * square);
    square = modulo(square * square);
  }
  return result;
}

/** An x for which (x, y) lies on the curve of WIRE-13, or null. */
function abscissa(y) {
  const square = modulo((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  const x = power(square, (P + 3n) / 8n);
  for (const each of [x, modulo(x * power(2n, (P - 1n) / 4n))]) {
    if (modulo(each * each - square) === 0n) return each;
  }
  return null;
}

/** A multiple of a point in extended coordinates (RFC 8032, section 5.1.4). Nothing is secret. */
function times(point, factor) {
  let result = [0n, 1n, 1n, 0n];
  let double = point;
  for (let left = factor; left > 0n; left >>= 1n) {
    if (left & 1n) result = plus(result, double);
    double = plus(double, double);
  }
  return result;
}

function plus(left, right) {
  const a = modulo((left[1] - left[0]) * (right[1] - right[0]));
  const b = modulo((left[1] + left[0]) * (right[1] + right[0]));
  const c = modulo(2n * left[3] * right[3] * D);
  const d = modulo(2n * left[2] * right[2]);
  return [
    modulo((b - a) * (d - c)),
    modulo((d + c) * (b + a)),
    modulo((d - c) * (d + c)),
    modulo((b - a) * (b + a)),
  ];
}
