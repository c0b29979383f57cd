import { extend } from "./patch.js";

/** A copy of what is in a `<template>`, and a way to its parts. */
export function stamp(template) {
  const root = template.content.cloneNode(true).firstElementChild;
  return { root, part: partsOf(root) };
}

/** A way to the parts of an element by their `data-part`, to those that it has now. */
export function partsOf(root) {
  const parts = new Map(Array.from(root.querySelectorAll("[data-part]"), (part) => [part.dataset.part, part]));
  return (name) => parts.get(name);
}

/** Shows a text in a part; an empty part is hidden together with its label. */
export function write(part, text) {
  extend(part, text);
  (part.closest("[data-whole]") ?? part).hidden = text === "";
}

/** As many children as there are things to show. */
export function fit(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
  return [...parent.children];
}

/** A text with what stands in braces filled in. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
