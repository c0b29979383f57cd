"""The app as it is served, and one route more, by which a test counts what the worker holds."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import gevent
from flask import Response, jsonify
from urllib3.connectionpool import HTTPConnectionPool

from coze_web.services import services
from wsgi import app


@app.get("/held")
def held() -> Response:
    """Count the worker's open files (idle connections to Coze apart), its greenlets that still run, and its streams."""
    gc.collect()
    objects = gc.get_objects()
    # Those that gevent's native threads (for names of hosts) are made of come and go by themselves.
    greenlets = sum(isinstance(it, gevent.Greenlet) and bool(it) for it in objects)
    pools = [it for it in objects if isinstance(it, HTTPConnectionPool)]
    idle = sum(bool(getattr(it, "sock", None)) for pool in pools for it in (pool.pool.queue if pool.pool else ()))
    files = len(list(Path("/proc/self/fd").iterdir())) - idle
    return jsonify(pid=os.getpid(), files=files, greenlets=greenlets, streams=len(services().streams))
