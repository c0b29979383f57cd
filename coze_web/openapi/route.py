"""A route, and what its view says of itself. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coze_web.openapi.described import Described, described

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coze_web.openapi.audience import Audience


class Route(NamedTuple):
    """A route of the app.

    Args:
        path: as OpenAPI writes it, `/a/{id}`.
        ids: the names in its path, and their types.
        group: the name of its blueprint.
        usually: whom its blueprint is for.

    """

    path: str
    method: str
    view: Callable[..., Any]
    ids: Mapping[str, Any]
    group: str
    usually: Audience

    @property
    def about(self) -> Described:
        """What its view says; nothing for one that says nothing."""
        return described(self.view) or Described()

    @property
    def audience(self) -> Audience:
        """Whom it is for."""
        return self.about.audience or self.usually
