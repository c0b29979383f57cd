"""The page on which a visitor asks the bot."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template

from coze_web.web import language
from coze_web.words import LANGUAGES

# After so many seconds, or so many heartbeats that did not come, the page takes the connection for lost.
LONGEST_SILENCE = 20
MISSED_HEARTBEATS = 4

bp = Blueprint("page", __name__)


@bp.get("/")
def page() -> Response:
    """Show the page in the visitor's language, or what is missing before it can be used."""
    words = LANGUAGES[language()]
    config = current_app.config
    html = render_template(
        "page.html",
        words=words,
        missing=[name for name in words.variables if not config[name]],
        max_message=config["COZE_WEB_MAX_MESSAGE"],
        silence_ms=round(max(LONGEST_SILENCE, MISSED_HEARTBEATS * config["COZE_WEB_HEARTBEAT"]) * 1000),
    )
    response = make_response(html)
    response.vary.add("Accept-Language")
    response.content_language.add(words.lang)
    return response
