// The charter and its policy, read strictly (CHARTER-1 to CHARTER-17).
//
// This module must not judge who signed: it says what a document is, or why it is none.

import { hex } from "./bytes.js";
import { Refusal, decode } from "./cbor.js";
import {
  ML_DSA_65, PUBLIC_BYTES, XWING_BYTES, admitEd25519, admitMlDsa, admitXwing, tagged,
} from "./crypto.js";
import {
  HASH_BYTES, MOMENT_END, integer, integers, listing, mapping, name, octets, places, plainText,
  requireAscending, requireOnce,
} from "./shapes.js";

export const PARTIES = 16;
export const ALL_POWERS = (1 << 13) - 1;
const LONGEST = 366 * 86_400;
const COUNT = 2 ** 40;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/;
const FORM = /^[A-Za-z0-9-]+$/;
const WITNESS_TEXT = /^[\x20-\x7e\n]*$/;

/** A charter: name, parties, rules, predecessor in hexadecimal or null. */
export function readCharter(raw) {
  const place = mapping(decode(raw), 14, "charter");
  if (![1, 2].includes(place.get(1))) throw new Refusal("charter-version");
  if (place.get(2) !== "BC1") throw new Refusal("unknown-suite");
  const title = name(place.get(3), 1, 64, "name");
  const parties = listing(place.get(4), 2, PARTIES, "parties").map(readParty);
  requireOnce(parties.map((each) => each.name), "twice", "names of parties");
  requireRootsOnce(parties.flatMap((each) => each.roots));
  const languages = places(place.get(12), parties.length, "languages");
  languages.forEach(readLanguages);
  const policy = readPolicy(place.get(5), place.get(1) === 2);
  readPaths(place.get(6), parties.length);
  const witnesses = plainText(place.get(7), 0, 8_192, "witness policy");
  if (!WITNESS_TEXT.test(witnesses)) throw new Refusal("unsafe-text", "witness policy");
  integer(place.get(8), 1, LONGEST, "beacon period");
  const circles = readOversight(place.get(9), parties.length, policy.hot);
  const validity = readWindow(place.get(10), "validity");
  const before = place.get(11);
  const predecessor = before === null ? null : hex(octets(before, HASH_BYTES, "predecessor"));
  if (place.get(13) !== 1) throw new Refusal("amendment-rule");
  octets(place.get(14), 16, "random");
  const { rules, skew } = policy;
  return { name: title, parties, rules, predecessor, validity, witnesses, skew, circles };
}

/** [from, until] with from before until. */
export function readWindow(value, where) {
  const [since, until] = places(value, 2, where).map((n) => integer(n, 0, MOMENT_END, where));
  if (since >= until) throw new Refusal("bad-validity", where);
  return [since, until];
}

function readParty(value, index) {
  const where = `party ${index}`;
  const [title, roots, k, contact] = places(value, 4, where);
  const called = name(title, 1, 64, where);
  const found = readRoots(roots, where);
  name(contact, 1, 200, where);
  return { name: called, roots: found, threshold: readThreshold(k, found.length, where) };
}

/** How many of so many must sign (CHARTER-6). */
export function readThreshold(value, of, where) {
  const k = integer(value, 0, COUNT, where);
  if (k < 1 || k > of) throw new Refusal("bad-threshold", `${where}: ${k} of ${of}`);
  return k;
}

/** A party's roots, each [Ed25519 key, ML-DSA-65 key], admitted (CHARTER-6). */
export function readRoots(value, where) {
  return listing(value, 1, 8, where).map((each) => {
    const [one, other] = places(each, 2, where);
    const root = [octets(one, 32, where), octets(other, PUBLIC_BYTES[ML_DSA_65], where)];
    admitEd25519(root[0]);
    admitMlDsa(ML_DSA_65, root[1]);
    return root;
  });
}

/** Refuses one key for two roots (CHARTER-6). */
export function requireRootsOnce(roots) {
  for (const half of [0, 1]) requireOnce(roots.map((root) => hex(root[half])), "root-twice");
}

function readLanguages(value) {
  const tags = listing(value, 1, 8, "languages").map((each) => plainText(each, 0, 64, "language"));
  for (const tag of tags) if (!LANGUAGE.test(tag)) throw new Refusal("bad-language", tag);
  requireOnce(tags, "twice", "languages");
}

function readPaths(value, parties) {
  const ids = [];
  for (const each of listing(value, 0, 64, "paths")) {
    const [id, kind, senders, cell, tick, profile, latency, travel] = places(each, 8, "path");
    ids.push(integer(id, 1, 65_535, "path id"));
    integer(kind, 1, 6, "kind of path");
    listing(senders, 1, PARTIES, "senders");
    integers(senders, PARTIES, 0, parties - 1, "senders");
    integer(cell, 0, 65_536, "cell");
    integer(tick, 0, 3_600_000, "tick");
    integer(profile, 1, 4, "profile");
    integer(latency, 1, 4, "latency");
    integer(travel, 0, LONGEST, "travel time");
  }
  requireAscending(ids, "paths");
}

function readOversight(value, parties, hot) {
  const seen = [];
  const circles = new Map();
  let restorable = 0;
  for (const each of listing(value, 0, PARTIES, "oversight")) {
    const [party, m, trustees, m2, custodians] = places(each, 5, "oversight");
    seen.push(integer(party, 0, parties - 1, "oversight"));
    const both = [readReaders(m, trustees, 0), readReaders(m2, custodians, 1)];
    circles.set(seen.at(-1), both.filter(({ keys }) => keys.length));
    if (both[1].keys.length) restorable += 1;
  }
  requireAscending(seen, "oversight");
  if (hot && restorable < parties) {
    throw new Refusal("no-custodians", "what a station drops, somebody must be able to restore");
  }
  return circles;
}

function readReaders(wanted, value, role) {
  const where = ["trustees", "custodians"][role];
  const names = [];
  const keys = [];
  for (const each of listing(value, 0, 16, where)) {
    const [title, key] = places(each, 2, where);
    names.push(name(title, 1, 64, where));
    keys.push(tagged("key", octets(key, XWING_BYTES, where)));
    admitXwing(key);
  }
  requireOnce(names, "twice", where);
  requireOnce(keys, "twice", where);
  const m = integer(wanted, 0, COUNT, where);
  if (m > names.length || (m === 0) !== (names.length === 0)) {
    throw new Refusal("bad-threshold", where);
  }
  return { role, least: m, keys };
}

/** The release rules, whether there is a hot window, and by how many seconds clocks may differ
 * (CHARTER-10). */
export function readPolicy(value, practised) {
  const place = mapping(value, practised ? 15 : 14, "policy");
  const rules = readRules(place.get(1));
  readClocks(place.get(2));
  const [seconds, envelopes] = places(place.get(3), 2, "epoch");
  integer(seconds, 1, LONGEST, "epoch");
  integer(envelopes, 1, 4_096, "epoch");
  integer(place.get(4), 1, LONGEST, "prekey");
  if (place.get(5) !== null) {
    const pair = places(place.get(5), 2, "hot window");
    const [hot, cap] = pair.map((n) => integer(n, 1, LONGEST, "hot window"));
    if (cap < hot) throw new Refusal("cap-below-window");
  }
  const skew = integer(place.get(6), 1, LONGEST, "greatest difference of clocks");
  for (const each of places(place.get(7), 2, "quota")) integer(each, 1, COUNT, "quota");
  listing(place.get(8), 0, 64, "windows").forEach(readDrillWindow);
  const [delay, entries] = places(place.get(9), 2, "delay of receipts");
  integer(delay, 0, 60_000, "delay of receipts");
  integer(entries, 1, COUNT, "delay of receipts");
  integer(place.get(10), 0, 1, "names withheld");
  integer(place.get(11), 1, LONGEST, "fresh");
  if (place.get(12) !== null) name(place.get(12), 1, 200, "third party");
  const posts = listing(place.get(13), 0, 16, "duress posts");
  requireOnce(posts.map((n) => name(n, 1, 64, "duress posts")), "twice", "duress posts");
  readLanes(place.get(14));
  if (practised) readPractice(place.get(15));
  return { rules, hot: place.get(5) !== null, skew };
}

// What is practised (CHARTER-18).
function readPractice(value) {
  const [catalogue, test, calls, proof, subjects] = places(value, 5, "practice");
  octets(catalogue, HASH_BYTES, "catalogue");
  integer(test, 1, LONGEST, "tests");
  integer(calls, 0, 100, "calls");
  integer(proof, 1, LONGEST, "proof");
  const pairs = listing(subjects, 0, 64, "subjects").map((each) => places(each, 2, "subjects"));
  for (const each of pairs.flat()) name(each, 1, 64, "subjects");
  requireOnce(pairs.map((pair) => pair[0]), "twice", "subjects");
}

/** Release rules (CHARTER-11). */
export function readRules(value) {
  const rules = listing(value, 1, 32, "rules").map(readRule);
  requireOnce(rules.map((rule) => rule.name), "twice", "names of rules");
  return rules;
}

function readRule(value) {
  const [title, covers, powers, people, emergency] = places(value, 5, "rule");
  return {
    name: name(title, 1, 64, "rule"),
    covers: listing(covers, 1, 32, "covers").map(readCover),
    powers: integer(powers, 0, ALL_POWERS, "powers"),
    people: places(people, 5, "people").map((n) => integer(n, 1, 16, "people")),
    emergency: integers(emergency, 5, 1, 5, "emergency"),
  };
}

function readCover(value) {
  const [kind, forms] = places(value, 2, "cover");
  const texts = listing(forms, 0, 64, "forms").map((each) => plainText(each, 1, 32, "form"));
  for (const text of texts) if (!FORM.test(text)) throw new Refusal("bad-form", text);
  requireOnce(texts, "twice", "forms");
  return { kind: integer(kind, 1, 16, "kind"), forms: texts };
}

function readClocks(value) {
  for (const line of places(value, 5, "clocks")) {
    places(line, 7, "clocks").forEach((each, n) => {
      if (n < 5 || each !== null) integer(each, 1, LONGEST, "clocks");
    });
  }
}

function readDrillWindow(value) {
  const [mode, since, until] = places(value, 3, "window");
  const drill = integer(mode, 2, 3, "window");
  const begin = integer(since, 0, MOMENT_END, "window");
  if (until === null && drill === 3) return;
  if (integer(until, 0, MOMENT_END, "window") <= begin) {
    throw new Refusal("bad-window", "it never opens");
  }
}

function readLanes(value) {
  const names = listing(value, 1, 16, "lanes").map((each) => {
    const [title, notice] = places(each, 2, "lane");
    integer(notice, 0, LONGEST, "lane");
    return name(title, 1, 64, "lane");
  });
  requireOnce(names, "twice", "lanes");
}
