"""A network of one's own, in which a visitor's cable is pulled: prints how long they held a stream."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.coze_wire import BEGIN
from tests.faults.client import question
from tests.faults.site import RIGGED, running
from tests.servers import wait_until
from tests.upstream import CHUNKED, chunk

if TYPE_CHECKING:
    from tests.upstream import Connection

VISITOR = "10.9.9.9"
LIMIT = 40.0


def silent_after_a_word(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(BEGIN))
    connection.wait_for_end()


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def main(log: Path) -> None:
    """Pull it within an answer, in which there is nothing to send but heartbeats."""
    ip("link", "set", "lo", "up")
    ip("address", "add", f"{VISITOR}/32", "dev", "lo")
    limits = {"COZE_TIMEOUT": str(LIMIT), "COZE_TOTAL_TIMEOUT": str(LIMIT)}
    with running(log, RIGGED, **limits) as site, socket.socket() as visitor:
        site.play(silent_after_a_word)
        visitor.bind((VISITOR, 0))
        visitor.connect(("127.0.0.1", site.port))
        visitor.sendall(question())
        wait_until(lambda: b"in_progress" in visitor.recv(65536))
        ip("address", "delete", f"{VISITOR}/32", "dev", "lo")
        pulled = time.monotonic()
        wait_until(lambda: not site.held()["streams"], LIMIT)
        sys.stdout.write(f"{time.monotonic() - pulled}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
