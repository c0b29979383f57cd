"""Whom the routes of a blueprint are for, and what follows from that for each of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_pydantic import SecurityScheme

from coze_web.errors import ErrorBody
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

    """

    name: str = ""
    secret: str = ""
    codes: tuple[str, ...] = ()
    status_of: Mapping[str, int] = field(default_factory=dict)
    error: Any = ErrorBody

    @property
    def scheme(self) -> SecurityScheme:
        """How they say who they are."""
        return SecurityScheme(type="http", scheme="bearer", description=self.secret)


EVERYBODY = Audience()
OPERATOR = Audience(
    name="operator",
    secret="The server's COZE_WEB_OPERATOR_TOKEN.",  # noqa: S106 - says which one
    codes=("operator_off", "operator_token_missing", "operator_token_wrong"),
    status_of=STATUS_OF,
)
