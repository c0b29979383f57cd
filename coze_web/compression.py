"""Compresses the page and its files, and nothing else: an event must leave at once.

`page.compressed()` and `files.compressed()`, which keeps what it made, are put on the views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_compress import Compress, DictCache

if TYPE_CHECKING:
    from flask import Request


def _name(request: Request) -> str:
    # Not the address: anybody can make up a digest, and so fill the memory.
    return str((request.view_args or {})["name"])


def _compress(**config: Any) -> Compress:
    # With settings of its own: those of the app around us are for its Flask-Compress, and ours not for that.
    apart = Flask(__name__, static_folder=None)
    apart.config.from_mapping(COMPRESS_REGISTER=False, **config)
    return Compress(apart)


page = _compress()  # each visitor gets another one
files = _compress(COMPRESS_CACHE_BACKEND=DictCache, COMPRESS_CACHE_KEY=_name)
