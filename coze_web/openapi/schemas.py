"""The JSON schemas of types, as pydantic gives them, with the models among the document's components. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from openapi_pydantic import Schema
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pydantic import BaseModel
    from pydantic.json_schema import JsonSchemaMode

_REF = "#/components/schemas/{model}"
NULL = {"type": "null"}


class _Plain(GenerateJsonSchema):
    """Leaves out titles that only say a field's name once more."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


class Use(NamedTuple):
    """A type, and whether it is read ("validation") or written ("serialization")."""

    kind: Any
    mode: JsonSchemaMode


def taken(kind: Any) -> Use:
    """Return the use of a type as a part of a request."""
    return Use(kind, "validation")


def given(kind: Any) -> Use:
    """Return the use of a type as a part of an answer."""
    return Use(kind, "serialization")


class Schemas:
    """All schemas of a document: what is used must be known at once, for models of one name to get two."""

    def __init__(self, uses: Iterable[Use]) -> None:
        adapters = [(use, use.mode, TypeAdapter(use.kind)) for use in dict.fromkeys(uses)]
        found, rest = TypeAdapter.json_schemas(adapters, ref_template=_REF, schema_generator=_Plain)
        self._found = {use: schema for (use, _), schema in found.items()}
        self.components = {name: Schema.model_validate(schema) for name, schema in rest.get("$defs", {}).items()}

    def __getitem__(self, use: Use) -> Schema:
        return Schema.model_validate(self._found[use])


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Schema, bool]]:
    """Yield name, schema and whether it is required, of each parameter of a query, in which nothing is null."""
    schema = model.model_json_schema(schema_generator=_Plain)
    for name, field in schema["properties"].items():
        kind: dict[str, Any] = next((kind for kind in field.pop("anyOf", ()) if kind != NULL), {})
        whole = {key: value for key, value in {**field, **kind}.items() if value is not None}
        yield name, Schema.model_validate(whole), name in schema.get("required", ())
