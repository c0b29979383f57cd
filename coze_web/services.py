"""What the blueprints work with, made once for each app."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import current_app

from coze_web.errors import NotConfiguredError
from coze_web.face import BotFace, ask_face
from coze_web.gateway import Gateway
from coze_web.icon import Icon, fetch_icon
from coze_web.kept import Kept
from coze_web.metrics import count_ending
from coze_web.models import Models
from coze_web.rate import Rates
from coze_web.readiness import Readiness
from coze_web.recording import recover
from coze_web.request_log import await_answer
from coze_web.runlog import RunLog
from coze_web.running import Running
from coze_web.streams import Streams

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from coze_web.settings import Settings

GRACE = 60.0  # seconds that a run may take to be written down
_KEY = "coze_web"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Services:
    """One app's settings and what was built from them."""

    settings: Settings
    streams: Streams
    rates: Rates
    running: Running
    runlog: RunLog
    readiness: Readiness
    _gateway: Gateway | None
    _face: Kept[BotFace] | None
    _icon: Kept[Icon | None] | None
    _models: Models | None
    _first_request: threading.Lock = field(default_factory=threading.Lock)

    def recover(self) -> None:
        """Close, in a thread since a database may be slow, the runs that a dead process left open; once."""
        # Only who can start runs can have left one open. The lock is never released: who comes later finds it taken.
        if self._gateway and self.settings.operator_token and self._first_request.acquire(blocking=False):
            arguments = (self.runlog, self._gateway)
            threading.Thread(target=recover, args=arguments, name="runlog-recovery", daemon=True).start()

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
        if self._gateway is None or self.settings.bot_id is None:
            raise NotConfiguredError(self.settings.missing)
        return self.settings.bot_id

    @property
    def known_face(self) -> BotFace | None:
        """The bot's face if it is known already; asks nobody."""
        return self._face.peek() if self._face else None

    @property
    def known_icon(self) -> Icon | None:
        """The bot's icon if it is known already; asks nobody."""
        return self._icon.peek() if self._icon else None

    @property
    def face(self) -> Kept[BotFace]:
        """What visitors may see of that bot.

        Raises:
            NotConfiguredError: the token or the bot is not set.

        """
        if self._face is None:
            raise NotConfiguredError(self.settings.missing)
        return self._face

    @property
    def icon(self) -> Kept[Icon | None]:
        """That bot's icon, or None where it has none to show.

        Raises:
            NotConfiguredError: the token or the bot is not set.

        """
        if self._icon is None:
            raise NotConfiguredError(self.settings.missing)
        return self._icon

    @property
    def models(self) -> Models:
        """The bots that holders of an API key may ask.

        Raises:
            NotConfiguredError: the token is not set.

        """
        if self._models is None:
            raise NotConfiguredError(self.settings.missing)
        return self._models


def install_services(app: Flask, settings: Settings) -> None:
    """Build them for an app; without a token there is no gateway, and the app still starts."""
    if settings.missing:
        log.warning("no chat is possible yet: %s not set / 尚未设置，无法对话", ", ".join(settings.missing))
    if settings.misspelt:
        log.warning("there is no such setting: %s / 没有这样的配置项", ", ".join(settings.misspelt))
    gateway = Gateway(settings) if settings.pat or settings.jwt else None
    face = _face(gateway, settings)
    rates = Rates(settings)
    runlog = _runlog(app, settings)
    accounts = [count_ending]
    if settings.operator_token:  # for their console; without it nothing is opened
        accounts.append(runlog.endings.note)
    app.extensions[_KEY] = Services(
        settings=settings,
        streams=Streams(settings, accounts=accounts, witnesses=[await_answer]),
        rates=rates,
        running=Running(lambda: rates.storage, longest=_longest(settings)),
        runlog=runlog,
        readiness=Readiness(lambda: _look(gateway, settings)),
        _gateway=gateway,
        _face=face,
        _icon=Kept(lambda: fetch_icon(face.get().icon_url, settings)) if face else None,
        _models=Models(gateway, settings.bot_id, face) if gateway else None,
    )


def install_recovery(at: Flask | Blueprint) -> None:
    """Recover the log of runs at the first request.

    Not before: a server may fork yet, and the app around us migrate its tables, for which Alembic has one connection in
    the whole process.
    """
    at.before_request(lambda: services().recover())


def _face(gateway: Gateway | None, settings: Settings) -> Kept[BotFace] | None:
    bot_id = settings.bot_id
    return Kept(lambda: ask_face(gateway.bots, bot_id)) if gateway and bot_id else None


def _look(gateway: Gateway | None, settings: Settings) -> None:
    """Ask Coze for the published bot, which shows that address, token and bot are right, and costs no tokens."""
    if gateway is None or settings.bot_id is None:
        raise NotConfiguredError(settings.missing)
    gateway.bots.published(settings.bot_id)


def _longest(settings: Settings) -> float:
    return max(settings.timeout, settings.total_timeout) + GRACE


def _runlog(app: Flask, settings: Settings) -> RunLog:
    return RunLog(
        settings.database_url.get_secret_value() if settings.database_url else None,
        folder=Path(app.instance_path),
        days=settings.runlog_days,
        keeps_content=settings.runlog_content,
        longest_run=_longest(settings),
    )


def services(app: Flask | None = None) -> Services:
    """Return those of the app that serves the current request, or of the given one."""
    return cast("Services", (app or current_app).extensions[_KEY])
