"""The app as the soak serves it, which can let go of all that it only keeps at hand, so that a leak would stand out."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import TYPE_CHECKING

from flask import jsonify
from urllib3.connectionpool import HTTPConnectionPool

from tests.faults.counted import held
from wsgi import app

if TYPE_CHECKING:
    from flask import Response


@app.get("/at-rest")
def at_rest() -> Response:
    """Count what the worker holds, and its blocks of Python's memory, without its idle connections to Coze."""
    for pool in [it for it in gc.get_objects() if isinstance(it, HTTPConnectionPool)]:
        if pool.pool is not None:
            pool.pool.queue[:] = [None] * len(pool.pool.queue)
    counted = held().get_json()
    ctypes.CDLL(None).malloc_trim(0)
    return jsonify(**counted, blocks=sys.getallocatedblocks())
