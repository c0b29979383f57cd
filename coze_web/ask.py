"""A terminal client for a running coze-web server."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import requests

from coze_web.sse import FrameParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.sse import Frame

CHAT = "/api/v1/coze/chat"
SILENCE = 90
# A bot's text may not move the cursor or recolour the terminal.
TERMINAL_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class AskError(Exception):
    """The answer did not come, or not to its end; the text says why."""


def ask(url: str, message: str, language: str) -> Iterator[str]:
    """Ask a server and yield the answer's text piece by piece.

    Args:
        url: the server's address.
        message: the question.
        language: for error messages, an Accept-Language value.

    Raises:
        AskError: with the server's own message, or saying what happened on the way.

    """
    address = url if "://" in url else f"http://{url}"
    try:
        yield from _texts(address.rstrip("/") + CHAT, message, language)
    except (ValueError, AttributeError):
        raise AskError(f"{address} is not a coze-web server / 不是 coze-web 服务") from None
    except (requests.RequestException, OSError) as error:
        raise AskError(f"{address}: {type(error).__name__}; is the server running? / 服务是否已启动？") from None


def _texts(url: str, message: str, language: str) -> Iterator[str]:
    for frame in _frames(url, message, language):
        if frame.event == "done":
            return
        if frame.event == "error":
            raise AskError(_describe(json.loads(frame.data)))
        if frame.event == "conversation.message.delta":
            yield TERMINAL_CONTROL.sub("", json.loads(frame.data).get("content") or "")
    raise AskError("the answer was cut off / 回答在中途断开")


def _frames(url: str, message: str, language: str) -> Iterator[Frame]:
    parser = FrameParser()
    headers = {"Accept-Language": language}
    with requests.post(url, json={"message": message}, headers=headers, stream=True, timeout=(5, SILENCE)) as response:
        if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
            raise AskError(_describe(response.json()))
        for chunk in response.raw.stream(decode_content=True):
            yield from parser.feed(chunk)


def _describe(error: dict[str, Any]) -> str:
    ids = " ".join(f"{name}={error[name]}" for name in ("code", "logid", "request_id") if error.get(name))
    return f"{error.get('message')} ({ids})"
