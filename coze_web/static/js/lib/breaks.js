const BREAK = /<br *\/?>/iy;

/** A plugin of markdown-it: `<br>`, the only way to write several lines in a cell of a table. */
export function breaks(md) {
  md.inline.ruler.before("autolink", "br", (state, silent) => {
    BREAK.lastIndex = state.pos;
    if (!BREAK.test(state.src)) return false;
    if (!silent) state.push("hardbreak", "br", 0);
    state.pos = BREAK.lastIndex;
    return true;
  });
}
