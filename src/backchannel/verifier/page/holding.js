// Who has signed that he holds an entry, and what stood before it (PROOF-48, PROOF-49, PROOF-51).
//
// This module must not say what is proven: it finds the words of stations that count.

import { pathKey } from "./bundle.js";
import { Refusal, attempt } from "./cbor.js";
import { requireCosignature, requireInclusion } from "./trees.js";

/** The stations that cosigned a checkpoint holding an entry, by credential (PROOF-48).
 *
 * Refused if there is none, for the nearest to one, and if a cosignature does not hold. */
export function cosigners(evidence, entry, writer) {
  const { given } = evidence;
  const { header } = entry;
  const found = new Map();
  let fault = new Refusal("no-checkpoint", "the file has none that holds the entry");
  for (const each of given.checkpoints.values()) {
    const path = given.paths.get(pathKey(header.no, header.seq, each.size));
    if (each.no !== header.no || !path) continue;
    const included = attempt(() => {
      requireInclusion(header.id, header.seq, each.size, path, each.root);
    });
    if (included instanceof Refusal) {
      fault = included;
      continue;
    }
    for (const { who, signature } of each.cosignatures) {
      // One that does not hold has no business here, even if others would do.
      const { party, credential } = cosignedBy(evidence, each, writer, who, signature);
      const counts = attempt(() => {
        if (party !== writer.party) evidence.requireCounting(credential, party, null);
      });
      if (counts instanceof Refusal) fault = counts;
      else found.set(who, { party, checkpoint: each });
    }
  }
  if (found.size === 0) throw fault;
  return found;
}

/** The party and the credential of a station of a mode that cosigned a checkpoint of the journal
 * with this id (PROOF-11). */
export function cosignedBy(evidence, { size, root }, { mode, journal: id }, who, signature) {
  const journal = evidence.journals.find((each) => each.issued.get(who)?.secondKey);
  if (!journal) throw new Refusal("unknown-credential", "a cosigner is not known");
  const { credential, secondKey } = journal.issued.get(who);
  if (credential.stationMode !== mode) {
    throw new Refusal("not-a-station", `${credential.name} is none of this mode`);
  }
  const about = { line: evidence.given.line, credential: who, journal: id, size, root };
  requireCosignature(evidence.lab, secondKey, signature, about);
  return { party: journal.party, credential };
}

/** An entry and all that it was made after: what stands before it, and what stands before an entry
 * that one of these names in `seen`, as far as no link is missing (PROOF-78). */
export function madeBefore(evidence, entry) {
  const own = [...evidence.before(entry)];
  const found = new Map(own.map((each) => [each.header.id, each]));
  for (const head of own.flatMap(({ header }) => header.seen)) {
    const other = evidence.given.entries.get(head.entry);
    if (!other || other.header.no !== head.no || other.header.seq !== head.seq) continue;
    if (found.has(head.entry) || !evidence.stands(other)) continue;
    // What stands before one that was found already was found with it.
    for (const each of evidence.before(other)) {
      if (found.has(each.header.id)) break;
      found.set(each.header.id, each);
    }
  }
  return [...found.values()];
}

/** The headers of other parties whose `seen` covers an entry, with their writers (PROOF-49). */
export function covering(evidence, entry, writer) {
  const { no } = entry.header;
  const reached = linkedFrom(evidence, entry);
  const found = [];
  for (const each of evidence.entries) {
    const names = each.header.seen.some((head) => {
      return head.no === no && reached.has(`${head.seq} ${head.entry}`);
    });
    const other = names ? evidence.stands(each) : null;
    if (!other || other.party === writer.party || other.mode !== writer.mode) continue;
    if (isReceipt(evidence, each, other)) found.push({ entry: each, writer: other });
  }
  return found;
}

/** The slots and ids of an entry and of all later ones to which links lead from it. */
function linkedFrom(evidence, entry) {
  const { no, seq, id } = entry.header;
  const after = new Map();
  for (const each of evidence.entries) {
    if (each.header.no !== no || !evidence.stands(each)) continue;
    if (!after.has(each.header.prev)) after.set(each.header.prev, []);
    after.get(each.header.prev).push(each.header);
  }
  const reached = new Set([`${seq} ${id}`]);
  const waiting = [entry.header];
  while (waiting.length) {
    const last = waiting.pop();
    for (const next of after.get(last.id) ?? []) {
      const key = `${next.seq} ${next.id}`;
      if (next.seq !== last.seq + 1 || reached.has(key)) continue;
      reached.add(key);
      waiting.push(next);
    }
  }
  return reached;
}

/** Whether the `seen` of an entry is a receipt (RECORD-6, RECORD-8). */
function isReceipt(evidence, entry, writer) {
  const { header } = entry;
  for (const { no } of header.seen) {
    if (no === header.no || no % 16 >= evidence.journals.length) return false;
    if ((evidence.modes.get(no) ?? writer.mode) !== writer.mode) return false;
  }
  return evidence.counts(entry, writer);
}
