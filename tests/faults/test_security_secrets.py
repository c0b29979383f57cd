"""What nobody may read: the tokens, the question, Coze's own words; four_rules looks for canaries after each test."""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from typing import TYPE_CHECKING, Any

import pytest
import requests

from coze_web.services import services
from coze_web.settings import Settings, SettingsError
from tests.coze_wire import BASE_URL, BEGIN, BOT_ID, DEBUG_URL, OPERATOR_TOKEN, TOKEN, answer, chat_event, event, ok
from tests.faults.client import PROMPT
from tests.servers import WEB_APP, clean_environ, web
from tests.upstream import CHUNKED, LAST_CHUNK, Connection, chunk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import responses
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.faults.site import Site

ECHO = f"Authorization: Bearer {TOKEN} said {PROMPT}"
WORDS = "upstream-words-77aa"
SECRET = "a secret of the server"  # noqa: S105 - as tests/faults/failing.py raises it


def response(status: str, *headers: str, body: str = "") -> bytes:
    """Write a whole response of Coze's, or of what stands before it."""
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", body]).encode()


def stream(*events: bytes) -> bytes:
    """Write a stream that begins well."""
    return CHUNKED + chunk(BEGIN + b"".join(events)) + LAST_CHUNK


JSON = "Content-Type: application/json"
REFUSAL = json.dumps({"code": 4100, "msg": f"{WORDS} {ECHO}", "debug_url": DEBUG_URL, "detail": {"logid": "1"}})
FAILURE = {"code": 5000, "msg": f"{WORDS} {ECHO}", "debug_url": DEBUG_URL}
ECHOES = [
    pytest.param(response("401 x", JSON, body=REFUSAL), id="S3-refusal"),
    pytest.param(response("200 OK", JSON, body=REFUSAL), id="S3-refusal-in-200"),
    pytest.param(response("500 x", "Content-Type: text/event-stream", body=REFUSAL), id="S3-refusal-as-stream"),
    pytest.param(response("200 OK", JSON, body=json.dumps({"code": ECHO, "msg": [ECHO]})), id="S3-odd-code"),
    pytest.param(response("200 OK", JSON, body=json.dumps({"code": 0, "data": {"id": ECHO}})), id="S3-odd-success"),
    pytest.param(response("502 Bad Gateway", "Content-Type: text/html", body=f"<pre>{ECHO}</pre>"), id="S3-html"),
    pytest.param(response(f"502 {ECHO}"), id="S3-reason"),
    pytest.param(response("307 x", f"Location: https://127.0.0.1:1/{TOKEN}?q={PROMPT}"), id="S3-redirect"),
    pytest.param(response("401 x", f"WWW-Authenticate: {ECHO}", f"X-Tt-Logid: {ECHO}"), id="S3-headers"),
    pytest.param(response("200 OK", "Content-Type: text/event-stream", f"X: {TOKEN}\r\n{ECHO}"), id="S3-folded"),
    pytest.param(f"HTTP/1.1 502 x\r\nno header {ECHO}\r\nX: y\r\n\r\n{ECHO}".encode(), id="S3-no-header"),
    pytest.param(f"{ECHO}\r\n\r\n".encode(), id="S3-no-http"),
    pytest.param(f"HTTP/1.1 {ECHO}\r\n\r\n".encode(), id="S3-no-status"),
    pytest.param(CHUNKED + f"{ECHO}\r\n".encode(), id="S3-no-chunk"),
    pytest.param(stream(event("conversation.message.completed", ECHO)), id="S3-no-json"),
    pytest.param(stream(event("conversation.message.completed", '{"content":"' + ECHO)), id="S3-cut-json"),
    pytest.param(stream(event("error", {"code": 4100, "msg": ECHO})), id="S3-error-event"),
    pytest.param(stream(event("error", ECHO)), id="S3-error-event-no-json"),
    pytest.param(stream(chat_event("failed", last_error={"code": 4100, "msg": ECHO})), id="S3-failed"),
    pytest.param(stream(chat_event("canceled", reason=ECHO)), id="S3-canceled"),
    pytest.param(stream(chat_event("requires_action", required_action=ECHO)), id="S3-requires-action"),
]


@pytest.mark.parametrize("said", ECHOES)
def test_s3_what_coze_says_back_is_not_passed_on(site: Site, said: bytes) -> None:
    """S3, S24: at DEBUG, from whatever place of a response that says token and question back."""

    def script(connection: Connection) -> None:
        connection.send(said)

    site.play(script)
    heard = site.heard()
    told = heard.body + site.log.read_bytes()
    assert heard.terminal[0].event == "error"
    assert not [word for word in (TOKEN, PROMPT) if word.encode() in told]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(response("400 x", JSON, body=REFUSAL), id="S29-refusal"),
        pytest.param(stream(event("error", FAILURE)), id="S29-error-event"),
        pytest.param(stream(chat_event("failed", last_error=FAILURE)), id="S29-failed"),
        pytest.param(response("200 OK", JSON, body=json.dumps(FAILURE)), id="S29-in-200"),
    ],
)
def test_s29_coze_s_words_and_its_debug_page_are_not_the_visitors(site: Site, said: bytes) -> None:
    """S29: neither streamed nor whole; the operator finds them in the run log."""

    def script(connection: Connection) -> None:
        connection.send(said)

    site.play(script)
    for heard in (site.heard(), site.heard(stream=False)):
        assert heard.error["type"] == "error"
        assert WORDS.encode() not in heard.body
        assert b"execute_id" not in heard.body


def test_s24_a_good_answer_leaves_no_text_in_the_log(site: Site) -> None:
    """S24: neither question nor answer, at DEBUG."""
    site.play(lambda connection: connection.send(CHUNKED + chunk(answer("an-answer-", "told")) + LAST_CHUNK))
    assert site.heard().text == "an-answer-told"
    assert b"told" not in site.log.read_bytes()


BAD_TOKENS = [
    "pat_SECRET\nX: y",
    "pat_SECRET\r\n\r\nx",
    "pat SECRET",
    "pat_SECRET令牌",
    "pat_SECRET\x00",
    "pat_SECRET\x7f",
]


@pytest.mark.parametrize("name", ["COZE_PAT", "COZE_API_TOKEN", "COZE_WEB_OPERATOR_TOKEN"])
@pytest.mark.parametrize("token", BAD_TOKENS)
def test_s1_a_token_that_no_header_carries_is_refused_at_the_start(name: str, token: str) -> None:
    """S1: so that no exception can quote it later; the refusal does not, in its causes neither."""
    with pytest.raises(SettingsError, match="printable ASCII") as caught:
        Settings.from_environ({name: token})
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))
    assert "SECRET" not in f"{caught.value.__cause__}"


@pytest.mark.parametrize("token", ["", "  ", "\n"])
def test_s1_an_empty_token_is_none(make_app: Callable[..., Flask], token: str) -> None:
    """S1: `Bearer ` alone is never sent."""
    response = make_app(COZE_PAT=token).test_client().post("/api/v1/coze/chat", json={"message": "hi"})
    assert (response.status_code, response.json["code"]) == (500, "not_configured")  # type: ignore[index]


def test_s1_a_server_with_a_bad_token_says_so_and_stops() -> None:
    """S1: the same where it counts, in what gunicorn writes."""
    command = [sys.executable, "-m", "gunicorn", *WEB_APP, "--bind", "127.0.0.1:0"]
    environ = clean_environ(COZE_PAT="pat SECRET", COZE_LOG_LEVEL="DEBUG")
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=40, check=False)
    told = ended.stdout + ended.stderr
    assert ended.returncode
    assert "COZE_PAT" in told
    assert "SECRET" not in told


def test_s2_nothing_that_is_printed_shows_a_token(make_app: Callable[..., Flask]) -> None:
    """S2: settings, what is built from them, and the app's config, as a debugger or an error report prints them."""
    app = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, DATABASE_URL="postgresql://u:CANARY@127.0.0.1/d")
    built = services(app)
    printed = [built, vars(built), built.settings, built.settings.model_dump(), built.settings.model_dump_json()]
    printed += [built.gateway, vars(built.gateway), built.runlog, app.config, dict(app.config)]
    assert "CANARY" not in "".join(f"{it!r} {it}" for it in printed)


@pytest.mark.parametrize("debug", [pytest.param("0", id="S5-as-deployed"), pytest.param("1", id="S5-FLASK_DEBUG")])
def test_s5_a_fault_of_ours_tells_a_visitor_nothing(debug: str, tmp_path: Path) -> None:
    """S5: neither traceback nor debugger, whatever a forgotten variable says; the log has the traceback."""
    app = (*WEB_APP[:-1], "tests.faults.failing:app")
    log = tmp_path / "log"
    with log.open("wb") as output, web("http://127.0.0.1:1", app, output, FLASK_DEBUG=debug) as server:
        for path in ("/fail", "/fail?__debugger__=yes&cmd=resource&f=debugger.js", "/console"):
            # To a script of the operator's console, which is off here, an error is JSON too.
            headers = {"Connection": "close", "Content-Type": "application/json"}
            answered = requests.get(server.url + path, headers=headers, timeout=20)
            assert answered.status_code in {403, 404, 500}
            assert answered.json()["type"] == "error"
            assert not [word for word in ("Traceback", "Werkzeug", "EVALEX", SECRET) if word in answered.text]
    assert SECRET in log.read_text()


def test_s30_visitors_see_the_bot_s_face_and_not_its_prompt(coze: responses.RequestsMock, client: FlaskClient) -> None:
    """S30: what Coze tells of how the bot works stays here; still, a prompt is no place for a secret (SECURITY.md)."""
    hidden = {"prompt_info": {"prompt": PROMPT}, "model_info": {"model_id": "1", "model_name": PROMPT}}
    coze.get(f"{BASE_URL}/v1/bot/get_online_info", json=ok({"bot_id": BOT_ID, "name": "n", **hidden}))
    shown: Any = client.get("/api/v1/coze/bot")
    assert shown.json["name"] == "n"
    assert PROMPT not in shown.text
    assert BOT_ID not in shown.text
