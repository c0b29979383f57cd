const SEGMENTER = Intl.Segmenter && new Intl.Segmenter(undefined, { granularity: "sentence" });
const SENTENCE = /.*?(?:[.!?]+["'”’)\]]*\s+|[。！？…]+["'”’」』）]*|\n|$)/gs; // for browsers without a segmenter
const LETTER = /[\p{L}\p{N}\p{Extended_Pictographic}]/gu;

/** Cuts a growing text into sentences and gives each of them once, when it is complete. */
export class Sentences {
  #given = ""; // the text up to the end of the last sentence that was given
  #last = "";

  /** What became complete: another sentence has begun, the line has ended, or the text is no longer `open`. */
  take(text, { open }) {
    if (!text.startsWith(this.#given)) this.#given = realign(text, this.#given, this.#last);
    const complete = cut(text.slice(this.#given.length));
    if (open && !complete.at(-1)?.endsWith("\n")) complete.pop();
    this.#given += complete.join("");
    const sentences = complete.filter(lettersOf);
    this.#last = sentences.at(-1) ?? this.#last;
    return sentences.map((sentence) => sentence.trim());
  }
}

function cut(text) {
  if (!SEGMENTER) return text.match(SENTENCE).filter(Boolean);
  return Array.from(SEGMENTER.segment(text), ({ segment }) => segment);
}

function lettersOf(text) {
  return text.match(LETTER)?.join("") ?? "";
}

// Markup that closes late takes signs out of what was given: it ends where its last sentence ends now.
function realign(text, given, last) {
  const [now, before, sentence] = [text, given, last].map(lettersOf);
  const place = nearest(now, sentence, before.length - sentence.length);
  return firstLetters(text, place < 0 ? before.length : place + sentence.length);
}

function nearest(text, part, place) {
  const before = text.lastIndexOf(part, place);
  return before < 0 ? text.indexOf(part, place) : before;
}

function firstLetters(text, length) {
  let count = 0;
  for (const { 0: letter, index } of text.matchAll(LETTER)) {
    count += letter.length;
    if (count >= length) return text.slice(0, index + letter.length);
  }
  return text;
}
