// Text from the file, so that every character of it can be seen and none steers the page
// (PROOF-56).
//
// This module must not shorten or mend a text.

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
// They join letters of scripts that need them, and turn nothing.
const JOINERS = ["\u200c", "\u200d"];

/** A text in pieces: {text, escaped}. What nobody could see is spelled out, as \u202e. */
export function pieces(text) {
  const found = [];
  for (const each of text) {
    const escaped = UNSEEN.test(each) && !JOINERS.includes(each);
    const shown = escaped ? escape(each.codePointAt(0)) : each;
    const last = found.at(-1);
    if (last && last.escaped === escaped && !escaped) last.text += shown;
    else found.push({ text: shown, escaped });
  }
  return found;
}

function escape(point) {
  const digits = point.toString(16);
  if (point <= 0xff) return `\\x${digits.padStart(2, "0")}`;
  return point <= 0xffff ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
