"""The language and the theme that somebody chose: the query wins over the cookie, the cookie over the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from flask import request

from coze_web.web import home, language
from coze_web.words import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Container

    from flask import Response

    from coze_web.catalog import Language

ONE_YEAR = 365 * 24 * 60 * 60  # seconds
THEMES = ("light", "dark")


def chosen_language() -> Language:
    """Return the language of a page."""
    chosen = cast("Language | None", _chosen("lang", LANGUAGES))
    return chosen or language()


def chosen_theme() -> str:
    """Return "light", "dark", or "system" where neither was chosen."""
    return _chosen("theme", THEMES) or "system"


def remember_language(response: Response) -> None:
    """Keep the language that the query asks for, if it does."""
    lang = request.args.get("lang")
    if lang in LANGUAGES:
        response.set_cookie(
            "coze_web_lang",
            lang,
            max_age=ONE_YEAR,
            path=home(),
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )


def in_language(code: str) -> str:
    """Return the way to the same page in another language."""
    return "?" + urlencode({**request.args.to_dict(), "lang": code})


def _chosen(name: str, known: Container[str]) -> str | None:
    said = (request.args.get(name), request.cookies.get(f"coze_web_{name}"))
    return next((value for value in said if value in known), None)
