"""The page on which a visitor asks the bot, in the language and the theme of their choice."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps

from coze_web import compression, rules
from coze_web.services import services
from coze_web.web import language
from coze_web.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Container

# After so many seconds, or so many heartbeats that did not come, the page takes the connection for lost.
LONGEST_SILENCE = 20
MISSED_HEARTBEATS = 4
ONE_YEAR = 365 * 24 * 60 * 60  # seconds
THEMES = ("light", "dark")

bp = Blueprint("page", __name__)


@bp.get("/")
@compression.page.compressed()
def page() -> Response:
    """Show the page, or what is missing before it can be used.

    The query: `lang` and `theme` win over the cookies `coze_web_lang` and `coze_web_theme`, which keep a choice;
    `embed` is the origin of the page whose frame this one is in.
    """
    code = _chosen("lang", LANGUAGES) or language()
    words, coze, home = LANGUAGES[code], services(), url_for("coze_web.page.page")
    settings, face = coze.settings, coze.known_face
    html = render_template(
        "coze_web/page.html",
        words=words,
        # Not by `tojson`: that is how the app around us writes JSON.
        script=htmlsafe_json_dumps(asdict(words.script), ensure_ascii=False),
        home=home,
        has_title=bool(settings.title),
        title=settings.title or (face and face.name) or words.title,
        face=face,
        has_icon=coze.known_icon is not None,
        accent=settings.accent,
        theme=_chosen("theme", THEMES) or "system",
        embedder=_embedder(),
        others=[(_link(other), LANGUAGES[other]) for other in LANGUAGES if other != code],
        missing=settings.missing,
        max_message=settings.max_message,
        silence_ms=round(max(LONGEST_SILENCE, MISSED_HEARTBEATS * settings.heartbeat) * 1000),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(["Accept-Language", "Cookie"])
    response.content_language.add(words.lang)
    # Whose frame this is in has chosen for the visitor, who may think otherwise elsewhere.
    if request.args.get("lang") == code and not _embedder():
        _remember(response, code, home)
    return response


def _chosen(name: str, known: Container[str]) -> str | None:
    """Return what the query says or, if it says nothing that is known, the cookie."""
    said = (request.args.get(name), request.cookies.get(f"coze_web_{name}"))
    return next((value for value in said if value in known), None)


def _remember(response: Response, lang: str, path: str) -> None:
    response.set_cookie(
        "coze_web_lang",
        lang,
        max_age=ONE_YEAR,
        path=path,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def _link(code: str) -> str:
    """Return the way to the same page in another language."""
    return "?" + urlencode({**request.args.to_dict(), "lang": code})


def _embedder() -> str | None:
    try:
        (origin,) = rules.origins(request.args.get("embed", ""))
    except ValueError:  # none, several, or not as a browser writes it
        return None
    return origin
