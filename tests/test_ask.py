"""`coze-web ask`, and the other commands as far as they need no process."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING

import pytest
import requests
from click.testing import CliRunner

from coze_web import demo as demo_module
from coze_web.cli import main
from coze_web.sse import encode
from tests.coze_wire import message

if TYPE_CHECKING:
    import responses
    from click.testing import Result

URL = "http://127.0.0.1:8000/api/v1/coze/chat"
ERROR = {
    "type": "error",
    "code": "4016",
    "message": "please wait",
    "retryable": True,
    "logid": "log",
    "request_id": "r",
}


def ask(*options: str) -> Result:
    return CliRunner().invoke(main, ["ask", "hi", *options])


def delta(content: str) -> bytes:
    return encode("conversation.message.delta", json.dumps(message(content)))


def play(coze: responses.RequestsMock, body: bytes) -> None:
    coze.post(URL, body=body, content_type="text/event-stream")


def test_the_answer_is_printed(coze: responses.RequestsMock) -> None:
    play(coze, delta("星期") + delta("三\n。") + encode("done", "[DONE]"))
    result = ask()
    assert (result.exit_code, result.output) == (0, "星期三\n。\n")


def test_the_bot_cannot_play_with_the_terminal(coze: responses.RequestsMock) -> None:
    play(coze, delta("\x1b[2Jboo\x07\x9b") + encode("done", "[DONE]"))
    assert ask().output == "[2Jboo\n"


def test_an_error_in_the_stream_keeps_what_came(coze: responses.RequestsMock) -> None:
    play(coze, delta("half") + encode("error", json.dumps(ERROR)))
    result = ask()
    assert result.exit_code == 1
    assert result.output == "half\nError: please wait (code=4016 logid=log request_id=r)\n"


def test_a_refusal_is_printed(coze: responses.RequestsMock) -> None:
    coze.post(URL, json=ERROR, status=503)
    assert "please wait" in ask("--language", "zh").output
    assert coze.calls[0].request.headers["Accept-Language"] == "zh"


def test_a_cut_answer_is_an_error(coze: responses.RequestsMock) -> None:
    play(coze, delta("half"))
    result = ask()
    assert result.exit_code == 1
    assert "cut off" in result.output


def test_no_server(coze: responses.RequestsMock) -> None:
    coze.post(URL, body=requests.exceptions.ConnectionError())
    assert "is the server running?" in ask().output


def test_another_server(coze: responses.RequestsMock) -> None:
    coze.post("http://example.test/api/v1/coze/chat", body="<html>", content_type="text/html")
    assert "not a coze-web server" in ask("--url", "example.test/").output


@pytest.mark.parametrize("body", ["[]", "7", '"text"', "null"])
def test_another_server_that_speaks_json(coze: responses.RequestsMock, body: str) -> None:
    coze.post(URL, body=body, content_type="application/json")
    assert "not a coze-web server" in ask().output


def test_a_demo_on_a_port_in_use_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["demo"], env={"PORT": str(port)})
    assert result.exit_code == 1
    assert f"port {port} is in use" in result.output


def test_a_demo_whose_process_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_module, "_emulator", lambda _: ["false", "-m", "emulator"])
    result = CliRunner().invoke(main, ["demo", "--port", "1"])
    assert result.exit_code == 1
    assert "did not start" in result.output


@pytest.mark.parametrize("command", ["demo", "emulator", "ask", "check"])
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output
