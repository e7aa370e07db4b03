// Where signatures are checked: Ed25519 by the browser, ML-DSA by the vendored library.
//
// The browser answers later, and a check that is waited for in the wrong place is no check. So the
// rules ask without waiting: what is not known yet counts as holding, is written down as wanted,
// and the whole judgement is made again when it is known. A judgement that wanted something is
// thrown away. An algorithm that is not there gives no answer (PROOF-56).
//
// This module must not know whose signature it is handed.

import { ml_dsa44 as mlDsa44, ml_dsa65 as mlDsa65 } from "@noble/post-quantum/ml-dsa.js";
import { hex, unhex, utf8 } from "./bytes.js";
import { digest } from "./crypto.js";

// Known answers. The last is a signature that the equation with cofactor accepts and the one
// without refuses (WIRE-12): browsers have differed on it.
const KNOWN = [
  {
    holds: true,
    key: "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    signature: "33f8b928170034896bc4d3cfe4e033be9efe5ac561733a991152b87d50cd4d7c"
      + "cb302be53bb2ef867bc50fe07982750495f82381c02e41d1acb2a20491a2e700",
  },
  {
    holds: false,
    key: "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c",
    signature: "33f8b928170034896bc4d3cfe4e033be9efe5ac561733a991152b87d50cd4d7c"
      + "cb302be53bb2ef867bc50fe07982750495f82381c02e41d1acb2a20491a2e701",
  },
  {
    holds: false,
    key: "fed4cd31726398fa98db5ac09c3f3e7d591fde23918f78be09c582af38cf67d3",
    signature: "3e54c441927f9f0ee5e13e34f0b0404c5043651a8f4b7ef087a1c42262a85d0a"
      + "44f7327756795f78af41c8591b706179e4a0313daba701a9a5e83fc9b501a10a",
  },
];
const KNOWN_MESSAGE = "backchannel";

/** The checks of one page: what is known, and what is wanted. */
export class Lab {
  constructor(subtle) {
    this.subtle = subtle;
    this.known = new Map();
    this.wanted = new Map();
    this.lacks = "";
  }

  /** Try the browser on known answers; `lacks` says what it cannot do. */
  async prepare() {
    for (const { key, signature, holds } of KNOWN) {
      const found = await this.ask(unhex(key), unhex(signature), utf8(KNOWN_MESSAGE));
      if (found === holds) continue;
      this.lacks = found === null
        ? "this browser does not have the signature algorithm Ed25519"
        : "this browser checks Ed25519 signatures by another rule than the specification";
      return;
    }
  }

  /** Whether the browser says that a signature holds; null if it has no such algorithm. */
  async ask(key, signature, message) {
    if (!this.subtle) return null;
    try {
      const imported = await this.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      return await this.subtle.verify("Ed25519", imported, signature, message);
    } catch (fault) {
      // A key that is no point is refused while it is imported.
      return fault.name === "NotSupportedError" || fault.name === "SyntaxError" ? null : false;
    }
  }

  /** Whether an Ed25519 signature holds, as far as is known. */
  ed25519(key, signature, message) {
    const about = `${hex(key)} ${hex(signature)} ${hex(digest(message))}`;
    const found = this.known.get(about);
    if (found !== undefined) return found;
    if (!this.lacks) this.wanted.set(about, [key, signature, message]);
    return true;
  }

  /** Whether an ML-DSA signature holds. */
  mlDsa(level, key, signature, message) {
    const hashes = [key, signature, message].map((each) => hex(digest(each)));
    const about = `${level} ${hashes.join(" ")}`;
    let found = this.known.get(about);
    if (found === undefined) {
      found = (level === 44 ? mlDsa44 : mlDsa65).verify(signature, message, key);
      this.known.set(about, found);
    }
    return found;
  }

  /** Make a judgement until it wants nothing more, and return it. */
  async settle(judgement) {
    for (;;) {
      const made = judgement();
      if (this.wanted.size === 0) return made;
      const wanted = [...this.wanted];
      this.wanted = new Map();
      for (const [about, question] of wanted) {
        this.known.set(about, (await this.ask(...question)) === true);
      }
    }
  }
}
