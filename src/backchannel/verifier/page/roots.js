// The fingerprints that a reader brings, as he types or pastes them (WIRE-21, PROOF-41).
//
// This module must not compare them with anything.

import { Refusal } from "./cbor.js";

const DIGITS = 60;
const LINES = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;
const BLANKS = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;
const WHOLE = /^([^#]*?)((?:[0-9][ \t]*){60})$/;
const REST = /^[0-9 \t]*$/;

/** Labels and fingerprints. A name may stand before the digits; `#` begins a comment.
 *
 * Whoever copies from paper may break the digits over lines: a line that has digits alone goes on
 * with the one before it, as long as that has too few. */
export function readRoots(text) {
  const found = [];
  let open = null;
  for (const [at, line] of text.split(LINES).entries()) {
    const words = line.replace(BLANKS, " ").split("#")[0].trim();
    if (!words) continue;
    if (open && !REST.test(words)) throw tooFew(open);
    open = open ? { at: open.at, words: `${open.words} ${words}` } : { at, words };
    const match = WHOLE.exec(open.words);
    // Thirteen groups are no fingerprint after the name "12345".
    if (match && !/[0-9]$/.test(match[1]) && !/^[0-9 \t]+$/.test(match[1])) {
      const label = match[1].trim().replace(/[:=]+$/, "").trim();
      found.push({ label, digits: match[2].replace(/[ \t]/g, "") });
      open = null;
    } else if (counted(open.words) > DIGITS) {
      throw tooFew(open);
    }
  }
  if (open) throw tooFew(open);
  return found;
}

function counted(words) {
  return /[0-9 \t]*$/.exec(words)[0].replace(/[ \t]/g, "").length;
}

function tooFew({ at, words }) {
  const text = `line ${at + 1} has ${counted(words)} digits; a fingerprint has ${DIGITS}`;
  return new Refusal("roots-file", text);
}
