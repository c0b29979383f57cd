const LONG = 100; // characters, of which reading takes no time

/** The HTML of the text in a block while it grows. What is decided of a long one is not read again until it is whole. */
export class GrowingText {
  #blocks;
  #source; // of the decided beginning
  #pieces; // its HTML
  #definitions; // with which that was read

  /** `blocks` are those that the block is one of. */
  constructor(blocks) {
    this.#blocks = blocks;
    this.#restart();
  }

  /** The pieces of HTML of a text block, as of `Markdown.html`. */
  html({ source, open = false }) {
    const isOther = this.#blocks.definitions !== this.#definitions || !source.startsWith(this.#source);
    if (isOther || !open) this.#restart();
    const rest = source.slice(this.#source.length);
    const { pieces, decided } = this.#blocks.html({ source: rest, open });
    const all = joined(this.#pieces, pieces);
    if (decided > LONG) this.#keep(rest.slice(0, decided));
    return all;
  }

  #restart() {
    this.#source = "";
    this.#pieces = [""];
    this.#definitions = this.#blocks.definitions;
  }

  #keep(source) {
    this.#source += source;
    this.#pieces = joined(this.#pieces, this.#blocks.html({ source }).pieces);
  }
}

const joined = (pieces, [first, ...others]) => [...pieces.slice(0, -1), pieces.at(-1) + first, ...others];
