"""An answer of the bot that is given whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

# As Coze gave them: some may be missing.
_COUNTS: dict[str, Any] = {"propertyNames": {"enum": ["token_count", "output_count", "input_count"]}}
TokenCounts = Annotated[dict[str, int], Field(json_schema_extra=_COUNTS)]


@dataclass(frozen=True, kw_only=True)
class WholeAnswer:
    """The answer's text, and the ids and counts that Coze gave with it."""

    content: str
    usage: TokenCounts | None
    logid: str
    chat_id: str
    conversation_id: str
    request_id: str
