"""`/static`: files that browsers keep for ever, compressed once."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import flask_compress.flask_compress
import pytest
from flask_compress import DictCache

from coze_web import compression
from coze_web.assets import CONSOLE_SHEETS, DIGEST, FILES, SHEETS, digest_of, media_type, read

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from pytest_mock import MockerFixture

SCRIPT = f"/static/{DIGEST}/js/app.js"
FOR_EVER = "public, max-age=31536000, immutable"


def test_a_file_is_kept_for_ever_under_the_hash_of_all(client: FlaskClient) -> None:
    response = client.get(SCRIPT)
    assert (response.status_code, response.data) == (200, FILES["js/app.js"])
    assert response.headers["Cache-Control"] == FOR_EVER
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert response.headers["Vary"] == "Accept-Encoding"


def test_another_versions_page_gets_this_versions_file_and_does_not_keep_it(client: FlaskClient) -> None:
    response = client.get("/static/0123456789ab/js/app.js")
    assert (response.status_code, response.data) == (200, FILES["js/app.js"])
    assert response.headers["Cache-Control"] == "no-cache"


def test_the_pages_sheet_is_all_sheets_but_the_dark_one() -> None:
    every = {f"css/{name}.css" for name in (*SHEETS, *CONSOLE_SHEETS, "dark")}
    assert every == {name for name in FILES if "css/" in name[:4]}
    assert all(FILES[f"css/{name}.css"] in FILES["page.css"] for name in SHEETS)
    assert all(FILES[f"css/{name}.css"] in FILES["console.css"] for name in CONSOLE_SHEETS)


def test_visitors_do_not_load_what_only_the_console_needs() -> None:
    assert not [name for name in SHEETS if name.startswith("console")]


@pytest.mark.parametrize("name", ["nothing.js", "js", "js/", "../web.py", "%2e%2e/web.py", "/etc/passwd", ""])
def test_what_is_no_file_of_the_page_is_not_there(client: FlaskClient, name: str) -> None:
    response = client.get(f"/static/{DIGEST}/{name}", follow_redirects=True)
    assert response.status_code == 404
    assert "Cache-Control" not in response.headers


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "zstd"])
def test_a_file_that_is_known_is_not_sent_again(client: FlaskClient, encoding: str) -> None:
    first = client.get(SCRIPT, headers={"Accept-Encoding": encoding})
    assert first.headers.get("Content-Encoding", "identity") == encoding
    known = {"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]}
    second = client.get(SCRIPT, headers=known)
    assert (second.status_code, second.data) == (304, b"")
    assert second.headers["Cache-Control"] == FOR_EVER
    assert client.get(SCRIPT, headers={**known, "If-None-Match": '"another"'}).status_code == 200


def test_a_file_is_compressed_once_whatever_the_hash_in_its_address(client: FlaskClient, mocker: MockerFixture) -> None:
    mocker.patch.object(compression.files, "cache", DictCache())
    work = mocker.spy(flask_compress.flask_compress, "_compress_data")
    for digest in (DIGEST, DIGEST, "made", "up"):
        response = client.get(f"/static/{digest}/css/turn.css", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(response.data) == FILES["css/turn.css"]
    assert work.call_count == 1


def test_the_page_is_compressed_for_each_visitor_and_the_api_is_not(client: FlaskClient) -> None:
    texts = [client.get("/", headers={"Accept-Encoding": "gzip", "Accept-Language": lang}) for lang in ("en", "zh")]
    assert ['<html lang="en"' in gzip.decompress(text.data).decode() for text in texts] == [True, False]
    assert texts[0].headers["Cache-Control"] == "no-cache"
    for path in ("/healthz", "/api/v1/coze/chat"):
        assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "gzip"}).headers


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.js", "text/javascript"),
        ("a.mjs", "text/javascript"),
        ("a.css", "text/css"),
        ("a.svg", "image/svg+xml"),
        ("a.json", "application/json"),
        ("a.woff2", "font/woff2"),
        ("a.png", "image/png"),
        ("a.webp", "image/webp"),
        ("a", "application/octet-stream"),
    ],
)
def test_a_file_has_its_type_whatever_the_system_says(name: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mimetypes.types_map", {".js": "text/plain"})
    assert media_type(name) == kind


def test_the_hash_is_of_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    for name, text in (("a.css", "a"), ("js/b.js", "b")):
        (tmp_path / name).write_text(text)
    files = read(tmp_path)
    assert files == {"a.css": b"a", "js/b.js": b"b"}
    others = [{"a.css": b"a"}, {"a.css": b"b", "js/b.js": b"a"}, {"a.css": b"a", "js/c.js": b"b"}]
    assert len({digest_of(each) for each in (files, *others)}) == 4
    assert digest_of(dict(reversed(files.items()))) == digest_of(files)
