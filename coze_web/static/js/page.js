import { parseJson } from "./lib/json.js";
import { embed } from "./views/embedded.js";
import { Theme } from "./views/theme.js";

// What the page has even where no bot is set up yet, or what else it needs has not come.
const words = parseJson(document.querySelector("#words").textContent);
new Theme(document.querySelector("#theme"), { sheet: document.querySelector("#dark"), words });
embed(document.querySelector("[data-close]"));
document.querySelector("[data-app]")?.addEventListener("error", () => {
  document.querySelector("[data-incomplete]").hidden = false;
});
