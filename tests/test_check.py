"""`coze-web check`: what is wrong with a configuration, by free calls only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests
from click.testing import CliRunner

from coze_web.cli import main
from tests.coze_wire import BASE_URL, BOT_ID, LOGID, TOKEN

if TYPE_CHECKING:
    import responses
    from click.testing import Result

COM = "https://api.coze.com"
ME = "/v1/users/me"
PUBLISHED = f"{BASE_URL}/v1/bot/get_online_info"
DRAFT = f"{BASE_URL}/v1/bots/{BOT_ID}"
OWNER = {"code": 0, "msg": "", "data": {"user_id": "1", "user_name": "u", "nick_name": "n", "avatar_url": ""}}
REFUSED = {"code": 700012006, "msg": "upstream words", "detail": {"logid": LOGID}}


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COZE_PAT", TOKEN)
    monkeypatch.setenv("COZE_BOT_ID", BOT_ID)


def check(*options: str) -> Result:
    result = CliRunner().invoke(main, ["check", *options])
    assert TOKEN not in result.output
    assert "upstream words" not in result.output
    return result


def bot(name: str) -> dict[str, object]:
    return {"code": 0, "msg": "", "data": {"bot_id": BOT_ID, "name": name}}


def test_all_is_well(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json=OWNER)
    coze.get(PUBLISHED, json=bot("Helper"))
    result = check()
    assert result.exit_code == 0
    assert "Helper" in result.output
    assert not any("/v3/chat" in str(call.request.url) for call in coze.calls)


@pytest.mark.parametrize("name", ["COZE_PAT", "COZE_BOT_ID"])
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    result = check()
    assert result.exit_code == 1
    assert f"{name} not set" in result.output


def test_an_address_with_a_tail_is_named_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COZE_API_BASE_URL", f"{BASE_URL}/v1")
    result = check()
    assert result.exit_code == 1
    assert f"the address alone: {BASE_URL}" in result.output


@pytest.mark.parametrize(("status", "code"), [(401, 700012006), (401, 4100), (200, 4101)])
def test_a_refused_token_may_be_of_the_other_region(coze: responses.RequestsMock, status: int, code: int) -> None:
    coze.get(BASE_URL + ME, json={**REFUSED, "code": code}, status=status)
    result = check()
    assert result.exit_code == 1
    assert "the token is refused" in result.output
    assert "--other-region" in result.output
    assert LOGID in result.output
    assert len(coze.calls) == 1, "the token goes nowhere else unasked"


def test_the_other_region_can_be_asked_to_be_sure(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json=REFUSED, status=401)
    coze.get(COM + ME, json=OWNER)
    result = check("--other-region")
    assert result.exit_code == 1
    assert f"COZE_API_BASE_URL={COM}" in result.output


def test_a_token_that_both_regions_refuse_is_bad(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json=REFUSED, status=401)
    coze.get(COM + ME, json=REFUSED, status=401)
    assert f"refused here and at {COM}" in check("--other-region").output


def test_another_region_that_cannot_be_reached_refused_nothing(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json=REFUSED, status=401)
    coze.get(COM + ME, body=requests.exceptions.ConnectTimeout())
    result = check("--other-region")
    assert result.exit_code == 1
    assert f"{COM} cannot be reached" in result.output


def test_a_self_hosted_coze_has_no_other_region(coze: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COZE_API_BASE_URL", "https://studio.example")
    coze.get("https://studio.example" + ME, json=REFUSED)
    assert "--other-region" not in check("--other-region").output


def test_an_unknown_bot(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json=OWNER)
    for url in (PUBLISHED, DRAFT):
        coze.get(url, json={"code": 4200, "msg": "upstream words"})
    result = check()
    assert result.exit_code == 1
    assert f"sees no bot {BOT_ID}" in result.output


@pytest.mark.parametrize("code", [4015, 4200, 4000])
def test_a_bot_that_is_only_a_draft_is_not_published(coze: responses.RequestsMock, code: int) -> None:
    coze.get(BASE_URL + ME, json=OWNER)
    coze.get(PUBLISHED, json={"code": code, "msg": "upstream words"})
    coze.get(DRAFT, json=bot("Draft"))
    result = check()
    assert result.exit_code == 1
    assert "not published" in result.output


def test_another_code_is_told_as_it_is(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json=OWNER)
    coze.get(PUBLISHED, json={"code": 4011, "msg": "upstream words"})
    coze.get(DRAFT, json={"code": 4011, "msg": "upstream words"})
    assert "code 4011" in check().output


def test_another_code_for_the_token_is_told_as_it_is(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json={"code": 4019, "msg": "upstream words"})
    assert "code 4019" in check().output


def test_a_connection_lost_at_the_second_call_is_told(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json=OWNER)
    coze.get(PUBLISHED, body=requests.exceptions.ReadTimeout())
    assert "code upstream_timeout" in check().output


@pytest.mark.parametrize("raised", [requests.exceptions.ConnectTimeout(), requests.exceptions.SSLError()])
def test_an_unreachable_address(coze: responses.RequestsMock, raised: Exception) -> None:
    coze.get(BASE_URL + ME, body=raised)
    result = check()
    assert result.exit_code == 1
    assert "cannot be reached" in result.output


def test_coze_in_trouble_is_not_taken_for_a_proxy(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, json={"code": 0, "msg": ""}, status=503)
    result = check()
    assert result.exit_code == 1
    assert "proxy" not in result.output


def test_the_cause_of_a_failed_connection_is_named(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, body=requests.exceptions.SSLError("upstream words"))
    assert "SSLError" in check().output


def test_a_proxy_that_does_not_connect(coze: responses.RequestsMock) -> None:
    coze.get(BASE_URL + ME, body=requests.exceptions.ProxyError())
    assert "proxy" in check().output


@pytest.mark.parametrize("status", [200, 302, 403, 407, 502])
def test_a_page_instead_of_an_answer_is_a_proxy(coze: responses.RequestsMock, status: int) -> None:
    coze.get(BASE_URL + ME, body="<html>upstream words</html>", status=status, content_type="text/html")
    result = check()
    assert f"proxy (HTTP {status})" in result.output
    assert "代理" in result.output
