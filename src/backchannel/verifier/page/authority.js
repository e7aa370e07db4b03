// The authority journals, entry by entry (CHARTER-36 to CHARTER-51).
//
// This module must not fetch anything: it is given frames in an order and folds them. Entries that
// take no slot are refused; those that keep their slot without effect are noted.

import { hex, join, unhex } from "./bytes.js";
import { Refusal, attempt, decode } from "./cbor.js";
import {
  ISSUE, OFFICE, OFFICER, POST, READ, RESTORE, REVOKE, WRITE, readCredential, requirePossession,
  requireSecondKey,
} from "./credentials.js";
import { requireAmendment, requireOwnRules, requireRotation } from "./amending.js";
import { tagged } from "./crypto.js";
import { AMENDMENT, AUTHORITY, readHeadOf } from "./record.js";
import { MOMENT_END, integer, octets, places } from "./shapes.js";
import { requireHybrid } from "./signing.js";

const KEY_LOST = 3;
// Faults after which an entry waits for another copy or another journal (CHARTER-35, RECORD-13).
const NO_SLOT = ["subject-key-missing", "subject-key-mismatch", "amendment-too-early"];

/** What one party's authority journal says, up to the newest entry folded in. */
export class Journal {
  constructor(lab, line, party, { charter, id }) {
    Object.assign(this, { lab, line, party, charter, charterId: id });
    this.id = tagged("journal", join(unhex(line), Uint8Array.of(party, 0), new Uint8Array(48)));
    this.heads = [];
    this.issued = new Map();
    this.revoked = new Map();
    this.rules = [{ seq: -1, rules: charter.rules }];
    this.amended = [{ seq: -1, charter }];
    const own = charter.parties[party];
    this.rotated = [{ seq: -1, roots: own.roots, threshold: own.threshold }];
    this.time = 0;
    this.fresh = null;
    this.faults = [];
  }

  /** The roots in force after a slot, and how many of them sign (CHARTER-43). */
  rootsAt(seq) {
    return this.rotated.findLast((each) => each.seq <= seq);
  }

  /** The release rules in force at a slot (CHARTER-50). */
  rulesAt(seq) {
    return this.rules.findLast((each) => each.seq <= seq).rules;
  }

  /** The holders of the party's archive in the charter in force at a slot. */
  circlesAt(seq) {
    const { charter } = this.amended.findLast((each) => each.seq <= seq);
    return charter.circles.get(this.party) ?? [];
  }

  /** A credential as of a slot (CHARTER-50). */
  known(credential, seq) {
    const found = this.issued.get(credential);
    if (!found || found.seq > seq) {
      throw new Refusal("unknown-credential", "not issued as of the head that is named");
    }
    return found;
  }

  /** Fold in an entry; refuse one that takes no slot (CHARTER-47 to CHARTER-49). */
  apply(frame, others) {
    const { header } = frame;
    this.requireNext(frame);
    const signers = this.requireSignatures(frame);
    const taken = attempt(() => this.take(frame, signers, others));
    if (taken instanceof Refusal) {
      if (NO_SLOT.includes(taken.reason)) throw taken;
      this.faults.push({ seq: header.seq, reason: taken.reason });
    }
    this.heads.push(header.id);
    this.time = header.time;
  }

  requireNext({ header, payload }) {
    if (header.no !== this.party) throw new Refusal("other-journal");
    if (header.seq < this.heads.length) throw new Refusal("seq-behind");
    if (header.seq > this.heads.length) throw new Refusal("seq-gap");
    if (header.prev !== (this.heads.at(-1) ?? this.id)) throw new Refusal("wrong-prev");
    if (payload === null) throw new Refusal("payload-missing");
    if (tagged("payload", payload) !== header.payload) throw new Refusal("payload-mismatch");
  }

  /** The credentials that signed; none if roots did (CHARTER-48, first paragraph). */
  requireSignatures({ header, signatures }) {
    if (signatures === null) throw new Refusal("station-signature");
    const { roots, threshold } = this.rootsAt(this.heads.length);
    if (signatures.some((each) => each.byRoot !== signatures[0].byRoot)) {
      throw new Refusal("mixed-signers");
    }
    if (signatures.some((each, at) => at > 0 && signatures[at - 1].who >= each.who)) {
      throw new Refusal("signers-order");
    }
    const signers = [];
    const people = new Set();
    for (const { who, byRoot, halves } of signatures) {
      if (byRoot && who >= roots.length) throw new Refusal("unknown-root");
      if (!byRoot) signers.push(this.requireIssuer(who, header));
      const pair = byRoot ? roots[who] : [signers.at(-1).key, this.issued.get(who).secondKey];
      requireHybrid(this.lab, pair, halves, "authority", this.line, header.raw);
      people.add(hex(pair[0]));
    }
    if (people.size < threshold) {
      throw new Refusal("below-threshold", `${people.size} of ${threshold}`);
    }
    return signers;
  }

  requireIssuer(signer, header) {
    const it = this.issued.get(signer)?.credential;
    if (!it) throw new Refusal("unknown-signer");
    if (it.kind !== OFFICER || !(it.powers & OFFICE)) throw new Refusal("not-an-issuer", it.name);
    if (this.revoked.has(signer)) throw new Refusal("signer-revoked", it.name);
    if (header.time < it.since || header.time >= it.until) {
      throw new Refusal("signer-expired", it.name);
    }
    return it;
  }

  /** Carry out what an entry says; refuse what has no effect. */
  take(frame, signers, others) {
    const { header, payload } = frame;
    if (header.type === AMENDMENT) {
      requireRootsAlone(signers);
      this.amend(payload, header, others);
      return;
    }
    if (header.type !== AUTHORITY) throw new Refusal("unknown-entry-type", `type ${header.type}`);
    const value = decode(payload);
    if (!Array.isArray(value) || value.length === 0) throw new Refusal("wrong-type", "event");
    const kind = integer(value[0], 0, 2n ** 64n, "event");
    if (kind === 1) this.issue(value, frame, signers);
    else if (kind === 2) this.revoke(value, header, signers);
    else if (kind === 3 || kind === 4) this.change(kind, value, header.seq, signers);
    else if (kind === 5) this.renew(value, signers);
    else throw new Refusal("unknown-event", `kind ${kind}`);
  }

  /** Grant a credential (CHARTER-34 to CHARTER-40). */
  issue(value, frame, signers) {
    const [, packed, proof] = places(value, 3, "issue");
    const body = octets(packed, null, "body");
    const it = readCredential(body);
    const key = frame.keys.get(it.id) ?? null;
    requireSecondKey(it, key);
    if (this.issued.has(it.id)) throw new Refusal("issued-before");
    requirePossession(this.lab, it, { body, line: this.line, key, proof });
    requireIssuingPower(it, signers);
    this.requireWithin(it, signers);
    this.requirePosts(it);
    for (const { credential } of this.issued.values()) {
      const shared = it.key && credential.key && hex(it.key) === hex(credential.key);
      if (shared && credential.kind !== it.kind) throw new Refusal("key-of-another-kind");
    }
    this.requireNumbers(it);
    this.issued.set(it.id, { credential: it, seq: frame.header.seq, secondKey: key });
  }

  /** Refuse a mandate that does not lie within its parent's (CHARTER-36). */
  requireWithin(it, signers) {
    const rules = this.rulesAt(this.heads.length);
    if (it.classes.some((n) => n >= rules.length)) throw new Refusal("unknown-class");
    if (signers.length === 0) {
      if (it.parent !== null) throw new Refusal("wrong-parent", "roots are no parent");
      return;
    }
    const parent = signers.find((each) => each.id === it.parent);
    if (!parent) throw new Refusal("wrong-parent");
    if (it.depth >= parent.depth) throw new Refusal("too-deep");
    const powers = parent.powers | (it.stationMode ? READ | WRITE : 0);
    const wider = !within(it, powers, parent.classes, parent.modes)
      || it.since < parent.since || it.until > parent.until;
    if (wider) throw new Refusal("wider-mandate");
  }

  /** Refuse an officer's mandate that does not lie within his posts (CHARTER-37). */
  requirePosts(it) {
    const posts = it.posts.map((post) => {
      const found = this.issued.get(post);
      if (!found) throw new Refusal("unknown-credential");
      if (found.credential.kind !== POST) throw new Refusal("not-a-post");
      if (this.revoked.has(post)) throw new Refusal("revoked");
      return found.credential;
    });
    if (posts.length === 0) return;
    const powers = posts.reduce((sum, each) => sum | each.powers, 0);
    const classes = posts.flatMap((each) => each.classes);
    const modes = posts.flatMap((each) => each.modes);
    if (!within(it, powers, classes, modes)) throw new Refusal("wider-mandate");
  }

  /** Refuse journals that are another party's, or were granted before (CHARTER-39). */
  requireNumbers(it) {
    if (it.journals.some((no) => no % 16 !== this.party)) throw new Refusal("foreign-journal");
    const granted = [...this.issued.values()].flatMap((each) => each.credential.journals);
    if (it.journals.some((no) => granted.includes(no))) {
      throw new Refusal("journal-granted-before");
    }
  }

  /** End a credential (CHARTER-41). */
  revoke(value, header, signers) {
    const [, credential, code, upto] = places(value, 4, "revoke");
    const who = hex(octets(credential, 32, "revoke"));
    const reason = integer(code, 1, 4, "revoke");
    const last = upto === null ? null : readHeadOf(upto);
    if (reason >= KEY_LOST && last) throw new Refusal("lost-with-last");
    if (signers.some((it) => !(it.powers & REVOKE))) throw new Refusal("lacks-power");
    if (!this.issued.has(who)) throw new Refusal("unknown-credential");
    if (this.revoked.has(who)) throw new Refusal("revoked-before");
    this.revoked.set(who, { seq: header.seq, time: header.time, reason, last });
  }

  /** Take the party's own rules, or its new roots (CHARTER-42, CHARTER-43). */
  change(kind, value, seq, signers) {
    requireRootsAlone(signers);
    if (kind === 3) {
      this.rules.push({ seq, rules: requireOwnRules(value, this.charter.rules) });
      return;
    }
    const found = requireRotation(this.lab, value, this.line, this.party, this.charter);
    this.rotated.push({ seq, ...found });
  }

  /** Take the office's word that the journal is current (CHARTER-44). */
  renew(value, signers) {
    const time = integer(places(value, 2, "fresh")[1], 0, MOMENT_END, "fresh");
    if (signers.some((it) => !(it.powers & (ISSUE | REVOKE)))) throw new Refusal("lacks-power");
    this.fresh = time;
  }

  /** Put an amendment in force for this party (CHARTER-45). */
  amend(payload, header, others) {
    const seen = new Map(header.seen.map((each) => [each.no, each]));
    const inForce = others.map((each) => {
      const { seq, entry } = seen.get(each.party) ?? { seq: -1, entry: "" };
      if (seq >= each.heads.length || (seq >= 0 && each.heads[seq] !== entry)) {
        throw new Refusal("amendment-too-early", "its writer had seen more than the file holds");
      }
      return each.rootsAt(each === this ? header.seq : seq);
    });
    const before = { id: this.charterId, charter: this.charter, inForce };
    const { raw, charter } = requireAmendment(this.lab, payload, this.line, before);
    this.charter = charter;
    this.charterId = tagged("charter", raw);
    const { roots, threshold } = charter.parties[this.party];
    this.rules.push({ seq: header.seq, rules: charter.rules });
    this.amended.push({ seq: header.seq, charter });
    this.rotated.push({ seq: header.seq, roots, threshold });
  }
}

function requireRootsAlone(signers) {
  if (signers.length) throw new Refusal("roots-only");
}

function within(it, powers, classes, modes) {
  return !(it.powers & ~powers)
    && it.classes.every((n) => classes.includes(n))
    && it.modes.every((n) => modes.includes(n));
}

/** Refuse those who may not issue this (CHARTER-48, second paragraph). */
function requireIssuingPower(it, signers) {
  if (signers.every((each) => each.powers & ISSUE)) return;
  if (!it.stationMode || signers.some((each) => !(each.powers & (ISSUE | RESTORE)))) {
    throw new Refusal("lacks-power");
  }
  if (new Set(signers.map((each) => hex(each.key))).size < 2) throw new Refusal("restores-alone");
}
