"""What Coze sends, as the tests write it: ids, events, whole streams."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from coze_web.prompt import Prompt, Said

if TYPE_CHECKING:
    from requests import PreparedRequest

BASE_URL = "https://api.coze.cn"
CHAT_URL = f"{BASE_URL}/v3/chat"
CANCEL_URL = f"{BASE_URL}/v3/chat/cancel"
TOKEN = "pat_CANARY0123456789"  # noqa: S105 - a canary, no secret
OPERATOR_TOKEN = "operator_CANARY0123456789"  # noqa: S105 - a canary, no secret
BOT_ID = "7379462189365198898"
WORKSPACE_ID = "7370000000000000001"
WORKFLOW_ID = "7380000000000000001"
EXECUTE_ID = "7390000000000000001"
DEBUG_URL = f"https://www.coze.cn/work_flow?execute_id={EXECUTE_ID}&space_id={WORKSPACE_ID}&workflow_id={WORKFLOW_ID}"
CHAT_ID = "7382159487131697202"
CONVERSATION_ID = "7381473525342978089"
LOGID = "2026112011300001"
USAGE = {"token_count": 12, "output_count": 5, "input_count": 7}
STREAM_HEADERS = {"X-Tt-Logid": LOGID}


def prompt_of(question: str, *, bot_id: str = BOT_ID, user_id: str = "visitor") -> Prompt:
    """Ask one question, as the page does."""
    return Prompt(bot_id, (Said("user", question),), user_id)


def json_of(request: PreparedRequest) -> Any:
    """Read the JSON that was sent to Coze."""
    return json.loads(request.body or b"")


def is_json(text: str) -> bool:
    """Say whether it can be read."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def event(name: str, data: Any) -> bytes:
    """Write one event as the cloud does, without spaces; text is taken as it is."""
    text = data if isinstance(data, str) else json.dumps(data)
    return f"event:{name}\ndata:{text}\n\n".encode()


def chat_event(status: str, **fields: Any) -> bytes:
    """Write `conversation.chat.STATUS`."""
    chat = {"id": CHAT_ID, "conversation_id": CONVERSATION_ID, "bot_id": BOT_ID, "status": status, **fields}
    return event(f"conversation.chat.{status}", chat)


def message(content: str, kind: str = "answer") -> dict[str, str]:
    """Make a message of the bot."""
    return {
        "id": "7382159494123470858",
        "conversation_id": CONVERSATION_ID,
        "chat_id": CHAT_ID,
        "role": "assistant",
        "type": kind,
        "content": content,
        "content_type": "text",
    }


def delta(content: str) -> bytes:
    """Write a piece of the answer."""
    return event("conversation.message.delta", message(content))


BEGIN = chat_event("created") + chat_event("in_progress")
DONE = event("done", '"[DONE]"')


def answer(*pieces: str) -> bytes:
    """Write a whole good stream."""
    deltas = b"".join(map(delta, pieces))
    whole = event("conversation.message.completed", message("".join(pieces)))
    return BEGIN + deltas + whole + chat_event("completed", usage=USAGE) + DONE


def ok(data: Any = None, **more: Any) -> dict[str, Any]:
    """Write Coze's yes."""
    return {"code": 0, "msg": "", "data": data, "detail": {"logid": LOGID}, **more}


def run_event(number: int, name: str, data: Any) -> bytes:
    """Write one event of a workflow's run as the cloud does, with spaces and a number."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()
