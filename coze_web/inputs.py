"""What the operator API takes: queries and bodies, checked whole before anything is asked of Coze. Pure."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from coze_web.explain import A_MOMENT
from coze_web.resources import RunStatus

ID = r"^[0-9]{1,32}$"
Id = Annotated[str, StringConstraints(pattern=ID)]
EventId = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z/_-]{1,128}$")]
# Coze's reference: conversations and messages 50, workflows 30. For bots and workspaces it names no limit; they are
# taken to be like conversations.
PageSize = Annotated[int, Field(ge=1, le=50)]
WorkflowPageSize = Annotated[int, Field(ge=1, le=30)]
Text = Annotated[str, StringConstraints(max_length=200)]
PageNum = Annotated[int, Field(ge=1, le=1_000_000)]


def _iso(text: str) -> str:
    # Digits alone would pass for seconds since 1970.
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]", text):
        raise ValueError(" / ".join(A_MOMENT))
    # A "+" that was not escaped in a query arrives as a space.
    return re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", text)


Moment = Annotated[AwareDatetime, BeforeValidator(_iso)]
MetaData = Annotated[
    dict[
        Annotated[str, StringConstraints(min_length=1, max_length=64)],
        Annotated[str, StringConstraints(min_length=1, max_length=512)],
    ],
    Field(max_length=16),
]


class Input(BaseModel):
    """A part of a request; what it does not know, it refuses, since it may be a slip of the pen."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class PageQuery(Input):
    page_num: PageNum = 1
    page_size: PageSize = 20


class BotsQuery(PageQuery):
    workspace_id: Id


class WorkflowsQuery(Input):
    workspace_id: Id
    page_num: PageNum = 1
    page_size: WorkflowPageSize = 20


class ConversationsQuery(PageQuery):
    bot_id: Id


class MessageQuery(Input):
    """Coze pages messages by id: after_id (the last page's `last_id`) or before_id."""

    page_size: PageSize = 50
    order: Literal["asc", "desc"] = "desc"
    chat_id: Id | None = None
    before_id: Id | None = None
    after_id: Id | None = None


class RunsQuery(Input):
    """Filters of the run log; `since` is included, `until` is not."""

    workflow_id: Id | None = None
    status: RunStatus | None = None
    since: Moment | None = None
    until: Moment | None = None
    q: Text = ""
    # The log itself refuses another one, with a code of its own.
    cursor: Annotated[str, Field(max_length=64, json_schema_extra={"pattern": "^[0-9]{0,18}$"})] = ""
    page_size: Annotated[int, Field(ge=1, le=100)] = 20


class NewMessage(Input):
    content: Annotated[str, StringConstraints(min_length=1)]
    role: Literal["user", "assistant"] = "user"
    content_type: Literal["text", "object_string"] = "text"
    meta_data: MetaData | None = None


class NewConversation(Input):
    bot_id: Id | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    meta_data: MetaData | None = None
    messages: Annotated[list[NewMessage], Field(max_length=16)] = []


class Rename(Input):
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]


# What `_one_home` says, for the schema.
_ONE_HOME: dict[str, Any] = {
    "not": {"required": ["bot_id", "app_id"], "properties": {name: {"type": "string"} for name in ("bot_id", "app_id")}}
}


class _Run(Input):
    model_config = ConfigDict(json_schema_extra=_ONE_HOME)

    parameters: dict[str, Any] = {}
    bot_id: Id | None = None
    app_id: Id | None = None

    @model_validator(mode="after")
    def _one_home(self) -> _Run:
        if self.bot_id and self.app_id:
            raise ValueError("bot_id and app_id exclude each other / bot_id 与 app_id 不能同时使用")
        return self


class RunRequest(_Run):
    stream: bool = Field(default=False, strict=True)


class WorkflowChatRequest(_Run):
    message: Annotated[str, StringConstraints(min_length=1)]
    conversation_id: Id | None = None


class ResumeRequest(Input):
    event_id: EventId
    interrupt_type: Annotated[int, Field(strict=True)]
    resume_data: str

    @property
    def execute_id(self) -> str:
        """The run that is to go on: the first half of the event's id (as the self-hosted Studio makes it)."""
        return self.event_id.partition("/")[0]
