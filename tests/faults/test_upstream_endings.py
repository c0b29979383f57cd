"""Coze's answer ends badly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.coze_wire import BEGIN, answer, delta
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk

if TYPE_CHECKING:
    from tests.faults.site import Site


def test_a_whole_answer_is_whole(site: Site) -> None:
    """No fault: what the others are compared with."""
    site.play(lambda connection: connection.send(CHUNKED + chunk(answer("你", "好")) + LAST_CHUNK))
    heard = site.heard()
    assert heard.text == "你好"
    assert heard.terminal[0].event == "done"


def test_u12_a_clean_end_without_completed_is_an_error(site: Site) -> None:
    """U12: what came is shown, and that it is not all."""

    def script(connection: Connection) -> None:
        connection.send(CHUNKED + chunk(BEGIN + delta("half")) + LAST_CHUNK)

    site.play(script)
    heard = site.heard()
    assert heard.text == "half"
    assert heard.error["code"] == "upstream_truncated"
