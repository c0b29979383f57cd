"""What each fault means to a person: its HTTP status, whether trying again helps, and what to do, in two languages.

Words are ours; numbers are Coze's own codes. Coze's texts are never shown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

from coze_web.catalog.coze import COZE
from coze_web.catalog.requests import REQUEST
from coze_web.catalog.server import SERVER, UPSTREAM

if TYPE_CHECKING:
    from coze_web.catalog.advice import Advice

Language = Literal["zh", "en"]

COZE_CODE = re.compile("[1-9][0-9]{3,11}")
CATALOG: dict[str, Advice] = {**REQUEST, **SERVER, **UPSTREAM, **COZE}


def advice(code: str) -> Advice:
    """Return the row of a code; a code that is not listed can only be one of Coze's, and gets the general row."""
    return CATALOG.get(code, UPSTREAM["upstream_error"])


def coze_code(body: dict[str, Any]) -> str:
    """Return the error code in one of Coze's answers or events as text, "" for none or one that repeats a status."""
    code = str(body.get("code") or body.get("error_code") or "")
    return code if COZE_CODE.fullmatch(code) else ""


def coze_text(body: dict[str, Any]) -> tuple[str, str]:
    """Return Coze's own words and the page where it shows the run, "" where it gave none."""
    text, debug_url = body.get("msg") or body.get("error_message"), body.get("debug_url")
    return text if isinstance(text, str) else "", debug_url if isinstance(debug_url, str) else ""
