// The claim that witnesses support: after when an entry was made, and by when it stood.
//
// This module must not believe anybody of the line. Clauses: PROOF-77, PROOF-78.

import { OPENING, madeAfter, stoodBy } from "./beacon.js";
import { pathKey } from "./bundle.js";
import { Refusal } from "./cbor.js";
import { payloadOf } from "./evidence.js";
import { madeBefore } from "./holding.js";
import { moment } from "./moments.js";
import { Policy } from "./witnesses.js";

/** Between which times an entry was made, in words; refused if nothing shows by when it stood. */
export function requireWitnessed(evidence, entry) {
  const { given, lab } = evidence;
  const policy = new Policy(given.charter.witnesses);
  if (policy.meets(new Set())) {
    throw new Refusal("no-quorum", "the charter's policy asks for no witness");
  }
  const notes = [...given.notes.values()];
  const shown = {
    notes,
    leaves: [...given.leaves.values()],
    pathOf: (...place) => given.paths.get(pathKey(...place)),
  };
  const high = stoodBy(lab, entry.header, shown, policy);
  const openings = madeBefore(evidence, entry)
    .filter(({ header, payload }) => header.type === OPENING && payload?.length)
    .map(payloadOf);
  const low = madeAfter(lab, openings, notes, policy);
  const by = `by ${moment(high)}, as a quorum of the charter's witnesses says`;
  if (low === null) return `stood ${by}`;
  if (low > high) {
    throw new Refusal("time-crossed", `${moment(low)} is after ${moment(high)}`);
  }
  return `made after ${moment(low)} and stood ${by}`;
}
