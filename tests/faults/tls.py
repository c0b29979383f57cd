"""A Coze that speaks TLS, and certificates that are made as a test wants them."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import ssl
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.upstream import Connection, Upstream

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

DAY = dt.timedelta(days=1)


def certificate(folder: Path, name: str, address: str = "127.0.0.1", days: int = 1) -> Path:
    """Write a file with a certificate for this address that signs itself, and its key; negative days: it expired."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    until = dt.datetime.now(dt.UTC) + days * DAY
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(until - 10 * DAY)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key_text)
    return path


class TlsUpstream(Upstream):
    """An upstream behind TLS.

    Attributes:
        shown: the file of the certificate that it shows; with None it shakes no hands, and says `plain` instead.
        script: what it does after each request.
        tries: how many connections came.

    """

    def __init__(self) -> None:
        self.shown: Path | None = None
        self.script: Callable[[Connection], None] = Connection.wait_for_end
        self.plain = b""
        self.tries = 0
        super().__init__(self._follow)
        self.url = self.url.replace("http:", "https:")

    def _follow(self, connection: Connection) -> None:
        self.script(connection)

    def _play(self, sock: socket.socket, number: int) -> None:
        self.tries += 1
        with sock, contextlib.suppress(OSError):
            if self.shown is None:
                connection = Connection(sock, number)
                connection.send(self.plain)
                connection.wait_for_end()
            else:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self.shown)
                super()._play(context.wrap_socket(sock, server_side=True), number)
