"""The app, whose tokens Coze is asked to end after a second."""

from __future__ import annotations

import coze_web.gateway.oauth
from wsgi import app

__all__ = ["app"]

coze_web.gateway.oauth.LIFETIME = 1
