"""Whom a route is for, and what follows from that. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from coze_web.catalog import CATALOG
from coze_web.errors import ErrorBody
from coze_web.openai import faults
from coze_web.openai.replies import Fault
from coze_web.openapi.codes import ALWAYS
from coze_web.operator import STATUS_OF

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Who may ask, and how they are answered when something is wrong.

    Args:
        name: of the security scheme; "" where everybody may ask.
        secret: what is sent as `Authorization: Bearer`.
        codes: the errors of those who may not ask.
        status_of: the statuses of codes that are not answered with the catalog's.
        error: the type of the error object.
        code_at: where in it the code is.
        error_headers: what an error has besides the headers of all.

    """

    name: str = ""
    secret: str = ""
    codes: tuple[str, ...] = ()
    status_of: Mapping[str, int] = field(default_factory=dict)
    error: Any = ErrorBody
    code_at: tuple[str, ...] = ("code",)
    error_headers: tuple[str, ...] = ()


EVERYBODY = Audience()
OPERATOR = Audience(
    name="operator",
    secret="The server's COZE_WEB_OPERATOR_TOKEN.",  # noqa: S106 - says which one
    codes=("operator_off", "operator_token_missing", "operator_token_wrong"),
    status_of=STATUS_OF,
)
# What sends requests where it is told only asks for the status.
PLATFORM = Audience(status_of=dict.fromkeys(CATALOG.keys() - ALWAYS, HTTPStatus.SERVICE_UNAVAILABLE))
KEY_HOLDERS = Audience(
    name="api_key",
    secret="One of the server's COZE_WEB_API_KEYS.",  # noqa: S106 - says which ones
    codes=("openai_off", "api_key_missing", "invalid_api_key"),
    status_of=faults.STATUS_OF,
    error=Fault,
    code_at=("error", "code"),
    error_headers=("X-Should-Retry",),
)
