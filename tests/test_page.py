from __future__ import annotations

import json
from dataclasses import asdict
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from flask import Blueprint, Flask
from jinja2 import StrictUndefined
from pydantic import SecretStr

from coze_web.blueprints import assets, page
from coze_web.face import BotFace
from coze_web.settings import Settings
from coze_web.web import install_web
from coze_web.words import EN, LANGUAGES, ZH

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from coze_web.words import Words

CONFIGURED = {
    "COZE_PAT": SecretStr("pat_secret"),
    "COZE_BOT_ID": "7382159487131697202",
    "COZE_WEB_TITLE": None,
    "COZE_WEB_ACCENT": None,
    "COZE_WEB_MAX_MESSAGE": 4000,
    "COZE_WEB_HEARTBEAT": 2.0,
}
VARIABLES = ["COZE_PAT", "COZE_BOT_ID"]


FACE = BotFace("Gardener", "", "https://coze.example/icon.png", "Ask me about <roses>.", ["When to prune?"])


def client_of(face: BotFace | None = None, icon: object = None, **config: object) -> FlaskClient:
    app = Flask("coze_web", static_folder=None)
    settings = Settings.model_validate(CONFIGURED | config)
    app.extensions["coze_web"] = SimpleNamespace(settings=settings, known_face=face, known_icon=icon)
    app.jinja_env.undefined = StrictUndefined
    install_web(app, settings)
    site = Blueprint("coze_web", __name__)
    for noun in (page, assets):
        site.register_blueprint(noun.bp)
    app.register_blueprint(site)
    return app.test_client()


class Tags(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

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
    assert f'<html lang="{words.lang}" ' in response.text
    assert words.welcome in response.text
    assert response.headers["Vary"] == "Accept-Language, Cookie, Accept-Encoding"
    assert response.headers["Content-Language"] == words.lang


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("missing", [[], ["COZE_PAT"], ["COZE_BOT_ID"], VARIABLES])
def test_the_page_names_what_is_missing_and_nothing_else(missing: list[str], language: str) -> None:
    html = client_of(**dict.fromkeys(missing)).get("/", headers={"Accept-Language": language}).text
    assert [name for name in VARIABLES if f"<code>{name}</code>" in html] == missing
    assert ("data-opening" in html) == (not missing)


def test_a_face_that_is_known_is_on_the_page_at_once() -> None:
    html = client_of(FACE, icon="known").get("/").text
    assert "<title>Gardener</title>" in html
    assert '<img class="seal" src="/api/v1/coze/bot/icon" alt="">' in html
    assert "Ask me about &lt;roses&gt;." in html
    assert "When to prune?" in html
    assert "data-bot=" not in html
    assert "coze.example" not in html


def test_an_icon_that_is_not_known_is_left_to_the_script() -> None:
    html = client_of(FACE).get("/").text
    assert '<img class="seal"' not in html
    assert "data-bot=" in html


def test_the_owners_title_wins_over_the_bots_name() -> None:
    html = client_of(FACE, COZE_WEB_TITLE="Our garden").get("/").text
    assert "<title>Our garden</title>" in html
    assert "<h1>Our garden</h1>" in html


def test_the_composer_is_disabled_until_the_script_enables_it() -> None:
    html = client_of().get("/").text
    tags = Tags(html)
    assert f'<noscript><p class="noscript">{EN.noscript}</p></noscript>' in html
    assert "disabled" in tags.attributes("fieldset")[0]
    # The browser would cut a paste without a word; the server says that it is too long.
    assert not [field for field in tags.attributes("textarea") if "maxlength" in field]


def test_the_page_knows_the_path_it_is_mounted_on() -> None:
    html = client_of().get("/", environ_overrides={"SCRIPT_NAME": "/bot"}).text
    tags = Tags(html)
    assert tags.attributes("form")[-1]["action"] == "/bot/api/v1/coze/chat"
    assert str(tags.attributes("script")[0]["src"]).startswith("/bot/static/")


def test_the_page_holds_no_secret_and_nothing_inline() -> None:
    html = client_of().get("/").text
    tags = Tags(html)
    assert "pat_secret" not in html
    assert not tags.attributes("style")
    assert html.count("<script") == 3
    assert json.loads(html.partition('<script type="application/json" id="words">')[2].partition("<")[0])
    assert not [name for _, attributes in tags.seen for name in attributes if name == "style" or name.startswith("on")]


def test_everything_the_page_links_is_there() -> None:
    client = client_of()
    tags = Tags(client.get("/").text)
    links = [link["href"] for link in tags.attributes("link")] + [
        script["src"] for script in tags.attributes("script") if "src" in script
    ]
    assert len(links) >= 5
    for link in links:
        with client.get(str(link)) as response:
            assert response.status_code == 200, link


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
def test_no_word_is_missing(words: Words) -> None:
    said = asdict(words)
    assert all(said.values())
    assert all(said["script"].values())
    assert list(said["variables"]) == VARIABLES
    assert all("{n}" in said["script"][wait] for wait in ("retry_in", "retry_in_minutes", "retry_in_hours"))


@pytest.mark.parametrize(("heartbeat", "silence"), [(0.5, 20_000), (2.0, 20_000), (30.0, 120_000)])
def test_the_page_is_more_patient_than_the_heartbeat(heartbeat: float, silence: int) -> None:
    text = client_of(COZE_WEB_HEARTBEAT=heartbeat).get("/").get_data(as_text=True)
    assert f'data-silence="{silence}"' in text


def root(html: str) -> dict[str, str | None]:
    """Return the attributes of the page's root."""
    return Tags(html).attributes("html")[0]


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "words"),
    [
        ("zh", "", "en", ZH),
        ("en", "zh", "zh", EN),
        ("", "zh", "en", ZH),
        ("", "en", "zh", EN),
        ("fr", "zh", "en", ZH),
        ("fr", "fr", "zh", ZH),
        ("ZH", "", "en", EN),
    ],
)
def test_a_choice_of_language_wins_and_the_query_first(query: str, cookie: str, accepted: str, words: Words) -> None:
    client = client_of()
    client.set_cookie("coze_web_lang", cookie)
    response = client.get(f"/?lang={query}", headers={"Accept-Language": accepted})
    assert root(response.text)["lang"] == response.headers["Content-Language"] == words.lang


def test_a_language_in_the_query_is_remembered() -> None:
    client = client_of()
    client.get("/?lang=zh")
    assert root(client.get("/").text)["lang"] == ZH.lang
    response = client.get("/?lang=zh", environ_overrides={"SCRIPT_NAME": "/bot"}, base_url="https://localhost")
    kept = response.headers["Set-Cookie"].split("; ")
    assert kept[0] == "coze_web_lang=zh"
    assert {"Max-Age=31536000", "Path=/bot/", "SameSite=Lax", "Secure", "HttpOnly"} <= set(kept)


@pytest.mark.parametrize("query", ["", "?lang=fr", "?lang=", "?theme=dark", "?lang=zh&embed=https://shop.example"])
def test_nothing_else_sets_a_cookie(query: str) -> None:
    assert "Set-Cookie" not in client_of().get(f"/{query}").headers


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/", "?lang=zh"),
        ("/?lang=en&theme=dark", "?lang=zh&theme=dark"),
        ("/?embed=https://shop.example&x=%22%3E", "?embed=https%3A%2F%2Fshop.example&x=%22%3E&lang=zh"),
        ("/?_external=1&_scheme=javascript", "?_external=1&_scheme=javascript&lang=zh"),
    ],
)
def test_the_other_language_is_a_link_that_keeps_the_rest(address: str, link: str) -> None:
    html = client_of().get(address).text
    links = [each for each in Tags(html).attributes("a") if "hreflang" in each]
    assert links == [{"class": "quiet", "href": link, "hreflang": ZH.lang, "lang": ZH.lang}]
    assert f">{ZH.name}</a>" in html


@pytest.mark.parametrize(
    ("query", "cookie", "theme", "media", "scheme"),
    [
        ("", "", "system", "(prefers-color-scheme: dark)", "light dark"),
        ("", "dark", "dark", "all", "dark"),
        ("", "light", "light", "not all", "light"),
        ("dark", "light", "dark", "all", "dark"),
        ("pink", "blue", "system", "(prefers-color-scheme: dark)", "light dark"),
    ],
)
def test_the_theme_is_the_systems_or_the_chosen_one(
    query: str, cookie: str, theme: str, media: str, scheme: str
) -> None:
    client = client_of()
    client.set_cookie("coze_web_theme", cookie)
    html = client.get(f"/?theme={query}").text
    tags = Tags(html)
    assert root(html)["data-theme"] == theme
    assert [link["media"] for link in tags.attributes("link") if link.get("id") == "dark"] == [media]
    assert [meta["content"] for meta in tags.attributes("meta") if meta.get("name") == "color-scheme"] == [scheme]
    button = next(button for button in tags.attributes("button") if button.get("id") == "theme")
    assert button["aria-label"] == getattr(EN.script, f"theme_{theme}")


@pytest.mark.parametrize(
    ("embed", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://shop.example/", "https://shop.example"),
        ("", None),
        ("https://shop.example/path", None),
        ("https://a.example https://b.example", None),
        ("https://user@shop.example", None),
        ('https://shop.example" onload="x', None),
        ("javascript:alert(1)", None),
        ("null", None),
        ("*", None),
    ],
)
def test_the_page_is_told_in_whose_frame_it_is(embed: str, origin: str | None) -> None:
    html = client_of().get("/", query_string={"embed": embed}).text
    assert root(html).get("data-embedder") == origin
    assert ("data-embedder" in html) is (origin is not None)


def test_the_owner_names_the_page() -> None:
    html = client_of(COZE_WEB_TITLE="Shop <b>&").get("/").text
    assert "<title>Shop &lt;b&gt;&amp;</title>" in html
    assert "<h1>Shop &lt;b&gt;&amp;</h1>" in html
    assert f">{EN.title}</h1>" in client_of().get("/").text


def test_the_owner_colours_the_page() -> None:
    client = client_of(COZE_WEB_ACCENT="#1677ff")
    html = client.get("/").text
    links = [str(link["href"]) for link in Tags(html).attributes("link")]
    assert sum(link.endswith("/accent/1677ff.css") for link in links) == 1
    assert html.count("/accent/1677ff.svg") == 2
    assert "favicon.svg" not in html
    for link in links:
        assert client.get(link).status_code == 200
    assert "/accent/" not in client_of().get("/").text
