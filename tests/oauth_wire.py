"""An OAuth application of a made-up owner: its key pair, its variables, and how Coze grants it tokens."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from coze_web.settings import Settings
from tests.coze_wire import BASE_URL

if TYPE_CHECKING:
    from requests import PreparedRequest

TOKEN_URL = f"{BASE_URL}/api/permission/oauth2/token"
CLIENT_ID = "1170000000009"
PUBLIC_KEY_ID = "fingerprint_9"
# As coze-go issue 43 has it.
UNKNOWN_KEY = {
    "error_code": "invalid_client",
    "error_message": "invalid jwt: kid not been registred",
    "error": "invalid_client",
}


@cache
def key_pair() -> RSAKey:
    """Make the key, once: it takes longer than most tests."""
    return RSAKey.generate_key(2048)


def private_pem() -> str:
    return key_pair().as_pem(private=True).decode()


def jwt_variables(**more: str) -> dict[str, str]:
    """Return what the owner sets in place of COZE_PAT."""
    return {
        "COZE_PAT": "",
        "COZE_JWT_OAUTH_CLIENT_ID": CLIENT_ID,
        "COZE_JWT_OAUTH_PRIVATE_KEY": private_pem(),
        "COZE_JWT_OAUTH_PUBLIC_KEY_ID": PUBLIC_KEY_ID,
        **more,
    }


@cache
def jwt_settings() -> Settings:
    """Read them once, for tests that change nothing: to check a key takes long, too."""
    return Settings.from_environ(jwt_variables())


def granted(text: str = "czs_CANARY_1", seconds: float = 3600) -> dict[str, Any]:
    """Write Coze's grant; its `expires_in` is a Unix time."""
    return {"access_token": text, "expires_in": int(time.time() + seconds), "token_type": "Bearer"}


def signed_by(request: PreparedRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of the JWT in a request for a token; fails where the key did not sign it."""
    scheme, _, text = str(request.headers["Authorization"]).partition(" ")
    assert scheme == "Bearer"
    token = jwt.decode(text, key_pair(), algorithms=["RS256"])
    return dict(token.header), dict(token.claims)
