// A button for any site, and behind it the page in a panel: docs/embed.md. It runs in other people's pages, so it is one
// classic script in the syntax of 2018, and neither their styles nor their policies are in its way.
(() => {
  "use strict";

  const READY_LIMIT_MS = 5000;
  const NARROW = "(max-width: 480px), (max-height: 480px)";
  const DARK = { light: "not all", dark: "all", system: "(prefers-color-scheme: dark)" };
  const SVG = "http://www.w3.org/2000/svg";
  const CHAT = "M4 5h16v11H10l-6 4z";
  const CROSS = "M6 6l12 12M18 6L6 18";
  const WORDS = {
    en: { label: "Ask us", close: "Close", blocked: "The chat cannot be shown here.", open: "Open it in a new tab" },
    zh: { label: "在线咨询", close: "关闭", blocked: "对话无法在这里显示。", open: "在新标签页中打开" },
  };

  const narrow = matchMedia(NARROW);
  const script = document.currentScript;
  const home = new URL("./", script.src).href;
  const { lang, theme, side, label } = readOptions(script.dataset);
  const words = WORDS[lang];

  function readOptions(data) {
    const language = data.lang || document.documentElement.lang || navigator.language;
    const known = /^zh\b/i.test(language) ? "zh" : "en";
    return {
      lang: known,
      theme: ["light", "dark"].includes(data.theme) ? data.theme : "system",
      side: data.position === "left" ? "left" : "right",
      label: data.label || WORDS[known].label,
    };
  }

  function address(more) {
    const url = new URL(home);
    const options = Object.assign({ lang }, theme === "system" ? {} : { theme }, more);
    Object.keys(options).forEach((name) => url.searchParams.set(name, options[name]));
    return url.href;
  }

  // In pixels, since a rem is what the site made of it.
  const LOOK = `
    :host { all: initial !important; }
    * { box-sizing: border-box; }
    .launcher, .panel {
      --page: #faf7f1; --text: #25221d; --line: #e2dacb; --accent: #a93621; --on-accent: #fffaf3;
      position: fixed; z-index: 2147483647; color: var(--text);
      font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
    }
    @media ${DARK[theme]} {
      .launcher, .panel { --page: #181613; --text: #ece6da; --line: #37322b; --accent: #ee8a70; --on-accent: #2a0d05; }
    }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; box-shadow: 0 0 0 2px var(--on-accent); }
    button { padding: 0; border: 0; border-radius: 50%; background: none; color: inherit; cursor: pointer; }
    svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 2; vertical-align: middle; }
    path { stroke-linecap: round; stroke-linejoin: round; }

    .launcher {
      ${side}: max(20px, env(safe-area-inset-${side})); bottom: max(20px, env(safe-area-inset-bottom));
      width: 56px; height: 56px; border: 2px solid var(--on-accent);
      background: var(--accent); color: var(--on-accent); box-shadow: 0 2px 12px rgb(0 0 0 / 25%);
    }
    [aria-expanded="false"] path + path, [aria-expanded="true"] path:first-child { display: none; }

    .panel {
      display: grid; grid-template: 100% / 100%; overflow: hidden;
      inset: auto; ${side}: 20px; bottom: 92px; margin: 0; padding: 0;
      width: 400px; max-width: none; height: 640px; max-height: calc(100vh - 112px);
      border: 1px solid var(--line); border-radius: 16px; background: var(--page);
      box-shadow: 0 8px 40px rgb(0 0 0 / 25%);
    }
    /* Not "display: none": some browsers forget how far a frame was scrolled. */
    .panel:not([open]) { visibility: hidden; }
    .panel > * { grid-area: 1 / 1; }
    iframe { width: 100%; height: 100%; border: 0; }

    .notice { z-index: 1; justify-self: end; align-self: start; padding: 8px; }
    .notice button { float: right; width: 44px; height: 44px; }
    .reason { padding: 60px 20px 20px; }
    .reason a { display: block; padding: 10px 0; color: var(--accent); }
    .panel:not([data-state="blocked"]) .reason, [data-state="ready"] .notice { display: none; }
    [data-state="blocked"] .notice { justify-self: stretch; }
    [data-state="blocked"] iframe { visibility: hidden; }

    @media ${NARROW} {
      .panel {
        inset: 0; width: 100%; height: 100%; height: 100dvh; max-height: none; border: 0; border-radius: 0;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
          env(safe-area-inset-left);
      }
    }
    @media print { .launcher, .panel { display: none; } }
  `;
  const LOCK = `@media ${NARROW} { html { overflow: hidden !important; } }`;

  // A policy like "style-src 'self'" forbids style elements, but no style sheet that a script makes.
  function addSheet(root, css) {
    if (!root.adoptedStyleSheets) {
      const style = make("style", { nonce: script.nonce || "" }, css);
      (root.head || root).append(style);
      return style;
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return sheet;
  }

  function make(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
  }

  function icon(...shapes) {
    const paths = shapes.map((d) => fill(document.createElementNS(SVG, "path"), { d }, []));
    return fill(document.createElementNS(SVG, "svg"), { viewBox: "0 0 24 24", "aria-hidden": "true" }, paths);
  }

  function fill(element, attributes, children) {
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
    element.append(...children);
    return element;
  }

  const launcher = make(
    "button",
    { class: "launcher", "aria-label": label, title: label, "aria-controls": "panel", "aria-expanded": "false" },
    icon(CHAT, CROSS),
  );
  const cross = make("button", { "aria-label": words.close, title: words.close }, icon(CROSS));
  const reason = make("div", { class: "reason", role: "alert" });
  const notice = make("div", { class: "notice" }, cross, reason);
  const panel = make("dialog", { id: "panel", class: "panel", "aria-label": label }, notice);
  const frame = make("iframe", { title: label, allow: "clipboard-write", referrerpolicy: "no-referrer" });
  const host = make("coze-web", { "data-home": home });
  const root = host.attachShadow({ mode: "open" });
  let lock, limit;

  function open() {
    if (panel.show) openPanel();
    else window.open(address(), "_blank", "noopener"); // a browser of before 2022
  }

  function openPanel() {
    if (panel.dataset.state !== "ready") load();
    show();
    lock.disabled = false;
    launcher.setAttribute("aria-expanded", "true");
  }

  function show() {
    if (narrow.matches) panel.showModal(); // what is behind a full screen is out of reach
    else panel.show();
    (panel.dataset.state === "ready" ? frame : cross).focus();
  }

  // What made it narrow may be a keyboard on the screen, which goes with the focus, and close() would take that away.
  function onNarrow() {
    if (!panel.open || ![host, document.body].includes(document.activeElement)) return; // or the site's field has it
    if (narrow.matches) panel.open = false;
    else panel.close();
    show();
  }

  function onClose() {
    if (panel.open) return; // again, by onNarrow
    lock.disabled = true;
    launcher.setAttribute("aria-expanded", "false");
    launcher.focus(); // Safari did not when it was clicked
  }

  function load() {
    wait();
    frame.src = address({ embed: location.origin });
    panel.append(frame); // anew, if it was there
  }

  function wait() {
    clearTimeout(limit);
    limit = setTimeout(onSilence, READY_LIMIT_MS);
    panel.dataset.state = "loading";
    reason.textContent = "";
  }

  // What is wrong is hidden from this script: the site is not allowed, or the server is not there.
  function onSilence() {
    panel.dataset.state = "blocked";
    reason.append(words.blocked, make("a", { href: address(), target: "_blank", rel: "noopener" }, words.open));
  }

  function onReady() {
    clearTimeout(limit);
    const waiting = root.activeElement === cross;
    panel.dataset.state = "ready";
    if (waiting) frame.focus();
  }

  // What a page says as it goes may come from no window any more.
  function onMessage({ origin, source, data }) {
    if (origin !== new URL(home).origin || (source && source !== frame.contentWindow) || !data) return;
    if (data.type === "coze-web:ready") onReady();
    if (data.type === "coze-web:left") wait();
    if (data.type === "coze-web:close") panel.close();
  }

  // Not in the body: sites move it, fade it, and some replace it.
  function start() {
    if (document.querySelector(`coze-web[data-home="${home}"]`)) return; // a tag manager or Turbo may run it once more
    addSheet(root, LOOK);
    lock = addSheet(document, LOCK);
    lock.disabled = true;
    root.append(launcher, panel);
    document.documentElement.append(host);
    launcher.addEventListener("click", () => (panel.open ? panel.close() : open()));
    cross.addEventListener("click", () => panel.close());
    panel.addEventListener("close", onClose);
    root.addEventListener("keydown", ({ key }) => key === "Escape" && panel.open && panel.close());
    addEventListener("message", onMessage);
    narrow.onchange = onNarrow; // Safari before 14 knows no addEventListener of it
  }

  if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
  else start();
})();
