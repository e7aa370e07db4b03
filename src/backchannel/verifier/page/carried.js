// The disclosure that a sheet of HTML carries, so that a sheet can be checked (PROOF-122).
//
// This module must not read anything else of a sheet: what is printed on it proves nothing.

import { FILE_BYTES } from "./bundle.js";
import { same, utf8 } from "./bytes.js";
import { Refusal } from "./cbor.js";

const HTML = utf8("<!doctype html>");
// In two parts each: no script of this page may hold what would begin or end one.
const BEGIN = "<" + 'script type="application/x-backchannel-disclosure">';
const END = "<" + "/script>";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** The disclosure in base64, and as much again for what people read. */
export const SHEET_BYTES = 3 * FILE_BYTES;

/** The disclosure in a sheet, or the bytes as they are if they are none. */
export function disclosureIn(raw) {
  if (!same(raw.subarray(0, HTML.length), HTML)) return raw;
  const text = new TextDecoder("latin1").decode(raw);
  const [, packed, ...more] = text.split(BEGIN);
  if (packed === undefined || more.length) {
    const count = packed === undefined ? 0 : more.length + 1;
    throw new Refusal("sheet", `the sheet holds ${count} disclosures, wanted one`);
  }
  const end = packed.indexOf(END);
  const spelled = packed.slice(0, Math.max(end, 0)).replace(/[ \t\n\r\v\f]/g, "");
  if (end < 0 || !BASE64.test(spelled)) {
    throw new Refusal("sheet", "the disclosure in the sheet is cut off or altered");
  }
  return Uint8Array.from(atob(spelled), (each) => each.charCodeAt(0));
}
