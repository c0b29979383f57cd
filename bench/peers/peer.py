"""What the benchmark has to know of a peer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coze_web.emulator.bots import BOT_ID
from coze_web.emulator.owner import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent


def settings(port: int, coze_url: str) -> dict[str, str]:
    """Return the variables that every peer reads."""
    return {
        "PORT": str(port),
        "COZE_PAT": TOKEN,
        "COZE_BOT_ID": BOT_ID,
        "COZE_API_BASE_URL": coze_url,
    }


@dataclass(frozen=True)
class Peer:
    """A server in one process that relays a bot's answers; `GET /healthz` says when it is ready.

    Attributes:
        name: what to call it in files and options.
        label: what to call it in tables.
        command: the command line that serves on 127.0.0.1, given the port.
        version: tells what it is made of.
        prepare: installs what it needs, and returns why it has to be left out, or nothing.
        environ: what to add to the environment, given the port and Coze's address.

    """

    name: str
    label: str
    command: Callable[[int], list[str]]
    version: Callable[[], str]
    prepare: Callable[[], str]
    environ: Callable[[int, str], dict[str, str]] = settings
