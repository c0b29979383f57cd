"""FastAPI and cozepy's asyncio client, streaming as its README shows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import httpx
from cozepy import AsyncCoze, AsyncHTTPClient, AsyncTokenAuth, Message
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# FastAPI is kept out of mypy's sight, so that it finds the same whether FastAPI is installed or not.
# mypy: allow-untyped-decorators

app = FastAPI()
coze = AsyncCoze(
    AsyncTokenAuth(os.environ["COZE_PAT"]),
    os.environ["COZE_API_BASE_URL"],
    # Unless told otherwise, cozepy stops at 1000 connections and gives up after 5 seconds of connecting. It keeps 100
    # of them alive; with all, 2000 chats took 57 s instead of 25: the pool counts them anew for each that is idle.
    AsyncHTTPClient(
        trust_env=False, timeout=600, limits=httpx.Limits(max_connections=5000, max_keepalive_connections=100)
    ),
)


class Question(BaseModel):
    message: str


@app.get("/healthz", response_class=PlainTextResponse)
async def health() -> str:
    """Say that the worker is ready."""
    return "ok"


@app.post("/api/v1/coze/chat")
async def chat(question: Question) -> StreamingResponse:
    """Relay the SDK's typed events."""
    message = Message.build_user_question_text(question.message)
    bot_id = os.environ["COZE_BOT_ID"]

    async def events() -> AsyncIterator[str]:
        async for event in coze.chat.stream(bot_id=bot_id, user_id="visitor", additional_messages=[message]):
            body = event.message or event.chat
            yield f"event: {event.event.value}\ndata: {body.model_dump_json() if body else ''}\n\n"
        yield "event: done\ndata: [DONE]\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
