// CommonMark looks for the space around a word to see which ** opens and which closes. Chinese and Japanese have none,
// so that **注意：**这 stays as it is: https://github.com/tats-u/markdown-cjk-friendly

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303F\uFF01-\uFFEE]/u;

/** A plugin of markdown-it: beside a CJK character emphasis needs no space. */
export function cjkEmphasis(md) {
  md.inline.State = class extends md.inline.State {
    scanDelims(start, canSplitWord) {
      const run = super.scanDelims(start, canSplitWord);
      const before = this.src.slice(Math.max(0, start - 2), start);
      const after = this.src.slice(start + run.length, start + run.length + 2);
      if (canSplitWord && isCjk(lastOf(before)) && /^\S/.test(after)) run.can_open = true;
      if (canSplitWord && isCjk(firstOf(after)) && /\S$/.test(before)) run.can_close = true;
      return run;
    }
  };
}

const isCjk = (character) => CJK.test(character ?? "");
const firstOf = (text) => [...text][0];
const lastOf = (text) => [...text].at(-1);
