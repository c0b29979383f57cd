"""A visitor made of one raw socket: what it sends, when it leaves and how it leaves are exact."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from coze_web.sse import Frame, FrameParser

if TYPE_CHECKING:
    from collections.abc import Iterator

PROMPT = "CANARY-prompt-5f1e"
PATH = "/api/v1/coze/chat"
TERMINAL = {"done", "error"}
LIMIT = 20.0


class Heard(NamedTuple):
    """One whole response."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def frames(self) -> list[Frame]:
        """The events of a stream."""
        return FrameParser().feed(self.body)

    @property
    def terminal(self) -> list[Frame]:
        """The events that say how it ended, of which a stream has exactly one."""
        return [frame for frame in self.frames if frame.event in TERMINAL]

    @property
    def error(self) -> dict[str, Any]:
        """The error object: of the stream's last event, or the whole body."""
        found: dict[str, Any] = json.loads(self.terminal[-1].data if self.terminal else self.body)
        return found

    @property
    def text(self) -> str:
        """The deltas' text, joined."""
        return "".join(
            json.loads(frame.data)["content"] for frame in self.frames if frame.event.endswith("message.delta")
        )


def request(body: bytes, *headers: str, method: str = "POST", path: str = PATH, host: str = "127.0.0.1") -> bytes:
    """Write a request as a page sends it; headers that are given come on top."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *headers]
    if body or method == "POST":
        lines += [f"Content-Length: {len(body)}"]
        if not any(line.lower().startswith("content-type") for line in headers):
            lines += ["Content-Type: application/json"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def question(message: Any = PROMPT, *headers: str, **fields: Any) -> bytes:
    """Write the request that asks a question."""
    return request(json.dumps({"message": message, **fields}).encode(), *headers)


class Client:
    """One connection to the site; `heard` is what it got, once it read to the end."""

    def __init__(self, port: int, sent: bytes = b"", receive_buffer: int = 0) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(LIMIT)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.heard: Heard | None = None
        self._response: http.client.HTTPResponse | None = None
        self.send(sent)

    def send(self, data: bytes) -> None:
        """Send exactly these bytes."""
        self.socket.sendall(data)

    @property
    def response(self) -> http.client.HTTPResponse:
        """The response, as soon as its headers are there."""
        if self._response is None:
            self._response = http.client.HTTPResponse(self.socket)
            self._response.begin()
        return self._response

    def pieces(self) -> Iterator[bytes]:
        """Yield the body as it comes."""
        while piece := self.response.read1(65536):
            yield piece

    def read(self) -> Heard:
        """Read to the end.

        Raises:
            http.client.IncompleteRead: the connection ended within the body.

        """
        self.heard = Heard(self.response.status, self.response.headers, self.response.read())
        self.leave()
        return self.heard

    def leave(self) -> None:
        """Close the connection: FIN, or RST when bytes lie unread."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if self._response is not None:
            self._response.close()
        self.socket.close()

    def reset(self) -> None:
        """Close it with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if self._response is not None:
            self._response.close()
        self.socket.close()

    def half_close(self) -> None:
        """Say that nothing more will be sent, and go on reading."""
        self.socket.shutdown(socket.SHUT_WR)
