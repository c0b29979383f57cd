"""The events of each kind of stream, and what their data is.

What is Coze's is passed on as it comes. Source: Coze API reference, chat v3 and workflow stream_run. Unverified: which
fields are always there; those that a client needs are said to be.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from coze_web.errors import ErrorBody
from coze_web.openai.replies import Chunk, Fault
from coze_web.openapi.described import Event
from coze_web.resources import RunStatus, TokenCounts


class LastError(BaseModel):
    code: int
    msg: str


class ChatEvent(BaseModel):
    """A chat as Coze has it at that moment."""

    id: str
    conversation_id: str
    status: str
    bot_id: str | None = None
    last_error: LastError | None = None
    usage: TokenCounts | None = None


class MessageEvent(BaseModel):
    """A message, or in a `delta` the next piece of one: pieces with the same `id` belong together."""

    id: str
    type: Annotated[str, Field(examples=["answer", "function_call", "tool_response", "verbose", "follow_up"])]
    content: str
    role: str
    content_type: str
    conversation_id: str | None = None
    chat_id: str | None = None
    bot_id: str | None = None
    reasoning_content: str | None = None


class RunMessage(BaseModel):
    """What a node of a workflow puts out, in pieces until `node_is_finish`."""

    content: str
    node_is_finish: bool
    node_title: str | None = None
    node_id: str | None = None
    node_type: str | None = None
    node_seq_id: str | None = None
    node_execute_uuid: str | None = None
    content_type: str | None = None
    usage: TokenCounts | None = None


class InterruptData(BaseModel):
    """What `resume` wants: the id as `event_id`, the type as `interrupt_type`."""

    event_id: str
    type: int
    data: Any = None


class Interrupt(BaseModel):
    """A run that waits for an answer."""

    interrupt_data: InterruptData
    node_title: str | None = None


class RunEnd(BaseModel):
    """How a run ended that came to its proper end."""

    status: RunStatus
    execute_id: str
    debug_url: str
    usage: TokenCounts | None
    logid: str


class ChatflowEnd(RunEnd):
    """The same of a chatflow; the next message of an interrupted one names its conversation."""

    conversation_id: str
    chat_id: str


_CHAT = (
    Event("conversation.chat.created", ChatEvent),
    Event("conversation.chat.in_progress", ChatEvent),
    Event("conversation.message.delta", MessageEvent),
    Event("conversation.message.completed", MessageEvent),
    Event("conversation.chat.completed", ChatEvent),
    Event("error", ErrorBody),
)
CHAT_EVENTS = (*_CHAT, Event("done", Literal["[DONE]"]))
CHATFLOW_EVENTS = (*_CHAT, Event("conversation.chat.requires_action", ChatEvent), Event("done", ChatflowEnd))
RUN_EVENTS = (
    Event("Message", RunMessage),
    Event("Interrupt", Interrupt),
    Event("error", ErrorBody),
    Event("done", RunEnd),
)
COMPLETION_EVENTS = (Event("", Chunk), Event("", Fault), Event("", Literal["[DONE]"]))
