"""What a Studio shows of chats, conversations and bots, made of what the cloud shows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where an answer is not under "data".
NOT_DATA = {
    "/v3/chat/cancel": "ChatV3ChatDetail",
    "/v3/chat/message/list": "Messages",
    "/v1/conversation/retrieve": "ConversationData",
}
STATUSES = {"canceled": "cancelled", "requires_action": "required_action"}
PLUGIN = {"plugin_id": "7379462189365197001", "api_id": "7379462189365197002", "api_name": "search"}


def amend(rule: str, data: Any) -> Any:
    """Return what the route of this rule shows."""
    if not isinstance(data, dict):
        return data
    if rule.startswith("/v3/chat"):
        return chat_of(data)
    if rule.startswith("/v1/bot"):
        return _bot_of(data)
    if "conversations" in data:
        return {**data, "conversations": [_conversation_of(one) for one in data["conversations"]]}
    return _conversation_of(data) if "last_section_id" in data else data


def chat_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chat: its two statuses with other names, and without what is empty or was not told."""
    kept = _without(view, "meta_data", "last_error", "required_action")
    return {**kept, "status": STATUSES.get(view["status"], view["status"])}


def _conversation_of(view: Mapping[str, Any]) -> dict[str, Any]:
    kept = _without(view, "creator_id", "updated_at")
    # So it is spelt.
    return {**kept, "creator_d": view["creator_id"], "meta_data": view["meta_data"] or None}


def _bot_of(view: Mapping[str, Any]) -> dict[str, Any]:
    never_set = {"create_time": 0, "update_time": 0, "suggest_reply_info": None, "workflow_info_list": None}
    return {**view, **never_set, "model_info": {"model_id": "1"}, "plugin_info_list": [PLUGIN]}


def _without(view: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in view.items() if name not in names}
