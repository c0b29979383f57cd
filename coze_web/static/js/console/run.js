import { AskError, follow } from "../lib/api.js";
import { parseJson } from "../lib/json.js";
import { Run, runBody } from "../models/run.js";
import { RunView } from "./run_view.js";

// Runs the workflow of the form and shows what happens; without this script the form waits for the result.
const form = document.querySelector("#run");
const words = parseJson(document.querySelector("#words").textContent);
const start = form.querySelector("[data-start]");
const stop = form.querySelector("[data-stop]");
const options = {
  silence: Number(form.dataset.silence),
  language: document.documentElement.lang,
  headers: { "X-Form-Token": form.elements.form_token.value },
};
const view = new RunView(document.querySelector("#watch"), {
  template: document.querySelector("#node"),
  words,
  on: { answer, retry: () => attempt(again) },
});
let run = new Run();
let controller = null;
let again = null; // does once more what was last asked for
let early = null; // an answer that was given before the stream which asked had ended

form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
stop.addEventListener("click", stopWatching);

function begin() {
  const home = ["bot_id", "app_id"].map((name) => [name, form.elements[name].value.trim()]).filter(([, id]) => id);
  const body = runBody(form.elements.parameters.value.trim() || "{}", Object.fromEntries(home));
  attempt(() => {
    run = new Run();
    if (body) watch(form.dataset.stream, body);
    else view.paint(run, "error", new AskError({ code: "bad_json", message: words.bad_json }));
  });
}

function answer(text) {
  if (controller) {
    early = text;
    return;
  }
  const { eventId, type } = run.question;
  attempt(() => {
    run.resume();
    watch(form.dataset.resume, { event_id: eventId, interrupt_type: type, resume_data: text });
  });
}

// An answer that is not yet sent would have the run watched again.
function stopWatching() {
  early = null;
  controller?.abort();
}

function attempt(action) {
  if (controller) return;
  again = action;
  action();
}

async function watch(url, body) {
  controller = new AbortController();
  busy(true);
  view.paint(run, "running");
  try {
    for await (const event of follow(url, body, { ...options, signal: controller.signal })) {
      run.take(event);
      view.paint(run, "running");
    }
    view.paint(run, run.result.status ?? "unknown");
  } catch (error) {
    if (controller.signal.aborted) view.paint(run, "stopped");
    else view.paint(run, "error", asked(error));
  } finally {
    controller = null;
    busy(false);
    answerEarly();
  }
}

function answerEarly() {
  const text = early;
  early = null;
  if (text !== null && run.question) answer(text);
}

// What is no error of the server's is a fault in here, and must be seen.
function asked(error) {
  if (error instanceof AskError) return error;
  throw error;
}

function busy(isBusy) {
  start.disabled = isBusy;
  stop.hidden = !isBusy;
}
