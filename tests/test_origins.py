"""The settings that list origins: which pages may ask, and which may embed the page."""

from __future__ import annotations

import pytest

from coze_web.settings import Settings, SettingsError


@pytest.mark.parametrize("variable", ["COZE_WEB_ALLOWED_ORIGINS", "COZE_WEB_FRAME_ANCESTORS"])
@pytest.mark.parametrize(
    "value",
    ["*", "null", "shop.example", "https://*.shop.example", "https://", "https://shop.example; script-src", "'none' *",
     "https://a:99999", "https://店.example", "https://shop.example *", "file:///page.html", "https://a\x00b"],
)  # fmt: skip
def test_s13_what_is_no_origin_stops_the_start(variable: str, value: str) -> None:
    """S13 with the reason in both languages."""
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: value})
    assert f"{variable}: must list origins such as https://shop.example" in str(caught.value)
    assert "必须是形如 https://shop.example 的来源" in str(caught.value)


@pytest.mark.parametrize("variable", ["COZE_WEB_ALLOWED_ORIGINS", "COZE_WEB_FRAME_ANCESTORS"])
@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("https://shop.example/chat", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80/", "http://shop.example"),
        ("https://Shop.example", "https://shop.example"),
        ("https://user:SECRET@shop.example", "https://shop.example"),
        ("ftp://shop.example", "https://shop.example"),
        ("https://first.example https://shop.example?a", "https://shop.example"),
    ],
)
def test_an_origin_that_no_browser_sends_is_refused_with_the_right_one(variable: str, given: str, right: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ({variable: given})
    assert f"{variable}: must be the origin as browsers send it: {right} /" in str(caught.value)
    assert "SECRET" not in str(caught.value)


def test_lists_take_spaces_commas_and_a_slash_at_the_end() -> None:
    value = " https://a.example,https://b.example:8443/ ,\n http://127.0.0.1:3000, "
    found = ("https://a.example", "https://b.example:8443", "http://127.0.0.1:3000")
    assert Settings.from_environ({"COZE_WEB_ALLOWED_ORIGINS": value}).allowed_origins == found
    assert Settings.from_environ({"COZE_WEB_FRAME_ANCESTORS": value}).frame_ancestors == found
