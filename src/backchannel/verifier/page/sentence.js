// The report on evidence: whom it accuses, the claims, what no evidence can show.
//
// This module must not judge. Clause: PROOF-92.

import { CHARGE_MEANING, MODE_MEANS } from "./counsel.js";
import { make, shown } from "./drawing.js";
import {
  advice, askForRoots, claimsList, forTheRecord, limitsList, printButton, summary,
} from "./report.js";

const LIMITS = [
  "It shows what a key signed; that a certain person or machine held it is the word of those who"
    + " issued the credential.",
  "It does not show which of the two things is the true one, or why both were signed: a copy of a"
    + " machine, or an old disk that was put back, signs so too.",
  "It shows no words: who said what is for a disclosure to show.",
  "It rests on Ed25519: a file that was first shown when that can be broken proves nothing.",
];

/** The whole report; the mode of the accused is its first word. */
export function sentence({ evidence, findings, who, mode, file, roots }) {
  const { pair } = evidence.given;
  return make("article", { "data-mode": mode, "aria-labelledby": "verdicts" },
    make("p", { class: "paper" }, "Report on evidence; the file is ", shown(file.name)),
    make("header", { class: `mode ${mode.toLowerCase()}` },
      make("p", { class: "word" }, mode),
      make("p", {}, MODE_MEANS[mode]?.replace("This was said", "This was signed") ?? ""),
    ),
    make("h2", { id: "verdicts" }, summary(findings)),
    make("p", {}, "It accuses ", shown(who), "."),
    make("p", { class: "note" }, "by two entries: ",
      pair.map((each) => make("code", {}, `${each} `))),
    advice(findings, "accusation"),
    askForRoots(roots),
    make("p", { class: "noprint" }, printButton()),
    claimsList(findings, CHARGE_MEANING),
    limitsList(LIMITS),
    forTheRecord(evidence, file, roots),
  );
}
