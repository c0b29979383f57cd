"""What visitors may see of the bot, kept for a while: asking Coze costs a call of the owner's quota."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, NamedTuple

from coze_web.errors import UpstreamError

if TYPE_CHECKING:
    from coze_web.gateway.bots import Bots

FRESH = 600.0  # seconds that an answer of Coze's is good for
PAUSE = 30.0  # seconds before a Coze that failed is asked again


class BotFace(NamedTuple):
    """The bot as its owner presents it; nothing of how it works."""

    name: str
    description: str
    icon_url: str
    opening_text: str
    suggested_questions: list[str]


class Face:
    """Keeps one bot's face; asks Coze once at a time, and shows the old one while Coze is down."""

    def __init__(self, bots: Bots, bot_id: str) -> None:
        self._bots = bots
        self._bot_id = bot_id
        self._asking = threading.Lock()
        self._ask_after = 0.0
        self._known: BotFace | None = None
        self._failure = UpstreamError("upstream_unavailable")

    def get(self) -> BotFace:
        """Return the face; waits for Coze only where there is no older one to show.

        Raises:
            UpstreamError: Coze does not give it, and never did.

        """
        known = self._known
        if known is None:
            self._refresh()
            known = self._known
        elif self._is_due() and not self._asking.locked():
            threading.Thread(target=self._refresh, name="coze-face", daemon=True).start()
        if known is None:
            raise self._why_not()
        return known

    def _refresh(self) -> None:
        # Whoever had to wait here finds that another has asked meanwhile.
        with self._asking:
            if self._is_due():
                self._ask()

    def _is_due(self) -> bool:
        return time.monotonic() >= self._ask_after

    def _why_not(self) -> UpstreamError:
        # A fresh one each time: an exception that is raised again and again would keep every traceback.
        failure = self._failure
        return UpstreamError(failure.code, logid=failure.logid, retry_after=failure.retry_after)

    def _ask(self) -> None:
        try:
            bot = self._bots.published(self._bot_id)
        except UpstreamError as error:
            self._failure = error
            self._ask_after = time.monotonic() + PAUSE
            return
        onboarding = bot.onboarding
        self._known = BotFace(
            name=bot.name or "",
            description=bot.description or "",
            icon_url=bot.icon_url or "",
            opening_text=onboarding.prologue if onboarding else "",
            suggested_questions=(onboarding.suggested_questions or []) if onboarding else [],
        )
        self._ask_after = time.monotonic() + FRESH
