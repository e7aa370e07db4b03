// What evidence proves: that one key signed what no honest one signs (PROOF-82 to PROOF-91, 185).
//
// Two signatures of the accused convict him, and nothing that others say. This module must not say
// who held a key, or which of two things is the true one. It shows nothing.

import { OPENING, readSaid } from "./beacon.js";
import { Refusal, attempt } from "./cbor.js";
import { claimCharter, judgeEach } from "./claims.js";
import { ED25519, covered, requireEd25519, tagged } from "./crypto.js";
import { payloadOf } from "./evidence.js";
import { moment } from "./moments.js";
import { MINUTE, readCosigning, readProposal } from "./record.js";
import { MODES, REVOCATIONS } from "./terms.js";
import { grow } from "./trees.js";

function noContradiction(text) {
  return new Refusal("no-contradiction", text);
}

/** Evidence under examination. */
class Charge {
  constructor(evidence) {
    Object.assign(this, { evidence, given: evidence.given });
  }

  /** The authority journal of the accused party (PROOF-83). */
  office() {
    const { accused } = this.given;
    const found = this.evidence.journals.find((each) => {
      return each.party === accused || each.issued.has(accused);
    });
    if (!found) {
      throw new Refusal("unknown-credential", "no office in the file has issued the credential");
    }
    return found;
  }

  /** The credential of the accused station (PROOF-83). */
  station() {
    const { credential } = this.office().issued.get(this.given.accused);
    if (!credential.stationMode || credential.key === null) {
      throw new Refusal("not-a-station", credential.name);
    }
    return credential;
  }

  ofOffice() {
    return typeof this.given.accused === "number";
  }

  /** The accused in words. */
  who() {
    const party = this.evidence.partyName(this.office().party);
    if (this.ofOffice()) return `the office of ${party}`;
    return `station ${this.station().name} of ${party}`;
  }

  /** REAL, EXERCISE or TEST, or OFFICE for an authority journal, which has no mode (PROOF-92). */
  mode() {
    if (this.ofOffice()) return "OFFICE";
    const station = attempt(() => this.station());
    return station instanceof Refusal ? "UNKNOWN" : MODES[station.stationMode];
  }

  /** An entry of the file that the accused station has signed (PROOF-84). */
  entry(id) {
    const found = this.given.entries.get(id);
    if (!found) throw new Refusal("entry-missing", "the file lacks an entry that it accuses of");
    const it = this.station();
    if (!it.journals.includes(found.header.no)) {
      throw new Refusal("number-not-granted", `${it.name} may not write ${found.header.no}`);
    }
    const { lab } = this.evidence;
    const message = covered("entry", this.given.line, it.stationMode, ED25519, found.header.raw);
    requireEd25519(lab, it.key, found.signature, message);
    return found;
  }

  /** The two entries that contradict each other, of the accused. */
  two() {
    const [first, second] = this.given.pair.map((each) => this.entry(each));
    if (first === second) throw noContradiction("it is one entry, named twice");
    return [first, second];
  }

  ofOneJournal() {
    const [first, second] = this.two();
    if (first.header.no !== second.header.no) {
      throw noContradiction("the two entries are of different journals");
    }
    return [first, second];
  }

  inOrder() {
    const [first, second] = this.ofOneJournal();
    if (first.header.seq >= second.header.seq) {
      throw noContradiction("the second entry stands in no later slot");
    }
    return [first, second];
  }
}

/** PROOF-83: the key that is accused is a station's, or that of an office, by its own papers. */
function claimAccused({ evidence, charge, notes }) {
  if (evidence.fault) throw evidence.fault;
  const journal = charge.office();
  const who = charge.who();
  const ended = charge.ofOffice() ? null : journal.revoked.get(charge.given.accused);
  if (ended) {
    const why = REVOCATIONS[ended.reason];
    notes.push(`its credential was revoked: ${why}, entered ${moment(ended.time)}`);
  }
  return `${who}, mode ${charge.mode()}`;
}

/** PROOF-85, E1: two different entries for one slot. */
function claimTwoEntries({ charge }) {
  const [{ header: first }, { header: second }] = charge.ofOneJournal();
  if (first.seq !== second.seq) throw noContradiction("the two entries stand in different slots");
  const slot = `slot ${first.seq} of journal ${first.no}`;
  return `${charge.who()} signed two different entries for ${slot}`;
}

/** PROOF-86, E2: two neighbours that do not join. */
function claimBrokenChain({ charge }) {
  const [{ header: first }, { header: second }] = charge.ofOneJournal();
  if (second.seq !== first.seq + 1 || second.prev === first.id) {
    throw noContradiction("the second entry does not contradict the first");
  }
  const slot = `slot ${second.seq} of journal ${first.no}`;
  return `${charge.who()} signed ${slot} as the next of another entry than the one it signed`;
}

function requireMinute({ header }) {
  if (header.type !== MINUTE) throw new Refusal("no-minute", `the entry is of type ${header.type}`);
}

function cosigned(entry) {
  requireMinute(entry);
  return readCosigning(payloadOf(entry));
}

/** PROOF-87, E3: two roots of one journal and size, in two minutes of one station. */
function claimTwoRoots({ charge }) {
  const [first, second] = charge.two().map(cosigned);
  for (const [place, root] of first) {
    if (second.has(place) && second.get(place) !== root) {
      const [no, size] = place.split(" ");
      return `${charge.who()} cosigned two roots of journal ${no} at ${size} entries`;
    }
  }
  throw noContradiction("the two minutes name no checkpoint with two roots");
}

/** PROOF-88, E3: a root that the very entries have not which the station wrote, or says to hold. */
function claimOtherRoot({ charge }) {
  const [no, size] = charge.given.checkpoint;
  const [minute, carrier] = charge.given.pair.map((each) => charge.entry(each));
  const root = cosigned(minute).get(`${no} ${size}`);
  if (root === undefined) throw noContradiction("the minute cosigns no such checkpoint");
  const chain = chainOf(charge, carrier.header, no);
  if (size === 0 || size > chain.length) {
    throw noContradiction(`the chain has ${chain.length} entries, not ${size}`);
  }
  if (grow(0, [], chain.slice(0, size)) === root) {
    throw noContradiction("the root is that of the entries");
  }
  const how = carrier.header.no === no ? "wrote" : "says to hold";
  return `${charge.who()} cosigned journal ${no} at ${size} entries with a root that those which it`
    + ` ${how} do not have`;
}

/** The ids of a journal's entries, from its first slot to the one that an entry of the accused
 * stands in, or names in `seen` (PROOF-88). */
function chainOf({ given }, carrier, no) {
  const named = carrier.no === no
    ? { seq: carrier.seq, entry: carrier.id }
    : carrier.seen.find((each) => each.no === no);
  if (!named) throw noContradiction(`the entry names no head of journal ${no}`);
  const headerOf = (id) => (given.authority.get(id) ?? given.entries.get(id))?.header;
  const found = [];
  let here = named.entry;
  for (let { seq } = named; seq >= 0; seq -= 1) {
    const header = headerOf(here);
    if (!header || header.no !== no || header.seq !== seq) {
      throw new Refusal("entry-missing", `the chain of journal ${no} lacks slot ${seq}`);
    }
    found.push(here);
    here = header.prev;
  }
  return found.reverse();
}

/** PROOF-89, E4: a proposal of a minute that counts or reaches less than an earlier one. */
function claimTwoProposals({ charge }) {
  const pair = charge.inOrder();
  pair.forEach(requireMinute);
  const [first, second] = pair.map((each) => readProposal(payloadOf(each)));
  const place = `journal ${pair[0].header.no}`;
  if (second.n <= first.n) {
    return `${charge.who()} proposed minute ${second.n} of ${place} after minute ${first.n}`;
  }
  for (const [no, size] of second.sizes) {
    const before = first.sizes.get(no) ?? 0;
    if (size < before) {
      const text = `proposed ${size} entries of journal ${no} after ${before}`;
      return `${charge.who()} ${text}, in ${place}`;
    }
  }
  throw noContradiction("the second proposal goes on from the first");
}

/** PROOF-90, E5: a receipt that a later entry takes back, or gives for another entry. */
function claimSeenBack({ charge }) {
  const [first, second] = charge.inOrder();
  const before = new Map(first.header.seen.map((each) => [each.no, each]));
  for (const { no, seq, entry } of second.header.seen) {
    const held = before.get(no);
    if (held && seq < held.seq) {
      const text = `holds journal ${no} to slot ${held.seq}, later only to ${seq}`;
      return `${charge.who()} signed that it ${text}`;
    }
    if (held && seq === held.seq && entry !== held.entry) {
      const text = `two entries in slot ${seq} of journal ${no}`;
      return `${charge.who()} signed that it holds ${text}`;
    }
  }
  throw noContradiction("no receipt of the first entry is taken back by the second");
}

/** PROOF-91, E7: an office signed an entry beside the one in its journal. */
function claimTwoDecrees({ charge }) {
  const journal = charge.office();
  const [ours, theirs] = charge.given.pair;
  const held = charge.given.authority.get(ours);
  const rival = charge.given.rivals.get(theirs);
  if (!held || !rival) {
    throw new Refusal("entry-missing", "the file lacks an entry that it accuses of");
  }
  if (held.header.no !== journal.party || rival.header.no !== journal.party) {
    throw noContradiction("the two entries are not of the journal of this office");
  }
  if (!journal.heads.includes(ours)) {
    throw new Refusal("entry-missing", "the first entry does not stand in the journal");
  }
  requireBeside(held.header, rival.header);
  if (rival.payload === null || tagged("payload", rival.payload) !== rival.header.payload) {
    throw new Refusal("payload-hash", "the second entry lacks what it names");
  }
  journal.requireSignatures(rival);
  return `${charge.who()} signed two entries for slot ${rival.header.seq} of its journal`;
}

/** Refuse two entries of a journal that can both stand in it (E1 or E2). */
function requireBeside(held, rival) {
  const twice = rival.seq === held.seq && rival.id !== held.id;
  const torn = rival.seq === held.seq + 1 && rival.prev !== held.id;
  if (!twice && !torn) throw noContradiction("the second entry does not contradict the first");
}

/** PROOF-185, E6: a second leaf for a place or a period of a log that has one. */
function claimTwoLeaves({ charge }) {
  const pair = charge.inOrder();
  const [first, second] = pair.map((each) => {
    const { type } = each.header;
    if (type !== OPENING) throw new Refusal("no-opening", `the entry is of type ${type}`);
    return readSaid(payloadOf(each));
  });
  const log = `the log of journal ${pair[0].header.no}`;
  if (second.n < first.end) {
    return `${charge.who()} gave ${log} leaf ${second.n} after it had ${first.end} leaves`;
  }
  if (second.first <= first.period) {
    const text = `a leaf for period ${second.first} after period ${first.period}`;
    return `${charge.who()} gave ${log} ${text}`;
  }
  throw noContradiction("the second opening goes on from the first");
}

// By the number of the kind in the head: what is claimed, under which name, and its clause.
const KINDS = [
  null,
  ["two-entries", "PROOF-85", claimTwoEntries],
  ["broken-chain", "PROOF-86", claimBrokenChain],
  ["two-roots", "PROOF-87", claimTwoRoots],
  ["other-root", "PROOF-88", claimOtherRoot],
  ["two-proposals", "PROOF-89", claimTwoProposals],
  ["seen-back", "PROOF-90", claimSeenBack],
  ["two-decrees", "PROOF-91", claimTwoDecrees],
  ["two-leaves", "PROOF-185", claimTwoLeaves],
];

/** What became of the three claims of evidence, each of which rests on the one before; whom it
 * accuses in words, and the mode. */
export function judgeCharges(evidence, roots) {
  const { given } = evidence;
  const charge = new Charge(evidence);
  const findings = judgeEach([
    ["charter", "PROOF-82", claimCharter, []],
    ["accused", "PROOF-83", claimAccused, ["charter"]],
    [...KINDS[given.kind], ["accused"]],
  ], { evidence, given, roots, charge });
  const who = attempt(() => charge.who());
  const named = who instanceof Refusal ? `${given.accused}`.slice(0, 16) : who;
  return { findings, who: named, mode: charge.mode() };
}
