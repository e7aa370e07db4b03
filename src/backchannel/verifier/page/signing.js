// Hybrid signatures, and the list of signatures under a charter (CHARTER-20 to CHARTER-23).
//
// This module must not count one half as a signature.

import { hex } from "./bytes.js";
import { Refusal } from "./cbor.js";
import { PARTIES } from "./charter.js";
import {
  ED25519, ML_DSA_65, NO_MODE, SIGNATURE_BYTES, covered, requireEd25519, requireMlDsa,
} from "./crypto.js";
import { COUNT_END, integer, listing, octets, places } from "./shapes.js";

/** Refuses a signature of which one half does not hold. */
export function requireHybrid(lab, root, halves, purpose, line, payload) {
  const first = covered(purpose, line, NO_MODE, ED25519, payload);
  requireEd25519(lab, root[0], halves[0], first);
  const second = covered(purpose, line, NO_MODE, ML_DSA_65, payload);
  requireMlDsa(lab, ML_DSA_65, root[1], halves[1], second);
}

/** The signatures under a charter (CHARTER-20, CHARTER-21). */
export function readRootSignatures(value) {
  const found = listing(value, 0, PARTIES * 16, "signatures").map((each) => {
    const [party, index, one, other] = places(each, 4, "signature");
    return {
      party: integer(party, 0, PARTIES - 1, "signature"),
      index: integer(index, 0, COUNT_END, "signature"),
      halves: [
        octets(one, 64, "signature"),
        octets(other, SIGNATURE_BYTES[ML_DSA_65], "signature"),
      ],
    };
  });
  for (const [at, each] of found.entries()) {
    const before = found[at - 1];
    const ascends = !before || before.party < each.party
      || (before.party === each.party && before.index < each.index);
    if (!ascends) throw new Refusal("signatures-order");
  }
  return found;
}

/** Refuses a first charter that k roots of every party have not signed (CHARTER-20). */
export function requireInForce(lab, raw, charter, signatures, line) {
  if (charter.predecessor !== null) {
    throw new Refusal("not-first-charter", "this version proves nothing of amended charters");
  }
  const lists = charter.parties.map((party) => [[], party.roots]);
  const signed = requireSignatures(lab, raw, lists, signatures, line);
  charter.parties.forEach((party, index) => {
    if (signed[index].size < party.threshold) {
      throw new Refusal("not-in-force", `${signed[index].size} roots of ${party.name} signed`);
    }
  });
}

/** The roots of each party that signed, as texts; one false signature refuses all (CHARTER-22). */
export function requireSignatures(lab, raw, lists, signatures, line) {
  const signed = lists.map(() => new Set());
  for (const { party, index, halves } of signatures) {
    const roots = party < lists.length ? lists[party].flat() : [];
    if (index >= roots.length) {
      throw new Refusal("unknown-root", `party ${party} has no root ${index}`);
    }
    requireHybrid(lab, roots[index], halves, "charter", line, raw);
    signed[party].add(spelled(roots[index]));
  }
  return signed;
}

/** A root as a text that compares. */
export function spelled(root) {
  return root.map(hex).join(" ");
}
