"""A scripted raw-socket Coze: exact bytes, exact endings, and it tells when its peer leaves."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Tt-Logid: 2026log\r\n"
UNTIL_CLOSE = HEAD + b"Connection: close\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{"code":0,"data":{} }'

Script = "Callable[[Connection], None]"


def chunk(data: bytes) -> bytes:
    """Frame one HTTP chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def read_to(wanted: bytes, pieces: Iterator[bytes]) -> bytes:
    """Read a response on, over heartbeats, to the piece that holds these bytes, and return it."""
    return next(piece for piece in pieces if wanted in piece)


class Connection:
    """One connection of a client, for a script to play with."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        self.number = number
        self._socket = sock

    def request(self) -> bytes:
        """Read one request whole; b"" when the client left."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self._socket.recv(65536)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        ]
        while len(body) < sum(lengths):
            body += self._socket.recv(65536)
        return head + b"\r\n\r\n" + body

    def send(self, data: bytes) -> None:
        """Send exactly these bytes."""
        self._socket.sendall(data)

    def wait_for_end(self) -> None:
        """Wait, in silence, until the client leaves."""
        with contextlib.suppress(OSError):
            while self._socket.recv(65536):
                pass

    def reset(self) -> None:
        """End with RST."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()


class Upstream:
    """A running upstream; `requests` holds what came, `left` is set whenever a script has ended."""

    def __init__(self, script: Callable[[Connection], None]) -> None:
        self.requests: list[bytes] = []
        self.left = threading.Event()
        self._script = script
        self._connections: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def hang_up(self) -> None:
        """End all connections, those that a client keeps for later too."""
        for sock in list(self._connections):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop listening, and wake who waits for a connection: it would wait on, on whatever gets the number next."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            number = 0
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._play, args=(sock, number), daemon=True).start()
                number += 1

    def _play(self, sock: socket.socket, number: int) -> None:
        self._connections.add(sock)
        with sock, contextlib.suppress(OSError):
            connection = Connection(sock, number)
            request = connection.request()
            self.requests.append(request)
            if b"/v3/chat/cancel" in request.partition(b"\r\n")[0]:
                connection.send(OK)
            else:
                self._script(connection)
                self.left.set()


@contextlib.contextmanager
def upstream(script: Callable[[Connection], None]) -> Iterator[Upstream]:
    """Run one for a test; the script is called after each request but a cancellation."""
    server = Upstream(script)
    try:
        yield server
    finally:
        server.close()
