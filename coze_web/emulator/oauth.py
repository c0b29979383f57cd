"""JWT OAuth as the emulator has it: one application, and the tokens that it was given."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, JoseError
from joserfc.jwk import RSAKey

from coze_web.emulator.wire import new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

CLIENT_ID = "1170000000001"
PUBLIC_KEY_ID = "emulator-key"
NEEDED: jwt.ClaimsOption = {"essential": True}


class OAuthRefusal(Exception):  # noqa: N818 - a refusal is an answer, not a defect
    """No token, told in the words of OAuth (RFC 6749, 5.2) beside Coze's own `error_message`."""

    def __init__(self, error: str, message: str, status: int) -> None:
        super().__init__(error)
        self.error = error
        self.message = message
        self.status = status


class App:
    """The one application; its key is made when it is first asked for, so that none has to be published."""

    @cached_property
    def key(self) -> RSAKey:
        """Return the key pair."""
        return RSAKey.generate_key(2048)

    def config(self, base_url: str) -> dict[str, str]:
        """Return what an owner is given, named as cozepy's `load_oauth_app_from_config` reads it."""
        return {
            "client_type": "jwt",
            "client_id": CLIENT_ID,
            "coze_api_base": base_url,
            "private_key": self.key.as_pem(private=True).decode(),
            "public_key_id": PUBLIC_KEY_ID,
        }

    def read(self, text: str, audience: str, now: float) -> Mapping[str, Any]:
        """Return the claims of a JWT that this application has signed; refuse 401 any other."""
        if not text:
            raise invalid_client("verify jwt empty error")
        try:
            claims = jwt.decode(text, lambda found: self._find(found.headers()), algorithms=["RS256"]).claims
            _rules(audience, now).validate(claims)
        except ClaimError as problem:
            raise invalid_client(f"invalid jwt: {problem.claim}") from None
        except BadSignatureError:
            raise invalid_client("invalid jwt: signature") from None
        except (JoseError, ValueError):
            raise invalid_client("invalid jwt: malformed") from None
        return claims

    def _find(self, header: Mapping[str, Any]) -> RSAKey:
        if header.get("kid") != PUBLIC_KEY_ID:
            raise invalid_client("invalid jwt: kid not been registred")
        return self.key


def _rules(audience: str, now: float) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now),
        iss={**NEEDED, "value": CLIENT_ID},
        aud={**NEEDED, "value": audience},
        iat=NEEDED,
        exp=NEEDED,
        jti=NEEDED,
    )


def invalid_client(message: str) -> OAuthRefusal:
    """Return the refusal of a JWT; recorded of an unknown `kid` and of none at all, the other words are unverified."""
    return OAuthRefusal("invalid_client", message, 401)


@dataclass(frozen=True)
class Grant:
    """One token, who asked for it (`session_name`, "" for the owner), and the Unix time at which it ends."""

    session_name: str
    expires_at: int
    id: str = field(default_factory=new_id)
    text: str = field(default_factory=lambda: f"czs_{secrets.token_urlsafe(32)}", repr=False)
    noun = "token"

    def ids(self) -> dict[str, str]:
        """Return by which ids a journal entry names it; never by its text."""
        return {"token_id": self.id, "session_name": self.session_name}


class Grants:
    """The tokens that were given, and the JWTs that were used up for them."""

    def __init__(self) -> None:
        self._by_text: dict[str, Grant] = {}
        self._used: set[str] = set()

    def give(self, claims: Mapping[str, Any], now: float, seconds: int) -> Grant:
        """Give a token for `seconds`; refuse 401 a JWT that came before (unverified)."""
        if claims["jti"] in self._used:
            raise invalid_client("invalid jwt: jti")
        self._used.add(claims["jti"])
        grant = Grant(str(claims.get("session_name") or ""), int(now) + seconds)
        self._by_text[grant.text] = grant
        return grant

    def holds(self, text: str, now: float) -> bool:
        """Tell whether this is a token that has not ended."""
        grant = self._by_text.get(text)
        return grant is not None and now < grant.expires_at
