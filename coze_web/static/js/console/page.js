import { parseJson } from "../lib/json.js";
import { Theme } from "../views/theme.js";

// What every page of the console has: the theme, and a cookie that tells the server in which time zone days begin.
const words = parseJson(document.querySelector("#words").textContent);
const home = document.querySelector("[data-home]").href;
new Theme(document.querySelector("#theme"), { sheet: document.querySelector("#dark"), words, home: new URL(".", home) });

const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
const path = new URL(home).pathname;
if (timeZone) document.cookie = `coze_web_zone=${timeZone}; path=${path}; samesite=strict`;
