import assert from "node:assert/strict";
import { test } from "node:test";

import { Sentences } from "../../coze_web/static/js/lib/sentences.js";

const ENGLISH = ["It rains 3.5 mm a day.", "“Really?”", "See app.js, it says why!", "A line without an end", "Done."];
const CHINESE = ["今天下雨，大约 3.5 毫米。", "真的吗？", "“是的！”", "没有标点的一行", "说完了。"];

/** Everything that is given while the text grows a character at a time, each with the text it was given at. */
function grow(text) {
  const sentences = new Sentences();
  const given = [];
  for (let end = 0; end <= text.length; end += 1) {
    const now = text.slice(0, end);
    given.push(...sentences.take(now, { open: true }).map((sentence) => ({ sentence, now })));
  }
  given.push(...sentences.take(text, { open: false }).map((sentence) => ({ sentence, now: text })));
  return given;
}

for (const [language, expected, text] of [
  ["English", ENGLISH, `${ENGLISH.slice(0, 4).join(" ")}\n\n${ENGLISH[4]}`],
  ["Chinese", CHINESE, `${CHINESE.slice(0, 4).join("")}\n${CHINESE[4]}`],
]) {
  test(`sentences in ${language} are given whole, each once`, () => {
    // A quotation mark may be counted to the sentence before it.
    const plain = (text) => text.replaceAll(/[“”]/g, "");
    assert.deepEqual(grow(text).map(({ sentence }) => plain(sentence)), expected.map(plain));
  });

  test(`sentences in ${language} are given as soon as the next begins`, () => {
    for (const { sentence, now } of grow(text).slice(0, -1)) {
      assert.ok(now.length - now.lastIndexOf(sentence) - sentence.length <= 2, `${sentence} came late`);
    }
  });
}

test("nothing is given before it is complete", () => {
  const sentences = new Sentences();
  assert.deepEqual(sentences.take("Half a sen", { open: true }), []);
  assert.deepEqual(sentences.take("Half a sentence. ", { open: true }), []);
  assert.deepEqual(sentences.take("Half a sentence. A", { open: true }), ["Half a sentence."]);
});

test("what is left is given at the end, without punctuation too", () => {
  const sentences = new Sentences();
  sentences.take("One. Tw", { open: true });
  assert.deepEqual(sentences.take("One. Two", { open: false }), ["Two"]);
  assert.deepEqual(sentences.take("One. Two", { open: false }), []);
});

test("nothing is given that has no words", () => {
  const sentences = new Sentences();
  assert.deepEqual(sentences.take("---\n\n…\n👍\n", { open: true }), ["👍"]);
});

test("a browser without a segmenter finds them too", async () => {
  const { Segmenter } = Intl;
  Intl.Segmenter = undefined;
  const plain = await import("../../coze_web/static/js/lib/sentences.js?plain");
  Intl.Segmenter = Segmenter;
  const text = "It rains 3.5 mm. Really? “Yes.” And\nso on. 下雨了。真的？“是的！”对";
  const expected = ["It rains 3.5 mm.", "Really?", "“Yes.”", "And", "so on.", "下雨了。", "真的？", "“是的！”", "对"];
  assert.deepEqual(new plain.Sentences().take(text, { open: false }), expected);
});

test("the same sentence is given as often as it is said", () => {
  assert.deepEqual(grow("Yes. No. Yes. Yes.").map(({ sentence }) => sentence), ["Yes.", "No.", "Yes.", "Yes."]);
});

for (const [what, before, after] of [
  ["emphasis that closes late", "It is **very big. So", "It is very big. So what? Yes."],
  ["a list that loses its numbers", "1. One.\n2. Two. So", "One.\nTwo. So what? Yes."],
  ["a link whose address goes", "[It](https://a.example/b) is. Big. So", "It is. Big. So what? Yes."],
  ["a word that is put right", "It is bgi. No doubt. So", "It is really big. No doubt. So what? Yes."],
  ["a last sentence that is put right", "It is bgi. So", "It is big. So what? Yes."],
]) {
  test(`${what} neither repeats nor loses a sentence`, () => {
    const sentences = new Sentences();
    sentences.take(before, { open: true });
    assert.deepEqual(sentences.take(after, { open: false }), ["So what?", "Yes."]);
  });
}
