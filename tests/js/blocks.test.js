import assert from "node:assert/strict";
import { test } from "node:test";
import { Blocks } from "../../coze_web/static/js/lib/blocks.js";
import { Markdown } from "../../coze_web/static/js/lib/markdown.js";
import MarkdownIt from "../../coze_web/static/vendor/markdown-it/dist/browser/markdown-it.esm.min.mjs";
import { generator, randomCuts } from "./random.js";

const ROUNDS = Number(process.env.ROUNDS ?? 3000);
const markdown = new Markdown(MarkdownIt);

// Pieces that begin, continue, interrupt and end each other's blocks.
const PIECES = [
  ..."-*+_`~#>|$[]()!:=\\ \t\n\r\0a1",
  ...["\n\n", "\r\n", "    ", "  ", "- ", "1. ", "2) ", "> ", "```\n", "```js\n", "~~~\n", "---\n", "===\n", "$$", "$$\n", "\\[", "\\]"],
  ...["| a | b |\n", "|---|:-:|\n", "|---|---", "**", "[x]", "[x]: /u", "[x]: https://a.b\n", "[x](https://a.b)", '"title"\n', "'"],
  ...["word", "word\n", "# head\n", "<b>", "&amp;", "\\(", "\\)", "https://a.b/c", "你好，**注意：**这", "![i](https://a.b/i)"],
];

const randomPiece = (random) => PIECES[random(PIECES.length)];
const randomText = (random) => Array.from({ length: random(40) + 1 }, () => randomPiece(random)).join("");

const HEADS = ["| a | b |\n|---|:-:|\n", "a | b\n--|--\n", "[x]: https://a.b\n\n| a | b |\n|---|---|\n", "$$a | b\n---|---\n"];
const ROWS = ["| c | d |\n", "| c | d |\n", "| c | d |\n", "| [x] | see [x] |\n", "| |\n", "c | d\n", "$$\nx\n", "| $$ | c |\n", "\n|c|\n"];

// A table of many rows, with anything between and within them.
function randomTable(random) {
  const rows = Array.from({ length: random(60) + 1 }, () => (random(12) ? ROWS[random(ROWS.length - 4 * random(2))] : randomPiece(random)));
  const table = `\n${HEADS[random(HEADS.length)]}${rows.join("")}`;
  return `${random(3) ? "" : randomText(random)}${table}${random(3) ? "" : randomText(random)}`;
}

/** What is shown of blocks: lines do not matter, HTML does. The first `kept` are shown as they were `before`. */
const shown = (blocks, of, before = [], kept = 0) => [
  ...before.slice(0, kept),
  ...of.map(({ kind, tag, source, language, attributes, children, ...block }, index) => ({
    kind,
    tag,
    attributes,
    language,
    open: block.open ?? false,
    content: children
      ? shown(blocks, children, before[kept + index]?.content, block.kept)
      : kind === "text"
        ? blocks.html({ source }).pieces.join("")
        : source,
  })),
];

/** Tells the texts one after the other, and returns what is shown then by one who never touches finished blocks again. */
function stream(...texts) {
  const blocks = new Blocks(markdown, { image: "Picture" });
  let list = [];
  texts.forEach((text, index) => {
    const open = index < texts.length - 1 && text.length % 5 > 0; // an answer that was over may go on
    const { kept, blocks: rest } = blocks.update(text, { open });
    list = shown(blocks, rest, list, kept);
  });
  return list;
}

for (const [what, make] of Object.entries({ text: randomText, table: randomTable })) {
  test(`wherever a ${what} is cut, and whatever it takes the place of, its blocks are in the end those of the whole`, () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const random = generator(seed);
      const other = make(random);
      const text = random(3) ? other : other.slice(0, random(other.length));
      const texts = [...randomCuts(other, random).map((cut) => other.slice(0, cut)), text];
      assert.deepEqual(stream(...texts), stream(text), `seed ${seed}: ${JSON.stringify(texts)}`);
    }
  });
}

test("of a long table that is being written only the last rows are read again", () => {
  const blocks = new Blocks(markdown, { image: "Picture" });
  const rows = Array.from({ length: 100 }, (_, row) => `| ${row} | b |\n`);
  const counts = rows.map((_, end) => {
    const text = `| a | b |\n|---|---|\n${rows.slice(0, end + 1).join("")}`;
    const [{ children }] = blocks.update(text, { open: true }).blocks;
    assert.equal((children[1].kept ?? 0) + children[1].children.length, end + 1);
    return children[1].children.length;
  });
  assert.ok(Math.max(...counts) < 12);
});
