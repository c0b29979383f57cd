"""The request that is being served, under names of ours: what is in `g` besides is of the app around us."""

from __future__ import annotations

from typing import cast

from flask import g


def begin(request_id: str) -> None:
    """Say that the current request is ours, and what the logs call it."""
    g.coze_web_request_id = request_id


def is_ours() -> bool:
    """Say whether the current request is ours yet: the app around us may have answered it before."""
    return "coze_web_request_id" in g


def request_id() -> str:
    """Return what the logs, the headers and the errors of the current request call it."""
    return cast("str", g.coze_web_request_id)
