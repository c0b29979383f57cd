/** Says in passing, to those who do not see it, what has just happened. */
export function say(text) {
  const said = document.createElement("p"); // a new one, so that the same words are said again
  said.textContent = text;
  document.querySelector("[data-said]").replaceChildren(said);
}
