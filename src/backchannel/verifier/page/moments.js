// Times as a person reads them. This module must not know what time it is.

import { MOMENT_END } from "./shapes.js";

/** Seconds UTC since 1970 as 2026-12-01 00:00:00 UTC; beyond the year 9999 the number.
 *
 * They may be a number or a BigInt. */
export function moment(seconds) {
  if (seconds > MOMENT_END) return `${seconds} s after 1970`;
  return new Date(Number(seconds) * 1_000).toISOString().replace("T", " ").replace(".000Z", " UTC");
}
