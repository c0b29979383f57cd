"""How the process is put together: what is shared between visitors, and what must not be."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import BEGIN, answer, delta
from tests.faults.client import PROMPT
from tests.faults.site import RIGGED, UNBEARABLE, Site, running, whole
from tests.faults.tls import TlsUpstream, certificate
from tests.servers import wait_until
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk, read_to

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANY = 20
CHATS = 10


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a site with a bug."""
    with running(tmp_path_factory.mktemp("faults") / "log", RIGGED) as site:
        yield site


def test_p17_many_ask_at_once_through_tls(tmp_path: Path) -> None:
    """P17: gevent has patched what TLS is made of before it was loaded."""
    coze = TlsUpstream()
    coze.shown = certificate(tmp_path, "coze")
    coze.script = lambda connection: connection.send(whole(answer("hi")))
    try:
        with running(tmp_path / "log", COZE_API_BASE_URL=coze.url, REQUESTS_CA_BUNDLE=str(coze.shown)) as site:
            heard = [visitor.read() for visitor in [site.ask() for _ in range(MANY)]]
    finally:
        coze.close()
    assert [(it.text, it.terminal[0].event) for it in heard] == [("hi", "done")] * MANY


def test_p18_every_visitor_is_told_in_their_language_under_their_name(site: Site) -> None:
    """P18: long after the request has been handled, and while others' are."""
    together = threading.Barrier(3)

    def script(connection: Connection) -> None:
        together.wait(10)
        connection.send(whole(BEGIN))

    site.play(script)
    languages = ["zh", "en", "zh"]
    visitors = [
        site.ask(PROMPT, f"Accept-Language: {language}", f"X-Request-ID: visitor-{number}")
        for number, language in enumerate(languages)
    ]
    errors = [visitor.read().error for visitor in visitors]
    assert [error["request_id"] for error in errors] == [f"visitor-{number}" for number in range(3)]
    assert errors[0]["message"] == errors[2]["message"]
    assert [error["message"].isascii() for error in errors] == [False, True, False]


def test_p19_a_bug_within_an_answer_is_told_and_nothing_of_the_answer_logged(site: Site) -> None:
    """P19: the visitor keeps what came before, and gets the name under which we find where it was."""
    is_read = threading.Event()

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN + delta("good")))
        assert is_read.wait(10)
        connection.send(chunk(delta(f"{UNBEARABLE} {PROMPT}")))
        connection.wait_for_end()

    site.play(script)
    visitor = site.ask()
    assert b"good" in read_to(b"message.delta", visitor.pieces())
    is_read.set()
    heard = visitor.read()
    assert heard.error["code"] == "internal_error"
    log = site.log.read_text()
    assert heard.error["request_id"] in log
    assert "take_or_fail" in log


def test_p20_two_servers_of_one_user_do_not_meet(tmp_path: Path) -> None:
    """P20: neither leaves anything at home, and when one ends the other goes on."""
    home = tmp_path / "home"
    home.mkdir()
    places = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    with running(tmp_path / "one", **places) as one:
        with running(tmp_path / "two", **places) as two:
            assert one.get("/healthz").ok
            assert two.get("/healthz").ok
            assert not list(home.iterdir())
        assert one.get("/healthz").ok


def test_p21_all_chats_share_one_connection_to_coze(site: Site) -> None:
    """P21: a client for each would have to connect, and load the certificates, each time."""
    connections: list[int] = []

    def script(connection: Connection) -> None:
        connections.append(connection.number)
        for _ in range(CHATS - 1):
            connection.send(CHUNKED + chunk(answer("hi")) + LAST_CHUNK)
            connection.request()
        connection.send(whole(answer("hi")))

    site.play(script)
    for _ in range(CHATS):
        assert site.heard().terminal[0].event == "done"
        wait_until(lambda: not site.held()["streams"])
    assert len(connections) == 1
