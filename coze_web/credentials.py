"""By what Coze is to know this site: a token, or an OAuth application whose key signs for short-lived tokens."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from pydantic import SecretStr

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TOKEN = "COZE_PAT"  # noqa: S105 - a variable's name
CLIENT_ID = "COZE_JWT_OAUTH_CLIENT_ID"
PRIVATE_KEY = "COZE_JWT_OAUTH_PRIVATE_KEY"
PRIVATE_KEY_FILE = "COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH"
PUBLIC_KEY_ID = "COZE_JWT_OAUTH_PUBLIC_KEY_ID"
OAUTH = (CLIENT_ID, PRIVATE_KEY, PRIVATE_KEY_FILE, PUBLIC_KEY_ID)

SMALLEST_KEY = 2048  # bits (RFC 7518, 3.3)
LARGEST_FILE = 64 * 1024  # bytes; a key has about 2,000


class JwtKey(NamedTuple):
    """What signs for tokens (Coze: JWT OAuth); the key is a PEM as `private_key` returns it."""

    client_id: str
    private_key: SecretStr
    public_key_id: str

    @property
    def signer(self) -> RSAPrivateKey:
        """The key, ready for use; to check it again would take ten times longer than to sign."""
        pem = self.private_key.get_secret_value().encode()
        return cast("RSAPrivateKey", load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True))

    def session_name(self, visitor: str) -> str:
        """Return what Coze keeps a visitor's data apart by: always the same, and nothing of an address is in it."""
        # Nobody without the key can try out which address it was made of.
        key = self.private_key.get_secret_value().encode()
        return hmac.digest(key, f"session_name:{visitor}".encode(), "sha256").hex()[:32]


def private_key(value: SecretStr) -> SecretStr:
    r"""Return the RSA key as PKCS 8, whichever way it was written; its line ends may be `\n` in letters."""
    pem = value.get_secret_value().replace("\\n", "\n").encode()
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # not to be shown: it can quote the key
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < SMALLEST_KEY:
        raise ValueError(
            f"must be an RSA private key of {SMALLEST_KEY} bits or more, unencrypted, as Coze gave it:"
            " -----BEGIN PRIVATE KEY----- …"
            f" / 必须是 Coze 提供的 RSA 私钥（未加密，至少 {SMALLEST_KEY} 位），以 -----BEGIN PRIVATE KEY----- 开头"
        ) from None
    return SecretStr(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def private_key_file(value: SecretStr) -> SecretStr:
    """Return the RSA key that is in a file."""
    try:
        with Path(value.get_secret_value()).open(encoding="utf-8") as file:
            text = file.read(LARGEST_FILE)
    except (OSError, ValueError):  # not to be shown: somebody may have put the key itself here
        raise ValueError("names no file that can be read / 指向的文件无法读取") from None
    return private_key(SecretStr(text))


def conflicts(values: Mapping[str, Any]) -> list[str]:
    """Say, in both languages, which variables do not go together or are missing; `values` has them by their names."""
    given = [name for name in OAUTH if values.get(name)]
    if not given:
        return []
    rivals = [(TOKEN, given[0]), (PRIVATE_KEY, PRIVATE_KEY_FILE)]
    needed = [CLIENT_ID, PUBLIC_KEY_ID, PRIVATE_KEY_FILE if PRIVATE_KEY_FILE in given else PRIVATE_KEY]
    either = {PRIVATE_KEY: f"{PRIVATE_KEY} or {PRIVATE_KEY_FILE}"}
    of_studio = (
        f"a self-hosted Studio knows {TOKEN} alone: unset {given[0]} / 自部署 Studio 只支持 {TOKEN}：请删除 {given[0]}"
    )
    return [
        *([of_studio] if str(values.get("COZE_FLAVOR")).lower() == "studio" else []),
        *(_both(*pair) for pair in rivals if all(values.get(name) for name in pair)),
        *(_lacks(given[0], either.get(name, name)) for name in needed if name not in given),
    ]


def _lacks(one: str, other: str) -> str:
    return f"{one} needs {other} too / 设置了 {one}，还缺少 {other}"


def _both(one: str, other: str) -> str:
    return f"{one} and {other} are both set: keep one / {one} 与 {other} 只能设置其一"


def is_outdone(name: str, taken: Collection[str]) -> bool:
    """Say whether a credential of `.env` is of the other kind than those that the environment sets, which win."""
    if name in OAUTH:
        return TOKEN in taken
    return name == TOKEN and any(other in taken for other in OAUTH)
