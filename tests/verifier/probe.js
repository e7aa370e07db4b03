// What the tests ask of single modules of the page. It is no part of the page.

import { readArchiveOpening, readSeal } from "../../src/backchannel/verifier/page/archive.js";
import { leafHash, readQuotes, readRows } from "../../src/backchannel/verifier/page/beacon.js";
import { hex, unhex } from "../../src/backchannel/verifier/page/bytes.js";
import { readFile } from "../../src/backchannel/verifier/page/bundle.js";
import { Refusal, attempt, decode, encode, split } from "../../src/backchannel/verifier/page/cbor.js";
import { readCharter, readPolicy } from "../../src/backchannel/verifier/page/charter.js";
import { requireFields } from "../../src/backchannel/verifier/page/claims.js";
import {
  readCredential, requirePossession, requireSecondKey,
} from "../../src/backchannel/verifier/page/credentials.js";
import {
  ED25519, admitEd25519, admitMlDsa, admitXwing, covered, fingerprint, requireEd25519,
  requireMlDsa, tagged,
} from "../../src/backchannel/verifier/page/crypto.js";
import { Journal } from "../../src/backchannel/verifier/page/authority.js";
import { Lab } from "../../src/backchannel/verifier/page/lab.js";
import {
  readFrame, readHeader, readOpening, readSigned, readStatement,
} from "../../src/backchannel/verifier/page/record.js";
import { requireAddressees, requireRelease } from "../../src/backchannel/verifier/page/release.js";
import { readRoots } from "../../src/backchannel/verifier/page/roots.js";
import { readRootSignatures, requireInForce } from "../../src/backchannel/verifier/page/signing.js";
import { requirePath } from "../../src/backchannel/verifier/page/trees.js";
import { pieces } from "../../src/backchannel/verifier/page/visible.js";
import {
  Policy, metBy, metSince, readNote, times,
} from "../../src/backchannel/verifier/page/witnesses.js";

const LEVELS = { "ML-DSA-44": -48, "ML-DSA-65": -49 };
const octets = (text) => (text === null ? null : unhex(text));

/** The outcome of some work: accept, or the reason for which it refuses. */
async function outcome(lab, work) {
  return lab.settle(() => {
    const found = attempt(work);
    return found instanceof Refusal ? found.reason : "accept";
  });
}

function admit({ algorithm, public: key }) {
  if (LEVELS[algorithm]) admitMlDsa(LEVELS[algorithm], unhex(key));
  else if (algorithm === "X-Wing") admitXwing(unhex(key));
  else admitEd25519(unhex(key));
}

function messageOf(it, alg) {
  return covered(it.purpose, it.line_id, it.mode, alg, unhex(it.payload));
}

/** What each kind of vector asks; all throw a Refusal or return. */
const CHECKS = {
  encoding: (lab, it) => decode(unhex(it.given)),
  admission: (lab, it) => admit(it),
  seal: (lab, it) => readSeal(unhex(it.given)),
  archive_opening: (lab, it) => readArchiveOpening(unhex(it.given)),
  signature: (lab, it) => {
    requireEd25519(lab, unhex(it.public), unhex(it.signature), messageOf(it, ED25519));
  },
  raw_signature: (lab, it) => {
    requireEd25519(lab, unhex(it.key), unhex(it.sig), new TextEncoder().encode(it.msg));
  },
  raw_ml_dsa: (lab, it) => {
    requireMlDsa(lab, it.alg, unhex(it.key), unhex(it.sig), unhex(it.msg));
  },
  ml_dsa: (lab, it) => {
    const alg = LEVELS[it.algorithm];
    requireMlDsa(lab, alg, unhex(it.public), unhex(it.signature), messageOf(it, alg));
  },
  hash: (lab, it) => {
    if (tagged(it.tag, unhex(it.data)) !== it.hash) throw new Refusal("hash-differs");
  },
  fingerprint: (lab, it) => {
    const found = fingerprint(it.line_id, it.roots.map((root) => root.map(unhex)));
    if (found !== it.fingerprint.replaceAll(" ", "")) throw new Refusal("fingerprint-differs");
  },
  charter: (lab, it) => {
    readCharter(unhex(it.given));
    if (tagged("charter", unhex(it.given)) !== it.id) throw new Error("another id");
  },
  policy: (lab, it) => readPolicy(decode(unhex(it.given))),
  in_force: (lab, it) => {
    const raw = unhex(it.given);
    const rows = it.rows.map(([party, root, one, other]) => [party, root, octets(one), octets(other)]);
    requireInForce(lab, raw, readCharter(raw), readRootSignatures(rows), tagged("charter", raw));
  },
  body: (lab, it) => {
    if (readCredential(unhex(it.body)).id !== it.id) throw new Error("another id");
  },
  possession: (lab, it) => {
    const body = unhex(it.body);
    const credential = readCredential(body);
    const key = octets(it.key);
    requireSecondKey(credential, key);
    const proof = it.possession.map(octets);
    requirePossession(lab, credential, { body, line: it.line_id, key, proof });
  },
  header: (lab, it) => {
    if (readHeader(unhex(it.given)).id !== it.entry) throw new Error("another id");
  },
  frame: (lab, it) => readFrame(unhex(it.given)),
  statement: (lab, it) => readStatement(unhex(it.given)),
  signed: (lab, it) => readStatement(readSigned(unhex(it.given))[0]),
  opening: (lab, it) => readOpening(unhex(it.given)),
  file: (lab, it) => readFile(it.file, unhex(it.given)),
  fields: (lab, it) => {
    const fields = it.rows.map((each, at) => ({ label: at + 1, raw: unhex(each) }));
    requireFields({ fields, commitments: it.commitments }, it.croot);
  },
  inclusion: (lab, it) => requirePath(unhex(it.leaf_hash), it.index, it.size, it.path, it.root),
  roots: (lab, it) => readRoots(it.text),
  witness_policy: (lab, it) => {
    if (!new Policy(it.policy).meets(new Set(it.cosigned))) throw new Refusal("not-met");
  },
  note: (lab, it) => readNote(unhex(it.note)),
  quotes: (lab, it) => readQuotes(unhex(it.payload)),
  vector: (lab, it) => readRows(decode(unhex(it.content))[1]),
};

/** The outcomes of cases of one kind. */
async function run({ kind, cases }) {
  const lab = new Lab(crypto.subtle);
  const found = [];
  for (const it of cases) found.push(await outcome(lab, () => CHECKS[kind](lab, it)));
  return found;
}

/** What became of each entry of an authority journal: [reason, whether it took a slot]. */
async function journal({ charter, line, party, entries }) {
  const lab = new Lab(crypto.subtle);
  return lab.settle(() => {
    const first = { charter: readCharter(unhex(charter)), id: line };
    const journals = first.charter.parties.map((_, n) => new Journal(lab, line, n, first));
    const own = journals[party];
    return entries.map(({ header, payload, signature, keys }) => {
      const signatures = signature && signature.map(([who, one, other]) => {
        return { who, byRoot: typeof who === "number", halves: [unhex(one), unhex(other)] };
      });
      const frame = {
        header: readHeader(unhex(header)), payload: octets(payload), signatures,
        keys: new Map(keys.map(([about, key]) => [about, unhex(key)])),
      };
      const before = [own.heads.length, own.faults.length];
      const refused = attempt(() => own.apply(frame, journals));
      const noted = own.faults.length > before[1] ? own.faults.at(-1).reason : "accept";
      const found = refused instanceof Refusal ? refused.reason : noted;
      return [found, own.heads.length > before[0]];
    });
  });
}

/** How each statement is released: full, emergency or the reason of the refusal. */
function release({ policy, cases }) {
  const { rules } = readPolicy(decode(unhex(policy)));
  return cases.map(({ statement, signers, mode, moment }) => {
    const found = attempt(() => {
      requireAddressees(statement, 0, 2);
      const people = signers.map((it) => ({ ...it, kind: 2, key: unhex(it.key) }));
      return requireRelease(statement, rules, people, mode, moment);
    });
    return found instanceof Refusal ? found.reason : found;
  });
}

/** The leaves that the words of an opening open, in their order. */
function leaves(content) {
  const [blinds, vector] = decode(unhex(content));
  return blinds.map((blind) => leafHash({ blind: hex(blind), rows: readRows(vector) }));
}

/** Who says when that he saw a checkpoint, and by and since when a quorum does. */
async function said({ policy: text, note: raw }) {
  const policy = new Policy(text);
  const note = readNote(unhex(raw));
  const lab = new Lab(crypto.subtle);
  const found = await lab.settle(() => times(lab, policy, note, note.lines));
  const by = attempt(() => metBy(policy, found));
  return {
    said: Object.fromEntries([...found].map(([name, when]) => [name, String(when)])),
    by: by instanceof Refusal ? by.reason : String(by),
    since: metSince(policy, found)?.toString() ?? null,
  };
}

globalThis.probe = {
  run,
  journal,
  release,
  leaves,
  said,
  lacks: async (subtle) => {
    const lab = new Lab(subtle);
    await lab.prepare();
    return lab.lacks;
  },
  split: (given) => split(unhex(given)).map(hex),
  encoded: (given) => hex(encode(decode(unhex(given)))),
  pieces,
  roots: (text) => readRoots(text),
};
