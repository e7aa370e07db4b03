// What a claim means, and what to do about a reason, for people who have never seen a line.
//
// This module must not judge. Its sentences say no more than the clause that they stand for.

/** What each claim says if it is proven (PROOF-41 to PROOF-53). */
const MEANING = {
  charter: "The parties whose fingerprints you brought have all signed the constitution of this"
    + " line.",
  authority: "The record of who may do what is whole, up to the point that the statement names.",
  statement: "The officers named have signed exactly this.",
  release: "There were enough of them, and their mandates allowed it. Otherwise it bound nobody.",
  mode: "Reality, exercise or test: everybody who signed acted in this mode.",
  entry: "The party’s station entered it in its journal, under this number.",
  fields: "What you read here is what was signed, letter by letter.",
  place: "The station has since sealed the journal with it inside.",
  delivery: "A station of each addressee has signed that it holds it.",
  receipts: "An officer of each addressee has acknowledged it, or read it back.",
  time: "It was written between two moments that another party has signed.",
  revocation: "Nobody who signed had been struck off, as far as the file goes.",
  witnessed: "Neutral bodies, which the line’s constitution names and which learn nothing of it,"
    + " have signed by when it stood; and, if that is said, after when it was made.",
  "sign-off": "Its officers have signed it once more, each with a key of the newer kind.",
  agreed: "Officers of every party have signed this text for all of them.",
  "own-words": "What stands in the notes is said by one party alone, and signed by its officers.",
  finding: "The sentence stands, or does not stand, in these words as was found; the notes have it"
    + " as it was claimed.",
  silence: "The station that asked has signed how far the statement came before its time was up;"
    + " what the other side signed bears that out, and the text says whose word the rest is.",
  "post-quantum": "The seals would stand even if the older of the two kinds of signature fell.",
};

/** What each claim of a span says if it is proven (PROOF-111 to PROOF-117, PROOF-178, 180). */
export const SPAN_MEANING = {
  charter: MEANING.charter,
  authority: "The records of who may do what are whole, of all parties.",
  minutes: "Stations of all parties have signed where the span begins and where it ends.",
  complete: "Between the two nothing is left out, put in or altered, in any journal that anybody"
    + " else had seen.",
  statements: "Every statement was signed by the officers named, and by as many as it takes.",
  words: "The words that are shown are the signed ones, letter by letter.",
  "post-quantum": "All of it would stand even if the older of the two kinds of signature fell.",
  witnessed: "From one leaf of the beacon to another nothing is missing and nothing was put in"
    + " later, not even by all parties together: neutral bodies signed it in its time.",
  clockwork: "No period between these leaves was left out.",
  sealed: "Each day that was sealed was sealed for those whom the charter names, and nobody else.",
  opened: "Whatever was opened of what was sealed was ordered by as many of them as it takes.",
};

/** What each claim of evidence says if it is proven (PROOF-82 to PROOF-91, PROOF-185). */
export const CHARGE_MEANING = {
  charter: MEANING.charter,
  accused: "The key that is accused belongs to the station or office that is named.",
  "two-entries": "It wrote two different things for one place of its record.",
  "broken-chain": "It wrote something as the continuation of what it never wrote.",
  "two-roots": "It sealed two different records as one.",
  "other-root": "It sealed another record than it wrote itself, or says to hold.",
  "two-proposals": "It proposed a minute again, or took back how far it went.",
  "seen-back": "It signed a receipt, and later less.",
  "two-decrees": "The office signed two entries for one place of its own journal.",
  "two-leaves": "It gave its beacon a second leaf for a place or a period that had one.",
};
/** What a claim says if it is proven; of several of one kind the number makes no difference. */
export function meaningOf(name, meaning = MEANING) {
  return meaning[name] ?? meaning[name.replace(/-[0-9]+$/, "")];
}

const ALTERED = "Something in the file was altered, or made up. Ask for the file again, by another"
  + " way; if it comes out the same, say so to both parties.";
const MISSING = "This may just not have been put into the file. Ask for one that has it.";
const COUNSEL = {
  "roots-not-given": "Compare the digits below with those from your own source, group by group. If"
    + " they differ, stop: the file is not about the parties that you know.",
  "bad-signature": ALTERED,
  fields: ALTERED,
  inclusion: ALTERED,
  "other-charter": ALTERED,
  "payload-hash": ALTERED,
  "payload-mismatch": ALTERED,
  revoked: "A key was struck off. Key compromised is grave; replaced may be routine.",
  fork: "The station has contradicted itself: it signed two entries for one place.",
  "emergency-release": "Fewer people signed than usual, as the parties had agreed for such a case.",
  unreleased: "Too few people signed. What they signed bound nobody.",
  "no-checkpoint": MISSING,
  "no-receipt": "An answer may exist that is not in the file. Ask the other party.",
  "not-held": MISSING,
  "no-time-before": MISSING,
  "no-time-after": MISSING,
  "head-not-shown": MISSING,
  "no-beacon": "The file brings no such evidence. It may not have been ready; ask for a newer"
    + " file.",
  "no-witnesses": MISSING,
  "no-quorum": "Fewer witnesses have signed than the parties themselves had agreed on, or one of"
    + " them under two names.",
  "not-answered": "An answer may exist that is not in the file. Ask the other party.",
  refused: "There is no agreed text. Read what each party says alone.",
  "part-of-a-sentence": "A part was taken out of a sentence. Read the whole of it.",
  "words-hidden": MISSING,
  "no-fields": "Ask why all of it stays closed.",
  "other-mode": "Somebody says of an exercise that it was real, or the other way round.",
  "span-gap": "Entries are not in the file. Ask for them: the slots that are named.",
  "span-root": ALTERED,
  range: ALTERED,
  "beacon-opening": ALTERED,
  "beacon-root": "Something was put in, taken out or changed after witnesses had seen it, in the"
    + " slots that are named; whoever signed the rest of it.",
  "beacon-log": "Witnesses were shown another log than this. Ask the station for its reasons.",
  "dated-back": "What is named was entered later than it says.",
  "beacon-gap": "Nothing was held fast in these periods. The station may have been switched off.",
  "journal-unlisted": "A journal exists that the file leaves out.",
  "two-roots": "Somebody has signed two histories. Ask for the evidence against him.",
  "no-contradiction": "The two entries can both be true. They convict nobody.",
  "not-checked": "Nothing is concluded from this. Open the page in a newer browser, or use the"
    + " verifier for Python.",
};

/** Whether a reason means that something was altered, and not just left out. */
export function isAltered(reason) {
  return COUNSEL[reason] === ALTERED;
}

/** What to do about a reason; empty if nothing is to be said. */
export function counselOf(reason) {
  const below = /^rests-on-(.*)$/.exec(reason);
  return below ? `Look at the claim ${below[1]} first.` : COUNSEL[reason] ?? "";
}

/** What the mode means for whoever quotes the statement. */
export const MODE_MEANS = {
  REAL: "This was said in earnest, not in an exercise.",
  EXERCISE: "This was said in an exercise. The people on both sides knew that it was no reality."
    + " Whoever quotes it without that word misleads.",
  TEST: "This was said to test the line. Whoever quotes it without that word misleads.",
};
