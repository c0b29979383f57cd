"""What browsers are told about this site, and which pages of other sites may use it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from flask import request
from flask_cors import CORS

from coze_web import current
from coze_web.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Blueprint, Flask, Response

    from coze_web.settings import Settings

# The page loads only what is its own, has nothing inline, and sends its form by a script. Of text only DOMPurify makes
# markup: anything else that tries is stopped, where browsers know trusted types.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "dompurify",
    "base-uri": "'none'",
    "form-action": "'none'",
}
ONE_YEAR_OF_HTTPS = "max-age=31536000"
APIS = ("/api/", "/v1/")  # whose answers nobody is to store
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
# What a page of an allowed origin may call. The operator's routes are never among it.
VISITOR_ROUTES = {"/api/v1/coze/chat": "POST", "/api/v1/coze/bot": "GET"}


def install_headers(at: Flask | Blueprint, settings: Settings, prefix: str) -> None:
    """Give every response its headers, refuse what other sites' pages send, and open the door to the allowed ones."""
    origins = frozenset(settings.allowed_origins)
    at.before_request(partial(_refuse_other_sites, origins))
    at.after_request(partial(_add_headers, " ".join(settings.frame_ancestors), tuple(prefix + path for path in APIS)))
    if origins:
        _share(at, origins, {prefix + path: method for path, method in VISITOR_ROUTES.items()})


def _add_headers(embedders: str, apis: tuple[str, ...], response: Response) -> Response:
    if not current.is_ours():
        return response
    headers = response.headers
    own = response.content_security_policy
    # A `default-src` begins another policy: that is how a view leaves a directive out.
    policy = dict(own) if "default-src" in own else {**POLICY, "frame-ancestors": embedders or "'none'", **own}
    headers["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    if policy["frame-ancestors"] == "'none'":
        # For browsers that do not know `frame-ancestors`; it cannot name sites.
        headers["X-Frame-Options"] = "DENY"
    if request.is_secure:
        headers["Strict-Transport-Security"] = ONE_YEAR_OF_HTTPS
    if request.path.startswith(apis):
        headers.setdefault("Cache-Control", "no-store, no-transform")
    return response


def _refuse_other_sites(allowed: frozenset[str]) -> None:
    """Keep other sites' pages from asking in a visitor's name and at the owner's cost."""
    if request.method not in SAFE_METHODS and _is_foreign() and request.origin not in allowed:
        raise RequestError("cross_site")


def _is_foreign() -> bool:
    """Say whether a page of another origin sent this; what comes with neither header is no browser's."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.origin
    if site in {"same-origin", "none", "cross-site"}:
        return site == "cross-site"
    # Old browsers, and all on plain http, do not say. The scheme is not compared: a proxy may not have told us.
    return origin is not None and origin.partition("://")[2] != request.host


def _share(at: Flask | Blueprint, origins: Iterable[str], routes: dict[str, str]) -> None:
    CORS(
        at,
        # As patterns of our own: it would read the brackets of an IPv6 address, or a dot in the prefix, as one.
        resources={re.compile(re.escape(path) + r"\Z"): {"methods": [method]} for path, method in routes.items()},
        origins=[re.compile(re.escape(origin) + r"\Z") for origin in origins],
        allow_headers=["Content-Type"],
        expose_headers=["Retry-After", "X-Request-ID"],
        max_age=600,
        vary_header=False,
    )
    at.after_request(partial(_vary, routes))


def _vary(routes: Iterable[str], response: Response) -> Response:
    # Flask-Cors says so only to who is allowed; a cache would keep the other answer for all.
    if request.path in routes:
        response.vary.add("Origin")
    return response
