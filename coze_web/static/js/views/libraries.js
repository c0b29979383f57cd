import { LINKS, Markdown } from "../lib/markdown.js";

// The libraries of others, each fetched when it is first needed. See static/vendor/README.md.

const VENDOR = new URL("../../vendor/", import.meta.url);

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

/** What answers are shown with: `{markdown, sanitize}`; `sanitize` makes a DocumentFragment of the HTML of the first. */
export const loadMarkdown = once(async () => {
  const [{ default: MarkdownIt }] = await Promise.all([
    load("markdown-it/dist/browser/markdown-it.esm.min.mjs"),
    load("dompurify/dist/purify.min.js"),
  ]);
  globalThis.DOMPurify.setConfig(HARMLESS);
  return { markdown: new Markdown(MarkdownIt), sanitize: (html) => globalThis.DOMPurify.sanitize(html) };
});

/** highlight.js with its common languages. */
export const loadHighlighter = once(async () => (await load("highlight.js/es/highlight.min.js")).default);

/** KaTeX, with its style sheet. */
export const loadMath = once(async () => {
  await Promise.all([load("katex/dist/katex.min.js"), loadStyle("katex/dist/katex.min.css")]);
  return globalThis.katex;
});

const load = (path) => import(new URL(path, VENDOR));

function loadStyle(path) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL(path, VENDOR) });
  const loaded = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: reject }));
  document.head.append(link);
  return loaded;
}

// What could not be fetched may be there at the next try.
function once(start) {
  let loading;
  const forget = (error) => {
    loading = undefined;
    throw error;
  };
  return () => (loading ??= start().catch(forget));
}
