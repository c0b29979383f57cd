const LONG = 500; // characters, of which reading takes no time

/** The HTML of the text in a block while it grows. Of a long one, what nothing can change any more is not read again. */
export class Text {
  #blocks;
  #settled; // `{source, pieces, definitions}`

  /** `blocks` is what the block is one of. */
  constructor(blocks) {
    this.#blocks = blocks;
    this.#restart();
  }

  /** The pieces of HTML of a text block, as of `Blocks.html`. */
  html({ source, open = false }) {
    const { source: settled, definitions } = this.#settled;
    if (!source.startsWith(settled) || definitions !== this.#blocks.definitions) this.#restart();
    const rest = source.slice(this.#settled.source.length);
    const { pieces, settled: end } = this.#blocks.html({ source: rest, open });
    const all = joined(this.#settled.pieces, pieces);
    if (end > LONG) this.#settle(rest.slice(0, end));
    return all;
  }

  #restart() {
    this.#settled = { source: "", pieces: [""], definitions: this.#blocks.definitions };
  }

  #settle(text) {
    const { source, pieces, definitions } = this.#settled;
    this.#settled = {
      source: source + text,
      pieces: joined(pieces, this.#blocks.html({ source: text }).pieces),
      definitions,
    };
  }
}

const joined = (pieces, [first, ...others]) => [...pieces.slice(0, -1), pieces.at(-1) + first, ...others];
