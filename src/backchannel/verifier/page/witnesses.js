// Witnesses by rules of our own: keys, notes, policies, and whose cosignatures make a quorum.
//
// A key counts once, under whatever name. This module must not know what a leaf hides. Sources:
// C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy. Clauses: PROOF-64 to PROOF-66.
// Times are BigInt: a witness may sign one that no number of the page holds exactly.

import { bigEndian, hex, join, utf8 } from "./bytes.js";
import { Refusal, attempt, text as textOf } from "./cbor.js";
import { ML_DSA_44, PUBLIC_BYTES, digest, requireEd25519, requireMlDsa } from "./crypto.js";
import { COUNT_END, HASH_BYTES } from "./shapes.js";
import { cosignedBytes } from "./trees.js";

const [ED25519_NOTE, ED25519_COSIGNATURE, ML_DSA_COSIGNATURE] = [1, 4, 6];
const KEY_BYTES = new Map([
  [ED25519_NOTE, 32], [ED25519_COSIGNATURE, 32], [ML_DSA_COSIGNATURE, PUBLIC_BYTES[ML_DSA_44]],
]);
const NAME_BYTES = 255;
const NAMES = 64;
const LINES = 100;
const LATEST = 2n ** 63n;
const NUMBER = /^(?:0|[1-9][0-9]{0,15})$/;
const THRESHOLD = /^[1-9][0-9]?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
// A word of a key: no "+", no control character, and no blank, which is what Unicode calls one.
const BLANKS = "\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const WORD = `([^+\\x00-\\x1f${BLANKS}]+)`;
const KEY = new RegExp(`^${WORD}\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)$`);
const LINE = new RegExp(`^— ${WORD} ([A-Za-z0-9+/=]+)$`);

/** What base64 holds in its one spelling. */
function plain(spelled, reason) {
  if (!BASE64.test(spelled) || spelled.length % 4) throw new Refusal(reason, "no base64");
  const found = Uint8Array.from(atob(spelled), (each) => each.charCodeAt(0));
  if (btoa(String.fromCharCode(...found)) !== spelled) {
    throw new Refusal(reason, "another spelling of base64");
  }
  return found;
}

/** A verifier key: name, algorithm, raw key, and its id in hexadecimal (PROOF-64). */
export function readKey(word) {
  const [, name, id, spelled] = KEY.exec(word) ?? [];
  if (name === undefined || utf8(name).length > NAME_BYTES) {
    throw new Refusal("verifier-key", "not name+id+key");
  }
  const raw = plain(spelled, "verifier-key");
  const [algorithm] = raw;
  if (!KEY_BYTES.has(algorithm)) throw new Refusal("key-algorithm", name);
  if (raw.length !== 1 + KEY_BYTES.get(algorithm)) throw new Refusal("key-length", name);
  if (hex(digest(join(utf8(`${name}\n`), raw)).subarray(0, 4)) !== id) {
    throw new Refusal("verifier-key", `another id than that of ${name}`);
  }
  return { name, algorithm, key: raw.subarray(1), id };
}

/** The witnesses of a charter by name, its groups, and the quorum (PROOF-66). */
export class Policy {
  constructor(text) {
    this.logs = new Set();
    this.keys = new Set();
    this.taken = new Set();
    this.witnesses = new Map();
    this.groups = new Map();
    this.quorum = null;
    if (text && !text.endsWith("\n")) refuse("the last line does not end");
    for (const line of text.split("\n")) {
      const words = line.split(/[ \t]+/).filter((each) => each);
      if (words.length && !words[0].startsWith("#")) this.take(words);
    }
    if (this.quorum === null) refuse("not one quorum line");
  }

  take([kind, ...words]) {
    const count = words.length;
    if (kind === "log" && (count === 1 || count === 2)) this.takeLog(words);
    else if (kind === "witness" && (count === 2 || count === 3)) this.takeWitness(words);
    else if (kind === "group" && count > 2) this.takeGroup(words);
    else if (kind === "quorum" && count === 1) this.takeQuorum(words);
    else refuse("a line of no known kind");
  }

  takeLog([word]) {
    const spelled = hex(readKey(word).key);
    if (this.logs.has(spelled)) refuse("two logs of one key");
    this.logs.add(spelled);
  }

  takeWitness([name, word]) {
    this.requireNew(name);
    const key = readKey(word);
    if (key.algorithm === ED25519_NOTE) refuse("a witness with the key of a log");
    const spelled = hex(key.key);
    if (this.keys.has(spelled)) refuse("two witnesses of one key");
    this.keys.add(spelled);
    this.witnesses.set(name, key);
  }

  takeGroup([name, least, ...members]) {
    this.requireNew(name);
    for (const each of members) {
      if (!this.knows(each)) refuse(`${each} stands on no line before`);
      if (this.taken.has(each)) refuse(`${each} is a member twice`);
      this.taken.add(each);
    }
    const spelled = new Map([["any", "1"], ["all", String(members.length)]]).get(least) ?? least;
    if (!THRESHOLD.test(spelled)) refuse("no threshold");
    if (Number(spelled) > members.length) refuse("a threshold that can never be met");
    this.groups.set(name, { least: Number(spelled), members });
  }

  takeQuorum([name]) {
    if (name !== "none" && !this.knows(name)) refuse(name);
    if (this.quorum !== null) refuse("not one quorum line");
    this.quorum = name;
  }

  knows(name) {
    return this.witnesses.has(name) || this.groups.has(name);
  }

  requireNew(name) {
    if (name === "none" || this.knows(name)) refuse(`${name} is named twice`);
    if (this.witnesses.size + this.groups.size >= NAMES) refuse("too many names");
  }

  /** Whether these witnesses are a quorum. `names` is a Set. */
  meets(names) {
    return this.quorum === "none" || this.counts(this.quorum, names);
  }

  counts(name, names) {
    const group = this.groups.get(name);
    if (!group) return names.has(name);
    return group.members.filter((each) => this.counts(each, names)).length >= group.least;
  }
}

function refuse(text) {
  throw new Refusal("witness-policy", text);
}

/** A checkpoint with its signature lines (PROOF-10). */
export function readNote(raw) {
  const whole = attempt(() => textOf(raw));
  if (whole instanceof Refusal) throw new Refusal("note-shape", "not UTF-8");
  if ([...whole].some((each) => each < " " && each !== "\n")) {
    throw new Refusal("note-shape", "a control character");
  }
  const blank = whole.lastIndexOf("\n\n");
  const signed = whole.slice(blank + 2, -1).split("\n");
  if (blank < 0 || !whole.slice(blank + 2).endsWith("\n") || signed.length > LINES) {
    throw new Refusal("note-shape", "not a text, a blank line and signatures");
  }
  const text = whole.slice(0, blank + 1);
  const lines = text.slice(0, -1).split("\n");
  const [origin, size, spelled] = lines;
  if (lines.length < 3 || lines.some((each) => each === "") || !NUMBER.test(size)) {
    throw new Refusal("checkpoint-shape", "not origin, size and root");
  }
  const root = plain(spelled, "checkpoint-shape");
  const inRange = Number(size) <= COUNT_END && utf8(origin).length <= NAME_BYTES;
  if (root.length !== HASH_BYTES || !inRange) {
    throw new Refusal("checkpoint-shape", "a part out of range");
  }
  return { text, origin, size: Number(size), root: hex(root), lines: signed.map(readLine) };
}

function readLine(text) {
  const [, name, spelled] = LINE.exec(text) ?? [];
  if (name === undefined) throw new Refusal("note-shape", "no signature line");
  const both = plain(spelled, "note-shape");
  if (both.length <= 4) throw new Refusal("note-shape", "a signature without its bytes");
  return {
    text: `${text}\n`, name, id: hex(both.subarray(0, 4)), signature: both.subarray(4),
  };
}

/** The time of a cosignature that holds (PROOF-65). */
function timeSigned(lab, { name, algorithm, key }, line, note) {
  const time = bigEndian(line.signature.subarray(0, 8));
  const signature = line.signature.subarray(8);
  if (time <= 0n || time >= LATEST) throw new Refusal("cosignature-time", name);
  if (algorithm === ED25519_COSIGNATURE) {
    requireEd25519(lab, key, signature, utf8(`cosignature/v1\ntime ${time}\n${note.text}`));
  } else {
    const { origin, size, root } = note;
    const message = cosignedBytes({ cosigner: name, time, origin, size, root });
    requireMlDsa(lab, ML_DSA_44, key, signature, message);
  }
  return time;
}

/** By name when each witness of a policy says that it saw a checkpoint, by lines that hold.
 *
 * Of several of one witness it is the earliest. What does not hold says nothing. */
export function times(lab, policy, note, among) {
  const found = new Map();
  for (const line of among) {
    for (const [name, key] of policy.witnesses) {
      if (line.name !== key.name || line.id !== key.id) continue;
      const time = attempt(() => timeSigned(lab, key, line, note));
      if (time instanceof Refusal) continue;
      if (!found.has(name) || time < found.get(name)) found.set(name, time);
    }
  }
  return found;
}

/** The least of some BigInt; null if there is none. */
export function least(values) {
  return values.reduce((low, each) => (low === null || each < low ? each : low), null);
}

/** The greatest of some BigInt; null if there is none. */
export function greatest(values) {
  return values.reduce((high, each) => (high === null || each > high ? each : high), null);
}

function namesWhere(said, holds) {
  return new Set([...said].filter(([, at]) => holds(at)).map(([name]) => name));
}

/** The earliest time by which a quorum says that it had seen something (PROOF-77). */
export function metBy(policy, said) {
  const met = least([...said.values()].filter((time) => {
    return policy.meets(namesWhere(said, (at) => at <= time));
  }));
  if (met !== null) return met;
  const names = [...said.keys()].sort().join(", ") || "nobody";
  const text = `cosigned by ${names}, which is no quorum of the charter's policy`;
  throw new Refusal("no-quorum", text);
}

/** The latest time at or after which a quorum says that it signed; null if none does (PROOF-78). */
export function metSince(policy, said) {
  return greatest([...said.values()].filter((time) => {
    return policy.meets(namesWhere(said, (at) => at >= time));
  }));
}
