"""`coze-web check` where there is a self-hosted Studio, or where none is though one was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
import respx
from click.testing import CliRunner

from coze_web.cli import main
from tests.coze_wire import BOT_ID, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

STUDIO = "http://127.0.0.1:8888"
ONLINE_INFO = "/v1/bot/get_online_info"
OF_STUDIO, OF_CLOUD = {"X-Log-ID": "0a4b7a32-6f9e-4ad8-9f6c-3d5c3f9f2f10"}, {"X-Tt-Logid": "2026112011300001"}
BOT = {"code": 0, "msg": "", "data": {"bot_id": BOT_ID, "name": "Helper", "plugin_info_list": [{"plugin_id": "1"}]}}

pytestmark = pytest.mark.usefixtures("_no_certificates")


@pytest.fixture(autouse=True)
def _configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("PAT", TOKEN), ("BOT_ID", BOT_ID), ("API_BASE_URL", STUDIO), ("FLAVOR", "studio")):
        monkeypatch.setenv(f"COZE_{name}", value)


@pytest.fixture
def wire() -> Iterator[respx.Router]:
    with respx.mock(assert_all_called=False) as mock:
        yield mock


def check() -> Result:
    result = CliRunner().invoke(main, ["check"])
    assert TOKEN not in result.output
    assert "upstream words" not in result.output
    return result


def test_all_is_well_by_one_call_that_it_has(wire: respx.Router) -> None:
    wire.get(url__startswith=f"{STUDIO}{ONLINE_INFO}").respond(json=BOT, headers=OF_STUDIO)
    result = check()
    assert result.exit_code == 0
    assert "Helper" in result.output
    assert {call.request.url.path for call in wire.calls} == {ONLINE_INFO}


def test_who_it_is_is_found_out_without_the_token(wire: respx.Router) -> None:
    wire.get(url__startswith=f"{STUDIO}{ONLINE_INFO}").respond(json=BOT, headers=OF_STUDIO)
    check()
    assert "Authorization" not in wire.calls[0].request.headers


def test_a_refused_token(wire: respx.Router) -> None:
    refused = {"code": 700012006, "msg": "upstream words"}
    wire.get(url__startswith=f"{STUDIO}{ONLINE_INFO}").respond(json=refused, headers=OF_STUDIO)
    result = check()
    assert result.exit_code == 1
    assert "the token is refused" in result.output
    assert "--other-region" not in result.output


@pytest.mark.parametrize("code", [100000003, 110000001])
def test_an_unknown_bot(wire: respx.Router, code: int) -> None:
    refused = {"code": code, "msg": "upstream words"}
    wire.get(url__startswith=f"{STUDIO}{ONLINE_INFO}").respond(json=refused, headers=OF_STUDIO)
    result = check()
    assert result.exit_code == 1
    assert "accepts the token" in result.output
    assert f"no published bot {BOT_ID} of the token's account" in result.output


def test_a_studio_that_is_taken_for_the_cloud(wire: respx.Router, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COZE_FLAVOR")
    wire.get(url__startswith=STUDIO).respond(401, json={"code": 401, "msg": "upstream words"}, headers=OF_STUDIO)
    result = check()
    assert result.exit_code == 1
    assert "set COZE_FLAVOR=studio" in result.output
    assert len(wire.calls) == 1, "the token goes nowhere"


def test_the_cloud_that_is_taken_for_a_studio(wire: respx.Router) -> None:
    wire.get(url__startswith=STUDIO).respond(401, json={"code": 4100, "msg": "upstream words"}, headers=OF_CLOUD)
    result = check()
    assert result.exit_code == 1
    assert "unset COZE_FLAVOR" in result.output


def test_one_that_cannot_be_reached(wire: respx.Router) -> None:
    wire.get(url__startswith=STUDIO).mock(side_effect=httpx.ConnectError("x"))
    result = check()
    assert result.exit_code == 1
    assert "cannot be reached" in result.output
