"""What is worth keeping of one run of a workflow."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from coze_web.ids import safe_id

WEB_ADDRESS = re.compile(r"https?://[!-~]{1,2000}")


@dataclass
class RunFacts:
    """What a run's stream has told so far; "" for what it has not."""

    execute_id: str = ""
    debug_url: str = ""
    output: str = ""
    interrupted: bool = False

    @property
    def status(self) -> str:
        """How a run whose stream came to its proper end has ended."""
        return "interrupted" if self.interrupted else "succeeded"

    def note_debug_url(self, url: object) -> None:
        """Take the page where Coze shows the run; its address holds the run's id."""
        if isinstance(url, str) and WEB_ADDRESS.fullmatch(url):
            self.debug_url = url
            self.note_execute_id(next(iter(parse_qs(urlsplit(url).query).get("execute_id", [])), ""))

    def note_event_id(self, event_id: object) -> None:
        """Take the id of an interruption, "<run's id>/<its own>" (as the self-hosted Studio makes it)."""
        if isinstance(event_id, str):
            self.note_execute_id(event_id.partition("/")[0])

    def note_execute_id(self, execute_id: str) -> None:
        """Take the run's id."""
        self.execute_id = safe_id(execute_id) or self.execute_id

    def farewell(self, usage: dict[str, int] | None, logid: str, **ids: str) -> str:
        """Return the data of the terminal `done`, JSON."""
        known = {"status": self.status, "execute_id": self.execute_id, "debug_url": self.debug_url}
        return json.dumps({**known, **ids, "usage": usage, "logid": logid})
