"""How smoothly the page shows a long answer while it is written: `make bench-page`.

A scripted Coze says 100 KB, 60 events a second, to a real Chromium through the real server: once as a mixed answer, and
once in each of the shapes that are worst for Markdown that grows, one block of 100 KB. Printed are the longest frame
(between two calls of requestAnimationFrame), how many took more than 50 ms, and the longest task of the page's thread,
by the clock and by the time that it had a core. Only the last is the page's own doing if the machine is not idle.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from itertools import count
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

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
VIEWPORT: Any = {"width": 1180, "height": 800}
FLAGS = ["--no-sandbox", "--disable-gpu"]

MEASURE = """() => {
  window.measured = [];
  let last = performance.now();
  const frame = (now) => {
    window.measured.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""

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


def watch(browser: Browser, url: str) -> tuple[list[float], list[dict[str, Any]]]:
    """Ask, and return the frames until the answer was complete and the tasks of the page, in milliseconds."""
    page = browser.new_page(viewport=VIEWPORT)
    page.goto(url)
    page.locator("textarea").fill("Why does the sea have tides?")
    browser.start_tracing(page=page, categories=["toplevel"])
    page.evaluate(MEASURE)
    page.locator("textarea").press("Enter")
    page.locator(".turn[data-status=done]").wait_for(timeout=120_000)
    frames: list[float] = page.evaluate("() => window.measured")
    events = json.loads(browser.stop_tracing())["traceEvents"]
    page.close()
    return sorted(frames), tasks(events)


def tasks(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pick from a trace what the main threads of pages did; `dur` and `tdur` are microseconds of clock and core."""
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    return [event for event in events if "tdur" in event and (event["pid"], event["tid"]) in mains]


def main() -> None:
    """Measure the shapes that are named, or all, and print a line for each."""
    names = sys.argv[1:] or list(SHAPES)
    print(f"{'':12}{'frames':>8}{'longest':>9}{f'> {LIMIT_MS} ms':>9}{'longest task':>14}{'on a core':>11}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name in names:
            with upstream(saying(SHAPES[name]())) as coze, web(coze.url, COZE_WEB_RATE_LIMIT="") as site:
                frames, work = watch(browser, site.url)
            over = sum(frame > LIMIT_MS for frame in frames)
            clock, core = (max(task[kind] for task in work) / 1000 for kind in ("dur", "tdur"))
            print(f"{name:12}{len(frames):8}{frames[-1]:9.1f}{over:9}{clock:14.1f}{core:11.1f}", flush=True)


if __name__ == "__main__":
    main()
