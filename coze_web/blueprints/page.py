"""The page on which a visitor asks the bot, in the language and the theme of their choice."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, make_response, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps

from coze_web import compression, rules
from coze_web.preferences import chosen_language, chosen_theme, in_language, remember_language
from coze_web.services import services
from coze_web.waiting import longest_silence
from coze_web.words import LANGUAGES

bp = Blueprint("page", __name__)


@bp.get("/")
@compression.page.compressed()
def page() -> Response:
    """Show the page, or what is missing before it can be used.

    The query: `lang` and `theme` win over the cookies `coze_web_lang` and `coze_web_theme`, which keep a choice;
    `embed` is the origin of the page whose frame this one is in.
    """
    code = chosen_language()
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
        theme=chosen_theme(),
        embedder=_embedder(),
        others=[(in_language(other), LANGUAGES[other]) for other in LANGUAGES if other != code],
        missing=settings.missing,
        silence_ms=longest_silence(settings.heartbeat),
    )
    response = make_response(html)
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(["Accept-Language", "Cookie"])
    response.content_language.add(words.lang)
    # Whose frame this is in has chosen for the visitor, who may think otherwise elsewhere.
    if not _embedder():
        remember_language(response)
    return response


def _embedder() -> str | None:
    try:
        (origin,) = rules.origins(request.args.get("embed", ""))
    except ValueError:  # none, several, or not as a browser writes it
        return None
    return origin
