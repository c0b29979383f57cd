"""`coze-web check`: what is wrong with a configuration, by free calls only."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpx
import pytest
import respx
from click.testing import CliRunner

from coze_web.cli import main
from tests.coze_wire import BASE_URL, BOT_ID, LOGID, TOKEN
from tests.servers import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

COM = "https://api.coze.com"
ME = "/v1/users/me"
PUBLISHED = f"{BASE_URL}/v1/bot/get_online_info"
DRAFT = f"{BASE_URL}/v1/bots/{BOT_ID}"
OWNER = {"code": 0, "msg": "", "data": {"user_id": "1", "user_name": "u", "nick_name": "n", "avatar_url": ""}}
UNKNOWN = {"code": 4200, "msg": "upstream words"}
REFUSED = {"code": 700012006, "msg": "upstream words", "detail": {"logid": LOGID}}


pytestmark = pytest.mark.usefixtures("_no_certificates")


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COZE_PAT", TOKEN)
    monkeypatch.setenv("COZE_BOT_ID", BOT_ID)


@pytest.fixture
def coze() -> Iterator[respx.Router]:
    """Give Coze, played at httpx's transport; what is not prepared is a bot that nobody knows."""
    with respx.mock(assert_all_called=False) as mock:
        mock.get(url__startswith=PUBLISHED).respond(json=UNKNOWN)
        mock.get(url__startswith=DRAFT).respond(json=UNKNOWN)
        yield mock


def check(*options: str) -> Result:
    result = CliRunner().invoke(main, ["check", *options])
    assert TOKEN not in result.output
    assert "upstream words" not in result.output
    return result


def bot(name: str) -> dict[str, object]:
    return {"code": 0, "msg": "", "data": {"bot_id": BOT_ID, "name": name}}


def test_all_is_well(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(json=OWNER)
    coze.get(url__startswith=PUBLISHED).respond(json=bot("Helper"))
    result = check()
    assert result.exit_code == 0
    assert "Helper" in result.output
    assert not any("/v3/chat" in str(call.request.url) for call in coze.calls)


def test_what_stands_around_it_is_looked_at_once_coze_is_right(
    coze: respx.Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(json=OWNER)
    coze.get(url__startswith=PUBLISHED).respond(json=bot("Helper"))
    monkeypatch.setenv("COZE_WEB_DAILY_CHAT", "5")
    slip = check()
    assert slip.exit_code == 1
    assert "COZE_WEB_DAILY_CHAT (COZE_WEB_DAILY_CHATS?)" in slip.output
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}/0")
    alone = check()
    assert alone.exit_code == 1
    assert "each worker counts its limits alone" in alone.output


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
def test_a_refused_token_may_be_of_the_other_region(coze: respx.Router, status: int, code: int) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(status, json={**REFUSED, "code": code})
    result = check()
    assert result.exit_code == 1
    assert "the token is refused" in result.output
    assert "--other-region" in result.output
    assert LOGID in result.output
    hosts = {call.request.url.host for call in coze.calls}
    assert hosts == {httpx.URL(BASE_URL).host}, "the token goes nowhere else unasked"


def test_the_other_region_can_be_asked_to_be_sure(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(401, json=REFUSED)
    coze.get(url__startswith=COM + ME).respond(json=OWNER)
    result = check("--other-region")
    assert result.exit_code == 1
    assert f"COZE_API_BASE_URL={COM}" in result.output


def test_a_token_that_both_regions_refuse_is_bad(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(401, json=REFUSED)
    coze.get(url__startswith=COM + ME).respond(401, json=REFUSED)
    assert f"refused here and at {COM}" in check("--other-region").output


def test_another_region_that_cannot_be_reached_refused_nothing(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(401, json=REFUSED)
    coze.get(url__startswith=COM + ME).mock(side_effect=httpx.ConnectTimeout("x"))
    result = check("--other-region")
    assert result.exit_code == 1
    assert f"{COM} cannot be reached" in result.output


def test_a_self_hosted_coze_has_no_other_region(coze: respx.Router, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COZE_API_BASE_URL", "https://studio.example")
    coze.get(url__startswith="https://studio.example" + ME).respond(json=REFUSED)
    assert "--other-region" not in check("--other-region").output


def test_an_unknown_bot(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(json=OWNER)
    for url in (PUBLISHED, DRAFT):
        coze.get(url__startswith=url).respond(json={"code": 4200, "msg": "upstream words"})
    result = check()
    assert result.exit_code == 1
    assert f"sees no bot {BOT_ID}" in result.output


@pytest.mark.parametrize("code", [4015, 4200, 4000])
def test_a_bot_that_is_only_a_draft_is_not_published(coze: respx.Router, code: int) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(json=OWNER)
    coze.get(url__startswith=PUBLISHED).respond(json={"code": code, "msg": "upstream words"})
    coze.get(url__startswith=DRAFT).respond(json=bot("Draft"))
    result = check()
    assert result.exit_code == 1
    assert "not published" in result.output


def test_another_code_is_told_as_it_is(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(json=OWNER)
    coze.get(url__startswith=PUBLISHED).respond(json={"code": 4011, "msg": "upstream words"})
    coze.get(url__startswith=DRAFT).respond(json={"code": 4011, "msg": "upstream words"})
    assert "code 4011" in check().output


def test_another_code_for_the_token_is_told_as_it_is(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(json={"code": 4019, "msg": "upstream words"})
    assert "code 4019" in check().output


@pytest.mark.parametrize("code", [0, 4999])
def test_a_401_is_about_the_token_whatever_its_code(coze: respx.Router, code: int) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(401, json={"code": code, "msg": "upstream words"})
    assert "the token is refused" in check().output


def test_a_connection_lost_at_the_second_call_is_told(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(json=OWNER)
    coze.get(url__startswith=PUBLISHED).mock(side_effect=httpx.ReadTimeout("x"))
    assert "code upstream_timeout" in check().output


@pytest.mark.parametrize("raised", [httpx.ConnectTimeout("x"), httpx.ConnectError("x")])
def test_an_unreachable_address(coze: respx.Router, raised: Exception) -> None:
    coze.get(url__startswith=BASE_URL + ME).mock(side_effect=raised)
    result = check()
    assert result.exit_code == 1
    assert "cannot be reached" in result.output


def test_coze_in_trouble_is_not_taken_for_a_proxy(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).respond(503, json={"code": 0, "msg": ""})
    result = check()
    assert result.exit_code == 1
    assert "proxy" not in result.output


def test_the_cause_of_a_failed_connection_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> httpx.Response:
        raise httpx.ConnectError("x") from ssl.SSLError("upstream words")

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", fail)
    assert "SSLError" in check().output


def test_what_cannot_be_reached_through_a_proxy_is_the_proxy_s(
    coze: respx.Router, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    coze.get(url__startswith=BASE_URL + ME).mock(side_effect=httpx.ConnectError("x"))
    assert "HTTPS_PROXY" in check().output
    monkeypatch.setenv("NO_PROXY", "api.coze.cn")
    assert "HTTPS_PROXY" not in check().output


@pytest.mark.parametrize("proxy", ["foo://127.0.0.1:9", "socks5://127.0.0.1:9"])
def test_a_proxy_that_cannot_be_used_is_no_traceback(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    result = check()
    assert (result.exit_code, type(result.exception)) == (1, SystemExit)


def test_a_proxy_that_does_not_connect(coze: respx.Router) -> None:
    coze.get(url__startswith=BASE_URL + ME).mock(side_effect=httpx.ProxyError("x"))
    assert "proxy" in check().output


@pytest.mark.parametrize("status", [200, 302, 401, 403, 407, 502])
def test_a_page_instead_of_an_answer_is_a_proxy(coze: respx.Router, status: int) -> None:
    coze.get(url__startswith=BASE_URL).respond(status, html="<html>upstream words</html>")
    result = check()
    assert f"proxy (HTTP {status})" in result.output
    assert "代理" in result.output


def all_well(coze: respx.Router, monkeypatch: pytest.MonkeyPatch, database: str) -> Result:
    coze.get(url__startswith=BASE_URL + ME).respond(json=OWNER)
    coze.get(url__startswith=PUBLISHED).respond(json=bot("Helper"))
    monkeypatch.setenv("COZE_WEB_OPERATOR_TOKEN", "x")
    monkeypatch.setenv("DATABASE_URL", database)
    return check()


def test_the_database_of_the_run_log_is_tried(
    coze: respx.Router, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result = all_well(coze, monkeypatch, f"sqlite:///{tmp_path}/runs.sqlite3")
    assert result.exit_code == 0
    assert "database can be used" in result.output


def test_one_that_fails_is_told_without_its_password(coze: respx.Router, monkeypatch: pytest.MonkeyPatch) -> None:
    result = all_well(coze, monkeypatch, f"postgresql://u:SECRET@127.0.0.1:{free_port()}/runs")
    assert result.exit_code == 1
    assert "connection refused" in result.output
    assert "SECRET" not in result.output
