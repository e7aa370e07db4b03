// The report on a disclosure: mode, words, facts, claims, limits. What is printed is the same.
//
// This module must not judge, and never says that a disclosure is valid (PROOF section 5).

import { NotHere } from "./bundle.js";
import { NOT_CHECKED, NOT_PROVEN, PROVEN, wordOfMode } from "./claims.js";
import { MODE_MEANS, counselOf, isAltered, meaningOf } from "./counsel.js";
import { make, shown } from "./drawing.js";
import { moment } from "./moments.js";
import { sheet } from "./sheet.js";
import { hidden, limitsOf, told } from "./telling.js";

const SIGNS = { [PROVEN]: "✓", [NOT_PROVEN]: "✗", [NOT_CHECKED]: "?" };
const CLASSES = { [PROVEN]: "proven", [NOT_PROVEN]: "not", [NOT_CHECKED]: "unchecked" };

/** The whole report. `file` has name, size and SHA-256 of what was read. */
export function report(evidence, findings, file, roots) {
  const mode = wordOfMode(evidence);
  const about = told(evidence);
  const counts = summary(findings);
  return make("article", { "data-mode": mode, "aria-labelledby": "verdicts" },
    make("p", { class: "paper" }, "Report on a disclosure; the file is ", shown(file.name)),
    make("header", { class: `mode ${mode.toLowerCase()}` },
      make("p", { class: "word" }, mode),
      make("p", {}, modeMeaning(mode, findings)),
    ),
    make("h2", { id: "verdicts" }, counts),
    advice(findings),
    askForRoots(roots),
    make("p", { class: "noprint" }, printButton()),
    sheet(about, findings, hidden(evidence)),
    claimsList(findings),
    limitsList(limitsOf(findings)),
    forTheRecord(evidence, file, roots),
  );
}

/** What a reader without fingerprints is told; nothing if he brought some. */
export function askForRoots(roots) {
  return roots.length ? null : make("p", { class: "alarm noprint" }, "You have brought no"
    + " fingerprints yet. Until you do, only what rests on nothing else can be proven.");
}

/** What no such file can show. */
export function limitsList(limits) {
  return make("section", { "aria-labelledby": "limits" },
    make("h2", { id: "limits" }, "What this cannot show"),
    make("ul", {}, limits.map((each) => make("li", {}, each))),
  );
}

/** How to take what is not proven: something altered is another matter than something left out. */
export function advice(findings, what = "statement") {
  if (findings.some((each) => isAltered(each.reason))) {
    const said = make("strong", {}, "Something in this file was altered, or made up.");
    return make("p", { class: "alarm" }, said, " A check of it failed, and missing evidence cannot"
      + " be the cause. Do not quote it; the claims below say what failed.");
  }
  return make("p", {}, "A claim that is not proven is not disproven: often the evidence is just not"
    + ` in the file. Quote the ${what} only with the claims that you rely on.`);
}

/** What the mode says, as far as it is proven. */
function modeMeaning(mode, findings) {
  const { verdict } = findings.find((each) => each.name === "mode");
  if (verdict === PROVEN) return MODE_MEANS[mode];
  return `The file says that this was ${mode}; that is ${verdict}.`;
}

/** How many claims are proven, in one line; never that all is well. */
export function summary(findings) {
  const count = (verdict) => findings.filter((each) => each.verdict === verdict).length;
  const parts = [`${count(PROVEN)} of ${findings.length} claims PROVEN`];
  for (const verdict of [NOT_PROVEN, NOT_CHECKED]) {
    if (count(verdict)) parts.push(`${count(verdict)} ${verdict}`);
  }
  return parts.join(", ");
}

/** The button that prints the report. */
export function printButton() {
  const button = make("button", { type: "button", id: "print" }, "Print this report");
  button.addEventListener("click", () => window.print());
  return button;
}

/** The claims, one by one, each with what it means. */
export function claimsList(findings, meaning) {
  const heads = ["Claim", "Verdict", "Why"];
  return make("section", { "aria-labelledby": "claims-title" },
    make("h2", { id: "claims-title" }, "The claims, one by one"),
    make("table", { class: "claims" },
      make("thead", {}, make("tr", {}, heads.map((each) => make("th", { scope: "col" }, each)))),
      make("tbody", {}, findings.map((each) => claimRow(each, meaningOf(each.name, meaning)))),
    ),
  );
}

function claimRow({ name, clause, verdict, reason, text, notes }, meaning) {
  const counsel = counselOf(reason);
  const attributes = {
    "data-claim": name, "data-verdict": verdict, "data-reason": reason, class: CLASSES[verdict],
  };
  return make("tr", attributes,
    make("th", { scope: "row" }, name, make("span", { class: "meaning" }, meaning)),
    make("td", {}, badge(verdict)),
    make("td", {},
      text ? make("p", {}, shown(text)) : null,
      notes.map((each) => make("p", { class: "note" }, shown(each))),
      counsel ? make("p", { class: "counsel" }, counsel) : null,
      make("p", { class: "code" }, reason ? `${reason} · ${clause}` : clause),
    ),
  );
}

/** A verdict as a word with a sign, so that no colour is needed. */
export function badge(verdict) {
  const sign = make("span", { "aria-hidden": "true" }, `${SIGNS[verdict]} `);
  return make("span", { class: `badge ${CLASSES[verdict]}` }, sign, verdict);
}

/** What a reader notes beside the report. */
export function forTheRecord(evidence, file, roots) {
  const { given } = evidence;
  const row = (term, ...values) => [make("dt", {}, term), make("dd", {}, ...values)];
  const spaced = (digits) => digits.match(/.{5}/g).join(" ");
  const prints = roots.map(({ label, digits }) => {
    return make("p", {}, label ? shown(label) : "", label ? " " : "", spaced(digits));
  });
  return make("section", { "aria-labelledby": "record", class: "record" },
    make("h2", { id: "record" }, "For your notes"),
    make("dl", {},
      row("File", shown(file.name), `, ${file.size} bytes`),
      row("SHA-256 of the file", make("code", {}, file.sha256)),
      row("Made", `${moment(given.made)}, by the clock of whoever made it, which proves nothing`),
      row("Line", make("code", {}, given.line)),
      row("Charter", given.charter ? shown(given.charter.name) : "not in the file"),
      row("Fingerprints that you brought", prints.length ? prints : "none"),
    ),
    make("p", {}, "On paper this report is only what somebody printed. Whoever doubts it needs the"
      + " file, this page, and fingerprints of his own."),
  );
}

/** What is shown for a file that is no disclosure. */
export function refusal(fault, file) {
  if (fault instanceof NotHere) return notHere(fault, file);
  return make("article", { class: "refused", "data-refused": fault.reason },
    make("h2", {}, "This file is no disclosure"),
    make("p", {}, shown(file.name), " was refused as a whole, so no claim was looked at: ",
      shown(fault.text || fault.reason), "."),
    make("p", {}, "It may be cut short, altered on its way, or another kind of file. Ask for it"
      + " again."),
    make("p", { class: "code" }, fault.reason),
  );
}

/** What is shown for a file that is not read here, and nothing said against it. */
function notHere({ reason, text }, file) {
  return make("article", { class: "refused", "data-refused": reason },
    make("h2", {}, "This page cannot read this file"),
    make("p", {}, shown(file.name), " was refused as a whole, so no claim was looked at: ",
      `${text}.`),
    make("p", {}, "Nothing is concluded from this. To check it, use the verifier for Python."),
    make("p", { class: "code" }, reason),
  );
}
