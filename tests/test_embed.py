"""The script that other sites load: who gets it, how it is kept, and what it is read as."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient

ADDRESS = "/embed.js"  # it stands in other people's pages
SHOP = "https://shop.example"


def test_the_script_is_kept_for_an_hour_and_then_asked_for_anew(client: FlaskClient) -> None:
    with client.get(ADDRESS) as first:
        assert first.status_code == 200
        assert first.headers["Cache-Control"] == "public, max-age=3600"
    with client.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]}) as second:
        assert second.status_code == 304


def test_the_script_is_read_as_utf8_by_a_page_in_any_encoding(client: FlaskClient) -> None:
    with client.get(ADDRESS) as response:
        assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize("allowed", ["", SHOP])
def test_a_page_of_any_site_may_load_the_script(make_app: Callable[..., Flask], allowed: str) -> None:
    site = {"Origin": SHOP, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"}
    with make_app(COZE_WEB_FRAME_ANCESTORS=allowed).test_client().get(ADDRESS, headers=site) as response:
        assert response.status_code == 200
        assert "Cross-Origin-Resource-Policy" not in response.headers
        assert "Set-Cookie" not in response.headers
        assert response.headers["Vary"] == "Accept-Encoding"
