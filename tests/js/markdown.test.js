import assert from "node:assert/strict";
import { test } from "node:test";

import { Markdown } from "../../coze_web/static/js/lib/markdown.js";
import MarkdownIt from "../../coze_web/static/vendor/markdown-it/dist/browser/markdown-it.esm.min.mjs";

const markdown = new Markdown(MarkdownIt);
const LINK = 'target="_blank" rel="noopener noreferrer nofollow"';

const html = (source) => markdown.html(source, { references: {}, open: false, image: "Picture" }).pieces.join("");
const blocks = (text) => markdown.blocks(text, { references: {}, open: false });

const SHOWN = {
  "<b>x</b>": "&lt;b&gt;x&lt;/b&gt;",
  "*a* **b** ~~c~~ `d`": "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>",
  "a\nb": "a<br>\nb",
  "**注意：**这是**“引用”**文字": "<strong>注意：</strong>这是<strong>“引用”</strong>文字",
  "2*3 and snake_case_name": "2*3 and snake_case_name",
  "[x](https://a.b)": `<a href="https://a.b" ${LINK}>x</a>`,
  '[x](https://a.b "a title that lies")': `<a href="https://a.b" ${LINK}>x</a>`,
  "https://a.b，好": `<a href="https://a.b" ${LINK}>https://a.b</a>，好`,
  "访问https://a.b了解更多": `访问<a href="https://a.b" ${LINK}>https://a.b</a>了解更多`,
  "见http://a.b:8000或https://a.b/维基/潮汐": `见<a href="http://a.b:8000" ${LINK}>http://a.b:8000</a>或<a href="https://a.b/%E7%BB%B4%E5%9F%BA/%E6%BD%AE%E6%B1%90" ${LINK}>https://a.b/维基/潮汐</a>`,
  "https://a.b--国内版": `<a href="https://a.b" ${LINK}>https://a.b</a>--国内版`,
  "https://a.b?q=潮汐": `<a href="https://a.b?q=%E6%BD%AE%E6%B1%90" ${LINK}>https://a.b?q=潮汐</a>`,
  "https://www.例子.中国": `<a href="https://www.xn--fsqu00a.xn--fiqs8s" ${LINK}>https://www.例子.中国</a>`,
  "<mailto:a@b.c>": `<a href="mailto:a@b.c" ${LINK}>mailto:a@b.c</a>`,
  "![a cat](https://a.b)": `<a href="https://a.b" ${LINK}>a cat</a>`,
  "![](https://a.b)": `<a href="https://a.b" ${LINK}>Picture</a>`,
  "[x <https://a.b> y](https://c.d) z": `<a href="https://c.d" ${LINK}>x https://a.b y</a> z`,
  "[![a cat](https://a.b)](https://c.d)": `<a href="https://c.d" ${LINK}>a cat</a>`,
  "$a < b$ and \\(c\\)": '<span class="math">a &lt; b</span> and <span class="math">c</span>',
  "设$a$为$b$，$c=长×宽$。": '设<span class="math">a</span>为<span class="math">b</span>，<span class="math">c=长×宽</span>。',
  "CO$_2$浓度与$\\alpha$": 'CO<span class="math">_2</span>浓度与<span class="math">\\alpha</span>',
  "设点A$(1,2)$，$x=\\text{速度}$m/s": '设点A<span class="math">(1,2)</span>，<span class="math">x=\\text{速度}</span>m/s',
  "the $n$th": 'the <span class="math">n</span>th',
  "a<br>b<br/>c <BR /> `<br>`": "a<br>\nb<br>\nc <br>\n <code>&lt;br&gt;</code>",
  "$$a$$ and \\[c\\]": '<span class="math display">a</span> and <span class="math display">c</span>',
};

for (const [source, expected] of Object.entries(SHOWN)) {
  test(`${JSON.stringify(source)} is shown as it is meant`, () => assert.equal(html(source), expected));
}

const STAY = [
  ...["[x](javascript:alert(1))", "[x](data:text/html,x)", "[x](ftp://a.b)", "[x](/chat)", "[x](#top)", "[x](https://)"],
  ...["![x](data:image/png;base64,AA)", "www.a.b", "a@b.c", "//a.b", "ftp://a.b"],
  ...["$5 and $6", "costs $5", "$ a $", "$a", "$$ a", "in ($) or (HK$)", "美元($)、港元(HK$)", "$a和$b都是变量", "$a、$b"],
];

for (const source of STAY) {
  test(`${source} stays text`, () => assert.equal(html(source), source));
}

test("each piece but the first begins with its only element", () => {
  const { pieces } = markdown.html("a **b *c*** d `e`\n$f$[g](https://a.b)", { references: {} });
  assert.deepEqual(
    pieces.map((piece) => piece.replace(/ (target|rel|href)="[^"]*"/g, "")),
    ["a ", "<strong>b <em>c</em></strong> d ", "<code>e</code>", "<br>\n", '<span class="math">f</span>', "<a>g</a>"],
  );
});

test("a bot's headings stand below those of the page", () => {
  const tags = blocks("# a\n## b\n### c\n#### d\n##### e\n###### f").map(({ tag }) => tag);
  assert.deepEqual(tags, ["h3", "h4", "h5", "h6", "h6", "h6"]);
});

test("blocks within blocks are a tree", () => {
  const [list] = blocks("3. a\n   > b\n4. ```py x\n   c\n   ```");
  const [first, second] = list.children;
  assert.deepEqual([list.tag, list.attributes], ["ol", { start: 3 }]);
  assert.deepEqual([first.children[0].source, first.children[1].children[0].source], ["a", "b"]);
  assert.deepEqual([second.children[0].source, second.children[0].language], ["c", "py"]);
});

test("the columns of a table are aligned by class, since the page's policy allows no style", () => {
  const [table] = blocks("| a | b |\n|:-:|--:|\n| c | d |");
  const cells = table.children[1].children[0].children;
  assert.deepEqual(cells.map(({ source, attributes }) => [source, attributes.class]), [["c", "align-center"], ["d", "align-right"]]);
});

test("a formula may stand in lines of its own, whatever they begin with", () => {
  const found = ["$$\na\n- b\n$$", "\\[\na\n= b\n\\]", "$$a$$", "text:\n$$\n+ a\n$$"].map((text) => blocks(text).at(-1));
  assert.deepEqual(found.map(({ kind, source }) => [kind, source]), [["math", "a\n- b"], ["math", "a\n= b"], ["math", "a"], ["math", "+ a"]]);
});

test("a formula that is not closed in its paragraph is none", () => {
  assert.deepEqual(blocks("$$\na\n\nb\n$$").map(({ kind }) => kind), ["text", "text"]);
  assert.deepEqual(blocks("$$ a $$ and more").map(({ kind }) => kind), ["text"]);
});
