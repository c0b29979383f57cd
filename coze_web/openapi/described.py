"""What a view says of itself; what follows from its route (ids, the operator's token) it need not say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from coze_web.openapi.audience import Audience
    from coze_web.settings import Settings

JSON = "application/json"
_KEY = "described"

V = TypeVar("V", bound="Callable[..., Any]")


class Event(NamedTuple):
    """An event of a stream, and the type of its data; its name is "" where the stream's events have none."""

    name: str
    data: Any


@dataclass(frozen=True, kw_only=True)
class Described:
    """Decorates a view, below its route; the summary is the first line of the view's docstring.

    Args:
        gives: the type of the JSON answer, anything that pydantic knows; None for what has no schema.
        media_types: of an answer that is no JSON.
        status: of the answer.
        events: those of the stream that it may answer (`openapi.events`).
        query: the model of the query.
        body: the model of the JSON body, or what makes it from an app's settings.
        codes: the errors that do not follow from the above (`openapi.codes`).
        has_etag: whether it answers 304 to who has it already.
        audience: whom it is for, where that is not its blueprint's.

    """

    gives: Any = None
    media_types: tuple[str, ...] = ()
    status: int = 200
    events: tuple[Event, ...] = ()
    query: type[BaseModel] | None = None
    body: type[BaseModel] | Callable[[Settings], type[BaseModel]] | None = None
    codes: tuple[str, ...] = ()
    has_etag: bool = False
    audience: Audience | None = None

    def __call__(self, view: V) -> V:
        """Note it on the view, where `functools.wraps` keeps it."""
        vars(view)[_KEY] = self
        return view

    def body_of(self, settings: Settings) -> type[BaseModel] | None:
        """Return the model of the body in an app with these settings."""
        return self.body if self.body is None or isinstance(self.body, type) else self.body(settings)


def described(view: Callable[..., Any]) -> Described | None:
    """Return what a view says of itself, None where it says nothing."""
    return vars(view).get(_KEY)
