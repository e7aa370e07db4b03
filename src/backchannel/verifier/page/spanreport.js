// The report on a span: mode, claims, witnesses, every statement in order, what stays hidden.
//
// This module must not judge, and never says that a span is valid. Clauses: PROOF-119, PROOF-181.

import { attempt, Refusal } from "./cbor.js";
import { ruleOf } from "./clockwork.js";
import { MODE_MEANS, SPAN_MEANING } from "./counsel.js";
import { make, shown, shownLines } from "./drawing.js";
import { placeOf } from "./evidence.js";
import { moment } from "./moments.js";
import { STATEMENT } from "./record.js";
import { addressees } from "./release.js";
import {
  advice, askForRoots, claimsList, forTheRecord, limitsList, printButton, summary,
} from "./report.js";
import { NAMED, hasWords } from "./span.js";
import { AUTHORITIES } from "./stretches.js";
import { spelled } from "./telling.js";
import { MODES, PRECEDENCES, kindName, labelName } from "./terms.js";

/** PROOF-119: what no span can show. */
const LIMITS = [
  "It does not show that what was said was true.",
  "It does not show what was said elsewhere, on another line, in another mode, or after the later"
    + " minute; what is hidden here is counted, and cannot be read.",
  "Who signed is a key; that a person held it is the word of those who issued the credential.",
  "Times are the word of those who signed them, those of the two minutes too.",
];

/** The whole report. `between` is null where the charter names no witnesses for this mode. */
export function spanReport({ span, between, findings, file, roots }) {
  const mode = MODES[span.given.mode];
  return make("article", { "data-mode": mode, "aria-labelledby": "verdicts" },
    make("p", { class: "paper" }, "Report on a span; the file is ", shown(file.name)),
    make("header", { class: `mode ${mode.toLowerCase()}` },
      make("p", { class: "word" }, mode),
      make("p", {}, MODE_MEANS[mode].replace("This was", "All of this was")),
    ),
    make("h2", { id: "verdicts" }, summary(findings)),
    advice(findings, "span"),
    askForRoots(roots),
    make("p", { class: "noprint" }, printButton()),
    claimsList(findings, SPAN_MEANING),
    section("witnesses", "Witnesses", witnesses(span, between)),
    section("told", "What the file says was said", statements(span, between, findings)),
    section("hidden", "What stays hidden", list(hidden(span))),
    limitsList(LIMITS),
    forTheRecord(span.evidence, file, roots),
  );
}

function section(id, title, ...children) {
  return make("section", { "aria-labelledby": id }, make("h2", { id }, title), ...children);
}

function list(lines) {
  return make("ul", {}, lines.map((each) => make("li", {}, shown(each))));
}

// --- Witnesses ----------------------------------------------------------------------------------

function witnesses({ given }, between) {
  if (!between) {
    const why = given.charter?.witnesses
      ? "they see the beacon of REAL alone"
      : "the charter names none";
    return make("p", {}, `None: ${why}, so when things stood is the word of the two minutes.`);
  }
  if (!between.log) {
    return make("p", {}, "Nothing in this file leads to what they have cosigned.");
  }
  const { cosigned, policy } = between.log;
  const rows = cosigned.slice(0, NAMED).map(({ size, time, names }) => {
    return `size ${size} of the log stood by ${moment(time)}: ${names.join(", ")}`;
  });
  if (cosigned.length > NAMED) rows.push(`and ${cosigned.length - NAMED} sizes more`);
  const rule = shown(ruleOf(policy));
  return [make("p", {}, "A quorum of the charter’s witnesses is ", rule, "."), list(rows)];
}

// --- Statements ---------------------------------------------------------------------------------

function statements(span, between, findings) {
  const verdict = (name) => findings.find((each) => each.name === name).verdict;
  const doubts = findings.filter((each) => each.verdict !== "PROVEN").map((each) => each.name);
  const counts = doubts.length
    ? make("p", { class: "alarm" }, make("strong", {}, `NOT PROVEN: ${doubts.join(", ")}.`))
    : make("p", {}, "It counts as far as the claims above are proven.");
  return [counts, span.told.map((each) => one(span, between, each, verdict("words")))];
}

/** One statement: who, when, to whom, its own verdict, its words. */
function one({ evidence }, between, told, words) {
  const { header } = told.entry;
  const party = evidence.partyName(header.no % AUTHORITIES);
  const proven = !told.fault && told.entry.payload !== null;
  const reason = told.fault ? `: ${told.fault.reason}` : "";
  const fact = (term, text) => (text ? [make("dt", {}, term), make("dd", {}, shown(text))] : []);
  const said = told.statement;
  const names = said?.signers.map((who) => officer(evidence, header, who)).join(", ");
  const what = said ? `${kindName(said.kind)}${said.form ? ` ${said.form}` : ""}` : "not shown";
  const { since, until } = between?.brackets.get(header.id) ?? { since: null, until: null };
  return make("section", { class: "sheet", "data-entry": header.id },
    make("h3", {}, shown(`${moment(header.time)} ${party}: ${what}`),
      proven ? null : make("strong", { class: "mark" }, ` NOT PROVEN${reason}`)),
    make("dl", { class: "facts" },
      fact("Where", placeOf(told.entry)),
      fact("Signed by", names),
      fact("To", said && addressees(said).map((n) => evidence.partyName(n)).join(", ")),
      fact("Precedence", said && PRECEDENCES[said.precedence]),
      fact("Made after", since === null ? "" : `${moment(since)}, as witnesses say`),
      fact("Stood by", until === null ? "" : `${moment(until)}, as witnesses say`),
    ),
    hasWords(told) ? fields(told, words) : make("p", { class: "closed" }, "The words are hidden."),
  );
}

function officer({ journals }, { no }, who) {
  const it = attempt(() => journals[no % AUTHORITIES].known(who, Infinity));
  return it instanceof Refusal ? `unknown (${who.slice(0, 16)})` : it.credential.name;
}

function fields({ words, statement }, verdict) {
  const doubted = verdict === "PROVEN" ? null : make("strong", { class: "mark" }, ` ${verdict}`);
  const kind = statement?.kind ?? 0;
  return make("dl", { class: "facts" }, words.fields
    .filter(({ value }) => value !== null)
    .map(({ label, value }) => [
      make("dt", {}, `${label} ${labelName(kind, label)}`.trim(), doubted?.cloneNode(true) ?? ""),
      make("dd", {}, typeof value === "string" ? shownLines(value) : shown(spelled(value))),
    ]));
}

// --- What is not shown --------------------------------------------------------------------------

function hidden(span) {
  const shut = span.told.filter((each) => !hasWords(each)).length;
  const counts = new Map();
  for (const { header, payload } of span.shown) {
    if (payload !== null || header.type === STATEMENT) continue;
    counts.set(header.type, (counts.get(header.type) ?? 0) + 1);
  }
  const what = [...counts].sort(([a], [b]) => a - b)
    .map(([type, count]) => `${count} of type ${type}`).join(", ");
  return [
    ...(shut ? [`the words of ${shut} of ${span.told.length} statements`] : []),
    ...(what ? [`what stands in entries that are shown as links alone: ${what}`] : []),
    "every entry before the earlier minute and after the later",
  ];
}
