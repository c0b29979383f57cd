"""Each request as a span of OpenTelemetry, for who installed `coze-web[otel]` and named a collector."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from coze_web.request_line import RequestLine, Told
    from coze_web.settings import Settings

NANO = 1_000_000_000
# What OpenTelemetry's semantic conventions have a name for; the rest is told under ours.
CONVENTIONS = {
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "code": "error.type",
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
}

log = logging.getLogger(__name__)


def tracing(settings: Settings) -> list[Told]:
    """Return who makes a span of each request that is over; nobody where no collector is named."""
    if settings.otlp_endpoint is None:
        return []
    try:
        tracer = _tracer(f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
    except ImportError:
        log.warning("OTEL_EXPORTER_OTLP_ENDPOINT is set, but coze-web[otel] is not installed: no traces are sent")
        return []
    return [lambda line: None if line.is_quiet else _tell(tracer, line)]


def _tracer(endpoint: str) -> Tracer:
    # Ours alone: an application that this may be a part of has its own provider, or wants none.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - may be missing
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    named = Resource({"service.name": "coze-web"}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=named)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
    return provider.get_tracer("coze_web")


def _tell(tracer: Tracer, line: RequestLine) -> None:
    from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    fields = {name: value for name, value in line.fields.items() if value not in {None, ""}}
    begun = int(line.started * NANO)
    span = tracer.start_span(
        f"{fields['method']} {fields.get('route', '')}".strip(),
        context=TraceContextTextMapPropagator().extract({"traceparent": line.traceparent}),
        kind=SpanKind.SERVER,
        attributes={CONVENTIONS.get(name, f"coze_web.{name}"): value for name, value in fields.items()},
        start_time=begun,
    )
    if fields["outcome"] == "failed":
        span.set_status(StatusCode.ERROR)
    span.end(begun + int(fields["seconds"] * NANO))
