"""Another site with our chat on its pages: docs/embed.html and what a test writes."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

from playwright.sync_api import expect

from tests.servers import ROOT, demo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Frame, Locator, Page

EXAMPLE = (ROOT / "docs/embed.html").read_text()
DOCUMENTED = "http://127.0.0.1:8000"


class Shop(NamedTuple):
    """The site's pages: where they are, as an allowed origin and as one that is not, and whose chat they show."""

    url: str
    stranger_url: str
    chat: str
    folder: Path

    def write(self, html: str) -> None:
        """Let this be the page; what the documentation says of the chat's address becomes true."""
        (self.folder / "index.html").write_text(html.replace(DOCUMENTED, self.chat))


class _Pages(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Be quiet."""


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """Serve the folder to `localhost`, which is another site than the chat's 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, directory=folder))
    threading.Thread(target=server.serve_forever).start()
    url = f"http://localhost:{server.server_port}"
    try:
        with demo(COZE_WEB_RATE_LIMIT="", COZE_WEB_VISITOR_STREAMS="0", COZE_WEB_FRAME_ANCESTORS=url) as chat:
            yield Shop(url, f"http://127.0.0.1:{server.server_port}", chat, folder)
    finally:
        server.shutdown()
        server.server_close()


def page_with(tag: str, lang: str = "", head: str = "") -> str:
    """Write a page of the shop with this script tag."""
    return f'<!doctype html><html lang="{lang}"><meta charset="utf-8">{head}<h1>Tea</h1>{tag}</html>'


def script(**options: str) -> str:
    attributes = "".join(f' data-{name}="{value}"' for name, value in options.items())
    return f'<script src="http://127.0.0.1:8000/embed.js"{attributes}></script>'


def launcher(page: Page) -> Locator:
    return page.locator(".launcher")


def panel(page: Page) -> Locator:
    return page.locator("dialog")


def chat_of(page: Page) -> Frame:
    """Give the chat's frame once the page in it is there."""
    expect(panel(page)).to_have_attribute("data-state", "ready")
    frame = panel(page).locator("iframe").element_handle().content_frame()
    assert frame
    return frame


def open_chat(page: Page) -> Any:
    """Open the panel with a click; the frame is used as the page of other tests is."""
    launcher(page).click()
    return chat_of(page)


def expect_closed(page: Page) -> None:
    expect(panel(page)).to_be_hidden()
    expect(launcher(page)).to_be_focused()
    expect(launcher(page)).to_have_attribute("aria-expanded", "false")
