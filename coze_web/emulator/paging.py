"""Cuts lists into pages: by number, or by the id before or after."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from coze_web.emulator.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Item = TypeVar("Item")


@dataclass(frozen=True)
class Page:
    """The `number`th page, from 1, of `size` items."""

    number: int
    size: int

    def cut(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return the items on this page."""
        return items[(self.number - 1) * self.size : self.number * self.size]

    def has_more(self, items: Sequence[Item]) -> bool:
        """Tell whether items follow after this page."""
        return self.number * self.size < len(items)


def read_page(args: Mapping[str, str], *, size: int, most: int) -> Page:
    """Return the page that a query asks for; refuse 4000 a page of none or of more than `most` items.

    The number is called `page_num` in the documentation and `page_index` by cozepy: either will do.
    """
    page = Page(_count(args, "page_num") or _count(args, "page_index") or 1, _count(args, "page_size") or size)
    if page.size > most:
        raise Refusal(4000, f"page_size must be 1-{most}.")
    return page


@dataclass(frozen=True)
class Window:
    """At most `limit` items: those after one id, or the nearest ones before another; an empty id means no bound."""

    before: str
    after: str
    limit: int

    def cut(self, ids: Sequence[str]) -> tuple[slice, bool]:
        """Return where the window lies in `ids`, and whether more would follow in its direction; refuse 4005."""
        start = self._position(ids, self.after) + 1 if self.after else 0
        stop = self._position(ids, self.before) if self.before else len(ids)
        more = stop - start > self.limit
        if not more:
            return slice(start, max(start, stop)), False
        backwards = self.before and not self.after
        return slice(stop - self.limit, stop) if backwards else slice(start, start + self.limit), True

    @staticmethod
    def _position(ids: Sequence[str], wanted: str) -> int:
        # Unverified: what Coze answers to a position that it does not know.
        if wanted not in ids:
            raise Refusal(4005)
        return ids.index(wanted)


def _count(args: Mapping[str, str], name: str) -> int | None:
    text = args.get(name, "")
    if text and not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise Refusal(4000, f"{name} must be a number from 1.")
    return int(text) if text else None
