// The sheet: one statement as its party put it, beside its rendering, and the facts about it.
//
// This module must not show a word of the file without saying how far it is proven.

import { NOT_CHECKED, PROVEN } from "./claims.js";
import { make, shown, shownLines } from "./drawing.js";
import { BODY, LANGUAGE } from "./terms.js";
import { spelled, wordsOf } from "./telling.js";

// The claims without which nobody can say that these words were said by these people.
const ABOUT_WORDS = ["charter", "authority", "statement", "release", "mode", "entry", "fields"];

/** What the file says was said. `about` is null if it says nothing. */
export function sheet(about, findings, closed) {
  const doubted = ABOUT_WORDS
    .map((name) => findings.find((each) => each.name === name))
    .filter((each) => each.verdict !== PROVEN);
  const section = make("section", { class: "sheet", "aria-labelledby": "sheet-title" },
    make("h2", { id: "sheet-title" }, "What the file says was said"),
  );
  if (!about) {
    section.append(make("p", { class: "alarm" }, "It holds no statement that can be read."));
    return section;
  }
  if (doubted.length) section.append(doubt(doubted));
  section.append(
    texts(about, findings),
    facts(about, findings),
    otherFields(about, findings),
    hiddenList(closed),
  );
  return section;
}

function doubt(doubted) {
  const names = doubted.map((each) => each.name).join(", ");
  const unchecked = doubted.every((each) => each.verdict === NOT_CHECKED);
  const word = unchecked ? "NOT CHECKED HERE" : "NOT PROVEN";
  return make("p", { class: "alarm" }, make("strong", {}, `${word}: ${names}.`),
    " Nobody can rely on these words by this file as long as that is so. The claims below say"
    + " why.");
}

function markOf(findings, name) {
  const { verdict } = findings.find((each) => each.name === name);
  return verdict === PROVEN ? null : make("strong", { class: "mark" }, ` ${verdict}`);
}

/** The mark on words: whether they are those that were signed, and by whom. */
function wordsMark(findings) {
  return markOf(findings, "fields") ?? markOf(findings, "statement") ?? markOf(findings, "entry");
}

/** The words, and beside them those of a rendering, or of what they render (PROOF-55). */
function texts(about, findings) {
  const columns = [column(about, title(about, about.beside), wordsMark(findings))];
  for (const each of about.beside) {
    const mark = each.fault
      ? make("strong", { class: "mark" }, ` NOT PROVEN: ${each.fault}`)
      : wordsMark(findings);
    const name = each.renders ? "Rendering" : "What it renders";
    const placed = column(each, name, mark);
    if (each.renders) columns.push(placed);
    else columns.unshift(placed);
  }
  return make("div", { class: columns.length > 1 ? "texts beside" : "texts" }, columns);
}

function title({ kind }, others) {
  if (others.some((each) => !each.renders)) return "Rendering";
  return others.length ? "Original" : `The ${kind}`;
}

function column(about, name, mark) {
  const { text, language } = wordsOf(about);
  const stage = about.fields.find((each) => each.name === "stage")?.value;
  const by = about.signers.map((each) => each.name).join(", ");
  const under = [
    language ? `language ${language}` : "language not shown",
    ...(typeof stage === "string" ? [`stage ${stage}`] : []),
  ];
  const look = { class: mark ? "words doubted" : "words", ...(language ? { lang: language } : {}) };
  const body = text === null
    ? make("p", { class: "closed" }, "The words are not opened in this file.")
    : shownLines(text, look);
  return make("figure", {},
    make("figcaption", {},
      make("strong", {}, name), mark,
      make("span", { class: "under" }, shown(`${under.join(", ")}; signed by ${by}`)),
    ),
    body,
  );
}

function facts(about, findings) {
  const text = (name) => findings.find((each) => each.name === name).alone;
  const row = (term, claim, ...values) => {
    const mark = claim ? markOf(findings, claim) : null;
    return [make("dt", {}, term), make("dd", {}, ...values, mark)];
  };
  const line = (words, attributes = {}) => make("p", attributes, shown(words));
  const signers = about.signers.flatMap(({ name, posts, mandate }) => [
    line(posts.length ? `${name} (${posts.join(", ")})` : name),
    mandate ? line(`mandate: ${mandate}`, { class: "note" }) : null,
  ]);
  const witnessed = findings.find((each) => each.name === "witnessed");
  const answers = findings.find((each) => each.name === "receipts").notes;
  return make("dl", { class: "facts" },
    row("From", "entry", line(`${about.party}, station ${about.station}`)),
    row("Signed by", "statement", signers),
    row("To", "statement", line(about.to.join(", "))),
    row("What it is", "release", line(nature(about))),
    row("Written", null, line(`${about.drafted}, by the drafter’s clock`)),
    row("Entered", "entry", line(`${about.claimed}, by the station’s clock`),
      line(`journal ${about.no}, slot ${about.seq}, entry ${about.id}`, { class: "note" })),
    row("Time", "time", line(text("time"))),
    witnessed ? row("Seen by witnesses", "witnessed", line(witnessed.alone)) : null,
    row("Held by the other side", "delivery", line(text("delivery"))),
    row("Acknowledged", "receipts", line(text("receipts")),
      answers.map((each) => line(each, { class: "note" }))),
    row("Under the charter", "charter", line(about.charter),
      line(`line ${about.line}`, { class: "note" })),
  );
}

function nature({ kind, form, precedence, category }) {
  return `${kind}${form ? ` ${form}` : ""}, ${precedence}, class ${category}`;
}

/** The fields that are opened beside the words. */
function otherFields(about, findings) {
  const { text, language } = wordsOf(about);
  const above = [...(text === null ? [] : [BODY]), ...(language ? [LANGUAGE] : [])];
  const rest = about.fields.filter(({ label }) => !above.includes(label));
  if (rest.length === 0) return "";
  return make("section", {},
    make("h3", {}, "Other fields that are opened", markOf(findings, "fields")),
    make("dl", { class: "facts" }, rest.map(({ label, name, value }) => [
      make("dt", {}, `${label} ${name}`.trim()),
      make("dd", {}, typeof value === "string" ? shownLines(value) : shown(spelled(value))),
    ])),
  );
}

function hiddenList(closed) {
  return make("section", {},
    make("h3", {}, "What stays hidden"),
    make("ul", {}, closed.map((each) => make("li", {}, shown(each)))),
  );
}
