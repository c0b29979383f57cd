"""What OpenAI's clients send, and what of it Coze is asked.

Coze has no system role in a chat, nor tools of the caller's: what would change the answer's meaning is refused, and
what would change its wording (temperature, max_tokens, …) is left to the bot's own settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from coze_web.errors import RequestError
from coze_web.inputs import Input
from coze_web.prompt import Prompt, Said
from coze_web.question import CONTROL_CHARACTERS, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MESSAGES = 100  # Coze chat v3 API, `additional_messages`
INSTRUCTING = {"system", "developer"}


class LenientInput(Input):
    """What it does not know, it leaves out: OpenAI adds parameters all the time, and clients send them unasked."""

    model_config = ConfigDict(extra="ignore")


class TextPart(LenientInput):
    type: Literal["text"]
    text: str


def _joined(content: Any) -> Any:
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    if not all(isinstance(part, dict) and part.get("type") == "text" for part in content):
        raise ValueError("takes text alone, no pictures, sound or files / 只支持文本，不支持图片、音频和文件")
    texts = [part.get("text") for part in content]
    return "\n".join(texts) if all(isinstance(text, str) for text in texts) else None


def _not_possible(value: Any) -> Any:
    if value:
        raise ValueError("is not possible with a bot of Coze's / 不适用于 Coze 智能体")
    return value


Content = Annotated[str, BeforeValidator(_joined, json_schema_input_type=str | list[TextPart] | None)]
NOTHING: list[Any] = [None, False, 0, "", [], {}]
NotPossible = Annotated[Any, AfterValidator(_not_possible), Field(json_schema_extra={"enum": NOTHING})]


class ChatMessage(LenientInput):
    """One message; what a tool said, or the bot's wish to call one, is refused."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Content = ""
    tool_calls: NotPossible = None
    function_call: NotPossible = None


def _ends_with_a_question(messages: list[ChatMessage]) -> list[ChatMessage]:
    if not messages or messages[-1].role != "user":
        raise ValueError("must end with a message of the user / 最后一条必须是 user 消息")
    return messages


class TextFormat(LenientInput):
    type: Literal["text"]


class StreamOptions(LenientInput):
    include_usage: bool | None = Field(default=None, strict=True)


# With the embedded Coze's bot.
EXAMPLE: dict[str, Any] = {"model": "Embedded Coze", "messages": [{"role": "user", "content": "What can you do?"}]}


class CompletionRequest(LenientInput):
    """The body of `POST /v1/chat/completions`; null is as good as nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE, {**EXAMPLE, "stream": True}]})

    model: Annotated[str, StringConstraints(min_length=1)]
    messages: Annotated[
        list[ChatMessage],
        Field(max_length=MOST_MESSAGES, json_schema_extra={"minItems": 1}),
        AfterValidator(_ends_with_a_question),
    ]
    stream: bool | None = Field(default=None, strict=True)
    stream_options: StreamOptions | None = None
    user: Annotated[str, StringConstraints(max_length=128)] | None = None
    n: Literal[1] | None = None
    response_format: TextFormat | None = None
    modalities: list[Literal["text"]] | None = None
    tools: NotPossible = None
    functions: NotPossible = None
    audio: NotPossible = None
    logprobs: NotPossible = None
    stop: NotPossible = None
    web_search_options: NotPossible = None

    @property
    def tells_usage(self) -> bool:
        """Whether the stream is to end with the tokens."""
        return bool(self.stream_options and self.stream_options.include_usage)


def prompt_of(request: CompletionRequest, bot_id: str, user_id: str, max_message: int) -> Prompt:
    """Return what a bot is asked.

    Instructions (system, developer) are put before what the user said next, a blank line between. What the assistant
    said may be longer than `max_message`, since it is the bot's own. Both are left out where they say nothing.

    Raises:
        RequestError: the user's message is empty or blank, or one is too long; `param` names it.

    """
    return Prompt(bot_id, tuple(_said(request.messages, max_message)), user_id)


def _said(messages: list[ChatMessage], max_message: int) -> Iterator[Said]:
    instructions: list[str] = []
    for number, message in enumerate(messages):
        if message.role == "assistant":
            if message.content:
                yield Said("assistant", CONTROL_CHARACTERS.sub("", message.content))
            continue
        if message.role in INSTRUCTING and not CONTROL_CHARACTERS.sub("", message.content).strip():
            continue
        text = _text(number, message, max_message)
        if message.role in INSTRUCTING:
            instructions.append(text)
        else:
            yield Said("user", "\n\n".join([*instructions, text]))
            instructions = []


def _text(number: int, message: ChatMessage, max_message: int) -> str:
    try:
        return clean_text(message.content, max_message)
    except RequestError as error:
        error.param = f"messages.{number}.content"
        raise
