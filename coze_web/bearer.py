"""Who may use what only holders of a secret may: `Authorization: Bearer`."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from flask import request

from coze_web.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import SecretStr

MAX_TRUSTED_BODY = 2 * 1024 * 1024  # bytes; parameters of workflows may be large, and so may earlier messages


def require_bearer(accepted: Iterable[SecretStr], *, missing: str, wrong: str) -> None:
    """Let nobody pass but who sends one of these secrets; their body may be larger than a visitor's.

    Raises:
        RequestError: with the code `missing` or `wrong`.

    """
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise RequestError(missing)
    check_secret(given, accepted, wrong)
    request.max_content_length = MAX_TRUSTED_BODY


def check_secret(given: str, accepted: Iterable[SecretStr], wrong: str) -> None:
    """Let nothing pass but one of these secrets, in a time that tells nothing of them.

    Raises:
        RequestError: with the code `wrong`.

    """
    digest = _digest(given.strip())
    # All are compared, so that the time does not tell which it was.
    if not sum(hmac.compare_digest(digest, _digest(secret.get_secret_value())) for secret in accepted):
        raise RequestError(wrong)


def _digest(secret: str) -> bytes:
    # Of one length, so that comparing tells nothing of the secret's.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()
