"""Compresses the page and its files, and nothing else: an event must leave at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_compress import Compress, DictCache

if TYPE_CHECKING:
    from flask import Flask, Request

page = Compress()
files = Compress()


def install_compression(app: Flask) -> None:
    """Make the decorators `page.compressed()`, and `files.compressed()` which keeps what it made, work in an app."""
    app.config.from_mapping(COMPRESS_REGISTER=False, COMPRESS_CACHE_BACKEND=DictCache, COMPRESS_CACHE_KEY=_name)
    files.init_app(app)
    page.init_app(app)
    page.cache = None  # each visitor gets another one


def _name(request: Request) -> str:
    # Not the address: anybody can make up a digest, and so fill the memory.
    return str((request.view_args or {})["name"])
