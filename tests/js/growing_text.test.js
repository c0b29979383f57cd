import assert from "node:assert/strict";
import { test } from "node:test";
import { Markdown } from "../../coze_web/static/js/lib/markdown.js";
import { GrowingText } from "../../coze_web/static/js/lib/growing_text.js";
import MarkdownIt from "../../coze_web/static/vendor/markdown-it/dist/browser/markdown-it.esm.min.mjs";
import { generator, randomCuts } from "./random.js";

const ROUNDS = Number(process.env.ROUNDS ?? 1000);
const markdown = new Markdown(MarkdownIt);

// What begins, goes on and ends within a text, between many words.
const PIECES = [
  ..."*_`~$[]()!<>\\&;:#|\n\t",
  ...["**", "~~", "``", "$$", "\\(", "\\)", "\\[", "\\]", "  \n", "  ", "](https://a.b)", "![", "[x]", "&amp;", "\\*", "<https://a.b>"],
  ...["*a*", "**b **", "_c_", "`d`", "$e$", "[f](https://a.b)", "[x](https://a.b \"a title\")", "2*3", "a_b_c", "!", "**注意：**这"],
  ...["https://a.b/c", "https://a.b，好", "见https://a.b/路。好", "https:", "//", "http://例", "mailto:", "a@b.c", "，", "。"],
];
const WORDS = ["the moon pulls a little harder on the side that faces it", "月亮对朝向它的一侧，引力稍大一些。所以每天有两次涨潮，"];
const REFERENCES = { X: { href: "https://c.d", title: "" } };

function randomText(random) {
  const [markers, words] = [random(8), WORDS[random(2)]];
  const pieces = Array.from({ length: 60 }, () => (random(8) < markers ? PIECES[random(PIECES.length)] : words.slice(random(words.length))));
  return pieces.map((piece) => piece + ["", " "][random(2)]).join("");
}

/** Blocks as a `GrowingText` knows them; counts the characters that are read. */
const blocksOf = (read = { characters: 0 }) => ({
  definitions: "{}",
  html({ source, open = false }) {
    read.characters += source.length;
    return markdown.html(source, { references: REFERENCES, open, image: "Picture" });
  },
});

const whole = (source, open) => blocksOf().html({ source, open }).pieces.join("");

test("wherever a text is cut, it is shown as if all of it were read", () => {
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = generator(seed);
    const source = randomText(random);
    const text = new GrowingText(blocksOf());
    for (const end of [...randomCuts(source, random), source.length]) {
      const shown = text.html({ source: source.slice(0, end), open: true }).join("");
      assert.equal(shown, whole(source.slice(0, end), true), `seed ${seed}: ${JSON.stringify(source)} at ${end}`);
    }
    assert.equal(text.html({ source }).join(""), whole(source, false), `seed ${seed}: ${JSON.stringify(source)}`);
  }
});

for (const [begin, end] of [
  ["**", "**"],
  ["~~", "~~"],
  ["[", "](https://a.b)"],
  ["![", "](https://a.b)"],
  ["\\[a $e$ b", "\\]"],
  ["$", "$"],
  ["![a $b](https://a.b)", "$"],
  ["`` ` ", "``"],
  ["[x](https://a.b \"", "\")"],
  ["![x](https://a.b \"", "\")"],
]) {
  test(`what is between ${begin} and ${end} is read together`, () => {
    const text = new GrowingText(blocksOf());
    const [words] = WORDS;
    const source = `${words.repeat(3)} ${begin}${`${words} `.repeat(3)}${end} ${words}`;
    for (let at = 1; at <= source.length; at++)
      assert.equal(text.html({ source: source.slice(0, at), open: true }).join(""), whole(source.slice(0, at), true));
  });
}

for (const text of [
  "The **moon** pulls a *little* harder, see `tide()` and [more](https://a.b), [1] or tides[0]. ",
  "**月亮**对朝向它的一侧，引力*稍大*一些，见`tide()`和[更多](https://a.b)。所以每天有两次涨潮，",
  "没有标点的一行文字\n",
]) {
  test(`a long text is not read anew with every word: ${text}`, () => {
    const source = text.repeat(200);
    const read = { characters: 0 };
    const growing = new GrowingText(blocksOf(read));
    for (let end = 0; end < source.length; end += 10) growing.html({ source: source.slice(0, end), open: true });
    assert.ok(read.characters < source.length * 100, `${read.characters}`);
  });
}

test("with other definitions a text is read anew", () => {
  const blocks = { ...blocksOf(), html: ({ source }) => ({ pieces: [`${blocks.definitions} ${source}`], decided: source.length }) };
  const text = new GrowingText(blocks);
  const source = "word ".repeat(200);
  text.html({ source });
  blocks.definitions = '{"X":{}}';
  assert.deepEqual(text.html({ source }), [`${blocks.definitions} ${source}`]);
});
