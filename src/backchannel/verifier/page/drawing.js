// Making elements. This module must not know what is drawn. Nothing is ever parsed as markup:
// text goes in as text, and text from the file goes in through `shown`.

import { pieces } from "./visible.js";

/** An element with attributes and children; children are elements or texts of our own. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.flat(Infinity).filter((each) => each !== null && each !== ""));
  return made;
}

/** Text from the file in one line, in a box of its own direction; unseen characters are spelled. */
export function shown(text, attributes = {}) {
  return make("bdi", { dir: "auto", ...attributes }, seen(text));
}

/** A text in pieces, of which those that nobody could see are spelled and boxed. */
function seen(text) {
  return pieces(text).map((each) => {
    // What we spell has no say in the direction of what stands around it.
    return each.escaped ? make("span", { class: "unseen", dir: "ltr" }, each.text) : each.text;
  });
}

/** Text from the file in several lines, each with its own direction. */
export function shownLines(text, attributes = {}) {
  const lines = text.split("\n").map((line) => make("p", { dir: "auto" }, seen(line)));
  return make("div", { class: "words", ...attributes }, lines);
}
