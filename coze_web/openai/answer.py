"""A chat of Coze's as a completion of OpenAI's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from coze_web.answers import ChatAnswer
from coze_web.answers.chat import TEXTS
from coze_web.openai.faults import fault_of
from coze_web.openai.replies import Choice, Chunk, ChunkChoice, Completion, Delta, Message, Usage
from coze_web.sse import Frame

if TYPE_CHECKING:
    from coze_web.catalog import Language
    from coze_web.errors import CozeWebError

NOTHING = Delta()
SILENCE = Delta(role="assistant", content="")


class Head(NamedTuple):
    """What all chunks of a completion have in common; `created` in Unix seconds."""

    id: str
    created: int
    model: str


class CompletionAnswer(ChatAnswer):
    """Follows one chat, and makes chunks of the answers in it; what the bot does besides is left out.

    Args:
        tells_usage: whether the stream is to tell the tokens (`stream_options.include_usage`).

    """

    # As OpenAI writes it, without a name; JSON holds no line end.
    write = staticmethod(lambda _, data: f"data: {data}\n\n".encode())

    def __init__(self, head: Head, *, tells_usage: bool) -> None:
        super().__init__()
        self._head = head
        self._told: dict[str, Any] = {"usage": None} if tells_usage else {}
        self._spoken: list[str] = []
        self._reasoning: list[str] = []
        self._speaker = ""  # the id of the message that was heard last
        self._heard: set[tuple[str, str]] = set()  # of which messages there was content, or reasoning

    def take(self, frame: Frame) -> Frame | None:
        """Note one frame and return it as a chunk, or None where it brings nothing of the answer; see `Answer.take`."""
        delta = self._delta(frame) if super().take(frame) else NOTHING
        if not delta.model_fields_set:
            return None
        return self._chunk([ChunkChoice(index=0, delta=delta, finish_reason=None)])

    def terminal(self, logid: str) -> list[Frame]:  # noqa: ARG002 - OpenAI's clients have no place for it
        """Return the chunks that end a whole answer, and the end marker."""
        # The role comes with the first text; where there was none, OpenAI's own helper would call it missing.
        delta = NOTHING if self._has_begun else SILENCE
        last = self._chunk([ChunkChoice(index=0, delta=delta, finish_reason="stop")])
        usage = [self._chunk([], usage=self._counts)] if self._told else []
        return [last, *usage, Frame("message", "[DONE]")]

    def terminal_error(self, error: CozeWebError, language: Language, request_id: str) -> Frame:
        """Return the error, which the official clients raise."""
        return Frame("message", json.dumps(fault_of(error, language, request_id).fields()))

    @property
    def text(self) -> str:
        """The answer's text: what was sent in chunks, whether or not they are read."""
        return "".join(self._spoken)

    def completion(self) -> Completion:
        """Return the whole answer."""
        thought = {"reasoning_content": "".join(self._reasoning)} if self._reasoning else {}
        message = Message(role="assistant", content=self.text, **thought)
        head: dict[str, Any] = self._head._asdict()
        return Completion(
            **head,
            object="chat.completion",
            choices=[Choice(index=0, message=message, finish_reason="stop")],
            usage=self._counts,
        )

    def _delta(self, frame: Frame) -> Delta:
        """Return what a frame brings of the answers: their pieces, or a whole one that did not come in pieces."""
        if frame.event not in TEXTS:
            return NOTHING
        message = json.loads(frame.data)
        if not isinstance(message, dict) or message.get("type") != "answer":
            return NOTHING
        is_whole = frame.event == "conversation.message.completed"
        content = self._news(message, "content", is_whole=is_whole)
        reasoning = self._news(message, "reasoning_content", is_whole=is_whole)
        return self._say(content, reasoning, str(message.get("id")))

    def _news(self, message: dict[str, Any], field: str, *, is_whole: bool) -> str:
        """Return what a message tells that was not told: Coze repeats it whole, but not always the reasoning."""
        told, text = (str(message.get("id")), field), str(message.get(field) or "")
        if not text or (is_whole and told in self._heard):
            return ""
        self._heard.add(told)
        return text

    def _say(self, content: str, reasoning: str, speaker: str) -> Delta:
        fields: dict[str, Any] = {}
        if (content or reasoning) and not self._has_begun:
            fields["role"] = "assistant"
        if reasoning:
            self._reasoning.append(reasoning)
            fields["reasoning_content"] = reasoning
        if content:
            fields["content"] = f"\n\n{content}" if self._spoken and speaker != self._speaker else content
            self._spoken.append(fields["content"])
            self._speaker = speaker
        return Delta(**fields)

    def _chunk(self, choices: list[ChunkChoice], **told: Usage | None) -> Frame:
        head: dict[str, Any] = self._head._asdict()
        chunk = Chunk(**head, object="chat.completion.chunk", choices=choices, **{**self._told, **told})
        return Frame("message", json.dumps(chunk.fields()))

    @property
    def _has_begun(self) -> bool:
        return bool(self._spoken or self._reasoning)

    @property
    def _counts(self) -> Usage | None:
        if self.usage is None:
            return None
        asked, answered = self.usage.get("input_count", 0), self.usage.get("output_count", 0)
        total = self.usage.get("token_count", asked + answered)
        return Usage(prompt_tokens=asked, completion_tokens=answered, total_tokens=total)
