// The page at work: a file and fingerprints come in, a report is drawn.
//
// This module must not judge. Nothing here asks the network, and nothing is kept.

import { isEvidence, readAccusation } from "./accusation.js";
import { BETWEEN_CLAIMS, Between, isWatched } from "./between.js";
import { readDisclosure } from "./bundle.js";
import { SHEET_BYTES, disclosureIn } from "./carried.js";
import { hex } from "./bytes.js";
import { Refusal, attempt } from "./cbor.js";
import { judgeCharges } from "./charges.js";
import { judge, judgeEach } from "./claims.js";
import { digest } from "./crypto.js";
import { shown } from "./drawing.js";
import { Evidence } from "./evidence.js";
import { Lab } from "./lab.js";
import { refusal, report, summary } from "./report.js";
import { readRoots } from "./roots.js";
import { archiveClaims } from "./sealed.js";
import { sentence } from "./sentence.js";
import { SPAN_CLAIMS, Span } from "./span.js";
import { spanReport } from "./spanreport.js";

const lab = new Lab(globalThis.crypto?.subtle);
const prepared = lab.prepare();
const state = { file: null, turn: 0 };
const at = (id) => document.getElementById(id);

/** Read a file that was chosen or dropped, and check it. */
async function take(file) {
  state.turn += 1;
  const { turn } = state;
  // Nothing of an earlier file may stand beside the name of this one.
  state.file = null;
  at("report").replaceChildren();
  say("Reading ", shown(file.name), " …");
  const raw = await bytesOf(file);
  if (turn !== state.turn) return;
  if (raw === null) {
    say(shown(file.name), " cannot be read. Is it a folder, or has it been moved?");
    return;
  }
  state.file = { name: file.name, size: file.size, raw, sha256: hex(digest(raw)) };
  await check();
}

/** The bytes of a file; null if the browser cannot read it. */
async function bytesOf(file) {
  try {
    // One byte more than is allowed is enough to refuse it.
    return new Uint8Array(await file.slice(0, SHEET_BYTES + 1).arrayBuffer());
  } catch {
    return null;
  }
}

/** Check what is there, and draw the report; a newer check overtakes an older one. */
async function check() {
  state.turn += 1;
  const { turn, file } = state;
  at("report").replaceChildren();
  const roots = attempt(() => readRoots(at("roots").value));
  const faulty = roots instanceof Refusal;
  at("roots-fault").textContent = faulty ? `${roots.text}.` : "";
  at("roots").setAttribute("aria-invalid", String(faulty));
  if (!file) return say("");
  if (faulty) return say("Nothing is checked until the fingerprints can be read.");
  say("Checking …");
  await prepared;
  await painted();
  if (turn !== state.turn) return undefined;
  const accuses = isEvidence(file.raw);
  const given = attempt(() => {
    return accuses ? readAccusation(file.raw) : readDisclosure(disclosureIn(file.raw));
  });
  if (given instanceof Refusal) {
    at("report").replaceChildren(refusal(given, file));
    return say(shown(file.name), " was refused.");
  }
  const judged = accuses ? judgeAccused : given.spans ? judgeSpan : judgeOne;
  const { findings, draw } = await lab.settle(() => judged(new Evidence(lab, given), roots));
  if (turn !== state.turn) return undefined;
  at("report").replaceChildren(draw(file));
  return say(`${summary(findings)}. The report follows.`);
}

/** The claims of a disclosure of one statement, and how its report is drawn. */
function judgeOne(evidence, roots) {
  const findings = judge(evidence, roots);
  return { findings, draw: (file) => report(evidence, findings, file, roots) };
}

/** The claims of evidence, and how its report is drawn. */
function judgeAccused(evidence, roots) {
  const judged = judgeCharges(evidence, roots);
  const draw = (file) => sentence({ evidence, ...judged, file, roots });
  return { findings: judged.findings, draw };
}

/** The claims of a span, and how its report is drawn. */
function judgeSpan(evidence, roots) {
  const span = new Span(evidence);
  const between = isWatched(span) ? new Between(span) : null;
  const claims = [...SPAN_CLAIMS, ...(between ? BETWEEN_CLAIMS : []), ...archiveClaims(span)];
  const findings = judgeEach(claims, { evidence, given: span.given, roots, span, between });
  return { findings, draw: (file) => spanReport({ span, between, findings, file, roots }) };
}

/** Tell what is going on; names of files come through `shown`. */
function say(...parts) {
  at("status").replaceChildren(...parts);
}

/** Let the browser draw what was said before the work begins. */
function painted() {
  return new Promise((done) => { setTimeout(done, 0); });
}

/** Run, and show a fault of our own in place of a report that might be half one. */
async function guarded(work) {
  try {
    await work();
  } catch (fault) {
    at("report").replaceChildren();
    say("This page has failed, and nothing is concluded. Use the verifier for Python.");
    throw fault;
  }
}

say("");
at("file").addEventListener("change", ({ target }) => {
  if (target.files.length) guarded(() => take(target.files[0]));
});
at("roots").addEventListener("input", () => guarded(check));
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  // Without this the browser would leave the page and open the file.
  event.preventDefault();
  const { files } = event.dataTransfer;
  if (files.length === 1) {
    at("file").value = "";
    guarded(() => take(files[0]));
  } else if (files.length) {
    say("One file at a time, please.");
  }
});
