// The beacon log of a span: which of its openings witnesses hold fast, and what these open to.
//
// The leaves of all openings between the minutes are put into the log's tree in order, so none can
// be left out, put in or exchanged under a checkpoint that a quorum has cosigned. This module must
// not say what is proven, or believe the log's own station. Clauses: PROOF-177 to PROOF-179.

import { OPENING, readSaid } from "./beacon.js";
import { unhex, utf8 } from "./bytes.js";
import { Refusal, attempt } from "./cbor.js";
import { tagged } from "./crypto.js";
import { payloadOf } from "./evidence.js";
import { AUTHORITIES } from "./stretches.js";
import { rootsAt } from "./trees.js";
import { Policy, greatest, least, metBy, metSince, times } from "./witnesses.js";

const ORIGIN_DIGITS = 32;

/** One log, from the earlier minute of a span to the later; refused where it is none. */
export class Clockwork {
  constructor(evidence, sizes) {
    const { given } = evidence;
    Object.assign(this, { evidence, given, sizes, policy: new Policy(given.charter.witnesses) });
    if (this.policy.meets(new Set())) {
      throw new Refusal("no-quorum", "the charter's policy asks for no witness");
    }
    if (!given.log || given.log.no < AUTHORITIES || !sizes.has(given.log.no)) {
      throw new Refusal("no-beacon", "the file opens no beacon log between its minutes");
    }
    const { no, size, peaks } = given.log;
    Object.assign(this, { no, size });
    this.origin = this.originOf(no);
    this.openings = this.readOpenings();
    const leaves = this.openings.flatMap((each) => each.said.leaves);
    const wanted = new Set(this.notes().map((each) => each.size));
    this.cosigned = this.readCosigned(rootsAt(size, peaks, leaves, wanted));
    this.marks = this.openings.map((each) => this.mark(each)).filter(Boolean);
  }

  /** The name of the log of a journal (PROOF-63). */
  originOf(no) {
    const name = tagged("beacon-log", unhex(this.evidence.writer(no).journal));
    return `backchannel/beacon/${name.slice(0, ORIGIN_DIGITS)}`;
  }

  /** The checkpoints of the log that the file holds. */
  notes() {
    return [...this.given.notes.values()].filter((each) => each.origin === this.origin);
  }

  /** All openings of the journal between the minutes (PROOF-177). */
  readOpenings() {
    const [start, end] = this.sizes.get(this.no);
    const quoted = this.quotable();
    let { size } = this;
    let period = -1;
    if (start === 0 && size) throw new Refusal("beacon-number", "a log begins with its journal");
    return this.evidence.entries
      .filter(({ header: { no, seq, type } }) => {
        return no === this.no && type === OPENING && start <= seq && seq < end;
      })
      .sort((a, b) => a.header.seq - b.header.seq)
      .map((entry) => {
        const said = readSaid(payloadOf(entry));
        const where = `slot ${entry.header.seq} of journal ${this.no}`;
        if (said.n !== size) {
          throw new Refusal("beacon-number", `${where}: leaf ${said.n} after ${size} leaves`);
        }
        if (said.first <= period) {
          throw new Refusal("beacon-period", `${where}: period ${said.first} after ${period}`);
        }
        size = said.end;
        period = said.period;
        return { entry, said, since: this.madeAfter(said, quoted) };
      });
  }

  /** Every line under a checkpoint of the log, by the hash that quotes it. */
  quotable() {
    const rows = this.notes().flatMap((note) => note.lines.map((line) => {
      return [tagged("witnessed", utf8(line.text)), { note, line }];
    }));
    return new Map(rows);
  }

  /** The latest time after which an opening was made, by what it quotes; null if by nothing. */
  madeAfter({ quotes }, known) {
    const lines = new Map();
    for (const each of quotes) {
      const { note, line } = known.get(each) ?? {};
      if (note) lines.set(note.size, { note, some: [...(lines.get(note.size)?.some ?? []), line] });
    }
    const since = [...lines.values()].map(({ note, some }) => {
      return metSince(this.policy, times(this.evidence.lab, this.policy, note, some));
    });
    return greatest(since.filter((each) => each !== null));
  }

  /** The checkpoints that a quorum has cosigned, by size. One of which no quorum knows takes
   * nothing away; one of another root that a quorum has cosigned shows another log (PROOF-177). */
  readCosigned(roots) {
    const found = [];
    let fault = new Refusal("no-witnesses", "the file holds no checkpoint of the log");
    for (const note of this.notes().sort((a, b) => a.size - b.size)) {
      const said = times(this.evidence.lab, this.policy, note, note.lines);
      const time = attempt(() => metBy(this.policy, said));
      if (time instanceof Refusal) {
        fault = time;
      } else if (!roots.has(note.size)) {
        fault = new Refusal("no-witnesses", "no checkpoint is of the leaves that are shown");
      } else if (roots.get(note.size) !== note.root) {
        const text = `the openings lead to another root at size ${note.size} than was cosigned`;
        throw new Refusal("beacon-log", text);
      } else {
        found.push({ size: note.size, time, names: [...said.keys()].sort() });
      }
    }
    if (found.length === 0) throw fault;
    return found;
  }

  /** An opening with what it hides, if that is shown, lies between the minutes, and a quorum has
   * cosigned all its leaves; else null. */
  mark(opening) {
    const { entry, said } = opening;
    const words = this.given.words.get(entry.header.id);
    const later = this.cosigned.filter((each) => each.size >= said.end);
    if (!words || later.length === 0) return null;
    if (words.leaves.join() !== said.leaves.join()) {
      const where = `slot ${entry.header.seq} of journal ${this.no}`;
      throw new Refusal("beacon-opening", `${where}: the words do not open its leaves`);
    }
    const rows = new Map(words.rows.map((each) => [each.no, each]));
    for (const [no, [start, end]] of this.sizes) {
      const size = rows.get(no)?.size ?? 0;
      if (size < start || size > end) return null;
    }
    const time = least(later.map((each) => each.time));
    return { opening, rows, cosigned: later.find((each) => each.time === time) };
  }

  /** After when each entry was made and by when it stood, as far as witnesses say, by its id; null
   * where they do not. The entries are those of all stretches (PROOF-179). */
  brackets(entries) {
    const quoting = this.openings.filter((each) => each.since !== null)
      .map(({ entry, since }) => ({ at: entry.header.seq, time: since }));
    const latest = running(quoting, greatest);
    const covered = this.covered();
    const reached = new Map();
    const found = new Map();
    for (const { header } of [...entries].sort((a, b) => a.header.seq - b.header.seq)) {
      const { no, seq, id, seen } = header;
      // How far it comes after the log's journal: by its own slot, or by what it has seen.
      const named = seen.filter((each) => each.no === this.no).map((each) => each.seq);
      const before = Math.max(reached.get(no) ?? -1, ...named);
      reached.set(no, no === this.no ? seq : before);
      const since = latest[countUpTo(quoting, reached.get(no)) - 1] ?? null;
      const { rows, earliest } = covered.get(no) ?? { rows: [], earliest: [] };
      found.set(id, { since, until: earliest[countUpTo(rows, seq)] ?? null });
    }
    return found;
  }

  /** For each journal the sizes that marks cover, ascending, and for each of them by when a quorum
   * had seen so much or more. */
  covered() {
    const found = new Map();
    for (const { rows, cosigned } of this.marks) {
      for (const { no, size } of rows.values()) {
        if (!found.has(no)) found.set(no, []);
        found.get(no).push({ at: size, time: cosigned.time });
      }
    }
    return new Map([...found].map(([no, rows]) => {
      rows.sort((a, b) => a.at - b.at);
      return [no, { rows, earliest: running([...rows].reverse(), least).reverse() }];
    }));
  }
}

/** By each row the extreme time of those up to it. */
function running(rows, extreme) {
  let best = null;
  return rows.map(({ time }) => {
    best = best === null ? time : extreme([best, time]);
    return best;
  });
}

/** How many rows, which ascend, stand at a place or before it. */
function countUpTo(rows, place) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].at <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** In words what a quorum is: "both: 2 of w0, w1". */
export function ruleOf({ quorum, groups }) {
  const group = groups.get(quorum);
  return group ? `${quorum}: ${group.least} of ${[...group.members].join(", ")}` : quorum;
}
