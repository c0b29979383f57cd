"""The description of every route, OpenAPI 3.1: each view says beside its route what it takes and gives."""

from __future__ import annotations

from coze_web.openapi.audience import EVERYBODY, KEY_HOLDERS, OPERATOR, PLATFORM
from coze_web.openapi.described import Described
from coze_web.openapi.route import Route

__all__ = ["EVERYBODY", "KEY_HOLDERS", "OPERATOR", "PLATFORM", "Described", "Route"]
