"""What Prometheus is told; each test looks at what was added, since a process counts everything together."""

from __future__ import annotations

import runpy
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from coze_web import metrics
from coze_web.ending import Ending
from coze_web.metrics import count_ending, exposition
from tests.coze_wire import BASE_URL, BEGIN, CHAT_URL, OPERATOR_TOKEN, answer, delta
from tests.oauth_wire import TOKEN_URL, granted, jwt_variables
from tests.servers import wait_until
from tests.visitor import URL, ask, play

if TYPE_CHECKING:
    from collections.abc import Callable

    import responses
    from flask import Flask
    from flask.testing import FlaskClient


def counted() -> Counter[str]:
    """Give every sample by its name and labels, as they are written."""
    return samples(exposition().decode())


def samples(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if not sample.name.endswith("_created"):
                labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
                found[f"{sample.name}{{{labels}}}"] += sample.value  # type: ignore[assignment]
    return found


@pytest.fixture
def added() -> Callable[[], Counter[str]]:
    before = counted()
    return lambda: counted() - before


def test_a_whole_answer_is_counted_once(
    client: FlaskClient, coze: responses.RequestsMock, added: Callable[[], Counter[str]]
) -> None:
    play(coze, answer("one", "two"))
    ask(client)
    wait_until(lambda: added()["coze_web_answers_total{code=,kind=chat,outcome=done}"])
    found = added()
    assert found["coze_web_answers_total{code=,kind=chat,outcome=done}"] == 1
    assert found["coze_web_first_token_seconds_count{kind=chat}"] == 1
    assert found["coze_web_first_token_seconds_bucket{kind=chat,le=60.0}"] == 1
    assert found["coze_web_answer_seconds_count{kind=chat}"] == 1
    assert found["coze_web_events_total{kind=chat}"] == 6
    assert found["coze_web_tokens_total{direction=input,kind=chat}"] == 7
    assert found["coze_web_tokens_total{direction=output,kind=chat}"] == 5
    assert not [name for name in found if "error" in name or "retries" in name or "open" in name]


def test_a_stream_is_open_until_it_ends(
    client: FlaskClient, coze: responses.RequestsMock, added: Callable[[], Counter[str]]
) -> None:
    play(coze, BEGIN + delta("hi"))
    response = client.post(URL, json={"message": "hi"}, buffered=False)
    assert added()["coze_web_open_streams{}"] == 1
    response.close()
    wait_until(lambda: not added()["coze_web_open_streams{}"])
    assert added()["coze_web_answers_total{code=visitor_left,kind=chat,outcome=left}"] == 1


def test_a_stream_that_did_not_begin_is_none(
    make_app: Callable[..., Flask], coze: responses.RequestsMock, added: Callable[[], Counter[str]]
) -> None:
    play(coze, answer("hi"))
    client = make_app(COZE_WEB_DAILY_CHATS="1").test_client()
    assert [ask(client).status_code for _ in range(2)] == [200, 429]
    wait_until(lambda: not added()["coze_web_open_streams{}"])
    assert added()["coze_web_error_responses_total{code=daily_limit}"] == 1


def test_each_try_that_fails_and_each_retry_is_counted(
    client: FlaskClient,
    coze: responses.RequestsMock,
    added: Callable[[], Counter[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coze_web.gateway.retries.retrying.sleep", lambda _: None)
    coze.post(CHAT_URL, json={"code": 4013, "msg": ""})
    ask(client)
    wait_until(lambda: added()["coze_web_answers_total{code=4013,kind=chat,outcome=failed}"])
    assert added()["coze_web_upstream_errors_total{code=4013}"] == 3
    assert added()["coze_web_upstream_retries_total{}"] == 2


def test_a_token_that_was_refused_and_replaced_is_counted(
    make_app: Callable[..., Flask], coze: responses.RequestsMock, added: Callable[[], Counter[str]]
) -> None:
    for text in ("czs_1", "czs_2"):
        coze.post(TOKEN_URL, json=granted(text))
    coze.post(CHAT_URL, json={"code": 4100, "msg": ""}, status=401)
    play(coze, answer("hi"))
    ask(make_app(**jwt_variables()).test_client())
    wait_until(lambda: added()["coze_web_answers_total{code=,kind=chat,outcome=done}"])
    assert added()["coze_web_upstream_errors_total{code=4100}"] == 1
    assert added()["coze_web_upstream_retries_total{}"] == 1


def test_a_call_that_is_no_answer_is_counted_too(
    client: FlaskClient, coze: responses.RequestsMock, added: Callable[[], Counter[str]]
) -> None:
    coze.get(f"{BASE_URL}/v1/bot/get_online_info", json={"code": 4100, "msg": ""})
    client.get("/api/v1/coze/bot")
    assert added()["coze_web_upstream_errors_total{code=4100}"] == 1


def test_a_code_that_nobody_knows_makes_no_series_of_its_own(
    client: FlaskClient, coze: responses.RequestsMock, added: Callable[[], Counter[str]]
) -> None:
    coze.post(CHAT_URL, json={"code": 123454321, "msg": ""})
    ask(client)
    wait_until(lambda: added()["coze_web_answers_total{code=other,kind=chat,outcome=failed}"])
    assert "123454321" not in exposition().decode()


def test_an_answer_without_text_has_no_first_token(added: Callable[[], Counter[str]]) -> None:
    count_ending(Ending("run", "done", "id", "", "", 1.5, None, 2, None))
    assert added()["coze_web_answer_seconds_sum{kind=run}"] == 1.5
    assert not added()["coze_web_first_token_seconds_count{kind=run}"]


def test_what_will_surely_be_counted_is_there_from_the_start() -> None:
    begun = runpy.run_path(metrics.__file__)["exposition"]().decode()
    for kind in ("chat", "run"):
        assert f'coze_web_answers_total{{code="",kind="{kind}",outcome="done"}} 0.0' in begun
        assert f'coze_web_answers_total{{code="visitor_left",kind="{kind}",outcome="left"}} 0.0' in begun
        for direction in ("input", "output"):
            assert f'coze_web_tokens_total{{direction="{direction}",kind="{kind}"}} 0.0' in begun


def test_only_the_operator_may_look(make_app: Callable[..., Flask], operator: FlaskClient) -> None:
    response = operator.get("/metrics")
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=")
    assert samples(response.text)["coze_web_open_streams{}"] == 0
    assert make_app().test_client().get("/metrics").json["code"] == "operator_off"  # type: ignore[index]
    client = make_app(COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    assert client.get("/metrics").status_code == 401
