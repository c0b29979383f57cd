"""Reads the fields of a request. Pure: null is as good as absent, and what does not fit is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coze_web.emulator.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_ID = 64
MOST_META_DATA = 16
LONGEST_META_KEY = 64
LONGEST_META_VALUE = 512


def read_json(body: bytes | str) -> dict[str, Any]:
    """Return the JSON object in `body`; refuse 4000 where there is none."""
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Refusal(4000, "The field http body provided is not a valid json or chat request.")
    return fields


def required(fields: Mapping[str, Any], name: str) -> str:
    """Return a text that must be there and not empty; refuse 4000 otherwise."""
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Refusal(4000, f"{name} is required and must be a string.")
    return value


def optional(fields: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:
    """Return a value of this kind, or the default where it is missing; refuse 4000 another kind."""
    value = fields.get(name)
    if value is None:
        return default
    # A bool is an int to Python, and not to Coze.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Refusal(4000, f"{name} has the wrong type.")
    return value


def limited(fields: Mapping[str, Any], name: str, most: int) -> str:
    """Return a text, "" where it is missing; refuse 4000 one of more than `most` characters."""
    text = str(optional(fields, name, str, ""))
    if len(text) > most:
        raise Refusal(4000, f"{name} has more than {most} characters.")
    return text


def one_of(fields: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    """Return one of the choices, the first where nothing is chosen; refuse 4000 anything else.

    Case and what stands before a dot do not matter: cozepy writes some of its choices as `PublishStatus.ALL`.
    """
    text = str(optional(fields, name, str, "")) or choices[0]
    choice = text.rpartition(".")[2].lower()
    if choice not in choices:
        raise Refusal(4000, f"{name} must be one of {', '.join(choices)}.")
    return choice


def meta_data(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the `meta_data`; refuse 4000 what is no map of texts, and 4003 more than Coze keeps."""
    found: dict[str, Any] = optional(fields, "meta_data", dict, {})
    if not all(isinstance(value, str) for value in found.values()):
        raise Refusal(4000, "The values of meta_data must be strings.")
    fits = all(0 < len(key) <= LONGEST_META_KEY and 0 < len(text) <= LONGEST_META_VALUE for key, text in found.items())
    if len(found) > MOST_META_DATA or not fits:
        raise Refusal(4003)
    return found
