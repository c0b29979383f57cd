"""How gunicorn serves the app, or any app with `CozeWeb` in it: `gunicorn --config python:coze_web.gunicorn_conf`."""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import gevent
import gevent.socket
from gunicorn.errors import AppImportError
from gunicorn.glogging import Logger
from gunicorn.workers.ggevent import GeventWorker

PIECE = 16 * 1024  # bytes
# Seconds to read what is left of a refused body: a client that is still sending hears of nothing once it is closed on.
DRAIN = 10


class _Socket(gevent.socket.socket):
    """A visitor's connection that sends a piece in one system call, where gevent's own takes two."""

    __slots__ = ()

    def sendall(self, data: Any, flags: int = 0) -> None:
        try:
            sent = self.send(data, flags, timeout=0.0)  # type: ignore[call-arg] # not in the stubs
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            super().sendall(memoryview(data)[sent:], flags)


class Worker(GeventWorker):
    """gunicorn's gevent worker, with that socket, turns for others beside a long body, and plain words on settings."""

    def load_wsgi(self) -> None:
        from coze_web.settings import SettingsError  # noqa: PLC0415 - not before gevent has patched the worker

        try:
            super().load_wsgi()
        except SettingsError as error:
            # gunicorn prints this one exception as it is and stops, instead of a traceback at every new worker.
            raise AppImportError(str(error)) from None

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        if type(client) is gevent.socket.socket:
            client.__class__ = _Socket
        super().handle(listener, client, addr)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> bool:
        served = super().handle_request(listener_name, req, sock, addr)
        if not gevent.with_timeout(DRAIN, _drain, req.body, timeout_value=False):
            raise StopIteration  # which closes the connection
        return served


def _drain(body: Any) -> bool:
    """Read what the app left of a body; gunicorn would read it a KiB at a time, and let nobody in between."""
    while body.read(PIECE):
        gevent.sleep(0.001)  # not 0, after which gevent looks at no other connection
    return True


class _Json(logging.Formatter):
    """A line like those of `coze_web.logs`; what makes those is not to be loaded before gevent has patched."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"event": record.getMessage(), "level": record.levelname.lower(), "logger": record.name}
        line["timestamp"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({**line, "pid": record.process}, ensure_ascii=False)


class Log(Logger):
    """gunicorn's own log, as JSON wherever the app's is."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        if (os.environ.get("COZE_LOG_FORMAT") or ("text" if sys.stderr.isatty() else "json")).lower() == "json":
            for handler in self.error_log.handlers:
                handler.setFormatter(_Json())


def _allow_many_files(wanted: int = 65_536) -> None:
    """Raise the soft limit of open files, often 1024, as far as the hard one permits: a stream takes two."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


_allow_many_files()
host = os.environ.get("HOST") or "0.0.0.0"  # noqa: S104 - a platform's router comes from outside
bind = f"{host}:{os.environ.get('PORT') or 8000}"
workers = int(os.environ.get("WEB_CONCURRENCY") or 1)
worker_class = Worker
logger_class = Log
# COZE_WEB_MAX_STREAMS is the limit of what costs; the page and the health check are to be answered beyond it.
worker_connections = 10_000
# Idle connections hold a slot and delay a restart; this is also how long a visitor may take to send headers.
keepalive = 2
# Heroku sends SIGKILL 30 s after SIGTERM; this way we are gone in 25, whoever may hold us up.
graceful_timeout = 24
# Two gunicorns of one user would share, and unlink, one socket.
control_socket_disable = True
# Preloading would import ssl before gevent patches it.
preload_app = False


def on_starting(server: Any) -> None:
    """Give the workers a folder in which each counts, so that `/metrics` of any of them tells of all."""
    # A new one even where there is one: after SIGUSR2 that is the old master's, who will delete it.
    folder = tempfile.mkdtemp(prefix="coze-web-metrics-")
    os.chown(folder, server.cfg.uid, server.cfg.gid)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder


def child_exit(_: Any, worker: Any) -> None:
    """Forget what a worker that is gone had open; what it counted stays."""
    for file in _metrics().glob(f"gauge_live*_{worker.pid}.db"):
        file.unlink()


def on_exit(_: Any) -> None:
    """Delete that folder."""
    shutil.rmtree(_metrics(), ignore_errors=True)


def _metrics() -> Path:
    return Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])


def post_worker_init(worker: Any) -> None:
    """Tell all answers how to see that their worker was asked to stop, so that they end properly."""
    from coze_web.streams import Streams  # noqa: PLC0415 - not before gevent has patched the worker

    # What was loaded stays: looking for garbage in it again and again would hold up all answers, and finds none.
    gc.freeze()
    Streams.drain_when(lambda: not worker.alive)
