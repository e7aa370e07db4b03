// Who may say what: the mandates of a statement's signers, and whether they are enough.
//
// This module must not check signatures; it is asked about signers whose signatures hold.
// CHARTER-52, CHARTER-60 to CHARTER-64.

import { hex } from "./bytes.js";
import { Refusal } from "./cbor.js";
import { OFFICER } from "./credentials.js";

const [INFORM, ACKNOWLEDGE, DECIDE, RECALL, INTERPRET, OVERSEE] = [1, 2, 4, 16, 32, 1 << 12];
const POWER_OF_KIND = new Map([
  [1, INFORM], [2, INFORM], [6, INFORM],
  [3, ACKNOWLEDGE], [4, ACKNOWLEDGE], [5, ACKNOWLEDGE], [7, ACKNOWLEDGE], [8, ACKNOWLEDGE],
  [13, ACKNOWLEDGE], [14, ACKNOWLEDGE],
  [9, DECIDE], [10, DECIDE], [11, RECALL], [12, INTERPRET], [15, 0], [16, OVERSEE],
]);

/** The parties that a statement is addressed to, by index (RECORD-20). */
export function addressees(statement) {
  return Array.from({ length: 16 }, (_, n) => n).filter((n) => (statement.to >> n) & 1);
}

/** Refuses addressees that are no other parties of the line (CHARTER-64). */
export function requireAddressees(statement, party, parties) {
  if (statement.to >> parties) {
    throw new Refusal("unknown-addressee", "the statement is addressed to no party of the line");
  }
  if ((statement.to >> party) & 1) throw new Refusal("addressed-to-self");
}

/** "full" or "emergency"; what binds nobody is refused (CHARTER-60 to CHARTER-63). */
export function requireRelease(statement, rules, signers, mode, time) {
  const rule = rules[statement.category];
  if (!rule) throw new Refusal("unknown-class", `class ${statement.category}`);
  const form = statement.form === null ? null : statement.form.split("/")[0];
  const covers = rule.covers.some(({ kind, forms }) => {
    return kind === statement.kind && (forms.length === 0 || forms.includes(form));
  });
  if (!covers) throw new Refusal("class-of-others", `${rule.name} does not cover this statement`);
  if (!POWER_OF_KIND.has(statement.kind)) {
    throw new Refusal("unknown-kind", `kind ${statement.kind}: nobody may sign it`);
  }
  const power = POWER_OF_KIND.get(statement.kind) | rule.powers;
  for (const it of signers) requireMandate(it, statement.category, power, mode, time);
  // One key is one person, whatever posts and credentials it has.
  const people = new Set(signers.map((it) => hex(it.key))).size;
  const wanted = rule.people[statement.precedence - 1];
  if (people >= wanted) return "full";
  if (people >= 1 && rule.emergency.includes(statement.precedence)) return "emergency";
  throw new Refusal("unreleased", `${people} signed, ${rule.name} wants ${wanted}`);
}

function requireMandate(it, category, power, mode, time) {
  if (it.kind !== OFFICER) throw new Refusal("not-an-officer", it.name);
  if (time < it.since) throw new Refusal("not-yet-valid", it.name);
  if (time >= it.until) throw new Refusal("expired", it.name);
  if (!it.modes.includes(mode)) throw new Refusal("mode-outside-mandate", it.name);
  if (!it.classes.includes(category)) throw new Refusal("class-outside-mandate", it.name);
  if (power & ~it.powers) throw new Refusal("power-outside-mandate", it.name);
}
