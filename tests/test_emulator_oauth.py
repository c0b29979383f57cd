"""JWT OAuth in the emulator: who is given a token, what it is good for, and when it ends."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

import cozepy
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.emulator_caller import Caller
from tests.oauth_wire import key_pair

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

PATH = "/api/permission/oauth2/token"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@cache
def read_key(pem: str) -> RSAKey:
    """Read the emulator's key, which stays the same: it takes longer than most tests."""
    return RSAKey.import_key(pem)


class OAuthCaller(Caller):
    """Has the emulator's OAuth application, and asks for tokens with it."""

    def __init__(self) -> None:
        super().__init__()
        self.config: dict[str, str] = self.get("/_emulator/oauth")
        self.key = read_key(self.config["private_key"])

    def sign(self, key: RSAKey | OctKey | None = None, alg: str = "RS256", **changes: Any) -> str:
        """Sign as cozepy does, some claims or the `kid` changed; None takes one away."""
        now = int(self.clock.now)
        names = {"kid": self.config["public_key_id"], "iss": self.config["client_id"], "aud": "localhost"}
        claims = {**names, "iat": now, "exp": now + 3600, "jti": secrets.token_hex(8), **changes}
        given = {name: value for name, value in claims.items() if value is not None}
        kid = {"kid": given.pop("kid")} if "kid" in given else {}
        return jwt.encode({"alg": alg, **kid}, given, key or self.key)

    def exchange(self, signed: str, **fields: Any) -> TestResponse:
        body = {"grant_type": JWT_BEARER, "duration_seconds": 900, "scope": None, **fields}
        return self.client.post(PATH, json=body, headers={"Authorization": f"Bearer {signed}"})

    def sign_in(self, **changes: Any) -> None:
        """Get a token and use it from now on."""
        self.headers = {"Authorization": f"Bearer {self.exchange(self.sign(**changes)).get_json()['access_token']}"}


@pytest.fixture
def coze() -> OAuthCaller:
    return OAuthCaller()


def test_the_sdk_signs_in_with_what_the_control_route_tells(coze: OAuthCaller) -> None:
    app = cozepy.load_oauth_app_from_config(coze.config)
    assert isinstance(app, cozepy.JWTOAuthApp)
    assert coze.config["coze_api_base"] == "http://localhost"


def test_a_token_is_granted_as_coze_grants_it(coze: OAuthCaller) -> None:
    response = coze.exchange(coze.sign())
    granted = response.get_json()
    assert granted["access_token"].startswith("czs_")
    assert granted["expires_in"] == int(coze.clock.now) + 900, "a Unix time"
    assert granted["token_type"] == "Bearer"  # noqa: S105 - no password
    assert set(granted) == {"access_token", "expires_in", "token_type"}, "without Coze's envelope"
    assert response.headers["X-Tt-Logid"]


def test_it_is_as_good_as_the_personal_one_until_it_ends(coze: OAuthCaller) -> None:
    begun = coze.clock.now
    coze.sign_in()
    ids = coze.start("hi")
    assert coze.run("hi")["code"] == 0
    assert coze.get("/v1/users/me")["code"] == 0
    coze.clock.now = begun + 899
    assert coze.status(ids) == "completed"
    coze.clock.now += 2
    assert coze.get("/v1/users/me")["code"] == 700012006
    assert coze.run("hi")["code"] == 700012006
    assert coze.ask("hi").get_json()["code"] == 4101


def test_the_journal_tells_of_tokens_and_shows_none(coze: OAuthCaller) -> None:
    coze.sign_in(session_name="visitor-1")
    text = coze.headers["Authorization"].removeprefix("Bearer ")
    (entry,) = coze.get("/_emulator/journal")["entries"]
    assert (entry["event"], entry["session_name"], entry["duration_seconds"]) == ("issued", "visitor-1", 900)
    assert text not in str(entry)


def test_a_reset_ends_all_tokens_and_keeps_the_key(coze: OAuthCaller) -> None:
    coze.sign_in()
    coze.client.post("/_emulator/reset")
    assert coze.get("/v1/users/me")["code"] == 700012006
    assert coze.get("/_emulator/oauth") == coze.config
    coze.sign_in()
    assert coze.get("/v1/users/me")["code"] == 0


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"kid": "another"}, "kid not been registred"),
        ({"kid": None}, "kid not been registred"),
        ({"iss": "another"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "api.coze.com"}, "aud"),
        ({"iat": 1_700_000_060}, "iat"),
        ({"exp": 1_699_999_999}, "exp"),
        ({"exp": None}, "exp"),
        ({"jti": None}, "jti"),
        ({"key": key_pair}, "signature"),
        ({"key": lambda: OctKey.import_key("a public key, taken for a secret"), "alg": "HS256"}, "malformed"),
    ],
)
def test_another_signature_is_refused_and_what_it_is_about_is_told(
    coze: OAuthCaller, changes: dict[str, Any], word: str
) -> None:
    key = changes.pop("key", lambda: None)()
    response = coze.exchange(coze.sign(key, **changes))
    assert response.status_code == 401
    assert response.get_json() == {
        "error_code": "invalid_client", "error_message": f"invalid jwt: {word}", "error": "invalid_client",
    }  # fmt: skip
    assert coze.journal() == ["refused"]


@pytest.mark.parametrize("text", ["", "pat_emulator", "a.b.c", "...", "eyJhbGciOiJub25lIn0.e30."])
def test_what_is_no_signature_is_refused(coze: OAuthCaller, text: str) -> None:
    response = coze.exchange(text)
    assert (response.status_code, response.get_json()["error_code"]) == (401, "invalid_client")


def test_a_signature_is_good_for_one_token(coze: OAuthCaller) -> None:
    signed = coze.sign()
    assert coze.exchange(signed).status_code == 200
    assert coze.exchange(signed).get_json()["error_message"] == "invalid jwt: jti"


@pytest.mark.parametrize("fields", [{"duration_seconds": 0}, {"duration_seconds": 86_400}, {"grant_type": "password"}])
def test_refuses_what_coze_does_not_grant(coze: OAuthCaller, fields: dict[str, Any]) -> None:
    assert coze.exchange(coze.sign(), **fields).status_code == 400
    assert coze.journal() == ["refused"]


def test_a_token_lasts_a_quarter_of_an_hour_unless_another_time_is_asked_for(coze: OAuthCaller) -> None:
    granted = coze.exchange(coze.sign(), duration_seconds=None).get_json()
    assert granted["expires_in"] == int(coze.clock.now) + 900
