"""What the values of some settings must look like; each raises ValueError with what to do, in both languages. Pure."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

import limits
from pydantic import SecretStr
from redis.connection import parse_url
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {"sqlite": "sqlite", "postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")


def token(value: SecretStr) -> SecretStr:
    """Return the token without the white space around it; a header must be able to carry it."""
    text = value.get_secret_value().strip()
    if text[:1] in {'"', "'"} and text[-1:] == text[:1]:
        raise ValueError("must be without quotes / 不要加引号")
    if not re.fullmatch(r"[!-~]+", text):
        raise ValueError("must be printable ASCII without spaces / 只能包含可打印的 ASCII 字符，不能有空格")
    return SecretStr(text)


def word(value: str) -> str:
    """Return what has no white space and no comment in it: some readers of `.env` files leave them in."""
    if not re.fullmatch(r"[!-~]+", value) or re.search("[\"'#]", value):
        raise ValueError("must be one word, without quotes or a comment / 只能是一个词，不要带引号或注释")
    return value


def tokens(value: str) -> tuple[SecretStr, ...]:
    """Return the tokens in a list with spaces or commas between them; see `token`."""
    return tuple(token(SecretStr(entry)) for entry in _entries(value))


def bot_id(value: str) -> str:
    """Return the id, which is decimal digits and too long for a number of JavaScript."""
    if not re.fullmatch(r"[0-9]+", value):
        raise ValueError("must be a string of decimal digits, e.g. 7379462189365198898 / 必须是一串十进制数字")
    return value


def colour(value: str) -> str:
    """Return the colour as `#rrggbb`, in lower case."""
    if not re.fullmatch(r"#([0-9a-fA-F]{3}){1,2}", value):
        raise ValueError("must be a colour such as #1a73e8 or #17e / 必须是形如 #1a73e8 或 #17e 的颜色")
    digits = value.lower().removeprefix("#")
    return "#" + "".join(digit * (6 // len(digits)) for digit in digits)


def rate_limit(value: str) -> str:
    """Return the rule if `limits` can read it and it lets at least one request through; "" means no limit."""
    try:
        is_good = not value or all(limit.amount > 0 for limit in limits.parse_many(value))
    except ValueError:
        is_good = False
    if not is_good:
        raise ValueError("must read like '20 per minute', or be empty / 写法如 20 per minute，留空为不限")
    return value


def base_url(value: str) -> str:
    """Return scheme, host and port; anything more is refused, with what would be right."""
    root = _root(value if "://" in value else f"https://{value}")
    if root is None:
        raise ValueError("must be an address such as https://api.coze.cn / 必须是形如 https://api.coze.cn 的地址")
    if value.rstrip("/") != root:
        raise ValueError(f"must be the address alone: {root} / 只填写地址本身，不带路径：{root}")
    return root


def origins(value: str) -> tuple[str, ...]:
    """Return the origins in a list with spaces or commas between them, each as a browser sends it."""
    return tuple(_origin(entry) for entry in _entries(value))


def frame_ancestors(value: str) -> tuple[str, ...]:
    """Return what the policy may name: origins and 'self'. The quotes may be gone: shells and `.env` take them off."""
    if value.strip("'") == "none":
        return ()
    return tuple("'self'" if entry.strip("'") == "self" else _origin(entry) for entry in _entries(value))


def _entries(value: str) -> list[str]:
    return value.replace(",", " ").split()


def _origin(entry: str) -> str:
    root = _root(entry) if "://" in entry and entry.isascii() else None
    if root is None:
        raise ValueError(
            "must list origins such as https://shop.example with spaces between them; * and null are not possible"
            " / 必须是形如 https://shop.example 的来源，用空格分隔；不支持 * 和 null"
        )
    # Browsers leave the usual port out.
    origin = root.removesuffix(":443" if root.startswith("https:") else ":80")
    if entry.rstrip("/") != origin:
        raise ValueError(f"must be the origin as browsers send it: {origin} / 请按浏览器发送的写法填写：{origin}")
    return origin


def _root(address: str) -> str | None:
    """Return scheme, host and port of an address; None where it has no host."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if not host or not HOST.fullmatch(host):
        return None
    scheme = "http" if parts.scheme == "http" else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"


def database_url(value: SecretStr) -> SecretStr:
    """Return the address of a SQLite file or of PostgreSQL with the driver that is installed."""
    try:
        url = make_url(value.get_secret_value())
    except (ArgumentError, ValueError):
        # A port that is no number is a plain ValueError. Neither may be shown: both can quote the password.
        url = URL.create("")
    driver = DRIVERS.get(url.get_backend_name())
    if driver is None or url.database in {None, "", ":memory:"}:
        raise ValueError(
            "must look like postgresql://user:password@host/name or sqlite:////folder/file"
            " / 格式应为 postgresql://user:password@host/name 或 sqlite:////folder/file"
        )
    return SecretStr(url.set(drivername=driver).render_as_string(hide_password=False))


def storage_uri(value: SecretStr) -> SecretStr:
    """Return the address of a Redis, or `memory://`."""
    uri = value.get_secret_value()
    try:
        if uri != "memory://":
            parse_url(uri)  # type: ignore[no-untyped-call]
    except ValueError:  # not to be shown: it can quote the password
        raise ValueError(
            "must look like redis://:password@host:6379/0, or be memory://"
            " / 格式应为 redis://:password@host:6379/0，或 memory://"
        ) from None
    return value


def may_be_asked(address: str, *, allow_http: bool) -> bool:
    """Say whether an address is of https or, where that is allowed or does not leave this machine, of http."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and (allow_http or is_loopback(parts.hostname or "")))


def is_loopback(host: str) -> bool:
    """Say whether what is sent to this host stays on this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
