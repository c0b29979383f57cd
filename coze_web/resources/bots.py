"""Workspaces and bots."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator

from coze_web.resources.base import Resource, Single, also


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
    id: str = also("bot_id")
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
