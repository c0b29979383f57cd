import { afterFrame } from "../lib/frames.js";

const BLOCKS = 8; // in one stretch: few enough to be laid out in no time, and enough that an answer has few stretches

/**
 * Puts the blocks of an answer into it, in stretches, of which the browser lays out and paints only those near what is
 * seen: else each word of a long answer would cost as much as the answer is long.
 */
export const inStretches = (answer) => (block, index) => {
  const place = Math.floor(index / BLOCKS);
  (answer.children[place] ?? begin(answer)).append(block);
};

function begin(answer) {
  const finished = answer.lastElementChild;
  if (finished) settle(finished);
  const stretch = Object.assign(document.createElement("div"), { className: "stretch" });
  answer.append(stretch);
  return stretch;
}

// Not before it was laid out: then it is known how much room it takes, and nothing moves.
async function settle(stretch) {
  await afterFrame();
  stretch.classList.add("settled");
}
