import { ask } from "./lib/api.js";
import { Turn } from "./models/turn.js";
import { Composer } from "./views/composer.js";
import { Transcript } from "./views/transcript.js";

const transcript = new Transcript(document.querySelector("#transcript"), { onAsk: start, onRetry: answer });
const composer = new Composer(document.querySelector("#composer"), { onAsk: start, onStop: () => running.abort() });
let running = null;

function start(question) {
  if (!running) answer(new Turn(question));
}

async function answer(turn) {
  running = new AbortController();
  composer.busy = true;
  turn.restart();
  show(turn);
  transcript.scrollToEnd();
  await listen(turn, running.signal);
  running = null;
  composer.busy = false;
  show(turn);
}

function show(turn) {
  transcript.update(turn);
  transcript.announce(turn);
}

async function listen(turn, signal) {
  try {
    for await (const event of ask(turn, { url: composer.url, silence: composer.silence, signal })) {
      turn.receive(event);
      transcript.update(turn);
    }
    turn.finish();
  } catch (error) {
    if (signal.aborted) turn.stop();
    else turn.fail(error);
  }
}
