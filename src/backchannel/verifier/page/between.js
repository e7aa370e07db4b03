// The claims of a span that witnesses support: nothing is missing or put in between two leaves of
// a log, and the log kept its beat.
//
// This module must not say that a span is valid. It shows nothing. Clauses: PROOF-178 to PROOF-180.

import { Refusal, attempt } from "./cbor.js";
import { Clockwork, ruleOf } from "./clockwork.js";
import { placeOf } from "./evidence.js";
import { moment } from "./moments.js";
import { NAMED } from "./span.js";
import { AUTHORITIES, slots } from "./stretches.js";
import { rootsAt } from "./trees.js";

const REAL = 1;

/** Whether the charter names witnesses for the journals of a span (PROOF-178). */
export function isWatched({ given }) {
  return Boolean(given.charter?.witnesses) && given.mode === REAL;
}

/** What lies between the first and the last leaf of a span that witnesses hold fast. */
export class Between {
  constructor(span) {
    const found = attempt(() => {
      const log = new Clockwork(span.evidence, span.sizes);
      return { log, brackets: log.brackets(span.shown) };
    });
    const refused = found instanceof Refusal;
    Object.assign(this, { span, fault: refused ? found : null, log: null, brackets: new Map() });
    if (!refused) Object.assign(this, found);
  }

  known() {
    if (this.fault) throw this.fault;
    return this.log;
  }

  /** The first mark, null for the beginning of the line, and the last (PROOF-178). */
  ends() {
    const { marks } = this.known();
    const last = marks.at(-1);
    if (!last) throw new Refusal("no-beacon", "no leaf that a quorum has cosigned lies between");
    if (this.span.earlier === null) return { first: null, last };
    if (marks.length === 1) {
      throw new Refusal("no-beacon", "one leaf alone lies between, and two are needed");
    }
    return { first: marks[0], last };
  }

  /** Refuse unless every mark opens to the roots that the entries lead to. */
  requireRoots() {
    const { sizes } = this.span;
    const done = new Map([...sizes].map(([no, [start]]) => [no, start]));
    const roots = new Map([...sizes.keys()].map((no) => [no, this.roots(no)]));
    for (const mark of this.known().marks) {
      const { period } = mark.opening.said;
      for (const { no, size, root } of mark.rows.values()) {
        if (!sizes.has(no)) {
          this.requireElsewhere(no, period);
        } else if (roots.get(no).get(size) !== root) {
          const where = slots(done.get(no), Math.max(done.get(no), size - 1));
          const text = `journal ${no}: not what the leaf of period ${period} hides: ${where}`;
          throw new Refusal("beacon-root", text);
        } else {
          done.set(no, size);
        }
      }
    }
  }

  /** A journal's roots at the sizes that marks name. */
  roots(no) {
    const { evidence, given, earlier, sizes, stretches } = this.span;
    const named = this.known().marks.map(({ rows }) => rows.get(no)?.size);
    const wanted = new Set(named.filter((each) => each !== undefined));
    if (no < AUTHORITIES) {
      stretches.nameOf(no);
      return rootsAt(0, [], evidence.journals[no].heads, wanted);
    }
    const [start, end] = sizes.get(no);
    const entries = stretches.entries(no, start, end);
    if (start === end) return new Map([[start, stretches.cosignedRoot(earlier, no)]]);
    const { size, peaks } = given.ranges.get(no) ?? { size: 0, peaks: [] };
    return rootsAt(size, peaks, entries.map((each) => each.header.id), wanted);
  }

  /** Refuse a journal of the mode that a leaf knows, and no minute. */
  requireElsewhere(no, period) {
    const mode = this.span.evidence.modes.get(no);
    if (mode !== undefined && mode !== this.span.given.mode) return;
    const text = `the leaf of period ${period} names journal ${no}, the later minute does not`;
    throw new Refusal("journal-unlisted", text);
  }

  /** Refuse entries that claim to be older than they are (PROOF-179). */
  requireDated(notes) {
    const { skew } = this.span.given.charter;
    const late = this.span.shown.filter(({ header }) => {
      const { since } = this.brackets.get(header.id);
      return since !== null && header.time + skew < since;
    });
    for (const each of late.slice(0, NAMED)) {
      const { since } = this.brackets.get(each.header.id);
      const text = `claims ${moment(each.header.time)}, and was made after ${moment(since)}`;
      notes.push(`${placeOf(each)} ${text}`);
    }
    if (late.length) {
      throw new Refusal("dated-back", `${placeOf(late[0])}, the first of ${late.length}`);
    }
  }
}

/** PROOF-178: nothing is missing or put in later between two leaves that witnesses hold fast. */
function claimWitnessed({ evidence, between, notes }) {
  const log = between.known();
  const { first, last } = between.ends();
  between.requireRoots();
  between.requireDated(notes);
  const sizeOf = (mark, no) => mark?.rows.get(no)?.size ?? 0;
  const under = between.span.shown.filter(({ header: { no, seq } }) => {
    return sizeOf(first, no) <= seq && seq < sizeOf(last, no);
  });
  const rest = between.span.shown.length - under.length;
  if (rest) {
    notes.push(`before the first of these leaves or after the last: ${rest} entries`);
  }
  const since = first ? markWords(first) : "the beginning of the line";
  const party = evidence.partyName(log.no % AUTHORITIES);
  return `${under.length} entries from ${since} to ${markWords(last)}, as the station of ${party}`
    + ` held them; the charter asks for ${ruleOf(log.policy)}`;
}

/** How a leaf is spoken of: its period, its times, and whose word they are. */
function markWords({ opening, cosigned }) {
  const made = opening.since === null ? "" : `made after ${moment(opening.since)} and `;
  const by = `cosigned by ${moment(cosigned.time)} by ${cosigned.names.join(" and ")}`;
  return `the leaf of period ${opening.said.period}, ${made}${by}`;
}

/** PROOF-180: no period between the two leaves is without a leaf. */
function claimClockwork({ between, notes }) {
  const { first, last } = between.ends();
  const low = first ? first.opening.entry.header.seq : -1;
  const high = last.opening.entry.header.seq;
  const beats = between.known().openings.filter(({ entry: { header } }) => {
    return low <= header.seq && header.seq <= high;
  });
  const gaps = [];
  beats.forEach(({ entry, said }, at) => {
    const before = beats[at - 1];
    if (before && said.first > before.said.period + 1) {
      const when = `${moment(before.entry.header.time)} and ${moment(entry.header.time)}`;
      const none = `periods ${before.said.period + 1} to ${said.first - 1} have none`;
      gaps.push(`${none}, between ${when}`);
    }
  });
  for (const { entry, said } of beats.filter((each) => each.said.leaves.length > 1)
    .slice(0, NAMED)) {
    const text = `${said.leaves.length} leaves made at once at ${moment(entry.header.time)}`;
    notes.push(`${placeOf(entry)}: ${text}, of what was missed before`);
  }
  if (gaps.length) throw new Refusal("beacon-gap", gaps.slice(0, NAMED).join("; "));
  return `a leaf for each of the periods ${beats[0].said.first} to ${beats.at(-1).said.period}`;
}

/** Made where witnesses are named, and what each rests on. */
export const BETWEEN_CLAIMS = [
  ["witnessed", "PROOF-178", claimWitnessed, ["complete"]],
  ["clockwork", "PROOF-180", claimClockwork, ["witnessed"]],
];
