import assert from "node:assert/strict";
import { test } from "node:test";
import { Blocks } from "../../coze_web/static/js/lib/blocks.js";
import { Markdown } from "../../coze_web/static/js/lib/markdown.js";
import MarkdownIt from "../../coze_web/static/vendor/markdown-it/dist/browser/markdown-it.esm.min.mjs";

const ROUNDS = Number(process.env.ROUNDS ?? 3000);
const markdown = new Markdown(MarkdownIt);

// Pieces that begin, continue, interrupt and end each other's blocks.
const PIECES = [
  ..."-*+_`~#>|$[]()!:=\\ \t\n\r\0a1",
  ...["\n\n", "\r\n", "    ", "  ", "- ", "1. ", "2) ", "> ", "```\n", "```js\n", "~~~\n", "---\n", "===\n", "$$", "$$\n", "\\[", "\\]"],
  ...["| a | b |\n", "|---|:-:|\n", "|---|---", "**", "[x]", "[x]: /u", "[x]: https://a.b\n", "[x](https://a.b)", '"title"\n', "'"],
  ...["word", "word\n", "# head\n", "<b>", "&amp;", "\\(", "\\)", "https://a.b/c", "你好，**注意：**这", "![i](https://a.b/i)"],
];

function generator(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const randomText = (random) => Array.from({ length: random(40) + 1 }, () => PIECES[random(PIECES.length)]).join("");

function randomCuts(text, random) {
  const cuts = Array.from({ length: random(12) }, () => random(text.length + 1));
  return cuts.sort((one, other) => one - other);
}

/** What is shown of blocks in the end: lines do not matter, HTML does. */
const shown = (blocks, of) =>
  of.map(({ kind, tag, source, language, attributes, children }) => ({
    kind,
    tag,
    attributes,
    language,
    content: children ? shown(blocks, children) : kind === "text" ? blocks.html({ source }).join("") : source,
  }));

/** Tells the text in pieces, and returns what is shown then by one who never touches finished blocks again. */
function stream(text, cuts) {
  const blocks = new Blocks(markdown, { image: "Picture" });
  const list = [];
  const tell = (end, open) => {
    const { kept, blocks: rest } = blocks.update(text.slice(0, end), { open });
    list.splice(kept, Infinity, ...shown(blocks, rest));
  };
  for (const cut of cuts) tell(cut, cut % 5 > 0); // an answer that was over may go on
  tell(text.length, false);
  return list;
}

test("wherever a text is cut, its blocks are in the end those of the whole", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = generator(seed);
    const text = randomText(random);
    const cuts = randomCuts(text, random);
    assert.deepEqual(stream(text, cuts), stream(text, []), `seed ${seed}: ${JSON.stringify(text)} at ${cuts}`);
  }
});
