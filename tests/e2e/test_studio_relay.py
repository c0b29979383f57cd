"""The conversation that a Studio wants before a chat, against a raw-socket Studio: time, hanging up, failing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from coze_web.relay import OPEN
from tests.coze_wire import CONVERSATION_ID, answer
from tests.e2e.test_relay import DONE, Visitor, nothing_left, silent, site
from tests.servers import wait_until
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk, upstream

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

__all__ = ["site"]  # the fixture

STUDIO = {"COZE_FLAVOR": "studio"}


def made() -> bytes:
    data = {"id": CONVERSATION_ID, "created_at": 1, "meta_data": None, "last_section_id": "1"}
    body = json.dumps({"code": 0, "msg": "", "data": data}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def test_both_calls_go_over_one_connection(site: Callable[..., Flask]) -> None:
    def script(connection: Connection) -> None:
        connection.send(made())
        asked.append(connection.request())
        connection.send(CHUNKED + chunk(answer("hi")) + LAST_CHUNK)

    asked: list[bytes] = []
    with upstream(script) as server:
        visitor = Visitor(site(server, **STUDIO))
        assert b"".join(visitor.pieces).endswith(DONE)
        assert asked[0].startswith(f"POST /v3/chat?conversation_id={CONVERSATION_ID} ".encode())
        visitor.leave()


def test_a_studio_that_is_silent_about_the_conversation_is_given_up(site: Callable[..., Flask]) -> None:
    with upstream(silent) as server:
        app = site(server, COZE_TIMEOUT="0.5", **STUDIO)
        assert Visitor(app).error()["code"] == "upstream_timeout"
        wait_until(lambda: nothing_left(app))
        assert server.left.wait(20)


def test_a_visitor_who_leaves_meanwhile_starts_no_chat(site: Callable[..., Flask]) -> None:
    with upstream(silent) as server:
        app = site(server, **STUDIO)
        visitor = Visitor(app)
        assert next(visitor.pieces) == OPEN
        wait_until(lambda: server.requests)
        visitor.leave()
        assert server.left.wait(20), "the upstream connection was closed"
        wait_until(lambda: nothing_left(app))
        assert [request.split(b" ")[1] for request in server.requests] == [b"/v1/conversation/create"]
