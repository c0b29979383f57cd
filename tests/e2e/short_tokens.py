"""The app, whose tokens Coze is asked to end after a second; to which none is too new to be replaced."""

from __future__ import annotations

import coze_web.gateway.oauth
import coze_web.gateway.tokens
from wsgi import app

__all__ = ["app"]

coze_web.gateway.oauth.LIFETIME = 1
# Coze rounds the end down: a token may last only milliseconds, and is refused before it is used.
coze_web.gateway.tokens.NEW = 0
