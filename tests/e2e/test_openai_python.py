"""The OpenAI-compatible API as OpenAI's own Python client sees it: gunicorn in front of the embedded Coze."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import openai
import pytest
import requests

from coze_web.emulator import BOT_ID, TOKEN
from tests.e2e.openai_site import KEYS, example, journal, openai_site
from tests.servers import Server, clean_environ, wait_until, web

if TYPE_CHECKING:
    from collections.abc import Iterator

SECOND_BOT_ID = "7379462189365198900"


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Server, Server]]:
    with openai_site() as both:
        yield both


@pytest.fixture
def client(servers: tuple[Server, Server]) -> Iterator[openai.OpenAI]:
    yield from client_of(servers[1])


def client_of(site: Server, key: str = KEYS[0]) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key=key, base_url=f"{site.url}/v1") as client:
        yield client


def ask(client: openai.OpenAI, text: str, **fields: Any) -> Any:
    asked = {"model": BOT_ID, "messages": [{"role": "user", "content": text}], **fields}
    return client.chat.completions.create(**asked)


@pytest.mark.parametrize(
    ("language", "program", "told"),
    [
        ("sh", ["bash", "-euo", "pipefail", "-c"], "data: [DONE]"),
        ("python", [sys.executable, "-c"], "Hello, I am the demo bot"),
    ],
)
def test_the_examples_of_the_manual_work(
    servers: tuple[Server, Server], language: str, program: list[str], told: str
) -> None:
    command = [*program, example(language, servers[1])]
    done = subprocess.run(command, env=clean_environ(), capture_output=True, text=True, timeout=50, check=False)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout


def test_a_whole_answer(client: openai.OpenAI) -> None:
    found = ask(client, "/say 3")
    assert (found.object, found.model) == ("chat.completion", BOT_ID)
    assert found.choices[0].message.role == "assistant"
    assert found.choices[0].message.content == "1 2 3 "
    assert found.choices[0].finish_reason == "stop"
    assert found.usage.completion_tokens == 3
    assert found.usage.total_tokens == found.usage.prompt_tokens + 3
    assert found.id == f"chatcmpl-{found._request_id}"  # noqa: SLF001 - the client's documented way to it


def test_a_streamed_answer(client: openai.OpenAI) -> None:
    chunks = list(ask(client, "/say 3", stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "1 2 3 "
    assert [chunk.choices[0].delta.role for chunk in chunks] == ["assistant", None, None, None]
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None, None, None, "stop"]
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}) == 1
    assert not any(chunk.usage for chunk in chunks)


def test_the_tokens_come_last_where_they_are_asked_for(client: openai.OpenAI) -> None:
    *chunks, last = ask(client, "/say 3", stream=True, stream_options={"include_usage": True})
    assert last.choices == []
    assert last.usage.completion_tokens == 3
    assert all(chunk.usage is None and "usage" in chunk.model_fields_set for chunk in chunks)


def test_what_the_bot_thinks_is_told_apart(client: openai.OpenAI) -> None:
    whole = ask(client, "think about rain").choices[0].message
    assert "think about rain" in whole.reasoning_content
    deltas = [chunk.choices[0].delta for chunk in ask(client, "think about rain", stream=True)]
    assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == whole.reasoning_content
    assert "".join(delta.content or "" for delta in deltas) == whole.content


def test_tools_and_follow_ups_are_no_part_of_the_answer(client: openai.OpenAI) -> None:
    question = "Suggest something about the weather in Paris"
    whole = ask(client, question).choices[0].message.content
    streamed = "".join(chunk.choices[0].delta.content or "" for chunk in ask(client, question, stream=True))
    assert whole == streamed
    assert "Paris: sunny" in whole
    assert "get_weather" not in whole
    assert "msg_type" not in whole


def test_the_models_are_the_published_bots(client: openai.OpenAI) -> None:
    assert [(model.id, model.object) for model in client.models.list()] == [
        (BOT_ID, "model"),
        (SECOND_BOT_ID, "model"),
    ]


def test_a_model_may_be_named_by_id_or_by_name(client: openai.OpenAI) -> None:
    second = client.models.retrieve(SECOND_BOT_ID)
    name = second.name  # type: ignore[attr-defined] # of ours
    assert client.models.retrieve(name) == second
    assert ask(client, "/echo hi", model=name).model == name


def test_earlier_messages_reach_coze(servers: tuple[Server, Server], client: openai.OpenAI) -> None:
    said = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "two"},
        {"role": "user", "content": [{"type": "text", "text": "/echo three"}]},
    ]
    assert ask(client, "", messages=said).choices[0].message.content == "three"
    listed = requests.post(
        f"{servers[0].url}/v1/conversation/message/list",
        params={"conversation_id": last_opened(servers[0])["conversation_id"]},
        json={"order": "asc"},
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=20,
    ).json()["data"]
    assert [(message["role"], message["content"]) for message in listed] == [
        ("user", "Be kind.\n\none"),
        ("assistant", "two"),
        ("user", "/echo three"),
        ("assistant", "three"),
    ]


def last_opened(coze: Server) -> dict[str, Any]:
    return next(entry for entry in reversed(journal(coze)) if entry["event"] == "opened")


def test_a_wrong_key_is_an_authentication_error(servers: tuple[Server, Server]) -> None:
    for stranger in client_of(servers[1], "wrong"):
        with pytest.raises(openai.AuthenticationError) as caught:
            stranger.models.list()
        assert caught.value.code == "invalid_api_key"


def test_the_second_key_is_as_good_as_the_first(servers: tuple[Server, Server]) -> None:
    for client in client_of(servers[1], KEYS[1]):
        assert ask(client, "/echo hi").choices[0].message.content == "hi"


@pytest.mark.parametrize("stream", [False, True])
def test_an_unknown_model_is_not_found(client: openai.OpenAI, *, stream: bool) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        ask(client, "hi", model="gpt-5", stream=stream)
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


@pytest.mark.parametrize(
    ("question", "kind", "code"),
    [
        ("/fault code 4015", openai.NotFoundError, "4015"),
        ("/fault code 4010", openai.BadRequestError, "4010"),
        ("/fault code 4011", openai.RateLimitError, "4011"),
        ("/fault code 4100", openai.InternalServerError, "4100"),
        ("/fault html", openai.InternalServerError, "upstream_error"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_coze_refuses_raises_what_fits_and_is_not_repeated(
    servers: tuple[Server, Server], client: openai.OpenAI, question: str, kind: type[openai.APIStatusError], code: str,
    *, stream: bool,
) -> None:  # fmt: skip
    before = refusals(servers[0])
    with pytest.raises(kind) as caught:
        ask(client, question, stream=stream)
    assert caught.value.code == code
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["request_id"] == caught.value.request_id
    assert caught.value.body["logid"]
    assert refusals(servers[0]) == before + 1, "the client did not ask again"


def refusals(coze: Server) -> int:
    return sum(entry.get("path") == "/v3/chat" for entry in journal(coze))


@pytest.mark.parametrize(("fault", "code"), [("failed", "5000"), ("cut", "upstream_truncated"), ("error", "5000")])
def test_a_chat_that_fails_is_never_a_success(client: openai.OpenAI, fault: str, code: str) -> None:
    with pytest.raises(openai.InternalServerError) as whole:
        ask(client, f"/fault {fault}")
    assert whole.value.code == code
    seen: list[Any] = []
    with pytest.raises(openai.APIError) as cut:
        seen.extend(ask(client, f"/fault {fault}", stream=True))
    assert cut.value.code == code


@pytest.mark.parametrize("fault", ["failed", "cut", "end", "reset"])
def test_what_is_cut_neither_finishes_nor_is_done(servers: tuple[Server, Server], fault: str) -> None:
    answer = requests.post(
        f"{servers[1].url}/v1/chat/completions",
        json={"model": BOT_ID, "stream": True, "messages": [{"role": "user", "content": f"/fault {fault}"}]},
        headers={"Authorization": f"Bearer {KEYS[0]}"},
        timeout=20,
    ).text
    assert '"content": ' in answer
    assert "[DONE]" not in answer
    assert '"stop"' not in answer
    assert answer.rstrip().splitlines()[-1].startswith('data: {"error": ')


def test_silence_does_not_disturb_the_client(servers: tuple[Server, Server]) -> None:
    with web(servers[0].url, COZE_WEB_API_KEYS=KEYS[0], COZE_WEB_HEARTBEAT="0.2") as site:
        for client in client_of(site):
            chunks = list(ask(client, "/fault slow-start 1", stream=True))
            assert chunks[-1].choices[0].finish_reason == "stop"
            with pytest.raises(openai.APIError) as caught:
                list(ask(client, "/fault status 429 3 1", stream=True))
            assert caught.value.code == "upstream_rate_limited", "told in the stream, which had to begin before"


def test_who_leaves_has_their_chat_cancelled(servers: tuple[Server, Server], client: openai.OpenAI) -> None:
    with ask(client, "/say 5000", stream=True) as stream:
        next(stream)
    chat_id = last_opened(servers[0])["chat_id"]
    wait_until(lambda: ("cancelled", chat_id) in {(one["event"], one.get("chat_id")) for one in journal(servers[0])})


def test_the_chats_of_the_day_are_counted(servers: tuple[Server, Server]) -> None:
    with web(servers[0].url, COZE_WEB_API_KEYS=KEYS[0], COZE_WEB_DAILY_CHATS="1") as site:
        for client in client_of(site):
            assert ask(client, "/echo hi").choices[0].message.content == "hi"
            with pytest.raises(openai.RateLimitError) as caught:
                ask(client, "/echo hi")
            assert caught.value.code == "daily_limit"
            assert int(caught.value.response.headers["Retry-After"]) > 0
