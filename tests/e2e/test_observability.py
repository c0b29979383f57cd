"""What the owner sees of real workers: sums over all of them, one JSON line for each request, and spans."""

from __future__ import annotations

import json
import os
import signal
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import requests
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.coze_wire import OPERATOR_TOKEN
from tests.faults.worker import family
from tests.servers import WEB_APP, Server, emulator, wait_until, web
from tests.test_metrics import samples

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator
    from pathlib import Path

CHATS = 12  # two workers would hardly leave them all to one of them
OPEN = "coze_web_open_streams{}"
AUTH = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}
KNOWN = {"COZE_WEB_OPERATOR_TOKEN": OPERATOR_TOKEN, "COZE_WEB_RATE_LIMIT": "", "COZE_WEB_VISITOR_STREAMS": "0"}


@pytest.fixture(scope="module")
def coze() -> Iterator[Server]:
    with emulator() as server:
        yield server


def ask(site: Server, question: str, **headers: str) -> requests.Response:
    url = f"{site.url}/api/v1/coze/chat"
    return requests.post(url, json={"message": question}, headers=headers, stream=True, timeout=20)


def scraped(site: Server) -> Counter[str]:
    response = requests.get(f"{site.url}/metrics", headers=AUTH, timeout=20)
    assert response.status_code == 200
    return samples(response.text)


def test_any_worker_tells_of_all_and_of_the_dead(coze: Server, tmp_path: Path) -> None:
    known = {**KNOWN, "TMPDIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/runs.sqlite3"}
    with web(coze.url, WEB_APP, None, WEB_CONCURRENCY="2", **known) as site:
        wait_until(lambda: len(family(site.process.pid)) == 3)
        assert list(tmp_path.glob("coze-web-metrics-*"))
        asked = [ask(site, "/echo hi") for _ in range(CHATS)] + [ask(site, "/fault code 4100")]
        assert all(answer.content for answer in asked)
        done = "coze_web_answers_total{code=,kind=chat,outcome=done}"
        failed = "coze_web_answers_total{code=4100,kind=chat,outcome=failed}"
        wait_until(lambda: (now := scraped(site))[done] == CHATS and now[failed] == 1 and now[OPEN] == 0)
        found = [scraped(site) for _ in range(8)]  # of either worker
        assert all(each == found[0] for each in found)
        assert found[0][failed] == 1
        assert found[0]["coze_web_first_token_seconds_count{kind=chat}"] == CHATS
        assert found[0]["coze_web_first_token_seconds_bucket{kind=chat,le=+Inf}"] == CHATS
        assert found[0][OPEN] == 0

        waiting = [ask(site, "/fault slow-start 60") for _ in range(CHATS)]
        assert scraped(site)[OPEN] == CHATS
        for worker in family(site.process.pid)[1:]:
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: is_reached(site) and scraped(site)[OPEN] == 0, limit=40)
        assert scraped(site)[done] == CHATS
        del waiting
    assert not list(tmp_path.glob("coze-web-metrics-*"))


def is_reached(site: Server) -> bool:
    try:
        return requests.get(f"{site.url}/healthz", timeout=20).ok
    except requests.RequestException:
        return False


def test_each_request_is_one_line_of_json(coze: Server, tmp_path: Path) -> None:
    log = tmp_path / "log"
    known = {**KNOWN, "DATABASE_URL": f"sqlite:///{tmp_path}/runs.sqlite3", "WEB_CONCURRENCY": "2"}
    with log.open("wb") as output, web(coze.url, WEB_APP, output, **known) as site:
        answers = [ask(site, "/echo canary") for _ in range(CHATS)]
        assert all(b"canary" in answer.content for answer in answers)
        gone = requests.get(f"{site.url}/canary?canary=1", timeout=20)
        ready = requests.get(f"{site.url}/readyz", timeout=20)
        assert ready.json() == {"status": "ready"}
        wait_until(lambda: log.read_text().count('"request"') == CHATS + 1)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    told = {line["request_id"]: line for line in lines if line["event"] == "request"}
    assert set(told) == {answer.headers["X-Request-ID"] for answer in [*answers, gone]}
    assert told[gone.headers["X-Request-ID"]]["code"] == "not_found"
    line = told[answers[0].headers["X-Request-ID"]]
    assert (line["route"], line["status"], line["outcome"]) == ("/api/v1/coze/chat", 200, "done")
    assert line["logid"]
    assert line["first_token"] > 0
    assert line["output_tokens"] > 0
    assert "canary" not in log.read_text()
    assert "Listening at" in str([line["event"] for line in lines]), "gunicorn's own lines are JSON too"


class Collector(BaseHTTPRequestHandler):
    """Takes what OpenTelemetry sends."""

    got: list[ExportTraceServiceRequest]

    def do_POST(self) -> None:
        self.got.append(ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def collector() -> Iterator[tuple[str, list[ExportTraceServiceRequest]]]:
    got: list[ExportTraceServiceRequest] = []
    server = HTTPServer(("127.0.0.1", 0), type("_Collector", (Collector,), {"got": got}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_collector_gets_each_answer(coze: Server) -> None:
    with collector() as (url, got):
        with web(coze.url, OTEL_EXPORTER_OTLP_ENDPOINT=url, OTEL_SERVICE_NAME="shop") as site:
            answer = ask(site, "/echo canary")
            assert answer.content
            site.process.send_signal(signal.SIGTERM)
            wait_until(lambda: got)
        (resource,) = got[0].resource_spans
        assert ("service.name", "shop") in {(it.key, it.value.string_value) for it in resource.resource.attributes}
        spans = [span for scope in resource.scope_spans for span in scope.spans]
    assert [span.name for span in spans] == ["POST /api/v1/coze/chat"]
    attributes = {it.key: it.value.string_value for it in spans[0].attributes}
    assert attributes["coze_web.request_id"] == answer.headers["X-Request-ID"]
    assert "canary" not in str(got)
