import { Chat } from "./chat.js";
import { AskError, ask, getFace } from "./lib/api.js";
import { parseJson } from "./lib/json.js";
import { createKeep } from "./lib/keep.js";
import { Conversation } from "./models/conversation.js";
import { Composer } from "./views/composer.js";
import { onEnter } from "./views/embedded.js";
import { Masthead } from "./views/masthead.js";
import { watchNetwork } from "./views/network.js";
import { Opening } from "./views/opening.js";
import { Transcript } from "./views/transcript.js";

// What is said of an answer that was being written when the page was left.
const LEFT = new AskError({ code: "left", retryable: true });

const find = (selector) => document.querySelector(selector);
const words = parseJson(find("#words").textContent);
const url = find("#composer").action;
const language = document.documentElement.lang;
const silence = Number(find("#composer").dataset.silence);
const keep = (name) => createKeep(`${url} ${name}`);

const conversation = new Conversation(keep("turns"), LEFT);
const chat = new Chat(conversation, (asked, signal) => ask(asked, { url, silence, language, signal }));
const opening = new Opening(find("[data-opening]"), { onBringBack: () => chat.bringBack() });
const composer = new Composer(find("#composer"), {
  draft: keep("draft"),
  on: { ask: (question) => chat.ask(question), stop: () => chat.stop() },
});
chat.open({
  opening,
  composer,
  transcript: new Transcript(find("#transcript"), {
    words,
    on: { ask: (question) => chat.ask(question), again: (turn) => chat.answer(turn), change: (turn) => chat.show(turn) },
  }),
});
find("[data-new-chat]").addEventListener("click", () => chat.startAnew());
onEnter(() => composer.focus());
watchNetwork(find("[data-network]"));
addEventListener("pagehide", () => conversation.save());
// A phone may end a tab in the background without a word.
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && conversation.save());
addEventListener("pageshow", ({ persisted }) => persisted && chat.takeUp());
if (opening.url) {
  const face = await getFace(opening.url);
  opening.show(face);
  new Masthead(find(".masthead")).show(face);
}
