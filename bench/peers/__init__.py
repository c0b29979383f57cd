"""coze-web, and what one would write instead: each relays the same chats in one process."""

from __future__ import annotations

from bench.peers import nginx, node, python
from bench.peers.peer import FOLDER, ROOT, Peer, settings

__all__ = ["PEERS", "Peer"]

PLAIN = FOLDER / "gunicorn_conf.py"


def _coze_web(port: int, coze_url: str) -> dict[str, str]:
    return {
        **settings(port, coze_url),
        "COZE_WEB_RATE_LIMIT": "",
        "COZE_WEB_VISITOR_STREAMS": "0",
        "COZE_WEB_MAX_STREAMS": "4000",
    }


PEERS = (
    Peer(
        name="coze-web",
        label="coze-web",
        command=python.gunicorn(ROOT / "gunicorn.conf.py", "wsgi:app"),
        version=python.versions("coze-web", "gunicorn", "gevent", "cozepy", "requests"),
        prepare=python.needs(),
        environ=_coze_web,
    ),
    Peer(
        name="flask-cozepy",
        label="Flask + gunicorn gevent + cozepy",
        command=python.gunicorn(PLAIN, "flask_cozepy:app"),
        version=python.versions("Flask", "gunicorn", "gevent", "cozepy"),
        prepare=python.needs(),
    ),
    Peer(
        name="fastapi-cozepy",
        label="FastAPI + uvicorn uvloop + cozepy",
        command=python.uvicorn("fastapi_cozepy:app"),
        version=python.versions("FastAPI", "uvicorn", "uvloop", "httptools", "cozepy"),
        prepare=python.needs("FastAPI", "uvicorn", "uvloop", "httptools"),
    ),
    Peer(
        name="django-httpx",
        label="Django + gunicorn gevent + httpx",
        command=python.gunicorn(PLAIN, "django_httpx:app"),
        version=python.versions("Django", "gunicorn", "gevent", "httpx"),
        prepare=python.needs("Django"),
    ),
    Peer(
        name="express-coze",
        label="Node + Express + @coze/api",
        command=node.node("express_coze.mjs"),
        version=node.versions("express", "@coze/api"),
        prepare=node.install,
    ),
    Peer(
        name="node-fetch",
        label="Node http + fetch",
        command=node.node("node_fetch.mjs"),
        version=node.versions(),
        prepare=node.find,
    ),
    Peer(
        name="nginx",
        label="nginx proxy_pass",
        command=nginx.command,
        version=nginx.version,
        prepare=nginx.prepare,
    ),
)
