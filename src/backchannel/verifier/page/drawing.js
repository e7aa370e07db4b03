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
  const inside = pieces(text).map((each) => {
    return each.escaped ? make("span", { class: "unseen" }, each.text) : each.text;
  });
  return make("bdi", { dir: "auto", ...attributes }, inside);
}

/** Text from the file in several lines, each with its own direction. */
export function shownLines(text, attributes = {}) {
  const lines = text.split("\n").map((line) => {
    return make("p", { dir: "auto" }, shown(line));
  });
  return make("div", { class: "words", ...attributes }, lines);
}
