import { Blocks } from "../lib/blocks.js";
import { BlockList } from "./blocks.js";
import { loadMarkdown } from "./libraries.js";
import { inStretches } from "./stretches.js";

export { loadMarkdown };

/** Markdown that grows in an element; `update(text, { open })` shows the text so far. */
export async function createMarkdown(element, words) {
  const { markdown, sanitize } = await loadMarkdown();
  const blocks = new Blocks(markdown, { image: words.image });
  const list = new BlockList(inStretches(element), { blocks, sanitize, words }, { dir: "auto" });
  return {
    update(text, options) {
      const { kept, blocks: changed } = blocks.update(text, options);
      list.update(changed, kept);
    },
  };
}
