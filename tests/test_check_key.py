"""`coze-web check` with JWT OAuth: what is wrong with the key, by free calls only."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
import respx
from click.testing import CliRunner

from coze_web.cli import main
from tests.coze_wire import BASE_URL, BOT_ID, LOGID, ok
from tests.oauth_wire import TOKEN_URL, UNKNOWN_KEY, granted, jwt_variables, private_pem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.testing import Result

COM = "https://api.coze.com"
ME = "/v1/users/me"
OWNER = {"user_id": "1", "user_name": "u", "nick_name": "n", "avatar_url": ""}

pytestmark = pytest.mark.usefixtures("_no_certificates")


@pytest.fixture
def coze(monkeypatch: pytest.MonkeyPatch) -> Iterator[respx.Router]:
    """Give Coze, which knows the bot; what is not prepared is no free call, and fails."""
    for name, value in jwt_variables(COZE_BOT_ID=BOT_ID).items():
        monkeypatch.setenv(name, value)
    with respx.mock(assert_all_called=False) as mock:
        mock.get(f"{BASE_URL}{ME}").respond(json=ok(OWNER))
        mock.get(url__regex="/v1/bots?/").respond(json=ok({"bot_id": BOT_ID, "name": "Helper"}))
        yield mock


def check(*options: str) -> Result:
    result = CliRunner().invoke(main, ["check", *options])
    shown = ("invalid jwt", "czs_", private_pem().splitlines()[2])
    assert not [secret for secret in shown if secret in result.output]
    return result


def refuse(coze: respx.Router, message: str, **headers: str) -> None:
    body: dict[str, Any] = {**UNKNOWN_KEY, "error_message": message, "detail": {"logid": LOGID}}
    coze.post(TOKEN_URL).respond(401, json=body, headers=headers)


def test_all_is_well_with_one_token_for_all_questions(coze: respx.Router) -> None:
    asked = coze.post(TOKEN_URL).respond(json=granted())
    result = check()
    assert result.exit_code == 0
    assert "Helper" in result.output
    assert asked.call_count == 1


@pytest.mark.parametrize(
    ("message", "variable"),
    [
        ("invalid jwt: kid not been registred", "COZE_JWT_OAUTH_PUBLIC_KEY_ID"),
        ("invalid jwt: signature", "the private key does not belong to COZE_JWT_OAUTH_PUBLIC_KEY_ID"),
        ("invalid jwt: iss", "COZE_JWT_OAUTH_CLIENT_ID"),
        ("invalid jwt: aud", "COZE_API_BASE_URL"),
        ("invalid jwt: something else", "the app's permissions"),
    ],
)
def test_what_is_wrong_with_the_key_is_told(coze: respx.Router, message: str, variable: str) -> None:
    refuse(coze, message)
    result = check()
    assert result.exit_code == 1
    assert variable in result.output
    assert "拒绝了 OAuth 应用的密钥" in result.output
    assert LOGID in result.output


@pytest.mark.parametrize(("seconds", "told"), [(3600, "behind"), (-3600, "ahead of")])
def test_a_clock_that_is_wrong_is_told_first(coze: respx.Router, seconds: int, told: str) -> None:
    theirs = datetime.now(UTC) + timedelta(seconds=seconds, milliseconds=300)
    refuse(coze, "invalid jwt: iat", Date=format_datetime(theirs, usegmt=True))
    began = time.monotonic()
    found = re.search(r"this machine's clock is (\d+) s (behind|ahead of) Coze's", check().output)
    assert found
    assert int(found[1]) == pytest.approx(3600, abs=1 + time.monotonic() - began)  # headers tell whole seconds
    assert found[2] == told


def test_clocks_that_differ_a_little_are_well(coze: respx.Router) -> None:
    theirs = datetime.now(UTC) + timedelta(seconds=20)
    refuse(coze, "invalid jwt: signature", Date=format_datetime(theirs, usegmt=True))
    assert "clock" not in check().output


def test_a_key_of_the_other_region_is_found_there_when_wanted(coze: respx.Router) -> None:
    refuse(coze, "invalid jwt: kid not been registred")
    coze.post(TOKEN_URL.replace(BASE_URL, COM)).respond(json=granted())
    coze.get(f"{COM}{ME}").respond(json=ok(OWNER))
    assert f"set COZE_API_BASE_URL={COM}" in check("--other-region").output


def test_one_that_both_refuse_is_explained(coze: respx.Router) -> None:
    refuse(coze, "invalid jwt: kid not been registred")
    coze.post(TOKEN_URL.replace(BASE_URL, COM)).respond(401, json=UNKNOWN_KEY)
    assert "COZE_JWT_OAUTH_PUBLIC_KEY_ID" in check("--other-region").output


def test_a_token_that_may_not_ask_who_its_owner_is_is_told_as_any_other(coze: respx.Router) -> None:
    coze.post(TOKEN_URL).respond(json=granted())
    coze.get(f"{BASE_URL}{ME}").respond(401, json={"code": 4100, "msg": "x"})
    assert "the token is refused (code 4100)" in check().output
