"""Each request as a span, for who wants them."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from coze_web.tracing import tracing
from tests.coze_wire import CHAT_URL, LOGID, TOKEN, answer
from tests.servers import wait_until
from tests.visitor import URL, ask, play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient
    from opentelemetry.sdk.trace import ReadableSpan

    from coze_web import Settings

COLLECTOR = "http://127.0.0.1:4318/"
TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Give what the collector would have got."""
    exporter = InMemorySpanExporter()
    monkeypatch.setattr(
        "opentelemetry.exporter.otlp.proto.http.trace_exporter.OTLPSpanExporter",
        lambda endpoint: exporter if endpoint == f"{COLLECTOR}v1/traces" else None,
    )
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "5")  # milliseconds
    return exporter


@pytest.fixture
def traced(spans: InMemorySpanExporter, make_app: Callable[..., Flask], compiled: dict[Any, Flask]) -> FlaskClient:
    """Give a visitor of an app that tells a collector of its own, and is nobody else's."""
    app = make_app(OTEL_EXPORTER_OTLP_ENDPOINT=COLLECTOR)
    compiled.clear()
    return app.test_client()


def the_span(spans: InMemorySpanExporter) -> ReadableSpan:
    wait_until(spans.get_finished_spans)
    (span,) = spans.get_finished_spans()
    return span


def test_an_answer_is_one_span_with_facts_only(
    traced: FlaskClient, coze: responses.RequestsMock, spans: InMemorySpanExporter
) -> None:
    play(coze, answer("canary one"))
    response = ask(traced, "canary question")
    span = the_span(spans)
    assert (span.name, span.kind) == (f"POST {URL}", SpanKind.SERVER)
    assert span.resource.attributes["service.name"] == "coze-web"
    told = dict(span.attributes or {})
    assert told["coze_web.request_id"] == response.headers["X-Request-ID"]
    assert (told["coze_web.logid"], told["coze_web.outcome"]) == (LOGID, "done")
    assert (told["gen_ai.usage.input_tokens"], told["http.response.status_code"]) == (7, 200)
    assert isinstance(told["coze_web.first_token"], float)
    assert "error.type" not in told
    assert "canary" not in span.to_json()


def test_a_failure_is_marked(traced: FlaskClient, coze: responses.RequestsMock, spans: InMemorySpanExporter) -> None:
    coze.post(CHAT_URL, json={"code": 4100, "msg": "upstream words"})
    ask(traced)
    span = the_span(spans)
    assert (span.status.status_code, dict(span.attributes or {})["error.type"]) == (StatusCode.ERROR, "4100")


def test_it_is_part_of_the_callers_trace_of_which_coze_is_told_nothing(
    traced: FlaskClient, coze: responses.RequestsMock, spans: InMemorySpanExporter
) -> None:
    play(coze, answer("hi"))
    traced.post(URL, json={"message": "hi"}, headers={"traceparent": f"00-{TRACE_ID}-{SPAN_ID}-01"}, buffered=True)
    span = the_span(spans)
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE_ID, SPAN_ID)
    assert "traceparent" not in coze.calls[0].request.headers


def test_what_only_machines_ask_for_is_no_span(traced: FlaskClient, spans: InMemorySpanExporter) -> None:
    traced.get("/healthz")
    traced.get("/nothing")
    assert dict(the_span(spans).attributes or {})["http.response.status_code"] == 404


def test_without_a_collector_nothing_is_loaded(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch)
    assert tracing(make_settings()) == []


def test_a_missing_package_is_said_and_stops_nothing(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    forbid(monkeypatch)
    assert tracing(make_settings(OTEL_EXPORTER_OTLP_ENDPOINT=COLLECTOR)) == []
    assert "coze-web[otel] is not installed" in caplog.text
    assert TOKEN not in caplog.text


def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have OpenTelemetry be missing."""
    find = builtins.__import__

    def refuse(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return find(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
