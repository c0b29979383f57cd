"""The bots that OpenAI's clients may ask, as its models: the site's own, and what else its owner has published."""

from __future__ import annotations

import logging
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from coze_web.errors import RefusedError, RequestError, UpstreamError
from coze_web.kept import Kept
from coze_web.openai import Model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coze_web.face import BotFace
    from coze_web.gateway import Gateway
    from coze_web.resources import BotSummary

PAGE = 50  # the largest that Coze gives
MOST = 500  # bots, in the first 50 workspaces

log = logging.getLogger(__name__)


class Models:
    """What there is to ask.

    Args:
        bot_id: the site's own bot, None where it has none; it is known even if Coze lists nothing.

    """

    def __init__(self, gateway: Gateway, bot_id: str | None, face: Kept[BotFace] | None) -> None:
        self._own_id = bot_id
        self._face = face
        self._published = Kept(lambda: tuple(islice(_published(gateway), MOST)))

    def all(self) -> list[Model]:
        """Return all bots, the site's own first.

        Raises:
            UpstreamError: Coze tells none, and the site has none of its own.

        """
        if self._own_id is None:
            return list(self._published.get())
        published: tuple[Model, ...] = ()
        with suppress(UpstreamError):
            published = self._published.get()
        own = next((model for model in published if model.id == self._own_id), None) or self._own()
        return [own, *(model for model in published if model.id != self._own_id)]

    def find(self, wanted: str) -> Model:
        """Return the bot of an id or a name; of a name that several have only the site's own.

        Raises:
            RequestError: there is none.
            UpstreamError: Coze does not tell whether there is one.

        """
        models = self.all()
        found = [model for model in models if model.id == wanted] or [model for model in models if model.name == wanted]
        if len(found) == 1 or (found and found[0].id == self._own_id):
            return found[0]
        self._published.get()
        raise RequestError("model_not_found", param="model", model=wanted[:100])

    def bot_id(self, wanted: str) -> str:
        """Return the id of a bot by its id or name; see `find`. For the site's own id nobody is asked."""
        return wanted if wanted == self._own_id else self.find(wanted).id

    def _own(self) -> Model:
        name = ""
        with suppress(UpstreamError):
            name = self._face.get().name if self._face else ""
        return Model(id=self._own_id or "", created=0, name=name)


def _published(gateway: Gateway) -> Iterator[Model]:
    """Yield the bots of all workspaces; one that refuses is left out, unless every one does."""
    workspaces = gateway.workspaces.list(1, PAGE).items
    refusals: list[RefusedError] = []
    for workspace in workspaces:
        try:
            for bot in _bots(gateway, workspace.id):
                if bot.is_published:
                    yield Model(id=bot.id, created=bot.updated_at, name=bot.name)
        except RefusedError as error:
            log.warning("the bots of workspace %s are not listed: %s", workspace.id, error.describe())
            refusals.append(error)
    if refusals and len(refusals) == len(workspaces):
        raise refusals[0]


def _bots(gateway: Gateway, workspace_id: str) -> Iterator[BotSummary]:
    for number in range(1, MOST // PAGE + 1):
        page = gateway.bots.list(workspace_id, number, PAGE)
        yield from page.items
        if not page.has_more:
            return
