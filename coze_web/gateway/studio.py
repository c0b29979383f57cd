"""The self-hosted Coze Studio under the SDK, which speaks the cloud's API: requests and answers, translated. Pure.

Source: coze-studio's code (HEAD of March 2026), read and not run. Unverified: all of it against a running Studio.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx

from coze_web.errors import UpstreamError
from coze_web.refusals import LOGID

if TYPE_CHECKING:
    from collections.abc import Callable

ROUTES = re.compile(
    r"GET /v1/(bot/get_online_info|bots/\d+|conversation/retrieve|conversations|workflow/get_run_history|workflows/\d+)"
    r"|POST /v1/(conversation/(create|message/list)|conversations/\d+/clear|files/upload)"
    r"|POST /v1/(workflow/(run|stream_run|stream_resume)|workflows/chat)"
    r"|(PUT|DELETE) /v1/conversations/\d+"
    r"|POST /v3/chat(/cancel)?|GET /v3/chat/(retrieve|message/list)"
)
RUN_HISTORY = re.compile(r"/v1/workflows/(?P<workflow_id>\d+)/run_histories/(?P<execute_id>\d+)")
# Where the cloud has "data".
OTHER_NAMES = ("ConversationData", "ChatV3ChatDetail", "Messages")
STATUSES = {"cancelled": "canceled", "required_action": "requires_action", "expired": "failed", "deleted": "failed"}
# What the SDK's models, made for the cloud's bots, cannot read of a Studio's.
UNREADABLE_OF_BOT = ("plugin_info_list", "workflow_info_list", "suggest_reply_info", "variables", "shortcut_commands")


def translate_request(request: httpx.Request) -> None:
    """Write one of the SDK's requests as a Studio takes it.

    Raises:
        UpstreamError: a Studio has no such call.

    """
    if request.url.path == "/v3/chat/retrieve":
        request.method = "GET"
    if run := RUN_HISTORY.fullmatch(request.url.path):
        request.url = request.url.copy_with(path="/v1/workflow/get_run_history", params=run.groupdict())
    if not ROUTES.fullmatch(f"{request.method} {request.url.path}"):
        raise UpstreamError("not_on_studio")


def translate_answer(response: httpx.Response) -> httpx.Response:
    """Return a Studio's JSON as the cloud would have written it; an event stream stays as it is."""
    if "event-stream" in response.headers.get("content-type", ""):
        return response
    body = json.loads(response.content)
    for name in OTHER_NAMES:
        if name in body:
            body["data"] = body[name]
    for path, amend in AMENDMENTS.items():
        if response.request.url.path.startswith(path):
            amend(body)
    return httpx.Response(
        response.status_code, headers={LOGID: response.headers[LOGID]}, json=body, request=response.request
    )


def _amend_bot(body: dict[str, Any]) -> None:
    bot = _object(body)
    for name in UNREADABLE_OF_BOT:
        bot.pop(name, None)
    model = bot.pop("model_info", None) or {}
    if "model_id" in model:
        bot["model_info"] = {"model_id": model["model_id"]}
    if "prompt" not in (bot.get("prompt_info") or {}):
        bot.pop("prompt_info", None)


def _amend_conversation(body: dict[str, Any]) -> None:
    data = _object(body)
    for conversation in data.get("conversations") or [data]:
        conversation["meta_data"] = conversation.get("meta_data") or {}


def _amend_chat(body: dict[str, Any]) -> None:
    chat = _object(body)
    chat["status"] = STATUSES.get(chat.get("status", ""), chat.get("status"))


def _amend_said(body: dict[str, Any]) -> None:
    body.setdefault("data", [])


def _amend_messages(body: dict[str, Any]) -> None:
    # What is empty is left out.
    body.update({"data": [], "has_more": False, "first_id": "", "last_id": "", **body})


def _amend_history(body: dict[str, Any]) -> None:
    for run in body.get("data") or []:
        run["execute_id"] = str(run.get("execute_id") or "")
        run["bot_id"] = str(run.get("bot_id") or "0")
        run["connector_id"] = str(run.get("connector_id") or "")
        run["logid"] = run.get("log_id") or ""
        run["update_time"] = run.get("update_time") or run.get("create_time")
        run["error_message"] = run.get("error_msg") or ""
        run["error_code"] = run.get("error_code") or ""
        run["output"] = run.get("output") or ""
        run["is_output_trimmed"] = False
        # The SDK's list of statuses is closed.
        run["execute_status"] = {"Cancel": "Fail"}.get(run["execute_status"], run["execute_status"])


def _object(body: dict[str, Any]) -> dict[str, Any]:
    data = body.get("data")
    return data if isinstance(data, dict) else {}


AMENDMENTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "/v1/bot": _amend_bot,
    "/v1/conversation/create": _amend_conversation,
    "/v1/conversation/retrieve": _amend_conversation,
    "/v1/conversations": _amend_conversation,
    "/v1/conversation/message/list": _amend_messages,
    "/v3/chat/cancel": _amend_chat,
    "/v3/chat/message/list": _amend_said,
    "/v3/chat/retrieve": _amend_chat,
    "/v1/workflow/get_run_history": _amend_history,
}
