"""coze-web in another app, as several servers serve it: answers stream, and end when a visitor leaves."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.sse import FrameParser
from tests.servers import ROOT, SHOP_APP, Server, emulator, example_shop, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GEVENT = ("gunicorn", "--config", "python:coze_web.gunicorn_conf", *SHOP_APP)
THREADS = ("gunicorn", "--worker-class", "gthread", "--threads", "4", *SHOP_APP)
WERKZEUG = ("flask", "--app", str(ROOT / "examples" / "shop.py"), "run")
# What docs/extension.md tells a host with a configuration of its own.
OWN_CONFIG = "from coze_web.gunicorn_conf import post_worker_init\ngraceful_timeout = 20\n"


@pytest.fixture(scope="module")
def coze() -> Iterator[Server]:
    with emulator() as server:
        yield server


def ask(site: Server, question: str) -> requests.Response:
    url = f"{site.url}/assistant/api/v1/coze/chat"
    return requests.post(url, json={"message": question}, stream=True, timeout=30)


def events(coze: Server) -> list[str]:
    entries: list[dict[str, Any]] = requests.get(f"{coze.url}/_emulator/journal", timeout=5).json()["entries"]
    return [entry["event"] for entry in entries]


@pytest.mark.parametrize("command", [GEVENT, THREADS, WERKZEUG], ids=["gevent", "threads", "werkzeug"])
def test_answers_stream_and_are_given_up_when_the_visitor_leaves(coze: Server, command: tuple[str, ...]) -> None:
    with example_shop(coze.url, *command) as site:
        requests.post(f"{coze.url}/_emulator/reset", timeout=5)
        assert FrameParser().feed(ask(site, "/echo tea").content)[-1].event == "done"
        with ask(site, "/say 100000") as endless:
            assert any(b"delta" in piece for piece in endless.iter_content(None))
            assert requests.get(site.url, timeout=5).ok
        wait_until(lambda: "cancelled" in events(coze))


def test_a_hosts_own_configuration_ends_answers_properly_too(coze: Server, tmp_path: Path) -> None:
    config = tmp_path / "shop.conf.py"
    config.write_text(OWN_CONFIG)
    with example_shop(coze.url, "gunicorn", "--config", str(config), *THREADS[1:]) as site:
        answer = ask(site, "/say 100000")
        site.process.send_signal(signal.SIGTERM)
        last = FrameParser().feed(answer.content)[-1]
        assert (last.event, json.loads(last.data)["code"]) == ("error", "server_restarting")
        site.process.wait(20)
