"""`GET /readyz`: whether visitors can be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from coze_web.errors import NotConfiguredError
from coze_web.readiness import BAD_FOR, GOOD_FOR, Readiness
from coze_web.streams import Streams
from tests.coze_wire import BASE_URL, BOT_ID, LOGID, TOKEN, ok

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient

BOT_URL = f"{BASE_URL}/v1/bot/get_online_info"
BOT = {"bot_id": BOT_ID, "name": "Helper"}


def test_it_is_ready_when_coze_shows_the_bot(client: FlaskClient, coze: responses.RequestsMock) -> None:
    coze.get(BOT_URL, json=ok(BOT))
    response = client.get("/readyz")
    assert (response.status_code, response.json) == (200, {"status": "ready"})
    assert [call.request.method for call in coze.calls] == ["GET"], "it costs no tokens"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"json": {"code": 4100, "msg": "upstream words", "detail": {"logid": LOGID}}}, "4100"),
        ({"json": {"code": 4015, "msg": "upstream words"}}, "4015"),
        ({"body": requests.exceptions.ConnectionError("upstream words")}, "upstream_unavailable"),
        ({"status": 502, "body": "upstream words"}, "upstream_error"),
    ],
)
def test_what_is_wrong_is_the_one_error_object(
    client: FlaskClient, coze: responses.RequestsMock, answer: dict[str, object], code: str
) -> None:
    coze.get(BOT_URL, **answer)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json is not None
    assert (response.json["type"], response.json["code"]) == ("error", code)
    assert "upstream words" not in response.text
    assert TOKEN not in response.text


@pytest.mark.parametrize("missing", ["COZE_PAT", "COZE_BOT_ID"])
def test_without_configuration_it_is_not_ready_and_says_what_to_set(
    make_app: Callable[..., Flask], missing: str
) -> None:
    response = make_app(**{missing: ""}).test_client().get("/readyz")
    assert (response.status_code, response.json["code"]) == (503, "not_configured")  # type: ignore[index]
    assert missing in response.text


def test_a_worker_that_is_about_to_stop_is_not_ready(
    make_app: Callable[..., Flask], coze: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    monkeypatch.setattr(Streams, "_is_draining", staticmethod(lambda: True))
    response = app.test_client().get("/readyz")
    assert (response.status_code, response.json["code"]) == (503, "server_restarting")  # type: ignore[index]
    assert not coze.calls


def test_coze_is_asked_once_however_often_we_are(client: FlaskClient, coze: responses.RequestsMock) -> None:
    coze.get(BOT_URL, json=ok(BOT))
    assert [client.get("/readyz").status_code for _ in range(5)] == [200] * 5
    assert len(coze.calls) == 1


def test_one_lost_call_does_not_make_it_unready(client: FlaskClient, coze: responses.RequestsMock) -> None:
    coze.get(BOT_URL, body=requests.exceptions.ConnectionError())
    coze.get(BOT_URL, json=ok(BOT))
    assert client.get("/readyz").status_code == 200
    assert len(coze.calls) == 2


def test_what_will_not_pass_is_looked_at_once_and_told_to_the_log(
    client: FlaskClient, coze: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    coze.get(BOT_URL, json={"code": 4100, "msg": "upstream words", "detail": {"logid": LOGID}})
    assert [client.get("/readyz").status_code for _ in range(3)] == [503] * 3
    assert len(coze.calls) == 1
    assert caplog.text.count(f"not ready: code=4100 logid={LOGID}") == 1
    assert "upstream words" not in caplog.text


def test_good_news_is_kept_longer_than_bad(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("coze_web.readiness.time.monotonic", lambda: now)
    looked, wrong = [0.0], NotConfiguredError(["COZE_PAT"])

    def look() -> None:
        looked.append(now)
        if len(looked) == 2:
            raise wrong

    readiness = Readiness(look)
    assert readiness.problem() is wrong
    now += BAD_FOR - 1
    assert readiness.problem() is wrong
    now += 1
    assert readiness.problem() is None
    now += GOOD_FOR - 1
    assert readiness.problem() is None
    assert looked[1:] == [1000, 1000 + BAD_FOR]
    now += 1
    assert readiness.problem() is None
    assert looked[-1] == now
