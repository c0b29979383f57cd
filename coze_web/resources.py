"""What the operator API shows of Coze: the SDK's models under names of one kind, every id a string. Pure."""

from __future__ import annotations

from typing import Any, Generic, Literal, Self, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

RunStatus = Literal["running", "succeeded", "failed", "interrupted", "canceled", "unknown"]


def _also(*names: str) -> Any:
    return Field(validation_alias=AliasChoices(*names))


class Resource(BaseModel):
    """One thing of Coze's; read from the SDK's object of the same."""

    model_config = ConfigDict(from_attributes=True, frozen=True, populate_by_name=True)


R = TypeVar("R", bound=Resource)


class Page(Resource, Generic[R]):
    """One page of a list; `total` is None where Coze does not count."""

    items: list[R]
    page_num: int | None
    page_size: int
    has_more: bool
    total: int | None
    logid: str


class Single(Resource):
    """A thing that was asked for alone, with the log id of the call."""

    logid: str = ""

    def with_logid(self, logid: str) -> Self:
        """Return the same with the log id of the call that brought it."""
        return self.model_copy(update={"logid": logid})


class Workspace(Resource):
    id: str
    name: str
    icon_url: str
    role_type: str
    workspace_type: str


class BotSummary(Resource):
    id: str
    name: str
    description: str
    icon_url: str
    is_published: bool
    updated_at: int


class Onboarding(Resource):
    prologue: str = ""
    suggested_questions: list[str] | None = None


class Bot(Single):
    id: str = _also("bot_id")
    name: str | None = None
    description: str | None = None
    icon_url: str | None = None
    version: str | None = None
    created_at: int | None = Field(None, validation_alias="create_time")
    updated_at: int | None = Field(None, validation_alias="update_time")
    owner_user_id: str | None = None
    bot_mode: int | None = None
    prompt: str | None = Field(None, validation_alias="prompt_info")
    onboarding: Onboarding | None = Field(None, validation_alias="onboarding_info")
    model: dict[str, Any] | None = Field(None, validation_alias="model_info")
    plugins: list[dict[str, Any]] | None = Field(None, validation_alias="plugin_info_list")
    workflows: list[dict[str, Any]] | None = Field(None, validation_alias="workflow_info_list")

    @field_validator("prompt", mode="before")
    @classmethod
    def _text(cls, value: Any) -> Any:
        return getattr(value, "prompt", None)

    @field_validator("model", "plugins", "workflows", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, list):
            return [item.model_dump(mode="json") for item in value]
        return value and value.model_dump(mode="json")


class Conversation(Single):
    id: str
    name: str | None = None
    meta_data: dict[str, str]
    last_section_id: str
    created_at: int
    updated_at: int | None = None


class Section(Single):
    id: str
    conversation_id: str


class Message(Single):
    id: str
    role: str
    type: str
    content: str
    content_type: str
    meta_data: dict[str, str] | None = None
    conversation_id: str | None = None
    chat_id: str | None = None
    section_id: str | None = None
    bot_id: str | None = None
    created_at: int | None = None
    updated_at: int | None = None
    reasoning_content: str | None = None


class MessagePage(Page[Message]):
    """Coze pages messages by id: the next page is `after_id=<last_id>`, and `page_num` is None."""

    first_id: str
    last_id: str


class Creator(Resource):
    id: str
    name: str


class Workflow(Resource):
    id: str = _also("workflow_id")
    name: str = _also("workflow_name")
    description: str
    icon_url: str
    app_id: str
    created_at: int | None = None
    updated_at: int | None = None
    creator: Creator | None = None


class Usage(Resource):
    """Tokens."""

    token_count: int = 0
    output_count: int = 0
    input_count: int = 0


class BlockingRun(Single):
    """A run that has ended; `output` is text as Coze gave it, mostly JSON, and None where the run was interrupted."""

    execute_id: str | None = None
    output: str | None = Field(None, validation_alias="data")
    debug_url: str
    usage: Usage | None = None


class NodeOutput(Resource):
    """What one node put out; `error` is a code where Coze did not give it."""

    name: str
    node_id: str
    node_execute_uuid: str
    is_finish: bool
    loop_index: int | None = None
    batch_index: int | None = None
    output: str | None = None
    error: str = ""


class RunHistory(Resource):
    """What Coze has kept of a run; `logid` is the run's own."""

    execute_id: str
    status: RunStatus = _also("execute_status")
    mode: Literal["blocking", "streaming", "async"] = _also("run_mode")
    bot_id: str
    created_at: int = _also("create_time")
    updated_at: int = _also("update_time")
    output: str
    is_output_trimmed: bool
    error_code: str
    error_message: str | None = None
    debug_url: str
    usage: Usage | None = None
    logid: str

    @field_validator("status", mode="before")
    @classmethod
    def _status(cls, value: Any) -> Any:
        return {"Success": "succeeded", "Running": "running", "Fail": "failed"}.get(getattr(value, "value", value))

    @field_validator("mode", mode="before")
    @classmethod
    def _mode(cls, value: Any) -> Any:
        return {0: "blocking", 1: "streaming", 2: "async"}.get(value)

    @field_validator("error_code", mode="before")
    @classmethod
    def _code(cls, value: Any) -> Any:
        return str(value or "")


class RunDetails(Single):
    """One run with the outputs of its nodes, not more than the first fifty."""

    run: RunHistory
    nodes: list[NodeOutput]
    has_more_nodes: bool
