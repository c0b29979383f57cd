"""coze-web: puts a Coze bot on a web page and keeps the token on the server."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coze_web.app import create_app
    from coze_web.extension import CozeWeb
    from coze_web.settings import Settings

__all__ = ["CozeWeb", "Settings", "create_app"]

HOMES = {"CozeWeb": "extension", "Settings": "settings", "create_app": "app"}


def __getattr__(name: str) -> Any:
    """Import what is asked for, and no more: gunicorn and pytest read files of ours long before they need an app."""
    if name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{HOMES[name]}"), name)
