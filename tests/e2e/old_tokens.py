"""The app, to which no token is new: a test takes them back seconds after they were granted."""

from __future__ import annotations

import coze_web.gateway.tokens
from wsgi import app

__all__ = ["app"]

coze_web.gateway.tokens.NEW = 0
