import { AskError, follow } from "../lib/api.js";
import { parseJson } from "../lib/json.js";
import { Run } from "../models/run.js";
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
  on: { answer, retry: begin },
});
let run = new Run();
let controller = null;

form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
stop.addEventListener("click", () => controller?.abort());

function begin() {
  if (controller) return;
  run = new Run();
  const parameters = parseJson(form.elements.parameters.value.trim() || "{}");
  if (parameters === null || typeof parameters !== "object" || Array.isArray(parameters)) {
    view.paint(run, "no_result", new AskError({ code: "bad_json", message: words.bad_json }));
    return;
  }
  const home = ["bot_id", "app_id"].map((name) => [name, form.elements[name].value.trim()]).filter(([, id]) => id);
  watch(form.dataset.stream, { parameters, ...Object.fromEntries(home), stream: true });
}

function answer(text) {
  const { eventId, type } = run.question;
  run.resume();
  watch(form.dataset.resume, { event_id: eventId, interrupt_type: type, resume_data: text });
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
    else view.paint(run, "no_result", asked(error));
  } finally {
    controller = null;
    busy(false);
  }
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
