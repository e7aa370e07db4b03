// Officers' own post-quantum signatures over what they said: their sign-offs (PROOF-97, PROOF-99).
//
// This module must not conclude that an officer who did not sign off did not speak.

import { join, unhex } from "./bytes.js";
import { Refusal, encode } from "./cbor.js";
import { algorithmOf } from "./credentials.js";
import { ML_DSA_44, NO_MODE, SIGNATURE_BYTES, covered, requireMlDsa, tagged } from "./crypto.js";
import { JOURNAL_END } from "./record.js";
import { COUNT_END, hashOf, number, row } from "./shapes.js";
import { SIGN_OFF } from "./terms.js";
import { requireInclusion } from "./trees.js";

const BODY = [21, 22, 23, 24];

/** Which officers have signed an entry off; refused unless all who signed it have (PROOF-99). */
export function requireSignedOff(evidence, entry) {
  const said = evidence.said(entry);
  const found = new Map();
  for (const [id, way] of evidence.given.signedOff) {
    const { officer, text } = requireCovered(evidence, said, id, way);
    found.set(officer, text);
  }
  const missing = said.signers.filter((it) => !found.has(it.id)).map((it) => it.name);
  if (missing.length) {
    throw new Refusal("not-signed-off", `no sign-off of ${missing.join(", ")} is shown`);
  }
  return said.signers.map((it) => found.get(it.id)).join("; ");
}

/** Whose sign-off covers a statement, and in words how. */
function requireCovered(evidence, said, id, { index, path }) {
  const { given, journals, lab } = evidence;
  const entry = given.entries.get(id);
  if (!entry) throw new Refusal("entry-missing", "a sign-off is named that the file lacks");
  evidence.standing(entry);
  const off = evidence.said(entry);
  if (off.statement.kind !== SIGN_OFF || off.signers.length !== 1) {
    throw new Refusal("no-sign-off", "the entry is no sign-off of one officer");
  }
  if (off.writer.party !== said.writer.party || off.writer.mode !== said.writer.mode) {
    throw new Refusal("other-mode", "the sign-off is of another party or mode");
  }
  const [officer] = off.signers;
  const { slots, count, root, signature } = bodyOf(given, id);
  const [no, first, last] = slots;
  const { header } = said.entry;
  if (no !== header.no || header.seq < first || header.seq > last) {
    throw new Refusal("not-covered", `it covers slots ${first} to ${last} of journal ${no}`);
  }
  const { raw } = evidence.statement(said.entry);
  const leaf = tagged("statement", join(unhex(given.line), Uint8Array.of(said.writer.mode), raw));
  requireInclusion(leaf, index, count, path, root);
  const alg = algorithmOf(officer);
  const key = journals[off.writer.party].issued.get(officer.id).secondKey;
  if (alg === null || key === null || signature.length !== SIGNATURE_BYTES[alg]) {
    throw new Refusal("signature-length", `${officer.name} has no such key`);
  }
  const body = encode([unhex(officer.id), slots, count, unhex(root)]);
  requireMlDsa(lab, alg, key, signature, covered("sign-off", given.line, NO_MODE, alg, body));
  const name = alg === ML_DSA_44 ? "ML-DSA-44" : "ML-DSA-65";
  return { officer: officer.id, text: `${officer.name} with ${name}, among ${count} statements` };
}

/** What a sign-off says, from its opened fields (PROOF-97). */
function bodyOf(given, id) {
  const fields = given.opened.get(id)?.fields ?? [];
  const values = new Map(fields.map(({ label, value }) => [label, value]));
  if (BODY.some((label) => !values.has(label))) {
    throw new Refusal("no-fields", "the sign-off is not opened");
  }
  const [slots, count, root, signature] = BODY.map((label) => values.get(label));
  const [no, first, last] = row(slots, 3, "sign-off-shape");
  if (!(signature instanceof Uint8Array)) throw new Refusal("sign-off-shape");
  number(no, JOURNAL_END, "journal-number");
  for (const each of [first, last]) number(each, COUNT_END, "count-range");
  return { slots, count: number(count, COUNT_END, "count-range"), root: hashOf(root), signature };
}
