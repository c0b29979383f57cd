"""gunicorn, with our settings for it and our app, wherever this package is installed."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

GUNICORN = ("gunicorn", "--config", "python:coze_web.gunicorn_conf", "coze_web:create_app()")


def serve() -> NoReturn:
    """Become gunicorn: the process that a platform started is the one that it stops."""
    os.execv(sys.executable, [sys.executable, "-m", *GUNICORN])  # noqa: S606 - our own command
