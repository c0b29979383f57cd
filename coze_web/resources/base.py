"""What all resources have in common."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field


def also(*names: str) -> Any:
    """Return a field that has another name in the SDK."""
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
