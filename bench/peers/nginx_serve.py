"""Gives nginx the settings of the environment, in a folder of its own, and becomes nginx."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

TEMPLATE = Path(__file__).parent / "nginx.conf"


def main(nginx: str, folder: str) -> None:
    """Write the configuration, and let nginx take this process over."""
    values = {
        "@PORT@": os.environ["PORT"],
        "@COZE@": urlsplit(os.environ["COZE_API_BASE_URL"]).netloc,
        "@COZE_PAT@": os.environ["COZE_PAT"],
    }
    text = TEMPLATE.read_text()
    for name, value in values.items():
        text = text.replace(name, value)
    (Path(folder) / "nginx.conf").write_text(text)
    os.execv(nginx, [nginx, "-e", "stderr", "-p", folder, "-c", "nginx.conf"])  # noqa: S606 - a shell would stay


if __name__ == "__main__":
    main(*sys.argv[1:])
