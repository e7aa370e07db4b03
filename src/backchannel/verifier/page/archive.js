// Archive seals and openings, read strictly: for whom a day was sealed, and who ordered it opened.
//
// Shares and wrapped keys are bytes here, and what lies under them is nobody's to read. This module
// must not judge where an entry stands. Clauses: PROOF-130, PROOF-135 to PROOF-137.

import { join, unhex, utf8 } from "./bytes.js";
import { Refusal, decode, encode, split } from "./cbor.js";
import { CUSTODIAN, TRUSTEE } from "./credentials.js";
import { ED25519, covered, mac, requireEd25519, tagged } from "./crypto.js";
import { JOURNAL_END, readStatement } from "./record.js";
import { COUNT_END, characters, hashOf, number, row } from "./shapes.js";

export const [SEAL, OPENING] = [7, 10];
export const ROLE_NAMES = ["trustees", "custodians"];
const ROLES = new Map([[TRUSTEE, 0], [CUSTODIAN, 1]]);
const [NUMBER_END, READERS, WRAPS, LABELS, PURPOSE] = [2 ** 32 - 1, 16, 256, 64, 200];
const [SHARE_BYTES, WRAP_BYTES, SALT_BYTES] = [1_168, 48, 16];
const [WARRANT, BODY, VALUES] = [16, 21, 24];

/** A list of 1 to so many. */
function rowsOf(value, most, reason) {
  if (!Array.isArray(value) || value.length === 0 || value.length > most) throw new Refusal(reason);
  return value;
}

function ascends(values) {
  return values.every((each, at) => at === 0 || values[at - 1] < each);
}

/** A byte string of a length. */
function requireBytes(value, length, reason) {
  const fits = value instanceof Uint8Array && (length === null || value.length === length);
  if (!fits) throw new Refusal(reason);
}

/** An archive seal (PROOF-130). */
export function readSeal(payload) {
  const [n, day, check, circles, wraps] = row(decode(payload), 5, "seal-shape");
  if (number(n, NUMBER_END, "key-number") < 1) throw new Refusal("key-number");
  const which = readDay(day);
  hashOf(check);
  const read = rowsOf(circles, ROLES.size, "seal-circles").map(readCircle);
  if (!ascends(read.map((each) => each.role))) throw new Refusal("seal-circles");
  const slots = rowsOf(wraps, WRAPS, "seal-wraps").map(readWrap);
  const joins = ({ no, seq }, at) => {
    const before = slots[at - 1];
    return at === 0 || before.no < no || (before.no === no && before.seq < seq);
  };
  if (!slots.every(joins)) throw new Refusal("seal-wraps");
  return { n, day: which, circles: read, slots };
}

function readDay(value) {
  return number(number(value, COUNT_END, "count-range"), NUMBER_END, "archive-day");
}

function readCircle(value) {
  const [role, wanted, shares] = row(value, 3, "seal-circles");
  const least = number(wanted, COUNT_END, "count-range");
  if (number(role, COUNT_END, "count-range") > 1) throw new Refusal("seal-circles");
  const keys = rowsOf(shares, READERS, "seal-circles").map(readShare);
  if (least < 1 || least > keys.length) throw new Refusal("seal-circles");
  return { role, least, keys };
}

/** To whose key a share is sealed. */
function readShare(value) {
  const [key, commitment, sealed] = row(value, 3, "seal-share");
  hashOf(commitment);
  const holder = hashOf(key);
  requireBytes(sealed, SHARE_BYTES, "seal-share");
  return holder;
}

function readWrap(value) {
  const [no, seq, wrap] = row(value, 3, "seal-wraps");
  number(no, JOURNAL_END, "journal-number");
  number(seq, COUNT_END, "count-range");
  requireBytes(wrap, WRAP_BYTES, "seal-wraps");
  return { no, seq };
}

/** An opening: a warrant, the signatures under it, and its content in the clear (PROOF-136). */
export function readArchiveOpening(payload) {
  const [warrant, signatures, content] = row(decode(payload), 3, "opening-shape");
  if (!Array.isArray(signatures)) throw new Refusal("opening-shape");
  for (const each of [warrant, content, ...signatures]) requireBytes(each, null, "opening-shape");
  return { warrant, signatures, content };
}

/** What an opening orders, and who signed that, judged by an office as of a head and a time
 * (PROOF-136, PROOF-137). */
export function requireWarrant(lab, payload, journal, { mode, head, time }) {
  const { warrant, signatures, content } = readArchiveOpening(payload);
  const statement = readStatement(warrant);
  const { values, croot } = readContent(content);
  const order = readOrder(statement, values);
  if (croot !== statement.croot) {
    throw new Refusal("warrant-content", "these words are not those that were signed");
  }
  if (signatures.length !== statement.signers.length) {
    throw new Refusal("warrant-signatures", "not one for each signer");
  }
  const signers = statement.signers.map((who) => journal.known(who, head).credential);
  const circle = circleOf(signers[0], journal.circlesAt(head));
  const message = covered("statement", journal.line, mode, ED25519, warrant);
  signers.forEach((it, at) => {
    if (journal.revoked.get(it.id)?.seq <= head) {
      throw new Refusal("revoked", `${it.name} was revoked before`);
    }
    if (time < it.since) throw new Refusal("not-yet-valid", it.name);
    if (time >= it.until) throw new Refusal("expired", it.name);
    if (ROLES.get(it.kind) !== circle.role || !circle.keys.includes(it.secondHash)) {
      throw new Refusal("not-a-holder", it.name);
    }
    requireEd25519(lab, it.key, signatures[at], message);
  });
  const people = new Set(signers.map((it) => it.secondHash)).size;
  if (people < circle.least) {
    throw new Refusal("too-few-holders", `${people} signed, wanted ${circle.least}`);
  }
  return { order, signers };
}

/** The circle of the charter in which somebody would stand. */
function circleOf(it, circles) {
  const found = circles.find((each) => each.role === ROLES.get(it.kind));
  if (!found) throw new Refusal("not-a-holder", it.name);
  return found;
}

/** The values of a content, and what it commits to (RECORD-24, RECORD-25). */
function readContent(raw) {
  const [salt, values] = row(decode(raw), 2, "content-shape");
  requireBytes(salt, SALT_BYTES, "content-shape");
  rowsOf(values, LABELS, "content-fields");
  const commitments = split(split(raw)[1]).map((exact, at) => {
    const own = mac(salt, join(utf8("bc/salt"), Uint8Array.of(at + 1))).subarray(0, SALT_BYTES);
    const parts = [Uint8Array.of(0x83), encode(at + 1), encode(own), exact];
    return unhex(tagged("field", join(...parts)));
  });
  return { values, croot: tagged("content", encode(commitments)) };
}

/** What a warrant names (PROOF-135). */
function readOrder(statement, values) {
  if (statement.kind !== WARRANT || values.length !== VALUES) throw new Refusal("warrant-shape");
  const [from, upto, some, purpose] = values.slice(BODY - 1);
  const [first, last] = [readDay(from), readDay(upto)];
  if (first > last) throw new Refusal("warrant-days");
  const labels = some === null ? [] : rowsOf(some, LABELS, "warrant-labels");
  for (const each of labels) number(each, COUNT_END, "count-range");
  if (!ascends(labels)) throw new Refusal("warrant-labels");
  const told = typeof purpose === "string" ? characters(purpose) : 0;
  if (told < 1 || told > PURPOSE) throw new Refusal("warrant-purpose");
  return { first, last, labels, purpose };
}
