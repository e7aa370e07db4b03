// Credentials: the body, and the proof that the subject holds its keys (CHARTER-30 to CHARTER-35).
//
// This module must not know who issued a credential, or whether anybody did.

import { hex } from "./bytes.js";
import { Refusal, decode } from "./cbor.js";
import { ALL_POWERS, readWindow } from "./charter.js";
import {
  ED25519, ML_DSA_44, ML_DSA_65, NO_MODE, SIGNATURE_BYTES, admitEd25519, admitMlDsa, admitXwing,
  covered, requireEd25519, requireMlDsa, tagged,
} from "./crypto.js";
import {
  HASH_BYTES, integer, integers, listing, name, octets, places, requireOnce,
} from "./shapes.js";

export const [POST, OFFICER, CUSTODIAN, TRUSTEE] = [1, 2, 6, 7];
export const STATIONS = new Map([[3, 1], [4, 2], [5, 3]]);
export const [ISSUE, REVOKE, RESTORE] = [1 << 6, 1 << 7, 1 << 8];
export const [READ, WRITE, OVERSEE] = [1 << 9, 1 << 10, 1 << 12];
export const OFFICE = ISSUE | REVOKE | RESTORE;
const OF_PEOPLE = ALL_POWERS & ~(READ | WRITE);
const POWERS_OF = {
  [POST]: OF_PEOPLE, [OFFICER]: OF_PEOPLE, 3: READ | WRITE, 4: READ | WRITE, 5: READ | WRITE,
  [CUSTODIAN]: 0, [TRUSTEE]: OVERSEE,
};

/** A credential (CHARTER-30 to CHARTER-33). Ids are hexadecimal, the Ed25519 key is bytes. */
export function readCredential(raw) {
  const place = places(decode(raw), 13, "body");
  const hash = (value, where) => hex(octets(value, HASH_BYTES, where));
  const orNull = (value, reading) => (value === null ? null : reading(value));
  const posts = listing(place[2], 0, 16, "posts").map((n) => hash(n, "post"));
  requireOnce(posts, "twice", "posts");
  const [since, until] = readWindow([place[9], place[10]], "validity");
  const it = {
    id: tagged("credential", raw),
    kind: integer(place[0], 1, 7, "kind"),
    name: name(place[1], 1, 64, "name"),
    posts,
    key: orNull(place[3], (value) => octets(value, 32, "Ed25519 key")),
    secondHash: orNull(place[4], (value) => hash(value, "second key")),
    powers: integer(place[5], 0, ALL_POWERS, "powers"),
    classes: integers(place[6], 32, 0, 31, "classes"),
    modes: integers(place[7], 3, 1, 3, "modes"),
    journals: integers(place[8], 64, 16, 65_535, "journals"),
    since,
    until,
    parent: orNull(place[11], (value) => hash(value, "parent")),
    depth: integer(place[12], 0, 4, "depth"),
  };
  it.stationMode = STATIONS.get(it.kind) ?? 0;
  requireKind(it);
  return it;
}

function requireKind(it) {
  const keys = it.kind !== POST;
  if ((it.key !== null) !== keys || (it.secondHash !== null) !== keys) {
    throw new Refusal("keys-of-kind");
  }
  if (it.powers & ~POWERS_OF[it.kind]) throw new Refusal("powers-of-kind");
  if (it.posts.length && it.kind !== OFFICER) throw new Refusal("posts-of-kind");
  const person = it.kind === POST || it.kind === OFFICER;
  if (it.classes.length && !person) throw new Refusal("classes-of-kind");
  const own = it.stationMode ? [it.stationMode] : [];
  const modes = person ? it.modes.length > 0 : it.modes.join() === own.join();
  if (!modes) throw new Refusal("modes-of-kind");
  if (it.journals.length > 0 !== it.stationMode > 0) throw new Refusal("journals-of-kind");
  if (it.depth && !(it.powers & (ISSUE | RESTORE))) throw new Refusal("depth-of-kind");
}

/** The ML-DSA of the second key; null where there is none (CHARTER-34). */
export function algorithmOf(it) {
  if (it.kind === OFFICER) return it.powers & OFFICE ? ML_DSA_65 : ML_DSA_44;
  return it.stationMode ? ML_DSA_44 : null;
}

/** Refuses a second key that did not come, or is not the one that the body names (CHARTER-35). */
export function requireSecondKey(it, key) {
  if (it.secondHash === null) return;
  if (key === null) throw new Refusal("subject-key-missing", it.name);
  if (tagged("key", key) !== it.secondHash) throw new Refusal("subject-key-mismatch", it.name);
}

/** Refuses a subject that has not shown that it holds its keys (CHARTER-34). */
export function requirePossession(lab, it, { body, line, key, proof }) {
  const [one, other] = places(proof, 2, "possession");
  const alg = algorithmOf(it);
  if ((it.key === null && one !== null) || (alg === null && other !== null)) {
    throw new Refusal("possession-of-kind");
  }
  if (it.key === null) return;
  const first = octets(one, 64, "possession");
  const second = alg === null ? null : octets(other, SIGNATURE_BYTES[alg], "possession");
  admitEd25519(it.key);
  if (alg === null) admitXwing(key);
  else admitMlDsa(alg, key);
  requireEd25519(lab, it.key, first, covered("possession", line, NO_MODE, ED25519, body));
  if (alg !== null) {
    requireMlDsa(lab, alg, key, second, covered("possession", line, NO_MODE, alg, body));
  }
}
