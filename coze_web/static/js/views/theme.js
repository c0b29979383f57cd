const MEDIA = { system: "(prefers-color-scheme: dark)", light: "not all", dark: "all" }; // when dark.css applies
const THEMES = Object.keys(MEDIA);
const ONE_YEAR = 365 * 24 * 60 * 60; // seconds

const after = (theme) => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];

/** The button that goes from the system's theme to light, to dark and round again; a cookie keeps the choice. */
export class Theme {
  #button;
  #sheet;
  #words;
  #home;

  /** `home` is the folder of the site, for which the choice is kept. */
  constructor(button, { sheet, words, home = new URL(".", location.href) }) {
    this.#button = button;
    this.#sheet = sheet;
    this.#words = words;
    this.#home = home;
    button.addEventListener("click", () => this.#choose(after(document.documentElement.dataset.theme)));
  }

  #choose(theme) {
    document.documentElement.dataset.theme = theme;
    this.#sheet.media = MEDIA[theme];
    this.#button.title = this.#words[`theme_${theme}`];
    this.#button.setAttribute("aria-label", this.#button.title);
    this.#remember(theme);
  }

  // What the address asks for wins over the cookie.
  #remember(theme) {
    for (const link of [location, ...document.querySelectorAll("a[hreflang]")]) setTheme(link, theme);
    const age = theme === "system" ? 0 : ONE_YEAR;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `coze_web_theme=${theme}; path=${this.#home.pathname}; max-age=${age}; samesite=lax${secure}`;
  }
}

// In a frame on another site the browser keeps no cookie.
function setTheme(link, theme) {
  const url = new URL(link.href);
  if (document.documentElement.dataset.embedder) url.searchParams.set("theme", theme);
  else url.searchParams.delete("theme");
  if (link === location) history.replaceState(history.state, "", url);
  else link.href = url.href;
}
