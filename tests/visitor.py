"""A visitor who asks POST /api/v1/coze/chat inside the test's process, with Coze played at the transport."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coze_web.sse import Frame, FrameParser
from tests.coze_wire import CANCEL_URL, CHAT_URL, STREAM_HEADERS, json_of

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

URL = "/api/v1/coze/chat"


def ask(client: FlaskClient, message: Any = "hi", **fields: Any) -> Any:
    """Ask as the page does."""
    return client.post(URL, json={"message": message, **fields}, buffered=True)


def play(coze: responses.RequestsMock, body: bytes, **arguments: Any) -> None:
    """Let Coze answer the next chat with this stream."""
    coze.post(CHAT_URL, body=body, content_type="text/event-stream", headers=STREAM_HEADERS, **arguments)
    coze.post(CANCEL_URL, json={"code": 0, "msg": "", "data": {"id": "2", "conversation_id": "1"}})


def frames(response: TestResponse) -> list[Frame]:
    """Read the whole stream, and check that it is one."""
    assert response.status_code == 200
    assert response.mimetype == "text/event-stream"
    assert response.data.startswith(b":"), "a comment comes first, so that the headers leave at once"
    return FrameParser().feed(response.data)


def error_of(response: TestResponse) -> dict[str, Any]:
    """Read the stream up to its one terminal frame, which must be an error."""
    *before, last = frames(response)
    assert last.event == "error"
    assert not {"done", "error", "conversation.chat.failed"} & {frame.event for frame in before}
    body: dict[str, Any] = json.loads(last.data)
    assert list(body) == ["type", "code", "message", "retryable", "logid", "request_id"]
    assert body["type"] == "error"
    assert body["request_id"] == response.headers["X-Request-ID"]
    return body


def cancelled(coze: responses.RequestsMock) -> list[Any]:
    return [json_of(call.request) for call in coze.calls if call.request.url == CANCEL_URL]
