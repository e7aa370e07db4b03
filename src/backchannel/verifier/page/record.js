// Headers, frames, statements and first entries of journals, read strictly (RECORD-1 to 51).
//
// This module must not judge: what it returns is what the bytes say, and nothing is believed yet.

import { Refusal, decode } from "./cbor.js";
import { ML_DSA_44, ML_DSA_65, SIGNATURE_BYTES, tagged } from "./crypto.js";
import { COUNT_END, characters, hashOf, isInteger, number, row } from "./shapes.js";

export const [STATEMENT, AUTHORITY, MINUTE, SUCCESSION, AMENDMENT] = [1, 5, 6, 8, 13];
export const JOURNAL_END = 65_535;
const FRAME_BYTES = 64_000;
const SECOND_KEY = 2;
const MOST = 64;
const COSIGNED = 20;

/** Heads, ascending by number (RECORD-5). */
export function readHeads(value) {
  if (!Array.isArray(value)) throw new Refusal("heads-shape");
  const heads = value.map(readHeadOf);
  if (heads.some((each, at) => at > 0 && heads[at - 1].no >= each.no)) {
    throw new Refusal("heads-order");
  }
  return heads;
}

/** One head: journal number, slot, id. */
export function readHeadOf(value) {
  const [no, seq, entry] = row(value, 3, "heads-shape");
  return {
    no: number(no, JOURNAL_END, "journal-number"),
    seq: number(seq, COUNT_END, "count-range"),
    entry: hashOf(entry),
  };
}

/** A header with the id of its entry (RECORD-1, RECORD-2). */
export function readHeader(raw) {
  const place = row(decode(raw), 9, "header-shape");
  const [version, no, seq, prev, seen, time, uncertainty, type, payload] = place;
  if (version !== 1) throw new Refusal("header-version");
  number(no, JOURNAL_END, "journal-number");
  for (const each of [seq, time, uncertainty, type]) number(each, COUNT_END, "count-range");
  const before = hashOf(prev);
  const heads = readHeads(seen);
  const id = tagged("entry", raw);
  return { raw, id, no, seq, prev: before, seen: heads, time, type, payload: hashOf(payload) };
}

/** A frame of an authority journal (RECORD-40 to RECORD-43). */
export function readFrame(raw) {
  if (raw.length > FRAME_BYTES) throw new Refusal("frame-too-long");
  const [version, header, signature, payload, content, beside] = row(decode(raw), 6, "frame-shape");
  if (version !== 1) throw new Refusal("frame-version");
  const isBytes = (value) => value instanceof Uint8Array;
  if (!isBytes(header)) throw new Refusal("frame-header");
  if (payload !== null && !isBytes(payload)) throw new Refusal("frame-payload");
  if (content !== null && !isBytes(content)) throw new Refusal("frame-content");
  const signatures = readSignatures(signature);
  return {
    header: readHeader(header), signatures, payload, content, keys: readAttachments(beside),
  };
}

/** The signatures of an authority entry; null for that of a station (RECORD-41). */
function readSignatures(value) {
  if (value instanceof Uint8Array) {
    if (value.length !== 64) throw new Refusal("signature-length");
    return null;
  }
  if (!Array.isArray(value) || value.length === 0) throw new Refusal("signature-shape");
  return value.map((each) => {
    const [signer, one, other] = row(each, 3, "signer-shape");
    const byRoot = isInteger(signer);
    if (!byRoot && !(signer instanceof Uint8Array)) throw new Refusal("signer-shape");
    const who = byRoot ? number(signer, COUNT_END, "count-range") : hashOf(signer);
    if (!(one instanceof Uint8Array) || !(other instanceof Uint8Array)) {
      throw new Refusal("half-signature", "one half of a signature is missing");
    }
    if (one.length !== 64 || other.length !== SIGNATURE_BYTES[ML_DSA_65]) {
      throw new Refusal("signature-length");
    }
    return { who, byRoot, halves: [one, other] };
  });
}

/** The second keys beside an entry, by credential id (RECORD-42). */
function readAttachments(value) {
  if (!Array.isArray(value) || value.length > 16) throw new Refusal("attachments");
  const keys = new Map();
  for (const each of value) {
    const [kind, about, data] = row(each, 3, "attachment-shape");
    number(kind, COUNT_END, "attachment-shape");
    if (!(data instanceof Uint8Array)) throw new Refusal("attachment-shape");
    const credential = hashOf(about);
    if (kind === SECOND_KEY && !keys.has(credential)) keys.set(credential, data);
  }
  return keys;
}

function readIds(value, most) {
  if (!Array.isArray(value) || value.length > most) throw new Refusal("id-list");
  return value.map(hashOf);
}

/** A statement (RECORD-20 to RECORD-22). */
export function readStatement(raw) {
  const place = row(decode(raw), 10, "statement-shape");
  const [kind, form, to, precedence, category, drafted, signers, basis, refs, croot] = place;
  for (const each of [kind, category, drafted]) number(each, COUNT_END, "count-range");
  const formed = typeof form === "string" && characters(form) >= 1 && characters(form) <= 32;
  if (form !== null && !formed) throw new Refusal("statement-form");
  if (number(precedence, 5, "statement-precedence") < 1) throw new Refusal("statement-precedence");
  if (number(to, 65_535, "statement-to") < 1) throw new Refusal("statement-to");
  const who = readIds(signers, 16);
  if (who.length === 0) throw new Refusal("statement-unsigned");
  if (new Set(who).size !== who.length) throw new Refusal("statement-signer-twice");
  readHeads(basis);
  return {
    kind, form, to, precedence, category, drafted,
    signers: who, refs: readIds(refs, 64), croot: hashOf(croot),
  };
}

/** A proposal of a minute: its number, and how far it goes in each journal (PROOF-20). */
export function readProposal(payload) {
  const [kind, n, named, rows] = row(decode(payload), 4, "minute-shape");
  if (number(kind, 1, "minute-kind") !== 0) throw new Refusal("minute-kind", "it proposes nothing");
  if (!Array.isArray(named) || named.length > MOST) throw new Refusal("minute-named");
  const names = named.map(hashOf);
  if (names.some((each, at) => at > 0 && names[at - 1] >= each)) throw new Refusal("minute-named");
  if (number(n, COUNT_END, "count-range") < 1) throw new Refusal("minute-number");
  if (!Array.isArray(rows) || rows.length > MOST) throw new Refusal("minute-rows");
  const sizes = rows.map((each) => readSize(row(each, 2, "minute-rows")));
  const ascend = sizes.every(([no], at) => at === 0 || sizes[at - 1][0] < no);
  if (!ascend || sizes.length === 0) throw new Refusal("minute-rows");
  return { n, sizes: new Map(sizes) };
}

/** Which roots a station cosigned in a minute, by "journal size" (PROOF-22). */
export function readCosigning(payload) {
  const [kind, minute, rows] = row(decode(payload), 3, "minute-shape");
  if (number(kind, 1, "minute-kind") !== 1) throw new Refusal("minute-kind", "it cosigns nothing");
  hashOf(minute);
  if (!Array.isArray(rows) || rows.length > COSIGNED) throw new Refusal("minute-rows");
  const places = rows.map((each) => readSize(row(each, 4, "minute-rows")));
  if (places.some(([no], at) => at > 0 && places[at - 1][0] >= no)) {
    throw new Refusal("minute-rows");
  }
  return new Map(rows.map(([, , root, signature], at) => {
    const fits = signature instanceof Uint8Array && signature.length === SIGNATURE_BYTES[ML_DSA_44];
    if (!fits) throw new Refusal("signature-length");
    return [places[at].join(" "), hashOf(root)];
  }));
}

function readSize([no, size]) {
  if (number(size, COUNT_END, "count-range") === 0) throw new Refusal("minute-rows");
  return [number(no, JOURNAL_END, "journal-number"), size];
}

/** The bytes of a statement and its signatures (RECORD-23). */
export function readSigned(payload) {
  const [raw, signatures] = row(decode(payload), 2, "signed-shape");
  if (!(raw instanceof Uint8Array) || !Array.isArray(signatures)) throw new Refusal("signed-shape");
  for (const each of signatures) {
    if (!(each instanceof Uint8Array) || each.length !== 64) throw new Refusal("signature-length");
  }
  return [raw, signatures];
}

/** Nonce and credential of the first entry of a journal (RECORD-51). */
export function readOpening(payload) {
  const value = decode(payload);
  if (!Array.isArray(value) || value[0] !== 0) {
    throw new Refusal("first-entry", "it opens no journal");
  }
  const [, nonce, credential, reason, ends] = row(value, 5, "succession-shape");
  if (!(nonce instanceof Uint8Array) || nonce.length !== 16) throw new Refusal("succession-nonce");
  if (typeof reason !== "string" || characters(reason) > 200) throw new Refusal("text-shape");
  readHeads(ends);
  return { nonce, credential: hashOf(credential) };
}
