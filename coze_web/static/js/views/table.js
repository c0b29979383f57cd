const ROWS = 30;

/** An element in which a table scrolls when it is wider than the page. */
export function scroller(table, label) {
  const element = Object.assign(document.createElement("div"), { className: "scroller" });
  element.append(table);
  return scrollable(element, label);
}

/** Lets an element that is wider than the page be scrolled by keyboard too. */
export function scrollable(element, label) {
  element.tabIndex = 0;
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", label);
  return element;
}

/** Keeps the columns of a growing table as wide as its first rows made them: each row would move all others. */
export function fixColumns(table) {
  if (table.style.tableLayout || table.rows.length < ROWS || !table.isConnected) return;
  const widths = [table, ...table.rows[0].cells].map((element) => [element, element.getBoundingClientRect().width]);
  for (const [element, width] of widths) element.style.width = `${width}px`;
  table.style.tableLayout = "fixed";
}
