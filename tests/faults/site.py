"""A real gunicorn in front of a scripted Coze, and the four rules that every fault is checked against."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import requests

from tests.coze_wire import OPERATOR_TOKEN, TOKEN
from tests.faults.client import PROMPT, Client, Heard, question
from tests.servers import ROOT, Server, wait_until, web
from tests.upstream import HEAD, LAST_CHUNK, Connection, Upstream, chunk, upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CONFIG = ("--config", str(ROOT / "gunicorn.conf.py"))
COUNTED = "tests.faults.counted:app"
RIGGED = "tests.faults.rigged:app"
PATIENCE = 4  # seconds that the rigged app has for visitors
UNBEARABLE = "a word that the rigged app cannot bear"
# Limits that are not reached, also where the machine pauses: who tests one makes it small.
SETTINGS = {
    "COZE_PAT": TOKEN,
    "COZE_WEB_OPERATOR_TOKEN": OPERATOR_TOKEN,
    "COZE_WEB_HEARTBEAT": "0.1",
    "COZE_TIMEOUT": "60",
    "COZE_TOTAL_TIMEOUT": "60",
    "COZE_CONNECT_TIMEOUT": "10",
    "COZE_WEB_RATE_LIMIT": "",
    "COZE_LOG_LEVEL": "DEBUG",
    "RATELIMIT_STORAGE_URI": "memory://",
    "COZE_WEB_VISITOR_STREAMS": "0",
}
CANARIES = (TOKEN, OPERATOR_TOKEN, PROMPT)
# The head of a connection's last answer: the next chat must not be asked on what is about to be closed.
LAST = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"


def whole(body: bytes) -> bytes:
    """Write a stream that comes to its end, after which the connection is closed."""
    return LAST + chunk(body) + LAST_CHUNK


def silent(connection: Connection) -> None:
    """Never say anything."""
    connection.wait_for_end()


@dataclass
class Site:
    """One running site."""

    server: Server
    coze: Upstream
    log: Path
    script: Callable[[Connection], None] = silent
    clients: list[Client] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where gunicorn listens."""
        return int(self.server.url.rpartition(":")[2])

    def play(self, script: Callable[[Connection], None]) -> None:
        """Let Coze do this at every chat from now on; a cancellation it always accepts."""
        self.script = script

    def connect(self, sent: bytes = b"", receive_buffer: int = 0) -> Client:
        """Open one connection and send these bytes."""
        client = Client(self.port, sent, receive_buffer)
        self.clients.append(client)
        return client

    def ask(self, message: Any = PROMPT, *headers: str, **fields: Any) -> Client:
        """Ask a question, and leave the answer to be read."""
        return self.connect(question(message, *headers, **fields))

    def heard(self, message: Any = PROMPT, *headers: str, **fields: Any) -> Heard:
        """Ask a question and read the answer to its end."""
        return self.ask(message, *headers, **fields).read()

    def get(self, path: str, **headers: str) -> requests.Response:
        """Fetch a path."""
        return requests.get(f"{self.server.url}{path}", headers=headers, timeout=20)

    def held(self) -> dict[str, int]:
        """Count what the worker holds."""
        found: dict[str, int] = self.get("/held", Connection="close").json()
        return found

    def chats(self) -> int:
        """Count how often Coze was asked."""
        return len(self.coze.requests) - self.cancellations()

    def cancellations(self) -> int:
        """Count how often Coze was asked to stop a chat."""
        return sum(request.startswith(b"POST /v3/chat/cancel") for request in self.coze.requests)


@contextmanager
def running(log: Path, app: str = COUNTED, **variables: str) -> Iterator[Site]:
    """Run a site, of this app, with these settings; its output goes to a file."""
    sites: list[Site] = []

    def play(connection: Connection) -> None:
        sites[0].script(connection)

    known = {**SETTINGS, "DATABASE_URL": f"sqlite:///{log}.sqlite3", **variables}
    with upstream(play) as coze, log.open("wb") as output, web(coze.url, (*CONFIG, app), output, **known) as server:
        sites.append(Site(server, coze, log))
        yield sites[0]


@contextmanager
def four_rules(site: Site) -> Iterator[None]:
    """Check them around a fault: one terminal frame, nothing held, no secret told, and the site alive throughout."""
    site.coze.hang_up()  # or this chat might be asked on what is left of the test before
    site.play(silent)
    site.clients.clear()
    base = site.held()
    slowest = Pulse(site)
    with slowest:
        yield
    check_clients(site)
    wait_until(lambda: nothing_more(site.held(), base))
    check_secrets(site)
    assert slowest.seconds < 1, "the site answered within a second throughout"


@contextmanager
def dying(log: Path, app: str = COUNTED, **variables: str) -> Iterator[Site]:
    """Run a site that a test may kill, and check the two rules that hold even then: terminal frames and secrets."""
    with running(log, app, **variables) as site:
        yield site
        check_clients(site)
        check_secrets(site)


def check_clients(site: Site) -> None:
    """Check what they heard, and let them leave."""
    for client in site.clients:
        check_terminal(client)
        client.leave()


def check_secrets(site: Site) -> None:
    """Check that neither the log nor any client was told one."""
    told = site.log.read_bytes() + b"".join(map(recorded, site.clients))
    assert not [canary for canary in CANARIES if canary.encode() in told]


def check_terminal(client: Client) -> None:
    """Check that a stream that was read to its end says how it ended, once, and last."""
    heard = client.heard
    if heard is not None and heard.headers.get_content_type() == "text/event-stream":
        assert len(heard.terminal) == 1
        assert heard.frames[-1] == heard.terminal[0]


def nothing_more(held: dict[str, int], base: dict[str, int]) -> bool:
    """Whether a worker is back to what it held."""
    return held["pid"] != base["pid"] or all(held[name] <= base[name] for name in ("files", "greenlets", "streams"))


def recorded(client: Client) -> bytes:
    """All that a client got."""
    heard = client.heard
    return b"" if heard is None else str(heard.headers).encode() + heard.body


class Pulse:
    """Asks for `/healthz` again and again while it is entered; `seconds` is the longest that it took."""

    def __init__(self, site: Site) -> None:
        self.seconds = 0.0
        self._site = site
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            started = time.monotonic()
            assert self._site.get("/healthz", Connection="close").ok
            self.seconds = max(self.seconds, time.monotonic() - started)
            if self._over.wait(0.1):
                return
