/** The bot's name and icon at the head of the page, unless its owner has set another title. */
export class Masthead {
  #root;

  constructor(root) {
    this.#root = root;
  }

  /** Shows the bot's own name and icon; what it does not have, or null, stays as it was. */
  show(face) {
    if (face?.name) this.#name(face.name);
    if (face?.icon_url) this.#showIcon();
  }

  #name(name) {
    const heading = this.#root.querySelector("[data-name]");
    if (!heading) return;
    heading.textContent = name;
    document.title = name;
  }

  // From our own server: the address that Coze gives would tell another company of the visitor.
  #showIcon() {
    const seal = this.#root.querySelector("[data-seal]");
    const icon = Object.assign(new Image(), { className: "seal", alt: "" });
    icon.addEventListener("load", () => seal.replaceWith(icon));
    icon.src = seal.dataset.seal;
  }
}
