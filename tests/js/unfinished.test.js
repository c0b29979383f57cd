import assert from "node:assert/strict";
import { test } from "node:test";

import { Blocks } from "../../coze_web/static/js/lib/blocks.js";
import { Markdown } from "../../coze_web/static/js/lib/markdown.js";
import MarkdownIt from "../../coze_web/static/vendor/markdown-it/dist/browser/markdown-it.esm.min.mjs";

const markdown = new Markdown(MarkdownIt);

const ANSWERS = {
  emphasis: "Some **bold**, *slanted*, ***both***, ~~gone~~ and **bold with *more* in it** words, 2 * 3 = 2*3, snake_case_name.",
  chinese: "**注意：**这是**“引用”**文字，还有*斜体*。~~删去~~的",
  code: "Call `f(*args)` or ``a ` b`` now. `**` is a power.",
  links: "See [the **docs**](https://a.b/c_(d) \"title\"), <https://a.b>, https://a.b/c, [1] and x[0], or ask [me](mailto:a@b.c).",
  images: "![a cat](https://a.b/c.png) and [![in a link](https://a.b/c.png)](https://a.b), ![](https://a.b/d.png)",
  lists: "Three:\n\n- one\n- **two**\n\n  more of two\n- three\n  1. first\n  2. second\n\n10. ten\n* * *\n+ plus",
  headings: "# One\ntext\n## Two ##\n\nThree\n===\n\nFour\n---\nfive",
  table: "Look:\n\n| a | b |\n| :-- | --: |\n| **x** | `y` |\n| z | [l](https://a.b) |\n\nDone",
  "table below a line": "Intro.\nLook here:\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two\n| c | d |\n|---|---|\n| 3 | 4 |",
  "table first": "| a | b |\n|---|---|\n| 1 | 2 |",
  fences: "Do\n\n```python\nx = a[1] * 2  # no\n\n---\n```\n\nand\n\n~~~\nplain\n~~~\n1. ```js\n   let a;\n   ```",
  math: "Since $E = mc^2$ and \\(a^2\\), for $5 one gets\n\n$$\n\\frac{a}{b}\n+ c\n$$\n\nand \\[ x \\] or $$y$$ there.",
  "names and currencies": "变量$name和$age，$TSLA和$AAPL，美元($)、港元(HK$)。 Dollars ($), Hong Kong dollars (HK$) and $x$th, CO$_2$浓度与$\\alpha$",
  "lines in cells": "| a | b |\n|---|---|\n| one<br>two<br/>three | `<br>` <BR /> x |",
  quotes: "> quoted **text**\n> - and a list\n\nafter",
  definitions: "[ref]: https://a.b \"title\"\n\n[text][ref] stays.\n\n[other]: https://a.b\n",
  entities: "Fish &amp; chips, AT&T, 1 &lt; 2, \\*escaped\\* \\[brackets\\](x)",
  breaks: "one\ntwo  \nthree\\\nfour",
};

const stays = {
  "a price": "It is $5, and then some",
  "a product": "2*3 = 6, and then some",
  "an interval": `in [0, 1) ${"there is no one, ".repeat(8)}`,
  "a script": "<script>alert(1)</script>, and then some",
};

const unescape = (html) =>
  html.replace(/<[^>]*>/g, "").replace(/&(\w+);/g, (all, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name]);

const textOf = (blocks, of) =>
  of
    .map((block) => {
      if (block.children) return textOf(blocks, block.children);
      if (block.kind === "math" && block.open) return "";
      return block.kind === "text" ? unescape(blocks.html(block).pieces.join("")) : block.source;
    })
    .join("")
    .replace(/\s/g, "");

const read = (text, open) => {
  const blocks = new Blocks(markdown, { image: "Picture" });
  return textOf(blocks, blocks.update(text, { open }).blocks);
};

for (const [name, answer] of Object.entries(ANSWERS)) {
  test(`nothing of an answer with ${name} is shown that has to be taken away again`, () => {
    const whole = read(answer, false);
    let before = "";
    for (let end = 1; end <= answer.length; end++) {
      const shown = read(answer.slice(0, end), true);
      assert.ok(whole.startsWith(shown), `${JSON.stringify(answer.slice(0, end))}: ${shown}`);
      assert.ok(shown.startsWith(before), `${JSON.stringify(answer.slice(0, end))}: ${shown}, after ${before}`);
      before = shown;
    }
  });
}

for (const [name, text] of Object.entries(stays)) {
  test(`${name} does not wait for its end`, () => assert.equal(read(text, true), text.replace(/\s/g, "")));
}
