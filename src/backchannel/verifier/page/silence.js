// Non-answers beside a disclosed statement: how far it came before its time was up, and whose word
// that is (PROOF-190, PROOF-191).
//
// What stations of the addressee signed is proof; that an answer does not stand is the word of who
// looked. This module must not say that nobody answered.

import { requireAnswer } from "./answering.js";
import { hex } from "./bytes.js";
import { Refusal, attempt, decode } from "./cbor.js";
import { payloadOf, placeOf } from "./evidence.js";
import { covering } from "./holding.js";
import { moment } from "./moments.js";
import { JOURNAL_END, STATEMENT } from "./record.js";
import { addressees } from "./release.js";
import { COUNT_END, hashOf, number, row } from "./shapes.js";

const [LINE_EVENTS, NON_ANSWER] = [11, 15];
const [SHOWN, PARTIES, ROWS] = [2, 16, 64];
const [NOT_DELIVERED, NOT_SHOWN, NOT_ACKNOWLEDGED] = [0, 1, 2];
const LOST = "it cannot tell an answer that was lost from one that was held back";

const count = (value) => number(value, COUNT_END, "count-range");

/** A non-answer (RECORD-125, RECORD-126). */
export function readNonAnswer(payload) {
  const [asked, deadline, due, finding, shown, sent, seen, life, cells] = row(
    decode(payload), 9, "non-answer-shape",
  );
  const entry = hashOf(asked);
  for (const each of [deadline, due, finding]) count(each);
  if (finding > NOT_ACKNOWLEDGED || (shown === null) !== (finding !== NOT_ACKNOWLEDGED)) {
    throw new Refusal("non-answer-finding");
  }
  const drawn = shown === null ? null : hashOf(shown);
  for (const [path, event] of rowsOf(sent, 2)) {
    count(path);
    hashOf(event);
  }
  for (const [no, seq, head, carrying] of rowsOf(seen, 4)) {
    number(no, JOURNAL_END, "journal-number");
    count(seq);
    hashOf(head);
    hashOf(carrying);
  }
  const newest = rowsOf(life, 2).map(([each, arrived]) => {
    const id = hashOf(each);
    count(arrived);
    return id;
  });
  rowsOf(cells, 2).flat().forEach(count);
  const addressee = Number(BigInt(deadline) % BigInt(PARTIES));
  return { asked: entry, addressee, due, finding, shown: drawn, life: newest };
}

function rowsOf(value, width) {
  if (!Array.isArray(value) || value.length > ROWS) throw new Refusal("non-answer-shape");
  return value.map((each) => row(each, width, "non-answer-shape"));
}

/** A claim for each non-answer that a file shows, by journal and slot (PROOF-190). */
export function silences(evidence) {
  const found = evidence.entries.filter(({ header, payload }) => {
    return header.type === NON_ANSWER && payload?.length;
  }).sort(({ header: a }, { header: b }) => a.no - b.no || a.seq - b.seq);
  return found.map((each, n) => {
    const claim = ({ notes, entry }) => {
      const silence = new Silence(evidence, entry(), each);
      const [due, time] = [silence.said.due, each.header.time].map(moment);
      notes.push(`${placeOf(each)}: due at ${due}, entered at ${time}; ${LOST}`);
      return silence.foundOut();
    };
    return [`silence-${n + 1}`, "PROOF-190", claim, ["statement", "entry"]];
  });
}

/** One non-answer under examination; refused if its writer may not enter it. */
class Silence {
  constructor(evidence, asked, found) {
    Object.assign(this, { evidence, asked, found });
    this.writer = evidence.writer(asked.header.no);
    const other = evidence.standing(found);
    if (other.party !== this.writer.party || other.mode !== this.writer.mode) {
      throw new Refusal("other-writer", "it is not by the party that asked, in that mode");
    }
    evidence.requireCounting(other.credential, other.party, found);
    this.said = readNonAnswer(payloadOf(found));
    if (this.said.asked !== asked.header.id) {
      throw new Refusal("other-statement", "it is about another statement than the disclosed one");
    }
    this.statement = evidence.statement(asked).statement;
    if (!addressees(this.statement).includes(this.said.addressee)) {
      throw new Refusal("non-answer-party", "the statement is not to that party");
    }
    if (found.header.time < this.said.due) {
      throw new Refusal("not-due", `it was entered before ${moment(this.said.due)}`);
    }
    this.life = new Map(this.said.life.map((each) => this.newest(each)));
    this.requireWhole();
  }

  /** One of the newest entries of the addressee that the writer had, by its journal. */
  newest(id) {
    const entry = this.evidence.given.entries.get(id);
    if (!entry) throw new Refusal("life-missing", "an entry that it had seen is not in the file");
    const of = this.evidence.standing(entry);
    if (of.party !== this.said.addressee || of.mode !== this.writer.mode) {
      throw new Refusal("non-answer-life", "it names an entry that is not of the addressee");
    }
    return [entry.header.no, entry];
  }

  /** Refuse if the writer's own headers name more of the addressee (RECORD-129). */
  requireWhole() {
    const { no, seq } = this.found.header;
    for (const each of this.evidence.entries) {
      if (each.header.no !== no || each.header.seq > seq || !this.evidence.stands(each)) continue;
      for (const head of each.header.seen) {
        const theirs = head.no >= PARTIES && head.no % PARTIES === this.said.addressee;
        if (!theirs || this.life.get(head.no)?.header.seq >= head.seq) continue;
        const text = `its writer had seen slot ${head.seq} of journal ${head.no}`;
        throw new Refusal("non-answer-life", text);
      }
    }
  }

  /** Whether an entry is one of the addressee's that the writer had by then. */
  liesWithin(entry) {
    const last = this.life.get(entry.header.no);
    return Boolean(last && this.evidence.stands(entry)) && entry.header.seq <= last.header.seq;
  }

  /** What is proven of the finding, and whose word the rest is. */
  foundOut() {
    this.requireUnanswered();
    const { finding, addressee } = this.said;
    const name = this.evidence.partyName(addressee);
    const held = covering(this.evidence, this.asked, this.writer).map(({ entry }) => entry)
      .filter((each) => this.liesWithin(each));
    const shown = this.evidence.entries.filter((each) => this.shows(each));
    const until = [...this.life].map(([no, { header }]) => `journal ${no} slot ${header.seq}`)
      .join(", ") || "no entry of theirs";
    const asker = this.evidence.partyName(this.writer.party);
    const rest = `up to ${until} is the word of ${asker}, whom one up to there would convict`;
    if (finding === NOT_DELIVERED) {
      for (const last of this.life.values()) this.requireUnheld(last);
      return `not delivered: no entry of ${name} is a receipt up to ${until}, which is all that `
        + `${asker} says it had`;
    }
    if (!held.length) {
      throw new Refusal("not-held", `no entry of ${name} up to then is a receipt`);
    }
    if (finding === NOT_SHOWN) {
      if (shown.length) {
        throw new Refusal("shown", `${placeOf(shown[0])}: a desk of theirs had drawn it`);
      }
      return `held by ${name} (${placeOf(held[0])}), and not shown; that no desk had drawn it `
        + rest;
    }
    if (!shown.some((each) => each.header.id === this.said.shown)) {
      const text = "no entry is shown by which a desk of theirs has drawn it";
      throw new Refusal("not-shown", text);
    }
    return `shown by ${name} (${placeOf(shown[0])}), and not acknowledged; that no officer had `
      + `answered ${rest}`;
  }

  /** Refuse if the writer had an answer that is shown here: E5 (RECORD-131). */
  requireUnanswered() {
    for (const each of this.evidence.entries) {
      const { header, payload } = each;
      if (header.type !== STATEMENT || payload === null || !this.liesWithin(each)) continue;
      const answers = attempt(() => {
        const { refs } = this.evidence.statement(each).statement;
        return refs.includes(this.asked.header.id)
          && requireAnswer(this.evidence, each, this.writer.mode);
      });
      if (answers && !(answers instanceof Refusal)) {
        throw new Refusal("answered", `${placeOf(each)}: its writer had this answer`);
      }
    }
  }

  /** Whether an entry within life says that a desk has drawn the words. */
  shows(entry) {
    const { header, payload } = entry;
    if (header.type !== LINE_EVENTS || payload === null || !this.liesWithin(entry)) return false;
    const events = attempt(() => decode(payloadOf(entry)));
    return Array.isArray(events) && events.some((each) => {
      const shown = Array.isArray(each) && each.length > 2 && each[0] === SHOWN;
      return shown && each[2] instanceof Uint8Array && hex(each[2]) === this.statement.croot;
    });
  }

  /** Refuse unless the links lead from the newest entry of a journal back to one that cannot know
   * the statement, and none of them is a receipt for it (PROOF-191). */
  requireUnheld(last) {
    const spot = ({ no, seq, entry }) => `${no} ${seq} ${entry}`;
    const heads = [...this.evidence.before(this.asked)].flatMap(({ header }) => header.seen);
    const known = new Set(heads.map(spot));
    const { no, seq } = this.asked.header;
    let here = null;
    for (const each of this.evidence.before(last)) {
      here = each.header;
      if (here.seen.some((head) => head.no === no && head.seq >= seq)) {
        throw new Refusal("held", `${placeOf(each)}: it says that they hold the statement`);
      }
      if (here.seq === 0 || known.has(spot({ ...here, entry: here.id }))) return;
    }
    throw new Refusal("life-gap", `journal ${here.no}: slot ${here.seq - 1} is not in the file`);
  }
}
