import { breaks } from "./breaks.js";
import { cjkEmphasis } from "./cjk.js";
import { decided } from "./decided.js";
import { math } from "./math.js";
import { unfinished } from "./unfinished.js";

/** Where a link of a bot may lead. */
export const LINKS = /^(?:https?:\/\/[^/?#]|mailto:)/i;
const LINK = { target: "_blank", rel: "noopener noreferrer nofollow" };
// The page has headings of its own: its title, and each question.
const HEADINGS = { h1: "h3", h2: "h4", h3: "h5", h4: "h6", h5: "h6", h6: "h6" };
const GROUPS = new Set(["ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr"]);
const NONE = {};
// A host with words right after it, as Chinese is written; one whose letters are all Chinese is none of these.
const JOINED = /\/\/[^\s/?#]*?[a-z0-9](?=-*[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}])/iuy;

/** Markdown as bots write it: a tree of blocks, and the HTML of the text in each of them. */
export class Markdown {
  #md;

  constructor(MarkdownIt) {
    this.#md = new MarkdownIt({ html: false, linkify: true, breaks: true });
    for (const plugin of [breaks, cjkEmphasis, math, unfinished, decided]) this.#md.use(plugin);
    const { linkify } = this.#md;
    linkify.set({ fuzzyLink: false, fuzzyEmail: false }).add("ftp:", null).add("//", null);
    for (const schema of ["http:", "https:"]) linkify.add(schema, { validate: addressAt });
    this.#md.validateLink = (url) => LINKS.test(url);
    Object.assign(this.#md.renderer.rules, { link_open: linkOpen, image: imageAsLink(this.#md.utils.escapeHtml) });
  }

  /**
   * The blocks of a text: `{kind, tag, end}`, where `end` is the line after it; a "group" or "table" has `children`,
   * "text" a `source` in Markdown, "code" a `source` and its `language`, "math" a `source` in TeX. `env` has the `references`
   * that links may name, to which the text adds its own, and says whether the text is still `open`; then it is told the
   * first line that is `undecided`.
   */
  blocks(text, env) {
    const tokens = [];
    this.#md.block.parse(text, this.#md, env, tokens);
    return toTree(tokens);
  }

  /**
   * The HTML of the `source` of a text block: `{pieces, decided}`. Each piece but the first begins with an element, the
   * only one in it. Of a text that is `open` the first `decided` characters stay what they are, whatever comes, and what
   * comes after them can be read by itself. `env.image` is what a picture without a name is called.
   */
  html(source, env) {
    env.source = source;
    const [{ children: all }] = this.#md.parseInline(source, env);
    const children = withoutInnerLinks(all);
    const starts = children.flatMap((token, index) => (isElement(token) ? [index] : []));
    const pieces = [0, ...starts].map((start, piece) =>
      this.#md.renderer.renderInline(children.slice(start, starts[piece]), this.#md.options, env),
    );
    return { pieces, decided: env.decided ?? 0 };
  }
}

// How long the address is that begins here, after its schema.
function addressAt(text, start, { re }) {
  JOINED.lastIndex = start;
  const end = JOINED.test(text) ? JOINED.lastIndex : text.length;
  const address = re.get_http_validator();
  address.lastIndex = start;
  return address.exec(text.slice(0, end))?.[0].length ?? 0;
}

const isElement = ({ level, nesting, type }) => level === 0 && nesting >= 0 && type !== "text";

function toTree(tokens) {
  const path = [{ children: [] }];
  for (const token of tokens) {
    const parent = path.at(-1);
    if (token.type === "inline") parent.source = token.content;
    else if (token.nesting < 0) path.pop();
    else if (token.type !== "reference_definition") parent.children.push(toBlock(token));
    if (token.nesting > 0) path.push(parent.children.at(-1));
  }
  return path[0].children;
}

// Written for speed: a long list has a thousand items, and is read anew with every word.
function toBlock(token) {
  const { type, content: source } = token;
  const tag = HEADINGS[token.tag] ?? token.tag;
  const end = token.map?.[1];
  if (type === "fence" || type === "code_block") return toCode(token, end);
  if (type === "math_block") return { kind: "math", tag, end, source, open: token.meta.open };
  const attributes = token.attrs ? attributesOf(token) : NONE;
  if (GROUPS.has(tag)) return { kind: tag === "table" ? tag : "group", tag, end, attributes, children: [] };
  return { kind: "text", tag, end, attributes, source: "" };
}

function toCode({ tag, content, info }, end) {
  return { kind: "code", tag, end, source: content.replace(/\n$/, ""), language: info.trim().split(/\s/)[0] };
}

function attributesOf(token) {
  const [, align] = /^text-align:(\w+)$/.exec(token.attrGet("style")) ?? [];
  const start = token.attrGet("start");
  return { ...(align && { class: `align-${align}` }), ...(start !== null && { start }) };
}

// A browser would end the outer one where the inner one begins.
function withoutInnerLinks(tokens) {
  let level = 0;
  return tokens.filter(({ tag, nesting }) => tag !== "a" || (nesting > 0 ? level++ : --level) === 0);
}

function linkOpen(tokens, index, options, env, renderer) {
  const token = tokens[index];
  token.attrs = Object.entries({ href: token.attrGet("href"), ...LINK });
  return renderer.renderToken(tokens, index, options);
}

// A picture would be fetched from wherever the bot says, and its address could carry away what the bot was told.
function imageAsLink(escapeHtml) {
  return (tokens, index, options, env, renderer) => {
    const image = tokens[index];
    const text = escapeHtml(renderer.renderInlineAsText(image.children, options, env) || env.image);
    const level = tokens.slice(0, index).reduce((sum, { tag, nesting }) => sum + (tag === "a" ? nesting : 0), 0);
    if (level) return text; // a link has no links
    image.attrs = Object.entries({ href: image.attrGet("src"), ...LINK });
    return `<a${renderer.renderAttrs(image)}>${text}</a>`;
  };
}
