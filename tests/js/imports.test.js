import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../coze_web/static/js/", import.meta.url);
const MAY_IMPORT = {
  ".": [".", "views", "models", "lib"],
  console: ["console", "views", "models", "lib"],
  views: ["views", "models", "lib"],
  models: ["models", "lib"],
  lib: ["lib"],
};
const DOM = /\b(document|window|querySelector|HTMLElement|navigator|localStorage)\b/;
const MARKUP = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/;
// What the browsers that docs/page.md names do not know yet.
const NEWER =
  /\b(to(Reversed|Sorted|Spliced)|groupBy|structuredClone|withResolvers|canParse|fromAsync|checkVisibility)\b|AbortSignal\.\w|\(\?<[=!]/;

const files = readdirSync(ROOT, { recursive: true }).filter((name) => name.endsWith(".js"));
const folder = (path) => new URL(".", path).pathname.slice(ROOT.pathname.length).replace(/\/$/, "") || ".";

for (const file of files) {
  const url = new URL(file, ROOT);
  const source = readFileSync(url, "utf8");

  test(`${file} imports only what lies below it`, () => {
    for (const [, path] of source.matchAll(/from "([^"]+)"/g)) {
      assert.ok(MAY_IMPORT[folder(url)].includes(folder(new URL(path, url))), `${file} imports ${path}`);
    }
  });

  test(`${file} makes no markup from text`, () => assert.doesNotMatch(source, MARKUP));

  test(`${file} works in all the browsers that it is written for`, () => assert.doesNotMatch(source, NEWER));

  if (["lib", "models"].includes(folder(url))) {
    test(`${file} knows no document`, () => assert.doesNotMatch(source, DOM));
  }
}
