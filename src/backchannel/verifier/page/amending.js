// What a party's roots change: own rules, new roots, an amended charter (CHARTER-22 to 24, 42-45).
//
// This module must not decide when a change is in force; the journal does.

import { Refusal, decode, encode } from "./cbor.js";
import {
  readCharter, readRoots, readRules, readThreshold, requireRootsOnce,
} from "./charter.js";
import { ML_DSA_65, SIGNATURE_BYTES } from "./crypto.js";
import { integer, listing, octets, places } from "./shapes.js";
import { readRootSignatures, requireHybrid, requireSignatures, spelled } from "./signing.js";

/** A party's own rules, which ask no less than the charter's (CHARTER-42). */
export function requireOwnRules(value, charter) {
  const rules = readRules(places(value, 2, "own rules")[1]);
  const fits = rules.length === charter.length && rules.every((own, n) => {
    const theirs = charter[n];
    return own.name === theirs.name
      && JSON.stringify(own.covers) === JSON.stringify(theirs.covers)
      && !(theirs.powers & ~own.powers)
      && own.people.every((people, at) => people >= theirs.people[at])
      && own.emergency.every((each) => theirs.emergency.includes(each));
  });
  if (!fits) throw new Refusal("looser-rules");
  return rules;
}

/** New roots and their threshold, once k of them have agreed (CHARTER-43). */
export function requireRotation(lab, value, line, party, charter) {
  const [, rows, k, agreed] = places(value, 4, "rotate");
  const roots = readRoots(rows, "new roots");
  const threshold = readThreshold(k, roots.length, "new roots");
  const others = charter.parties.filter((_, n) => n !== party).flatMap((each) => each.roots);
  requireRootsOnce([...roots, ...others]);
  const body = encode([4, party, roots.map((root) => [...root]), threshold]);
  const signed = readAgreed(agreed);
  for (const [at, one, other] of signed) {
    if (at >= roots.length) throw new Refusal("unknown-root");
    requireHybrid(lab, roots[at], [one, other], "possession", line, body);
  }
  if (signed.length < threshold) {
    throw new Refusal("below-threshold", "the new roots have not agreed");
  }
  return { roots, threshold };
}

function readAgreed(value) {
  let before = -1;
  return listing(value, 0, 8, "agreed").map((each) => {
    const [index, one, other] = places(each, 3, "agreed");
    const at = integer(index, 0, 7, "agreed");
    octets(one, 64, "agreed");
    octets(other, SIGNATURE_BYTES[ML_DSA_65], "agreed");
    if (at <= before) throw new Refusal("signatures-order");
    before = at;
    return [at, one, other];
  });
}

/** An amendment, bytes and charter, if enough roots signed (CHARTER-22 to CHARTER-24). */
export function requireAmendment(lab, payload, line, before) {
  const [body, rows] = places(decode(payload), 2, "amendment");
  const raw = octets(body, null, "amendment");
  const charter = readCharter(raw);
  const signatures = readRootSignatures(rows);
  if (charter.predecessor !== before.id) throw new Refusal("other-predecessor");
  const begins = (reason, own, theirs) => {
    if (theirs.some((each, n) => own[n]?.name !== each.name)) throw new Refusal(reason);
  };
  begins("parties-renumbered", charter.parties, before.charter.parties);
  begins("classes-renumbered", charter.rules, before.charter.rules);
  const old = charter.parties.map((_, n) => before.inForce[n] ?? { roots: [], threshold: 0 });
  const lists = charter.parties.map((party, n) => [old[n].roots, party.roots]);
  const signed = requireSignatures(lab, raw, lists, signatures, line);
  charter.parties.forEach((party, n) => {
    const count = (roots) => {
      return new Set(roots.map(spelled).filter((each) => signed[n].has(each))).size;
    };
    if (count(old[n].roots) < old[n].threshold || count(party.roots) < party.threshold) {
      throw new Refusal("below-threshold", party.name);
    }
  });
  return { raw, charter };
}
