// Statements that name the one disclosed, and whether they hold by themselves (PROOF-50, PROOF-55).
//
// This module must not say what an answer means.

import { Refusal, attempt } from "./cbor.js";
import { STATEMENT } from "./record.js";

/** A statement that holds by itself, as an answer has to (PROOF-50, PROOF-55). */
export function requireAnswer(evidence, answer, mode) {
  const writer = evidence.standing(answer);
  if (writer.mode !== mode) throw new Refusal("other-mode", "an answer of another mode");
  evidence.requireCounting(writer.credential, writer.party, answer);
  const said = evidence.said(answer);
  evidence.journals[writer.party].known(writer.credential.id, said.head);
  if (evidence.release(said) !== "full") {
    throw new Refusal("emergency-release", "an answer released in an emergency");
  }
  return said;
}

/** The statements whose words are opened and whose refs name an entry, by their slots. */
export function naming(evidence, entry) {
  const { opened } = evidence.given;
  const found = [];
  for (const other of evidence.entries) {
    if (other.header.type !== STATEMENT || !opened.has(other.header.id)) continue;
    const statement = attempt(() => evidence.statement(other).statement);
    if (statement instanceof Refusal || !statement.refs.includes(entry.header.id)) continue;
    found.push({ other, statement });
  }
  const slots = ({ other: { header } }) => [header.no, header.seq];
  return found.sort((a, b) => slots(a)[0] - slots(b)[0] || slots(a)[1] - slots(b)[1]);
}

/** The value that is opened at a label, or null where none is. */
export function openedValue({ given }, entry, label) {
  const fields = given.opened.get(entry.header.id)?.fields ?? [];
  return fields.find((each) => each.label === label)?.value ?? null;
}
