"""coze-web in another Flask app: one blueprint, which touches no request but its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from coze_web.blueprints import (
    assets,
    bot,
    bots,
    chat,
    console,
    conversations,
    docs,
    embed,
    openai,
    ops,
    page,
    workflows,
    workspaces,
)
from coze_web.services import install_recovery, install_services
from coze_web.settings import Settings
from coze_web.web import install_web

if TYPE_CHECKING:
    from collections.abc import Collection

    from flask import Flask

NOUNS = (
    page,
    assets,
    embed,
    chat,
    bot,
    workspaces,
    bots,
    conversations,
    workflows,
    console,
    openai,
    ops,
    docs,
)
# What the pages of some load, or ask for.
NEEDS = {
    "page": {"assets", "chat", "bot"},
    "embed": {"page", "assets", "chat", "bot"},
    "console": {"assets"},
    "docs": {"assets"},
}

# Where the app around us has its own tables, and sends spans of all its requests, ours included.
NOT_OURS = {"DATABASE_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"}


class CozeWeb:
    """The Flask extension: all that coze-web serves, under a path of an app.

    Args:
        app: the app; or call `init_app` later.
        url_prefix: the path.
        only: the names of the blueprints to serve, and what those need; all when left out.
        settings: read from the environment and `.env`, but for `NOT_OURS`, when left out.

    Raises:
        SettingsError: a value in the environment cannot be used.
        ValueError: a name in `only` is none of a blueprint.

    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        url_prefix: str = "/assistant",
        only: Collection[str] | None = None,
        settings: Settings | None = None,
    ) -> None:
        self._url_prefix = url_prefix.rstrip("/")
        self._names = None if only is None else _with_needs(only)
        self._settings = settings
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Put it into an app."""
        settings = self._settings or Settings.load(without=NOT_OURS)
        bp = create_blueprint(self._url_prefix, self._names)
        install_web(bp, settings, self._url_prefix)
        install_recovery(bp)
        app.register_blueprint(bp)
        install_services(app, settings)


def create_blueprint(url_prefix: str = "", names: Collection[str] | None = None) -> Blueprint:
    """Return the blueprint that holds the others, all or these; its hooks and error handlers are not there yet."""
    bp = Blueprint("coze_web", __name__, url_prefix=url_prefix or None, template_folder="templates")
    for noun in NOUNS:
        if names is None or noun.bp.name in names:
            bp.register_blueprint(noun.bp)
    return bp


def _with_needs(names: Collection[str]) -> set[str]:
    known = {noun.bp.name for noun in NOUNS}
    if unknown := set(names) - known:
        raise ValueError(f"no blueprint: {', '.join(sorted(unknown))}; there are {', '.join(sorted(known))}")
    return set(names).union(*(NEEDS.get(name, ()) for name in names))
