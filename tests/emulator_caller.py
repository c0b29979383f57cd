"""A caller of the emulator inside the test's process, and a clock that passes only when somebody sleeps."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from coze_web.emulator import BOT_ID, TOKEN, WORKFLOW_ID, create_emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask
    from werkzeug.test import TestResponse

    from coze_web.emulator import ProfileName

RATE = 10.0


class FakeClock:
    """Starts at a round Unix time; `when_asleep` is called after each sleep."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.now = 1_700_000_000.0
        self.when_asleep: Callable[[], object] = lambda: None

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.now += seconds
        self.when_asleep()


@cache
def emulator(tokens_per_second: float, profile: ProfileName) -> tuple[Flask, FakeClock]:
    """Return an emulator and its clock, always the same: to make one takes longer than most tests."""
    clock = FakeClock()
    return create_emulator(tokens_per_second=tokens_per_second, clock=clock, profile=profile), clock


class Caller:
    """Says to an emulator that begins anew what a client can say; answers as werkzeug's test client gives them."""

    def __init__(self, tokens_per_second: float = RATE, profile: ProfileName = "cloud") -> None:
        app, self.clock = emulator(tokens_per_second, profile)
        self.clock.begin()
        self.client = app.test_client()
        self.client.post("/_emulator/reset")
        self.headers = {"Authorization": f"Bearer {TOKEN}"}

    def chat(self, body: Any, conversation_id: str = "", environ: dict[str, Any] | None = None) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        path = f"/v3/chat?conversation_id={conversation_id}"
        return self.client.post(path, data=raw, headers=self.headers, environ_overrides=environ or {})

    def ask(self, text: str, conversation_id: str = "", environ: Any = None, **fields: Any) -> TestResponse:
        message = {"role": "user", "type": "question", "content": text, "content_type": "text", "meta_data": None}
        body = {"bot_id": BOT_ID, "user_id": "u", "additional_messages": [message], "stream": True, **fields}
        return self.chat(body, conversation_id, environ)

    def start(self, text: str, conversation_id: str = "") -> dict[str, str]:
        """Ask without a stream; return the ids that the other calls need."""
        data = self.ask(text, conversation_id, stream=False).get_json()["data"]
        return {"conversation_id": data["conversation_id"], "chat_id": data["id"]}

    def get(self, path: str, ids: Mapping[str, Any] | None = None) -> Any:
        return self.client.get(path, query_string=ids, headers=self.headers).get_json()

    def send(self, method: str, path: str, fields: Any = None, **query: Any) -> TestResponse:
        return self.client.open(path, method=method, json=fields, query_string=query, headers=self.headers)

    def post(self, path: str, fields: Any = None, **query: Any) -> Any:
        return self.send("POST", path, fields, **query).get_json()

    def run(self, text: str, **fields: Any) -> Any:
        """Run the workflow and wait for its result."""
        return self.post("/v1/workflow/run", {"workflow_id": WORKFLOW_ID, "parameters": {"input": text}, **fields})

    def stream_run(self, text: str, environ: Any = None, **fields: Any) -> TestResponse:
        body = {"workflow_id": WORKFLOW_ID, "parameters": {"input": text}, **fields}
        return self.client.post(
            "/v1/workflow/stream_run", json=body, headers=self.headers, environ_overrides=environ or {}
        )

    def resume(self, event_id: str, text: str, /, **fields: Any) -> TestResponse:
        body = {"workflow_id": WORKFLOW_ID, "event_id": event_id, "resume_data": text, "interrupt_type": 2, **fields}
        return self.client.post("/v1/workflow/stream_resume", json=body, headers=self.headers)

    def history(self, execute_id: str) -> Any:
        """Return what became of a run."""
        return self.get(f"/v1/workflows/{WORKFLOW_ID}/run_histories/{execute_id}")["data"][0]

    def status(self, ids: dict[str, str]) -> str:
        return str(self.get("/v3/chat/retrieve", ids)["data"]["status"])

    def cancel(self, ids: dict[str, str]) -> Any:
        return self.client.post("/v3/chat/cancel", json=ids, headers=self.headers).get_json()

    def journal(self) -> list[str]:
        return [entry["event"] for entry in self.get("/_emulator/journal")["entries"]]


def events(body: bytes) -> list[tuple[str, Any]]:
    """Cut the body of a chat into (name, data); fails where the framing is not exactly Coze's."""
    assert body.endswith(b"\n\n")
    frames = [frame.split(b"\n") for frame in body[:-2].split(b"\n\n")]
    return [
        (name.decode().removeprefix("event:"), json.loads(data.decode("ascii").removeprefix("data:")))
        for name, data in frames
    ]


def run_events(body: bytes) -> list[tuple[str, Any]]:
    """Cut the body of a run into (name, data); fails where the framing or the numbers are not exactly Coze's."""
    assert body.endswith(b"\n\n")
    frames = [frame.split(b"\n") for frame in body[:-2].split(b"\n\n")]
    assert [number.decode() for number, *_ in frames] == [f"id: {n}" for n in range(len(frames))]
    assert all(name.startswith(b"event: ") and data.startswith(b"data: {") for _, name, data in frames)
    return [(name.decode()[7:], json.loads(data[6:].decode("ascii"))) for _, name, data in frames]


def event_id(body: bytes) -> str:
    """Return the id of the interrupt that a run's stream ended with."""
    name, data = run_events(body)[-1]
    assert name == "Interrupt"
    return str(data["interrupt_data"]["event_id"])


def ids_of(body: bytes) -> dict[str, str]:
    """Return the ids that the other calls need, from the first event of a stream."""
    created = events(body)[0][1]
    return {"conversation_id": created["conversation_id"], "chat_id": created["id"]}


def read(response: TestResponse) -> tuple[bytes, bool]:
    """Read a body as a server does; return what came, and whether the connection was reset."""
    received = b""
    try:
        for chunk in response.iter_encoded():
            received += chunk
    except ConnectionResetError:
        return received, True
    else:
        return received, False
    finally:
        response.close()


def names(body: bytes) -> list[str]:
    """Return the names of the events, without `conversation.` and with repetitions folded."""
    found = [name.removeprefix("conversation.") for name, _ in events(body)]
    return [name for n, name in enumerate(found) if n == 0 or name != found[n - 1]]


def answer(body: bytes) -> str:
    """Return the text of the answer's deltas."""
    return "".join(data["content"] for name, data in events(body) if name == "conversation.message.delta")


def body(**changes: Any) -> dict[str, Any]:
    """Return a valid request without stream, some fields changed; None takes a field away."""
    fields = {"bot_id": BOT_ID, "user_id": "u", **changes}
    return {name: value for name, value in fields.items() if value is not None}


def messages(*contents: str, kind: str = "text") -> list[dict[str, str]]:
    return [{"role": "user", "content": content, "content_type": kind} for content in contents]
