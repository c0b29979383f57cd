"""What Prometheus may ask for: of all workers of one gunicorn, or of this process where there is no gunicorn.

Nothing is counted while an answer is written, only once it is over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from coze_web.catalog import CATALOG
from coze_web.ending import LEFT, Kind

if TYPE_CHECKING:
    from coze_web.ending import Ending

CONTENT_TYPE = CONTENT_TYPE_LATEST
FIRST_TOKEN = (0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 20, 30, 60)  # seconds
WHOLE = (0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60, 120, 300, 600)  # seconds
DIRECTIONS = {"input": "input_count", "output": "output_count"}
OTHER = "other"  # a code that is not in the catalogue: Coze, or who imitates it, may send any number

# Not the default one, which is that of an application this may be a part of.
REGISTRY = CollectorRegistry()
OPEN_STREAMS = Gauge(
    "coze_web_open_streams", "Answers that are being written.", registry=REGISTRY, multiprocess_mode="livesum"
)
UPSTREAM_RETRIES = Counter("coze_web_upstream_retries", "Calls to Coze that were made once more.", registry=REGISTRY)
_answers = Counter("coze_web_answers", "Answers that ended.", ["kind", "outcome", "code"], registry=REGISTRY)
_first_token = Histogram(
    "coze_web_first_token_seconds",
    "From asking Coze until its first piece of text.",
    ["kind"],
    registry=REGISTRY,
    buckets=FIRST_TOKEN,
)
_seconds = Histogram(
    "coze_web_answer_seconds",
    "From asking Coze until the response was over.",
    ["kind"],
    registry=REGISTRY,
    buckets=WHOLE,
)
_events = Counter("coze_web_events", "Events that were passed on to visitors.", ["kind"], registry=REGISTRY)
_tokens = Counter("coze_web_tokens", "Tokens as Coze counted them.", ["kind", "direction"], registry=REGISTRY)
_upstream_errors = Counter(
    "coze_web_upstream_errors", "Calls that Coze refused, or that did not reach it.", ["code"], registry=REGISTRY
)
_error_responses = Counter(
    "coze_web_error_responses", "Requests that were answered with an error object.", ["code"], registry=REGISTRY
)

# From the beginning, or `rate()` would not see the first of each; it opens the worker's files, too. Only the codes of
# failures are too many for that.
for _kind in get_args(Kind):
    for _metric in (_first_token, _seconds, _events):
        _metric.labels(_kind)
    _answers.labels(_kind, "done", "")
    _answers.labels(_kind, "left", LEFT)
    for _direction in DIRECTIONS:
        _tokens.labels(_kind, _direction)


def count_ending(ending: Ending) -> None:
    """Count one answer that is over."""
    kind, usage = ending.kind, ending.usage or {}
    _answers.labels(kind, ending.verdict, _known(ending.code)).inc()
    _seconds.labels(kind).observe(ending.seconds)
    _events.labels(kind).inc(ending.events)
    if ending.first_token is not None:
        _first_token.labels(kind).observe(ending.first_token)
    for direction, name in DIRECTIONS.items():
        _tokens.labels(kind, direction).inc(usage.get(name, 0))


def count_upstream_error(code: str) -> None:
    """Count one call to Coze that failed; each try of a call is one."""
    _upstream_errors.labels(_known(code)).inc()


def count_error_response(code: str) -> None:
    """Count one request that was answered with an error object."""
    _error_responses.labels(_known(code)).inc()


def exposition() -> bytes:
    """Return all that was counted, in Prometheus's text format."""
    everybody = CollectorRegistry()
    try:
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
    except ValueError:  # no PROMETHEUS_MULTIPROC_DIR, which gunicorn.conf.py sets
        return generate_latest(REGISTRY)
    return generate_latest(everybody)


def _known(code: str) -> str:
    return code if code in CATALOG or not code else OTHER
