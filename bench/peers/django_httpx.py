"""Django in one file, and httpx: Coze's bytes are passed through as they come."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import httpx
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__)
coze = httpx.Client(
    base_url=os.environ["COZE_API_BASE_URL"],
    headers={"Authorization": f"Bearer {os.environ['COZE_PAT']}"},
    # Unless told otherwise httpx stops at 100 connections; those kept alive are as many as with cozepy.
    limits=httpx.Limits(max_connections=5000, max_keepalive_connections=100),
    timeout=600,
    trust_env=False,
)


def health(_: HttpRequest) -> HttpResponse:
    """Say that the worker is ready."""
    return HttpResponse("ok", content_type="text/plain")


def chat(request: HttpRequest) -> StreamingHttpResponse:
    """Pass the answer's bytes through."""
    message = json.loads(request.body)["message"]
    return StreamingHttpResponse(answer(message), content_type="text/event-stream")


def answer(message: str) -> Iterator[bytes]:
    """Ask Coze, and give the body of its answer piece by piece."""
    asked = {
        "bot_id": os.environ["COZE_BOT_ID"],
        "user_id": "visitor",
        "stream": True,
        "additional_messages": [{"role": "user", "type": "question", "content": message, "content_type": "text"}],
    }
    with coze.stream("POST", "/v3/chat", json=asked) as response:
        yield from response.iter_bytes()


urlpatterns = [path("healthz", health), path("api/v1/coze/chat", chat)]
app = get_wsgi_application()
