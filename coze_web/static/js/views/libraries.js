import { ownFrame } from "../lib/frames.js";
import { LINKS, Markdown } from "../lib/markdown.js";
import { addressOf, load, once } from "../lib/modules.js";

// The libraries of others, each fetched when it is first needed. See static/vendor/README.md.

// What a bot's words may become within a block: none of it fetches, runs, or looks like a part of the page.
const HARMLESS = {
  ALLOWED_TAGS: ["a", "br", "code", "em", "s", "span", "strong"],
  ALLOWED_ATTR: ["class", "href", "rel", "target"],
  ALLOWED_URI_REGEXP: LINKS,
  ADD_URI_SAFE_ATTR: ["rel", "target"],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const SAMPLE = "- **a** `b` https://example.org\n\n|c|\n|-|\n";

/** What answers are shown with: `{markdown, sanitize}`; `sanitize` makes a DocumentFragment of the HTML of the first. */
export const loadMarkdown = once(async (failures) => {
  const [{ default: MarkdownIt }] = await Promise.all([
    load("vendor/markdown-it/dist/browser/markdown-it.esm.min.mjs", failures),
    load("vendor/dompurify/dist/purify.min.js", failures),
  ]);
  await ownFrame();
  globalThis.DOMPurify.setConfig(HARMLESS);
  const tools = { markdown: new Markdown(MarkdownIt), sanitize: (html) => globalThis.DOMPurify.sanitize(html) };
  warmUp(tools);
  await ownFrame();
  return tools;
});

// The first text takes long: what a library needs it makes when it first needs it. Let that not be the bot's.
function warmUp({ markdown, sanitize }) {
  markdown.blocks(SAMPLE, {});
  sanitize(markdown.html(SAMPLE, {}).pieces.join(""));
}

/** highlight.js with its common languages. */
export const loadHighlighter = once(async (failures) => {
  const { default: library } = await load("vendor/highlight.js/es/highlight.min.js", failures);
  await ownFrame();
  return library;
});

/** KaTeX, with its style sheet. */
export const loadMath = once(async (failures) => {
  const folder = "vendor/katex/dist";
  await Promise.all([load(`${folder}/katex.min.js`, failures), loadStyle(addressOf(`${folder}/katex.min.css`, failures))]);
  await ownFrame();
  return globalThis.katex;
});

function loadStyle(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  const loaded = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: reject }));
  document.head.append(link);
  return loaded;
}
