"""Bring the page's libraries from npm into the repository: `make vendor`.

What is taken stands in the manifest; to renew a library, change its version there. Files are kept byte for byte as npm
has them, so that anybody can compare; their SHA-256 is written into the manifest.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

VENDOR = Path(__file__).parent.parent / "coze_web" / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"


def renew() -> None:
    """Fetch every library anew, at the version that the manifest names."""
    libraries = json.loads(MANIFEST.read_text())
    for library in libraries:
        library["files"] = take(library)
    MANIFEST.write_text(json.dumps(libraries, indent=2) + "\n")


def take(library: dict[str, Any]) -> dict[str, str]:
    """Copy the files of one library, and return the SHA-256 of each."""
    home = VENDOR / library["name"]
    shutil.rmtree(home, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        fetch(f"{library['package']}@{library['version']}", Path(folder))
        for name in library["files"]:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(folder, "package", name), home / name)
    return {name: sha256(home / name) for name in library["files"]}


def fetch(package: str, folder: Path) -> None:
    """Unpack a package of npm, which checks that it is what was published."""
    npm = ["npm", "pack", "--silent", "--pack-destination", str(folder), package]
    archive = subprocess.run(npm, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
    with tarfile.open(folder / archive) as tar:
        tar.extractall(folder, filter="data")


def sha256(path: Path) -> str:
    """Return the hash of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    renew()
