"""What the blueprints work with, made once for each app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from coze_web.errors import NotConfiguredError
from coze_web.gateway import Gateway
from coze_web.rate import RateLimit
from coze_web.streams import Streams

if TYPE_CHECKING:
    from flask import Flask

    from coze_web.settings import Settings

_KEY = "coze_web"


@dataclass(frozen=True)
class Services:
    """One app's settings and what was built from them."""

    settings: Settings
    streams: Streams
    rate_limit: RateLimit
    _gateway: Gateway | None

    @property
    def gateway(self) -> Gateway:
        """The door to Coze.

        Raises:
            NotConfiguredError: the token or the bot is not set.

        """
        if self._gateway is None:
            raise NotConfiguredError(self.settings.missing)
        return self._gateway


def install_services(app: Flask, settings: Settings) -> None:
    """Build them for an app; without a token or a bot there is no gateway, and the app still starts."""
    app.extensions[_KEY] = Services(
        settings=settings,
        streams=Streams(settings),
        rate_limit=RateLimit(settings.rate_limit),
        _gateway=None if settings.missing else Gateway(settings),
    )


def services(app: Flask | None = None) -> Services:
    """Return those of the app that serves the current request, or of the given one."""
    return cast("Services", (app or current_app).extensions[_KEY])
