// What the pieces of a disclosure show together: who writes a journal, who said and who held what.
//
// This module must not say what is proven: it answers single questions, or refuses and says why.

import { join, unhex } from "./bytes.js";
import { Refusal, attempt } from "./cbor.js";
import { Journal } from "./authority.js";
import { ED25519, covered, requireEd25519, tagged } from "./crypto.js";
import { STATEMENT, SUCCESSION, readOpening, readSigned, readStatement } from "./record.js";
import { requireAddressees, requireRelease } from "./release.js";

/** The pieces of a disclosure, and what has been found out about them so far. */
export class Evidence {
  constructor(lab, given) {
    Object.assign(this, { lab, given, fault: null });
    const first = { charter: given.charter, id: given.charterId };
    const parties = given.charter ? given.charter.parties : [];
    this.journals = parties.map((_, n) => new Journal(lab, given.line, n, first));
    this.entries = [...given.entries.values()];
    this.modes = new Map();
    this.firsts = new Map();
    for (const each of this.entries.filter(({ header }) => header.seq === 0)) {
      this.firsts.set(each.header.no, [...(this.firsts.get(each.header.no) ?? []), each]);
    }
    this.found = { kept: new Map(), trails: new Map(), writers: new Map(), standing: new Map() };
    this.fold();
  }

  /** Take the entries of pieces 2 in order; a journal ends at its first fault (PROOF-42). */
  fold() {
    const ended = new Set();
    for (const frame of this.given.authority.values()) {
      const { no, seq } = frame.header;
      if (ended.has(no)) continue;
      const taken = attempt(() => {
        if (no >= this.journals.length) {
          throw new Refusal("other-journal", "of no party of this charter");
        }
        this.journals[no].apply(frame, this.journals);
      });
      if (taken instanceof Refusal) {
        ended.add(no);
        const text = `journal ${no}, slot ${seq}: ${taken.text || taken.reason}`;
        this.fault ??= new Refusal(taken.reason, text);
      }
    }
    for (const { credential } of this.journals.flatMap((each) => [...each.issued.values()])) {
      for (const no of credential.journals) this.modes.set(no, credential.stationMode);
    }
  }

  /** A party's name, or its index if there is no charter. */
  partyName(party) {
    return this.given.charter?.parties[party]?.name ?? `party ${party}`;
  }

  /** What some work returns, remembered under a key; a Refusal is remembered too. */
  remember(kind, key, work) {
    const known = this.found[kind];
    if (!known.has(key)) known.set(key, attempt(work));
    const found = known.get(key);
    if (found instanceof Refusal) throw found;
    return found;
  }

  /** Who writes a journal (RECORD-4, PROOF-46). */
  writer(no) {
    return this.remember("writers", no, () => this.findWriter(no));
  }

  findWriter(no) {
    const firsts = this.firsts.get(no) ?? [];
    if (firsts.length !== 1) {
      const reason = firsts.length ? "journal-twice" : "first-entry-missing";
      throw new Refusal(reason, `${firsts.length} first entries of journal ${no}`);
    }
    const [first] = firsts;
    const party = no % 16;
    if (first.header.type !== SUCCESSION) {
      throw new Refusal("first-entry", `that of journal ${no} opens no journal`);
    }
    if (party >= this.journals.length) throw new Refusal("party-unknown", `journal ${no}`);
    const { nonce, credential } = readOpening(payloadOf(first));
    const issued = this.journals[party].known(credential, Infinity);
    const it = issued.credential;
    if (!it.stationMode) throw new Refusal("not-a-station", it.name);
    if (!it.journals.includes(no)) {
      throw new Refusal("number-not-granted", `${it.name} may not write journal ${no}`);
    }
    const place = join(unhex(this.given.line), Uint8Array.of(party, it.stationMode), it.key, nonce);
    const writer = {
      party, issued, credential: it, mode: it.stationMode, journal: tagged("journal", place),
    };
    if (first.header.prev !== writer.journal) throw new Refusal("first-prev", `journal ${no}`);
    this.requireSigned(first, writer);
    return writer;
  }

  /** Refuse a header that its station has not signed (RECORD-3). */
  requireSigned({ header, signature }, { credential, mode }) {
    const message = covered("entry", this.given.line, mode, ED25519, header.raw);
    requireEd25519(this.lab, credential.key, signature, message);
  }

  /** The writer of an entry that stands in its journal (PROOF-46). */
  standing(entry) {
    return this.remember("standing", entry.header.id, () => {
      const writer = this.writer(entry.header.no);
      this.requireSigned(entry, writer);
      return writer;
    });
  }

  /** The writer of an entry, or null if it does not stand. */
  stands(entry) {
    const found = attempt(() => this.standing(entry));
    return found instanceof Refusal ? null : found;
  }

  /** The slot of the authority journal by which an entry is judged (PROOF-42). */
  head(no, seq) {
    const trail = this.remember("trails", no, () => this.findTrail(no));
    const step = trail.findLast((each) => each.seq <= seq);
    if (!step) throw new Refusal("no-head", `no entry of journal ${no} names a head of it`);
    if (step.missing !== null) {
      throw new Refusal("head-not-shown", `journal ${no} names head ${step.missing} of it`);
    }
    return step.best;
  }

  /** By slots of a journal that name a head: the highest so far, and the first not shown. */
  findTrail(no) {
    const { party } = this.writer(no);
    const { heads } = this.journals[party];
    const named = this.entries
      .filter((each) => each.header.no === no && this.stands(each))
      .flatMap(({ header }) => {
        const seen = header.seen.filter((each) => each.no === party);
        return seen.map((each) => ({ at: header.seq, slot: each.seq, entry: each.entry }));
      })
      .sort((a, b) => a.at - b.at || a.slot - b.slot);
    let best = -1;
    let missing = null;
    return named.map(({ at, slot, entry }) => {
      if (heads[slot] === entry) best = Math.max(best, slot);
      else missing ??= slot;
      return { seq: at, best, missing };
    });
  }

  /** A statement as it was entered: bytes, what they say, signatures. */
  statement(entry) {
    if (entry.header.type !== STATEMENT) {
      throw new Refusal("no-statement", `the entry is of type ${entry.header.type}`);
    }
    const [raw, signatures] = readSigned(payloadOf(entry));
    return { raw, statement: readStatement(raw), signatures };
  }

  /** A statement whose signatures hold (PROOF-43). */
  said(entry) {
    const { raw, statement, signatures } = this.statement(entry);
    const writer = this.writer(entry.header.no);
    const head = this.head(entry.header.no, entry.header.seq);
    if (signatures.length !== statement.signers.length) {
      throw new Refusal("bad-signature", "not as many signatures as signers");
    }
    const message = covered("statement", this.given.line, writer.mode, ED25519, raw);
    const signers = statement.signers.map((who, at) => {
      const it = this.journals[writer.party].known(who, head).credential;
      if (it.key === null) throw new Refusal("bad-signature", `${it.name} has no key`);
      requireEd25519(this.lab, it.key, signatures[at], message);
      return it;
    });
    return { entry, statement, writer, head, signers };
  }

  /** "full" or "emergency"; what binds nobody is refused (PROOF-44). */
  release({ entry, statement, writer, head, signers }) {
    const authority = this.journals[writer.party];
    requireAddressees(statement, writer.party, this.journals.length);
    for (const it of signers) {
      if (authority.revoked.get(it.id)?.seq <= head) {
        throw new Refusal("revoked", `${it.name} was revoked before`);
      }
    }
    const rules = authority.rulesAt(head);
    return requireRelease(statement, rules, signers, writer.mode, entry.header.time);
  }

  /** An entry, and those before it in its journal, as far as no link is missing (PROOF-51). */
  *before(entry) {
    for (let here = entry; here; ) {
      yield here;
      const link = this.given.entries.get(here.header.prev);
      const joins = link && link.header.seq === here.header.seq - 1 && this.stands(link);
      here = joins ? link : null;
    }
  }

  /** Refuse a station's word that does not count, being revoked (RECORD-8, PROOF-49). `entry` is
   * the one with the word, or null. */
  requireCounting(credential, party, entry) {
    const ended = this.journals[party].revoked.get(credential.id);
    if (!ended) return;
    if (entry && ended.last && this.keptBy(ended.last).has(entry.header.id)) return;
    throw new Refusal("revoked", `${credential.name} is revoked`);
  }

  /** The last entry that an office lets count, and those before it as far as no link is missing.
   * Their slots alone say nothing: whoever has the key can sign others for them. */
  keptBy({ no, seq, entry }) {
    return this.remember("kept", entry, () => {
      const last = this.given.entries.get(entry);
      const right = last && last.header.no === no && last.header.seq === seq;
      return new Set([...(right ? this.before(last) : [])].map((each) => each.header.id));
    });
  }

  /** Whether the word of an entry's station counts (PROOF-49, PROOF-51). */
  counts(entry, { credential, party }) {
    const found = attempt(() => this.requireCounting(credential, party, entry));
    return !(found instanceof Refusal);
  }
}

/** Where an entry stands. */
export function placeOf({ header }) {
  return `journal ${header.no}, slot ${header.seq}`;
}

/** The payload of an entry, which must be the one that its header names. */
export function payloadOf({ header, payload }) {
  if (payload === null) throw new Refusal("payload-missing", placeOf({ header }));
  if (tagged("payload", payload) !== header.payload) {
    throw new Refusal("payload-hash", placeOf({ header }));
  }
  return payload;
}
