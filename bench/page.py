"""How smoothly the page shows a long answer while it is written: `make bench-page`.

A scripted Coze says 100 KB, 60 events a second, to a real Chromium through the real server: once as a mixed answer, and
once in each of the shapes that are worst for Markdown that grows, one block of 100 KB. Printed are the longest frame
(between two calls of requestAnimationFrame) and how many took more than 50 ms; of these, how many came while the
machine was slow itself (see bench/stalls.py), how many else in the first second, while what shows Markdown is started,
and the rest.
"""

from __future__ import annotations

import shutil
import sys
import time
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from playwright.sync_api import sync_playwright

from bench.stalls import stalls
from tests.coze_wire import BEGIN, DONE, chat_event, delta
from tests.servers import web
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk, upstream

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

LENGTH = 100_000
EVENTS_PER_SECOND = 60
EVENT = 80  # characters
LIMIT_MS = 50
COLUMNS = ("frames", "longest", f"> {LIMIT_MS} ms", "in a stall", "at first", "else")
FIRST_MS = 1000
STALL_MS = 60  # what is slow when it is noticed is so a little longer
VIEWPORT: Any = {"width": 1180, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu"]

MEASURE = """() => {
  window.measured = [];
  let last = performance.now();
  const frame = (now) => {
    window.measured.push([performance.timeOrigin + last, now - last]);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""

# Nothing is asked of the page until then: looking for the end would cost frames.
END = """() => new Promise((done, fail) => {
  const turns = document.querySelector("[data-turns]");
  const look = () => {
    if (turns.querySelector("[data-status=done]")) done();
    if (turns.querySelector("[data-status=failed]")) fail(new Error("the answer failed"));
  };
  new MutationObserver(look).observe(turns, { subtree: true, attributes: true, attributeFilter: ["data-status"] });
  look();
  setTimeout(fail, 120_000, new Error("the answer never ended"));
})"""

SENTENCE = (
    "The **moon** pulls a little harder on the side that *faces* it, see `tide()` and [more](https://example.org/{n}). "
)
CODE = "def tide_{n}(moon: float, sun: float = 0.46) -> float:\n    return moon * 2 + sun  # twice a day\n\n"
ROW = "| Harbour {n} | **{n}.4 m** | see `tide({n})` and the almanac | twice a day, six hours apart |\n"
ITEM = "- **Harbour {n}**: two high tides and two low ones, about six hours apart, see `tide({n})`\n"
MIXED = (
    "## Part {n}\n\n" + SENTENCE * 3 + "\n\n" + ITEM * 3 + "\n```python\n" + CODE + "```\n\n"
    "| harbour | height | see | when |\n|---|---|---|---|\n" + ROW * 3 + "\nSo $h_{n} = \\frac{{a}}{{b}}$, and\n\n"
    "$$\n\\sum_{{i=0}}^{{{n}}} x_i^2\n$$\n\n"
)


class Frame(NamedTuple):
    """When a frame began, in milliseconds of the epoch, and how long it took."""

    at: float
    ms: float

    def was_in(self, slow: list[float]) -> bool:
        """Tell whether the machine was slow then."""
        return any(self.at - STALL_MS <= second * 1000 <= self.at + self.ms for second in slow)


def repeat(piece: str, before: str = "") -> str:
    """Fill 100 KB with numbered pieces."""
    text = before
    for number in count(1):
        text += piece.format(n=number)
        if len(text) >= LENGTH:
            return text
    raise AssertionError


SHAPES = {
    "mixed": lambda: repeat(MIXED),
    "paragraphs": lambda: repeat(SENTENCE * 4 + "\n\n"),
    "list": lambda: repeat(ITEM),
    "table": lambda: repeat(ROW, "| harbour | height | see | when |\n|---|---|---|---|\n"),
    "code": lambda: repeat(CODE, "```python\n"),
    "paragraph": lambda: repeat(SENTENCE),
}


def saying(text: str) -> Callable[[Connection], None]:
    """Say a text evenly, each event when it is due."""

    def play(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN))
        started = time.monotonic()
        for number, at in enumerate(range(0, len(text), EVENT)):
            time.sleep(max(0.0, started + number / EVENTS_PER_SECOND - time.monotonic()))
            connection.send(chunk(delta(text[at : at + EVENT])))
        connection.send(chunk(chat_event("completed") + DONE) + LAST_CHUNK)

    return play


def watch(browser: Browser, url: str) -> list[Frame]:
    """Ask, and return the frames until the answer was complete."""
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(url)
    page.locator("textarea").fill("Why does the sea have tides?")
    page.evaluate(MEASURE)
    page.locator("textarea").press("Enter")
    page.evaluate(END)
    frames = [Frame(*frame) for frame in page.evaluate("() => window.measured")]
    page.close()
    return frames


def main() -> None:
    """Measure the shapes that are named, or all, and print a line for each."""
    print_row("", *COLUMNS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name in sys.argv[1:] or SHAPES:
            coze = upstream(saying(SHAPES[name]()))
            with coze as at, web(at.url, COZE_WEB_RATE_LIMIT="") as site, stalls() as slow:
                frames = watch(browser, site.url)
            report(name, frames, slow)


def report(name: str, frames: list[Frame], slow: list[float]) -> None:
    """Print the line of a shape; `slow` is when the machine was, in seconds of the epoch."""
    over = [frame for frame in frames if frame.ms > LIMIT_MS]
    ours = [frame for frame in over if not frame.was_in(slow)]
    first = [frame for frame in ours if frame.at < frames[0].at + FIRST_MS]
    longest = max(frame.ms for frame in frames)
    print_row(name, len(frames), f"{longest:.0f}", len(over), len(over) - len(ours), len(first), len(ours) - len(first))


def print_row(name: str, *cells: object) -> None:
    """Print a name and what stands in its columns."""
    print(f"{name:12}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
