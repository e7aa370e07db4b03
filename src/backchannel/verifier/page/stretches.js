// What the pieces of a span show together: two minutes, who cosigned them, all slots in between.
//
// This module must not say what is proven: it answers single questions, or refuses and says why.
// Clauses: PROOF-113, PROOF-114.

import { join, unhex } from "./bytes.js";
import { Refusal, attempt } from "./cbor.js";
import { tagged } from "./crypto.js";
import { payloadOf } from "./evidence.js";
import { cosignedBy } from "./holding.js";
import { MINUTE, readProposal } from "./record.js";
import { grow } from "./trees.js";

export const AUTHORITIES = 16;
// Reasons for which a key may have been in other hands before it was revoked.
const STOLEN = [3, 4];
// So many gaps of a journal are named; more of them say no more.
const RUNS = 16;

/** The journals of a span between its two minutes, and what has been found out about them. */
export class Stretches {
  constructor(evidence) {
    Object.assign(this, { evidence, given: evidence.given, roots: new Map() });
    this.slots = new Map();
    for (const each of evidence.entries) {
      const { no, seq } = each.header;
      if (!this.slots.has(no)) this.slots.set(no, new Map());
      const journal = this.slots.get(no);
      if (!journal.has(seq)) journal.set(seq, []);
      journal.get(seq).push(each);
    }
  }

  /** The minute that a head names (PROOF-113). */
  minute({ no, seq, entry }) {
    const found = this.given.entries.get(entry);
    if (!found || found.header.no !== no || found.header.seq !== seq) {
      throw new Refusal("minute-missing", "the file does not hold a minute that it names");
    }
    if (this.evidence.standing(found).mode !== this.given.mode) {
      throw new Refusal("other-mode", "a minute is not of the mode that the file names");
    }
    if (found.header.type !== MINUTE) {
      throw new Refusal("no-minute", `the entry is of type ${found.header.type}`);
    }
    const { sizes } = readProposal(payloadOf(found));
    // Who proposes covers all of his own that stands before: else he could leave out its end.
    if (sizes.get(no) !== seq) {
      throw new Refusal("minute-own", `it stops short of slot ${seq} of its own journal ${no}`);
    }
    return { entry: found, sizes };
  }

  /** The earlier minute, null for the beginning of the line, and the later. */
  minutes() {
    const later = this.minute(this.given.place);
    if (this.given.since === null) return { earlier: null, later };
    const earlier = this.minute(this.given.since);
    for (const [no, size] of earlier.sizes) {
      if (size > (later.sizes.get(no) ?? 0)) {
        throw new Refusal("minutes-cross", `the earlier goes further in journal ${no}`);
      }
    }
    return { earlier, later };
  }

  /** The id of a journal of a station or of an office (RECORD-4). */
  nameOf(no) {
    if (no >= AUTHORITIES) return this.evidence.writer(no).journal;
    if (no >= this.evidence.journals.length) throw new Refusal("party-unknown", `journal ${no}`);
    const place = join(unhex(this.given.line), Uint8Array.of(no, 0), new Uint8Array(48));
    return tagged("journal", place);
  }

  /** The root of a row of a minute that every party has cosigned, and its own station. */
  cosignedRoot(minute, no) {
    const size = minute.sizes.get(no);
    const key = `${no} ${size}`;
    if (!this.roots.has(key)) this.roots.set(key, this.findRoot(minute, no, size));
    return this.roots.get(key);
  }

  findRoot(minute, no, size) {
    const where = `journal ${no} at size ${size}`;
    const found = new Map();
    let fault = null;
    for (const each of this.given.checkpoints.values()) {
      if (each.no !== no || each.size !== size) continue;
      for (const { who, signature } of each.cosignatures) {
        const blamed = ({ reason, text }) => new Refusal(reason, `${where}: ${text || reason}`);
        const signed = attempt(() => this.signedBy(each, who, signature));
        // One that does not hold has no business here, even if others would do.
        if (signed instanceof Refusal) throw blamed(signed);
        const counts = attempt(() => this.requireCounting(minute, signed, who));
        if (counts instanceof Refusal) {
          fault = blamed(counts);
          continue;
        }
        const { party } = signed;
        if (!found.has(each.root)) found.set(each.root, new Map());
        const parties = found.get(each.root);
        if (!parties.has(party)) parties.set(party, new Set());
        parties.get(party).add(who);
      }
    }
    if (found.size > 1) {
      throw new Refusal("two-roots", `${where}: stations have cosigned different roots`);
    }
    for (const [root, parties] of found) {
      const all = attempt(() => this.requireAll(no, parties, where));
      // A cosignature that does not count says more than that one is missing.
      if (all instanceof Refusal) throw fault ?? all;
      return root;
    }
    throw fault ?? new Refusal("not-cosigned", `nobody has cosigned ${where}`);
  }

  /** The party and the credential of a station that cosigned a checkpoint (PROOF-11). */
  signedBy(checkpoint, who, signature) {
    const of = { mode: this.given.mode, journal: this.nameOf(checkpoint.no) };
    return cosignedBy(this.evidence, checkpoint, of, who, signature);
  }

  /** Refuse a station that was revoked before a minute, or whose key was lost (PROOF-113). One that
   * was replaced or withdrawn afterwards has cosigned what it had. */
  requireCounting(minute, { party, credential }, who) {
    const ended = this.evidence.journals[party].revoked.get(who);
    if (ended && (STOLEN.includes(ended.reason) || ended.seq < (minute.sizes.get(party) ?? 0))) {
      throw new Refusal("revoked", `${credential.name} is revoked`);
    }
  }

  /** Refuse unless every party has cosigned, and a journal's own station. */
  requireAll(no, parties, where) {
    for (const { party } of this.evidence.journals) {
      if (parties.has(party)) continue;
      const name = this.evidence.partyName(party);
      throw new Refusal("not-cosigned", `no station of ${name} has cosigned ${where}`);
    }
    if (no < AUTHORITIES) return;
    const writer = this.evidence.writer(no);
    if (!parties.get(writer.party).has(writer.credential.id)) {
      throw new Refusal("not-cosigned", `its own station has not cosigned ${where}`);
    }
  }

  // --- What lies between ------------------------------------------------------------------------

  /** The entries of all slots of a stretch; what is missing is named. */
  entries(no, start, end) {
    const journal = this.slots.get(no) ?? new Map();
    const seqs = [...journal.keys()].filter((seq) => start <= seq && seq < end)
      .sort((a, b) => a - b);
    const twice = seqs.find((seq) => journal.get(seq).length > 1);
    if (twice !== undefined) {
      throw new Refusal("fork", `journal ${no}, slot ${twice}: two entries`);
    }
    requireNoGap(no, seqs, start, end);
    const found = seqs.map((seq) => journal.get(seq)[0]);
    for (const each of found) {
      const writer = attempt(() => {
        const standing = this.evidence.standing(each);
        if (each.payload !== null && tagged("payload", each.payload) !== each.header.payload) {
          throw new Refusal("payload-hash", "it was entered with another payload");
        }
        return standing;
      });
      if (writer instanceof Refusal) {
        const text = `journal ${no}, slot ${each.header.seq}: ${writer.text || writer.reason}`;
        throw new Refusal(writer.reason, text);
      }
    }
    return found;
  }

  /** Refuse unless the entries of a stretch lead from one root to the other; `before` is null for
   * a journal that the earlier minute does not name. */
  requireWhole(no, before, after, [start, end]) {
    if (no < AUTHORITIES) {
      // Offices are shown whole, so nothing is taken from the earlier minute.
      this.requireOffice(no, before, start);
      this.requireOffice(no, after, end);
      return;
    }
    const entries = this.entries(no, start, end);
    if (start === end) return;
    const { size, peaks } = this.given.ranges.get(no) ?? { size: 0, peaks: [] };
    if (size !== start) {
      throw new Refusal("range", `journal ${no}: not that of its tree at size ${start}`);
    }
    if (before !== null && grow(size, peaks, []) !== before) {
      throw new Refusal("range", `journal ${no}: it leads to another root at size ${start}`);
    }
    if (grow(size, peaks, entries.map((each) => each.header.id)) !== after) {
      throw new Refusal("span-root", `journal ${no}: its entries lead to another root`);
    }
  }

  requireOffice(no, root, size) {
    const { heads } = this.evidence.journals[no];
    if (heads.length < size) requireNoGap(no, [...heads.keys()], 0, size);
    if (root !== null && grow(0, [], heads.slice(0, size)) !== root) {
      throw new Refusal("span-root", `journal ${no}: its entries lead to another root`);
    }
  }

  /** Refuse entries that name what the later minute leaves out, or what is not there. */
  requireCited(sizes, entries) {
    for (const { header } of entries) {
      const where = `journal ${header.no}, slot ${header.seq}`;
      for (const { no, seq, entry } of header.seen) {
        if ((this.evidence.modes.get(no) ?? this.given.mode) !== this.given.mode) {
          throw new Refusal("other-mode", `${where} names journal ${no} of another mode`);
        }
        if (!sizes.has(no)) {
          const text = `${where} names journal ${no}, the later minute does not`;
          throw new Refusal("journal-unlisted", text);
        }
        const [start, end] = sizes.get(no);
        if (seq >= end) {
          const text = `${where} names slot ${seq} of journal ${no}; the later minute ends before`;
          throw new Refusal("cited-beyond", text);
        }
        if (this.differs(no, seq, entry, start)) {
          const text = `${where} names another entry of slot ${seq} of journal ${no}`;
          throw new Refusal("other-head", text);
        }
      }
    }
  }

  differs(no, seq, entry, start) {
    if (no < AUTHORITIES) return this.evidence.journals[no].heads[seq] !== entry;
    return seq >= start && this.slots.get(no).get(seq)[0].header.id !== entry;
  }
}

/** Refuse, naming the slots from a start to below an end that are not there; its work is bounded
 * by what is there, for a minute may name any size. */
function requireNoGap(no, seqs, start, end) {
  const edges = [start - 1, ...seqs, end];
  const missing = [];
  for (let at = 1; at < edges.length; at += 1) {
    const [low, high] = [edges[at - 1] + 1, edges[at] - 1];
    if (low <= high) missing.push(slots(low, high));
  }
  if (missing.length === 0) return;
  const more = missing.length > RUNS ? ` and ${missing.length - RUNS} more gaps` : "";
  const text = `${missing.slice(0, RUNS).join(", ")}${more}`;
  throw new Refusal("span-gap", `journal ${no}: not in the file: ${text}`);
}

/** Slots from one to another in words. */
export function slots(low, high) {
  return low === high ? `slot ${low}` : `slots ${low} to ${high}`;
}
