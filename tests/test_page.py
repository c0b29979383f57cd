from __future__ import annotations

from dataclasses import asdict
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from jinja2 import StrictUndefined
from pydantic import SecretStr

from coze_web.blueprints.page import bp
from coze_web.words import EN, LANGUAGES, ZH

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from coze_web.words import Words

CONFIGURED = {
    "COZE_PAT": SecretStr("pat_secret"),
    "COZE_BOT_ID": "7382159487131697202",
    "COZE_WEB_MAX_MESSAGE": 4000,
    "COZE_WEB_HEARTBEAT": 2.0,
}
VARIABLES = ["COZE_PAT", "COZE_BOT_ID"]


def client_of(**config: object) -> FlaskClient:
    app = Flask("coze_web")
    app.jinja_env.undefined = StrictUndefined
    app.config.update(CONFIGURED | config)
    app.register_blueprint(bp)
    return app.test_client()


class Tags(HTMLParser):
    """Every start tag of a page with its attributes, and which of them hold text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.with_text: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.with_text.add(self.seen[-1][0] if self.seen else "")

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


@pytest.mark.parametrize(
    ("accepted", "words"),
    [
        ("zh", ZH),
        ("zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("zh-TW", ZH),
        ("zh-Hant-HK", ZH),
        ("en-GB", EN),
        ("en;q=0.5, zh;q=0.9", ZH),
        ("fr, de;q=0.9", EN),
        ("fr, zh;q=0.1", ZH),
        ("", EN),
        ("*", EN),
        ("\u00ff;;q=x", EN),
    ],
)
def test_the_page_speaks_the_visitors_language(accepted: str, words: Words) -> None:
    response = client_of().get("/", headers={"Accept-Language": accepted})
    assert response.status_code == 200
    assert f'<html lang="{words.lang}">' in response.text
    assert words.welcome in response.text
    assert response.headers["Vary"] == "Accept-Language"
    assert response.headers["Content-Language"] == words.lang


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("missing", [[], ["COZE_PAT"], ["COZE_BOT_ID"], VARIABLES])
def test_the_page_names_what_is_missing_and_nothing_else(missing: list[str], language: str) -> None:
    html = client_of(**dict.fromkeys(missing)).get("/", headers={"Accept-Language": language}).text
    assert [name for name in VARIABLES if f"<code>{name}</code>" in html] == missing
    assert ("data-ready" in html) == (not missing)
    assert ("data-welcome" in html) == (not missing)


def test_the_composer_is_disabled_until_the_script_enables_it() -> None:
    html = client_of().get("/").text
    tags = Tags(html)
    assert f'<noscript><p class="noscript">{EN.noscript}</p></noscript>' in html
    assert "disabled" in tags.attributes("fieldset")[0]
    assert tags.attributes("textarea")[0]["maxlength"] == "4000"


def test_the_page_knows_the_path_it_is_mounted_on() -> None:
    html = client_of().get("/", environ_overrides={"SCRIPT_NAME": "/bot"}).text
    tags = Tags(html)
    assert tags.attributes("form")[0]["action"] == "/bot/api/v1/coze/chat"
    assert all(str(script["src"]).startswith("/bot/static/") for script in tags.attributes("script"))


def test_the_page_holds_no_secret_and_nothing_inline() -> None:
    html = client_of().get("/").text
    tags = Tags(html)
    assert "pat_secret" not in html
    assert not tags.attributes("style")
    assert "script" not in tags.with_text
    assert not [name for _, attributes in tags.seen for name in attributes if name == "style" or name.startswith("on")]


def test_everything_the_page_links_is_there() -> None:
    client = client_of()
    tags = Tags(client.get("/").text)
    links = [link["href"] for link in tags.attributes("link")] + [script["src"] for script in tags.attributes("script")]
    assert len(links) > 5
    for link in links:
        with client.get(str(link)) as response:
            assert response.status_code == 200, link


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
def test_no_word_is_missing(words: Words) -> None:
    said = asdict(words)
    assert all(said.values())
    assert list(said["variables"]) == VARIABLES
    assert "{n}" in said["retry_in"]


@pytest.mark.parametrize(("heartbeat", "silence"), [(0.5, 20_000), (2.0, 20_000), (30.0, 120_000)])
def test_the_page_is_more_patient_than_the_heartbeat(heartbeat: float, silence: int) -> None:
    text = client_of(COZE_WEB_HEARTBEAT=heartbeat).get("/").get_data(as_text=True)
    assert f'data-silence="{silence}"' in text
