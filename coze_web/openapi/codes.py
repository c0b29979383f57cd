"""Which errors routes of one kind may answer: codes of the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coze_web.catalog import CATALOG
from coze_web.catalog.coze import COZE
from coze_web.catalog.server import UPSTREAM

if TYPE_CHECKING:
    from collections.abc import Mapping

ALWAYS = ("internal_error",)
CHANGING = ("cross_site",)
WITH_BODY = (
    "bad_request",
    "bad_json",
    "json_too_deep",
    "not_an_object",
    "body_too_large",
    "unsupported_media_type",
)
# Of the operator's queries and bodies.
WITH_INPUT = ("invalid_parameter", "message_surrogate")
# `not_found` is what an empty id makes of the address.
WITH_ID = ("bad_id", "not_found")
_STREAMED = {
    "upstream_too_long",
    "upstream_truncated",
    "upstream_malformed",
    "event_too_large",
    "answer_too_large",
    "chat_canceled",
    "requires_action",
}
# With `upstream_error` come Coze's own numbers, of which the catalog knows only some.
ASKS_COZE = ("not_configured", *[code for code in UPSTREAM if code not in _STREAMED])
STREAMS = (*ASKS_COZE, *sorted(_STREAMED), "too_many_streams", "server_restarting")


def statuses_of_numbers(status_of: Mapping[str, int]) -> set[int]:
    """Return the statuses with which Coze's own numbers are answered; `status_of` wins over the catalog."""
    known = {int(status_of.get(code, advice.status)) for code, advice in COZE.items()}
    return known | {int(status_of.get("upstream_error", UPSTREAM["upstream_error"].status))}


def by_status(codes: set[str], status_of: Mapping[str, int]) -> dict[int, list[str]]:
    """Return codes under the statuses with which they are answered, in the catalog's order.

    Raises:
        ValueError: a code is not in the catalog.

    """
    found: dict[int, list[str]] = {}
    for code in sorted(codes, key=list(CATALOG).index):
        found.setdefault(int(status_of.get(code, CATALOG[code].status)), []).append(code)
    return found
