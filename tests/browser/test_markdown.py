"""Answers as Markdown: what is made of it, and how quietly it grows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from coze_web.words import EN
from tests.browser.visit import (
    CHAT,
    PHONE,
    answer_of,
    answered,
    ask,
    change_labels,
    expect_status,
    field,
    hold_labels,
    prose_of,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.visit import OpenPage

ANSWER = """# A short guide
Some **bold**, *slanted* and ~~gone~~ words, `code`, and https://example.org/page.

## Lists

1. one
2. **two**
   - nested

3. three

> quoted

| left | right |
|:-----|------:|
| `a`  | **1** |
| b    | 2     |

---

```python
def tide(moon: float) -> float:
    return 2 * moon  # twice a day
```

So $E = mc^2$, and

$$
\\frac{a}{b}
- c
$$

The end."""
# What was painted, and which blocks were touched or taken away that had two others after them already.
WATCH = """(turns) => {
  window.seen = { texts: new Set(), touched: new Set() };
  const finished = new Set();
  const prose = () => turns.lastElementChild.querySelector(".prose");
  const frame = () => {
    window.seen.texts.add(prose()?.innerText ?? "");
    requestAnimationFrame(frame);
  };
  frame();
  new MutationObserver((mutations) => {
    for (const { target, removedNodes } of mutations) {
      const touched = [...finished].filter((block) => block.contains(target) || [...removedNodes].includes(block));
      for (const block of touched) window.seen.touched.add(block.outerHTML);
    }
    const blocks = prose()?.querySelectorAll(":scope > .stretch > *") ?? [];
    for (const block of [...blocks].slice(0, -2)) finished.add(block);
  }).observe(turns, { subtree: true, childList: true, characterData: true });
}"""

# Where the first and the last letter are that can be seen of an element.
ENDS = """(element) => {
  const walker = document.createTreeWalker(element.querySelector(".katex-html") ?? element, NodeFilter.SHOW_TEXT);
  const places = [];
  while (walker.nextNode()) {
    for (let at = 0; at < walker.currentNode.length; at++) {
      const range = document.createRange();
      range.setStart(walker.currentNode, at);
      range.setEnd(walker.currentNode, at + 1);
      places.push(range.getBoundingClientRect().left);
    }
  }
  return [places[0], places.at(-1)];
}"""


def tell(page: Page, *texts: str) -> Locator:
    return answer_of(answered(page, *texts))


def test_no_level_of_heading_is_left_out(page: Page) -> None:
    answer = tell(page, "### Small\n\ntext\n\n# Large\n\n#### Smallest\n\n> ## Quoted")
    levels = [("Small", 3), ("Large", 3), ("Smallest", 4), ("Quoted", 3)]
    for name, level in levels:
        heading = answer.get_by_role("heading", name=name, exact=True)
        expect(heading).to_have_attribute("aria-level", str(level))


def test_markdown_is_shown_as_what_it_means(page: Page) -> None:
    answer = tell(page, ANSWER)
    expect(answer.get_by_role("heading", name="A short guide", level=3)).to_be_visible()
    expect(answer.get_by_role("heading", name="Lists", level=4)).to_be_visible()
    for tag, text in {
        "strong": "bold",
        "em": "slanted",
        "s": "gone",
        "p > code": "code",
        "blockquote": "quoted",
    }.items():
        expect(answer.locator(tag).first).to_have_text(text)
    expect(answer.locator("ol > li")).to_have_count(3)
    expect(answer.locator("ol > li > ul > li")).to_have_text("nested")
    expect(answer.get_by_role("cell", name="2", exact=True)).to_have_css("text-align", "end")
    expect(answer.locator("hr")).to_be_visible()
    expect(answer.locator(".katex")).to_have_count(2)


def test_each_message_of_an_answer_is_markdown_of_its_own(page: Page) -> None:
    answer = tell(page, "**one\n\n```\nopen", "two**\n\n- three")
    expect(answer.locator(".prose")).to_have_count(2)
    expect(answer.locator(".prose").last.locator("p").first).to_have_text("two**")


def test_links_open_elsewhere_and_tell_nobody_where_from(page: Page) -> None:
    answer = tell(page, "[x](https://example.org/a) and <https://example.org/b>, [y](javascript:alert(1))")
    links = answer.get_by_role("link")
    expect(links).to_have_text(["x", "https://example.org/b"])
    for link in links.all():
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(answer).to_contain_text("[y](javascript:alert(1))")


def test_pictures_are_links(page: Page) -> None:
    answer = tell(page, "![a cat](https://example.org/cat.png) ![](https://example.org/dog.png)")
    expect(answer.get_by_role("link")).to_have_text(["a cat", EN.script.image])
    expect(page.locator("main img")).to_have_count(0)


def test_code_has_colours_and_its_language(page: Page) -> None:
    code = tell(page, ANSWER).locator(".code")
    expect(code.locator("figcaption")).to_contain_text("python")
    keyword = code.locator(".hljs-keyword").first
    expect(keyword).to_have_text("def")
    colours = "(element) => [element, element.closest('pre')].map((part) => getComputedStyle(part).color)"
    assert len(set(keyword.evaluate(colours))) == 2
    expect(code.get_by_role("group", name="python")).to_contain_text("return 2 * moon")


@pytest.mark.parametrize("clipboard", ["https", "http"])
def test_code_is_copied_with_a_button(page: Page, clipboard: str) -> None:
    answer = tell(page, ANSWER)
    if clipboard == "http":
        page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    else:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hold_labels(page)
    answer.get_by_role("button", name=EN.copy_code).click()
    expect(answer.get_by_role("button", name=EN.script.copied)).to_be_focused()
    field(page).focus()
    page.keyboard.press("ControlOrMeta+V")
    expect(field(page)).to_have_value("def tide(moon: float) -> float:\n    return 2 * moon  # twice a day")
    change_labels(page)
    expect(answer.get_by_role("button", name=EN.copy_code)).to_be_visible()


def test_a_formula_that_is_none_stays_readable(page: Page) -> None:
    answer = tell(page, r"$\frac{a$ and $\href{https://example.org}{x}$ and $x^2$ and $\def\a{\a\a}\a$")
    expect(answer.locator(".katex")).to_have_count(2)
    expect(answer.locator(".math").first).to_have_text(r"\frac{a")
    expect(answer.locator(".math").last).to_have_text(r"\def\a{\a\a}\a")
    expect(answer.get_by_role("link")).to_have_count(0)


def test_nothing_flickers_while_an_answer_grows(page: Page) -> None:
    """What stands above the end is never touched, and no mark of Markdown is ever seen."""
    expect(tell(page, ANSWER).locator(".hljs-keyword, .katex")).to_have_count(4)  # all is loaded
    page.unroute(CHAT)
    page.locator("[data-turns]").evaluate(WATCH)
    turn = ask(page, f"/echo {ANSWER}\n\n{ANSWER}")
    expect_status(turn, "done")
    seen = page.evaluate("() => ({ texts: [...window.seen.texts], touched: [...window.seen.touched] })")
    assert len(seen["texts"]) > 20
    for text in seen["texts"]:
        assert not re.search(r"\*\*|~~|`|\||^#|\$|\\frac|^-", text, re.MULTILINE), text
    assert seen["touched"] == []


def test_what_is_selected_stays_selected_while_the_answer_grows(page: Page) -> None:
    turn = ask(page, "/echo Some **bold** words " + "and more words " * 60)
    expect(prose_of(turn)).to_contain_text("and more words and")
    select = "(p) => getSelection().setBaseAndExtent(p.firstChild, 0, p.lastChild, 14)"
    prose_of(turn).evaluate(select)
    expect_status(turn, "done")
    assert page.evaluate("() => getSelection().toString()") == "Some bold words and mor"


def test_each_block_has_its_direction(page: Page) -> None:
    answer = tell(page, "Hello\n\nשלום **עולם**\n\n- مرحبا\n\n```\nשלום\n```")
    for part, direction in {"p >> nth=0": "ltr", "p >> nth=1": "rtl", "ul": "rtl", "pre": "ltr"}.items():
        expect(answer.locator(part)).to_have_css("direction", direction)


@pytest.mark.parametrize("part", ["code", ".katex"])
def test_code_and_formulas_are_read_from_left_to_right_in_hebrew(page: Page, part: str) -> None:
    answer = tell(page, "הגאות `-f(x) =` גבוהה $a < b$ מאוד\n\n$$a + b$$")
    expect(answer.locator(".katex")).to_have_count(2)
    for shown in answer.locator(part).all():
        first, last = shown.evaluate(ENDS)
        assert first < last


def test_what_is_wide_scrolls_by_itself(open_page: OpenPage) -> None:
    page = open_page(**PHONE | {"viewport": {"width": 320, "height": 640}})
    row = "| " + " | ".join("words" * 3 for _ in range(8)) + " |\n"
    table = row + "|---" * 8 + "|\n" + row
    answer = tell(
        page, f"{table}\n```\n{'x' * 300}\n```\n\n$$\n{'x + ' * 60} x\n$$\n\n[{'y' * 200}](https://example.org)"
    )
    expect(answer.locator(".katex")).to_have_count(1)
    for part in ("html", "main"):
        assert page.locator(part).evaluate("element => element.scrollWidth - element.clientWidth") == 0
    for name in (EN.script.table, EN.script.code_block):
        wide = answer.get_by_role("group", name=name)
        wide.focus()
        page.keyboard.press("ArrowRight")
        expect(wide).not_to_have_js_property("scrollLeft", 0)


def test_the_columns_of_a_long_table_keep_their_width_while_it_grows(page: Page) -> None:
    rows = "".join(f"| {number} | word |\n" for number in range(40)) + "| " + "longer " * 20 + "| word |\n"
    turn = ask(page, f"/echo | a | b |\n|---|---|\n{rows}")
    widths = "(table) => [...table.rows[0].cells].map((cell) => cell.offsetWidth)"
    expect(turn.locator("tr").nth(32)).to_be_visible(timeout=20_000)
    before = turn.locator("table").evaluate(widths)
    expect_status(turn, "done")
    assert turn.locator("table").evaluate(widths) == before
