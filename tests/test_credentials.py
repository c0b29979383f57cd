"""The variables of JWT OAuth: what stands in for COZE_PAT, and what cannot be used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import SecretStr

from coze_web.credentials import JwtKey
from coze_web.settings import Settings, SettingsError
from tests.oauth_wire import CLIENT_ID, PUBLIC_KEY_ID, jwt_settings, jwt_variables, private_pem

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

BOT = {"COZE_BOT_ID": "1"}
SECRET_LINE = 2  # of a PEM


def signer() -> rsa.RSAPrivateKey:
    """Return the key that is set, as cryptography has it."""
    key = jwt_settings().jwt
    assert key is not None
    return key.signer


def problems(**variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(variables)
    told = str(caught.value)
    assert private_pem().splitlines()[SECRET_LINE] not in told
    return told


def key_of(settings: Settings) -> str:
    assert settings.jwt is not None
    return settings.jwt.private_key.get_secret_value()


def test_a_key_stands_in_for_the_token() -> None:
    settings = Settings.from_environ({**jwt_variables(), **BOT})
    assert settings.missing == []
    assert settings.jwt is not None
    assert (settings.jwt.client_id, settings.jwt.public_key_id) == (CLIENT_ID, PUBLIC_KEY_ID)
    assert key_of(settings) == private_pem()


def test_the_page_and_the_chat_want_no_token_beside_a_key(make_app: Callable[..., Flask]) -> None:
    client = make_app(**jwt_variables(COZE_BOT_ID="")).test_client()
    page = client.get("/").text
    assert "<code>COZE_BOT_ID</code>" in page
    assert "<code>COZE_PAT</code>" not in page
    told = client.post("/api/v1/coze/chat", json={"message": "hi"}).get_json()["message"]
    assert "COZE_BOT_ID" in told
    assert "COZE_PAT" not in told


@pytest.mark.parametrize(
    "written",
    [
        lambda pem: pem.replace("\n", "\\n"),
        lambda pem: pem.replace("\n", "\r\n"),
        lambda pem: f"\n{pem}\n\n",
        lambda _: signer().private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        ).decode(),
    ],
    ids=["literal-line-ends", "windows", "blank-lines", "pkcs1"],
)  # fmt: skip
def test_the_same_key_is_read_however_it_is_written(written: Callable[[str], str]) -> None:
    pem = written(private_pem())
    assert key_of(Settings.from_environ(jwt_variables(COZE_JWT_OAUTH_PRIVATE_KEY=pem))) == private_pem()


def test_the_key_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(private_pem())
    variables = jwt_variables(COZE_JWT_OAUTH_PRIVATE_KEY="", COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH=str(file))
    assert key_of(Settings.from_environ(variables)) == private_pem()


def pem_of(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> str:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()


def unusable_keys() -> dict[str, str]:
    public = signer().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "no-key": "SECRET",
        "cut": private_pem()[:400],
        "public": public.decode(),
        "encrypted": pem_of(signer(), b"x"),
        "elliptic": pem_of(ec.generate_private_key(ec.SECP256R1())),
        "short": pem_of(rsa.generate_private_key(65537, 1024)),  # noqa: S505 - that is the point
    }


@pytest.mark.parametrize("kind", ["no-key", "cut", "public", "encrypted", "elliptic", "short"])
def test_a_key_that_cannot_sign_is_refused_and_not_shown(kind: str, tmp_path: Path) -> None:
    pem = unusable_keys()[kind]
    file = tmp_path / "key.pem"
    file.write_text(pem)
    told = problems(**jwt_variables(COZE_JWT_OAUTH_PRIVATE_KEY=pem))
    assert "- COZE_JWT_OAUTH_PRIVATE_KEY: must be an RSA private key" in told
    assert "必须是 Coze 提供的 RSA 私钥" in told
    assert pem.splitlines()[-1] not in told
    in_file = jwt_variables(COZE_JWT_OAUTH_PRIVATE_KEY="", COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH=str(file))
    assert "- COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH: must be an RSA private key" in problems(**in_file)


def test_a_file_that_cannot_be_read_is_told_and_not_named(tmp_path: Path) -> None:
    for path in (tmp_path / "SECRET.pem", tmp_path):
        variables = jwt_variables(COZE_JWT_OAUTH_PRIVATE_KEY="", COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH=str(path))
        told = problems(**variables)
        assert "COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH: names no file that can be read / 指向的文件无法读取" in told
        assert str(tmp_path) not in told
    pasted = jwt_variables(COZE_JWT_OAUTH_PRIVATE_KEY="", COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH=private_pem())
    assert "names no file" in problems(**pasted)


@pytest.mark.parametrize(
    "absent", ["COZE_JWT_OAUTH_CLIENT_ID", "COZE_JWT_OAUTH_PRIVATE_KEY", "COZE_JWT_OAUTH_PUBLIC_KEY_ID"]
)
def test_half_a_set_is_told_with_what_it_lacks(absent: str) -> None:
    told = problems(**jwt_variables(**{absent: ""}))
    assert f"needs {absent}" in told
    assert f"还缺少 {absent}" in told


def test_a_studio_takes_no_key() -> None:
    told = problems(**jwt_variables(COZE_FLAVOR="Studio"))
    assert "a self-hosted Studio knows COZE_PAT alone: unset COZE_JWT_OAUTH_CLIENT_ID" in told
    assert "自部署 Studio 只支持 COZE_PAT：请删除 COZE_JWT_OAUTH_CLIENT_ID" in told


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = problems(
        COZE_API_TOKEN="pat_a",  # noqa: S106 - made up
        COZE_JWT_OAUTH_PRIVATE_KEY="x",
        COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH="/nowhere",
        COZE_TIMEOUT="x",
    )
    assert "COZE_PAT and COZE_JWT_OAUTH_PRIVATE_KEY are both set: keep one" in told
    assert "COZE_JWT_OAUTH_PRIVATE_KEY and COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH are both set: keep one" in told
    assert "needs COZE_JWT_OAUTH_CLIENT_ID too" in told
    assert "needs COZE_JWT_OAUTH_PUBLIC_KEY_ID too" in told
    assert "只能设置其一" in told
    assert told.count("\n  - ") == 7


def test_the_key_hides(make_app: Callable[..., Flask]) -> None:
    settings = jwt_settings()
    config = make_app(**jwt_variables()).config
    shown = f"{settings!r} {settings} {settings.model_dump()} {settings.jwt} {config!r}"
    assert private_pem().splitlines()[SECRET_LINE] not in shown


def load(folder: Path, dotenv: dict[str, str], monkeypatch: pytest.MonkeyPatch, **environ: str) -> Settings:
    (folder / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in dotenv.items()))
    monkeypatch.chdir(folder)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return Settings.load()


def test_a_key_can_be_in_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_of(load(tmp_path, jwt_variables(), monkeypatch)) == private_pem()


def test_the_environments_kind_of_credential_wins_over_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load(tmp_path, jwt_variables(), monkeypatch, COZE_API_TOKEN="pat_shell")  # noqa: S106 - made up
    assert settings.jwt is None
    assert settings.pat is not None
    monkeypatch.delenv("COZE_API_TOKEN")
    settings = load(tmp_path, {"COZE_PAT": "pat_file"}, monkeypatch, **jwt_variables())
    assert settings.pat is None
    assert settings.jwt is not None


def test_a_visitor_has_one_session_name_which_tells_nothing_of_them() -> None:
    settings = jwt_settings()
    name = settings.session_name("203.0.113.7")
    assert Settings.from_environ(jwt_variables()).session_name("203.0.113.7") == name
    assert settings.session_name("203.0.113.8") != name
    assert re.fullmatch("[0-9a-f]{32}", name)
    guessed = JwtKey(CLIENT_ID, SecretStr("another key"), PUBLIC_KEY_ID).session_name("203.0.113.7")
    assert guessed != name, "whoever has no key cannot try out addresses"
    assert Settings.from_environ({"COZE_PAT": "pat_a"}).session_name("203.0.113.7") == ""
