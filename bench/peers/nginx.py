"""How nginx is found, installed and started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import cache

from bench.peers.peer import FOLDER

INSTALL = "apt-get update -qq && apt-get install -qq -y --no-install-recommends nginx-light"
LIMIT = 300


def command(_: int) -> list[str]:
    """Return the command line; the port stands in the configuration that it writes."""
    return [sys.executable, str(FOLDER / "nginx_serve.py"), find(), _folder().name]


def prepare() -> str:
    """Install nginx with apt where it is missing and we may."""
    if find():
        return ""
    if os.geteuid() or not shutil.which("apt-get"):
        return "nginx was not found; as root on Debian it would have been installed."
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(["/bin/sh", "-c", INSTALL], env=environ, capture_output=True, timeout=LIMIT, check=False)
    return "" if find() else "nginx was not found, and apt-get could not install nginx-light."


def version() -> str:
    """Return what nginx says of itself."""
    said = subprocess.run([find(), "-v"], capture_output=True, text=True, check=True).stderr
    return said.strip().rpartition(": ")[2].replace("/", " ")


def find() -> str:
    """Return nginx's path, or nothing; Debian keeps it where only root looks."""
    return shutil.which("nginx", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin") or ""


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    # For all nginxes that we start, until we end: one that was killed cannot remove its own.
    return tempfile.TemporaryDirectory(prefix="coze-web-bench-nginx-")
