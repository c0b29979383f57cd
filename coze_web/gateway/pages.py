"""What the SDK read, as our resources; within `Door.ask`, so that what does not fit is an error like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from coze_web.resources import Page, Resource, Single

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cozepy import NumberPaged
    from cozepy.model import CozeModel

R = TypeVar("R", bound=Resource)
S = TypeVar("S", bound=Single)


def single(kind: type[S], found: CozeModel) -> S:
    """Return what the SDK holds of one thing."""
    return kind.model_validate(found).with_logid(found.response.logid)


def page_of(kind: type[R], paged: NumberPaged[Any], *, counted: bool) -> Page[R]:
    """Return what the SDK holds of one page, each id once; `counted` says whether Coze tells the total of this list."""
    items = unique(kind.model_validate(item) for item in paged.items)
    return Page(
        items=items,
        page_num=paged.page_num,
        page_size=paged.page_size,
        # An empty page ends the walk whatever Coze says, or whoever follows would never stop.
        has_more=paged.has_more and bool(items),
        total=paged.total if counted else None,
        logid=paged.response.logid,
    )


def unique(items: Iterable[R]) -> list[R]:
    """Keep the first item of each id."""
    by_id: dict[Any, R] = {}
    for item in items:
        by_id.setdefault(getattr(item, "id"), item)  # noqa: B009
    return list(by_id.values())
