"""What the blueprints work with, made once for each app."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import current_app

from coze_web.errors import NotConfiguredError
from coze_web.face import Face
from coze_web.gateway import Gateway
from coze_web.rate import Rates
from coze_web.recording import recover
from coze_web.runlog import RunLog
from coze_web.running import Running
from coze_web.streams import Streams

if TYPE_CHECKING:
    from flask import Flask

    from coze_web.settings import Settings

GRACE = 60.0  # seconds that a run may take to be written down
_KEY = "coze_web"


@dataclass(frozen=True)
class Services:
    """One app's settings and what was built from them."""

    settings: Settings
    streams: Streams
    rates: Rates
    running: Running
    runlog: RunLog
    _gateway: Gateway | None
    _face: Face | None

    @property
    def gateway(self) -> Gateway:
        """The door to Coze.

        Raises:
            NotConfiguredError: the token is not set.

        """
        if self._gateway is None:
            raise NotConfiguredError(self.settings.missing)
        return self._gateway

    @property
    def bot_id(self) -> str:
        """The bot that visitors talk to.

        Raises:
            NotConfiguredError: the token or the bot is not set.

        """
        if self.settings.pat is None or self.settings.bot_id is None:
            raise NotConfiguredError(self.settings.missing)
        return self.settings.bot_id

    @property
    def face(self) -> Face:
        """What visitors may see of that bot.

        Raises:
            NotConfiguredError: the token or the bot is not set.

        """
        if self._face is None:
            raise NotConfiguredError(self.settings.missing)
        return self._face


def install_services(app: Flask, settings: Settings) -> None:
    """Build them for an app; without a token there is no gateway, and the app still starts."""
    gateway = Gateway(settings) if settings.pat else None
    rates = Rates(app, settings)
    app.extensions[_KEY] = Services(
        settings=settings,
        streams=Streams(settings),
        rates=rates,
        running=Running(lambda: rates.storage, longest=_longest(settings)),
        runlog=_runlog(app, settings, gateway),
        _gateway=gateway,
        _face=Face(gateway.bots, settings.bot_id) if gateway and settings.bot_id else None,
    )


def _longest(settings: Settings) -> float:
    return max(settings.timeout, settings.total_timeout) + GRACE


def _runlog(app: Flask, settings: Settings, gateway: Gateway | None) -> RunLog:
    runlog = RunLog(
        settings.database_url.get_secret_value() if settings.database_url else None,
        folder=Path(app.instance_path),
        days=settings.runlog_days,
        keeps_content=settings.runlog_content,
        longest_run=_longest(settings),
    )
    if gateway and settings.operator_token:
        # Only who can start runs can have left one open; in a thread, since a database may be slow.
        threading.Thread(target=recover, args=(runlog, gateway), name="runlog-recovery", daemon=True).start()
    return runlog


def services(app: Flask | None = None) -> Services:
    """Return those of the app that serves the current request, or of the given one."""
    return cast("Services", (app or current_app).extensions[_KEY])
