"""The nginx of deploy/nginx.conf, for real, in front of the real server: what the bot owner copies works."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import requests
from requests.adapters import HTTPAdapter

from tests.servers import LIMIT, ROOT, emulator, free_port, is_listening, wait_until, web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
pytestmark = pytest.mark.skipif(NGINX is None and not os.environ.get("CI"), reason="nginx not installed")
DELIVERED = ROOT / "deploy/nginx.conf"
AROUND = """
daemon off; pid {folder}/pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/coze-web.conf;
}}
"""


def adapted(folder: Path, port: int, upstream: str) -> str:
    """Give the delivered file with this machine's ports and certificate; all else is as delivered."""
    text = DELIVERED.read_text()
    for delivered, here in {
        "127.0.0.1:8000": upstream,
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        "/etc/letsencrypt/live/bot.example/fullchain.pem": f"{folder}/certificate.pem",
        "/etc/letsencrypt/live/bot.example/privkey.pem": f"{folder}/key.pem",
    }.items():
        assert delivered in text
        text = text.replace(delivered, here)
    return text


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[str]:
    port = free_port()
    certificate = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/certificate.pem"]
    subject = ["-subj", "/CN=bot.example", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *certificate, *subject]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "coze-web.conf").write_text(adapted(folder, port, upstream))
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
    process = subprocess.Popen([str(NGINX), "-c", f"{folder}/nginx.conf", "-e", "stderr"])
    try:
        wait_until(lambda: process.poll() is not None or is_listening(port))
        assert process.poll() is None
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(LIMIT)


class Site(NamedTuple):
    """What a visitor knows of a site, and their way to it."""

    url: str
    certificate: Path

    def visitor(self, address: str = "127.0.0.1") -> requests.Session:
        """Give a visitor at an address of this machine who is on the site's page."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.certificate)
        session.headers["Origin"] = self.url
        session.mount("https://", _At(address))
        return session


class _At(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, source_address=(self._address, 0), **options)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the site at nginx, which passes to a real server."""
    folder = tmp_path_factory.mktemp("nginx")
    with (
        emulator(tokens_per_second=20) as coze,
        web(coze.url, COZE_WEB_TRUSTED_PROXIES="1", COZE_WEB_RATE_LIMIT="3 per hour") as server,
        nginx(folder, server.url.removeprefix("http://")) as url,
    ):
        yield Site(url, folder / "certificate.pem")


def test_an_answer_comes_through_as_it_is_written(site: Site) -> None:
    asked = {"message": "/say 60"}
    came: list[float] = []
    body = b""
    with (
        site.visitor() as visitor,
        visitor.post(f"{site.url}/api/v1/coze/chat", json=asked, stream=True, timeout=LIMIT) as response,
    ):
        assert response.status_code == 200
        for piece in response.iter_content(None):
            came.append(time.monotonic())
            body += piece
    assert body.endswith(b"event: done\ndata: [DONE]\n\n")
    assert len(came) > 5
    assert came[-1] - came[0] > 0.2  # sixty tokens at 20 a second: not all at the end


def test_visitors_are_told_apart_and_cannot_forge_their_address(site: Site) -> None:
    def ask(address: str, claimed: str) -> int:
        headers = {"X-Forwarded-For": claimed}
        with site.visitor(address) as visitor:
            # What is refused counts as a question, and costs nothing.
            answer = visitor.post(f"{site.url}/api/v1/coze/chat", json={}, headers=headers, timeout=LIMIT)
        return answer.status_code

    assert [ask("127.0.0.2", f"203.0.113.{number}") for number in range(4)] == [400, 400, 400, 429]
    assert ask("127.0.0.3", "203.0.113.0") == 400


def test_the_server_knows_that_visitors_come_over_https(site: Site) -> None:
    with site.visitor() as visitor:
        page = visitor.get(site.url, timeout=LIMIT)
    assert page.status_code == 200
    assert "max-age" in page.headers["Strict-Transport-Security"]
    assert len(page.headers["X-Request-ID"]) == 32  # nginx's own, so that both logs agree


def test_a_page_of_another_site_is_refused(site: Site) -> None:
    asked, elsewhere = {"message": "hi"}, {"Origin": "https://elsewhere.example"}
    with site.visitor("127.0.0.4") as visitor:
        response = visitor.post(f"{site.url}/api/v1/coze/chat", json=asked, headers=elsewhere, timeout=LIMIT)
    assert response.json()["code"] == "cross_site"
