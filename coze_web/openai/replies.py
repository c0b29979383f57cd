"""What OpenAI's clients are answered with; a field that was not set is not sent."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Reply(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True)

    def fields(self) -> dict[str, Any]:
        """Return what was set, for JSON."""
        return self.model_dump(exclude_unset=True)


class Usage(Reply):
    """Tokens."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Delta(Reply):
    role: Literal["assistant"] | None = None
    content: str | None = None
    reasoning_content: str | None = None


class ChunkChoice(Reply):
    index: Literal[0]
    delta: Delta
    finish_reason: Literal["stop"] | None


class Chunk(Reply):
    """A piece of an answer; `usage` is null in all but the last, and not sent unless it was asked for."""

    id: str
    object: Literal["chat.completion.chunk"]
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: Usage | None = None


class Message(Reply):
    role: Literal["assistant"]
    content: str
    reasoning_content: str | None = None


class Choice(Reply):
    index: Literal[0]
    message: Message
    finish_reason: Literal["stop"]


class Completion(Reply):
    """A whole answer; `usage` is null where Coze counted nothing."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: Usage | None


class Model(Reply):
    """A bot; `created` is when it was last changed, in Unix seconds, 0 where Coze does not tell."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: Literal["coze"] = "coze"
    name: str


class ModelList(Reply):
    object: Literal["list"] = "list"
    data: list[Model]


class FaultDetails(Reply):
    """`code` is a word or one of Coze's numbers; `logid` is Coze's log id."""

    message: str
    type: Literal["invalid_request_error", "rate_limit_error", "server_error"]
    param: str | None
    code: str
    logid: str
    request_id: str


class Fault(Reply):
    """The one error object, in JSON answers and in streams."""

    error: FaultDetails
