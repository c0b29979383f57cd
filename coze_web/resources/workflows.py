"""Workflows and their runs."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from coze_web.resources.base import Resource, Single, also

RunStatus = Literal["running", "succeeded", "failed", "interrupted", "canceled", "unknown"]


class Creator(Resource):
    id: str
    name: str


class Workflow(Resource):
    id: str = also("workflow_id")
    name: str = also("workflow_name")
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
    status: RunStatus = also("execute_status")
    mode: Literal["blocking", "streaming", "async"] = also("run_mode")
    bot_id: str
    created_at: int = also("create_time")
    updated_at: int = also("update_time")
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
