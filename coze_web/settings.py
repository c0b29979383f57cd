"""What the bot owner sets, read from the environment and `.env`, and checked together at the start."""

from __future__ import annotations

import os
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from coze_web import credentials, rules
from coze_web.credentials import JwtKey
from coze_web.explain import explain

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from pydantic_core import ErrorDetails

ALIASES = {"COZE_API_TOKEN": "COZE_PAT", "COZE_API_BASE": "COZE_API_BASE_URL"}
NEAR = 0.8  # of 1: how much two names must have in common for one to be a slip of the other
PREFIX = "COZE_WEB_"  # what begins so can only be meant for us
EMPTY_MEANS_NONE = {"COZE_WEB_RATE_LIMIT"}


class SettingsError(ValueError):
    """The environment holds values that cannot be used; the text lists every one, in English and Chinese."""


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(gt=0)]
CountOrNone = Annotated[int, Field(ge=0)]
Flavor = Annotated[Literal["cloud", "studio"], BeforeValidator(str.lower)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)]
LogFormat = Annotated[Literal["json", "text"], BeforeValidator(str.lower)]


class Settings(BaseModel):
    """Every value that can be set; the alias of a field is its variable, and its key in `app.config`."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")

    pat: Annotated[SecretStr, AfterValidator(rules.token)] | None = Field(None, alias="COZE_PAT")
    jwt_client_id: Annotated[str, AfterValidator(rules.word)] | None = Field(None, alias="COZE_JWT_OAUTH_CLIENT_ID")
    jwt_private_key: Annotated[SecretStr, AfterValidator(credentials.private_key)] | None = Field(
        None, alias="COZE_JWT_OAUTH_PRIVATE_KEY"
    )
    jwt_private_key_file: Annotated[SecretStr, AfterValidator(credentials.private_key_file)] | None = Field(
        None, alias="COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH"
    )
    jwt_public_key_id: Annotated[str, AfterValidator(rules.word)] | None = Field(
        None, alias="COZE_JWT_OAUTH_PUBLIC_KEY_ID"
    )
    bot_id: Annotated[str, Field(strict=True), AfterValidator(rules.bot_id)] | None = Field(None, alias="COZE_BOT_ID")
    allow_http: bool = Field(default=False, alias="COZE_ALLOW_HTTP")
    base_url: Annotated[str, AfterValidator(rules.base_url)] = Field("https://api.coze.cn", alias="COZE_API_BASE_URL")
    flavor: Flavor = Field("cloud", alias="COZE_FLAVOR")
    timeout: Seconds = Field(60, alias="COZE_TIMEOUT")
    connect_timeout: Seconds = Field(5, alias="COZE_CONNECT_TIMEOUT")
    total_timeout: Seconds = Field(600, alias="COZE_TOTAL_TIMEOUT")
    heartbeat: Seconds = Field(2, alias="COZE_WEB_HEARTBEAT")
    max_message: Count = Field(8000, alias="COZE_WEB_MAX_MESSAGE")
    max_streams: CountOrNone = Field(200, alias="COZE_WEB_MAX_STREAMS")
    rate_limit: Annotated[str, AfterValidator(rules.rate_limit)] = Field("20 per minute", alias="COZE_WEB_RATE_LIMIT")
    visitor_streams: CountOrNone = Field(3, alias="COZE_WEB_VISITOR_STREAMS")
    daily_chats: CountOrNone = Field(0, alias="COZE_WEB_DAILY_CHATS")
    storage_uri: Annotated[SecretStr, AfterValidator(rules.storage_uri)] = Field(
        SecretStr("memory://"), alias="RATELIMIT_STORAGE_URI"
    )
    trusted_proxies: CountOrNone = Field(0, alias="COZE_WEB_TRUSTED_PROXIES")
    allowed_origins: Annotated[tuple[str, ...], BeforeValidator(rules.origins)] = Field(
        (), alias="COZE_WEB_ALLOWED_ORIGINS"
    )
    frame_ancestors: Annotated[tuple[str, ...], BeforeValidator(rules.frame_ancestors)] = Field(
        (), alias="COZE_WEB_FRAME_ANCESTORS"
    )
    title: Annotated[str, Field(max_length=60)] | None = Field(None, alias="COZE_WEB_TITLE")
    accent: Annotated[str, AfterValidator(rules.colour)] | None = Field(None, alias="COZE_WEB_ACCENT")
    operator_token: Annotated[SecretStr, AfterValidator(rules.token)] | None = Field(
        None, alias="COZE_WEB_OPERATOR_TOKEN"
    )
    api_keys: Annotated[tuple[SecretStr, ...], BeforeValidator(rules.tokens)] = Field((), alias="COZE_WEB_API_KEYS")
    database_url: Annotated[SecretStr, AfterValidator(rules.database_url)] | None = Field(None, alias="DATABASE_URL")
    runlog_days: Annotated[int, Field(ge=0, le=36500)] = Field(30, alias="COZE_WEB_RUNLOG_DAYS")
    runlog_content: bool = Field(default=True, alias="COZE_WEB_RUNLOG_CONTENT")
    log_level: LogLevel = Field("INFO", alias="COZE_LOG_LEVEL")
    log_format: LogFormat | None = Field(None, alias="COZE_LOG_FORMAT")
    otlp_endpoint: str | None = Field(None, alias="OTEL_EXPORTER_OTLP_ENDPOINT")

    @field_validator("base_url")
    @classmethod
    def _https_or_loopback(cls, value: str, info: ValidationInfo) -> str:
        if not rules.may_be_asked(value, allow_http=bool(info.data.get("allow_http"))):
            host = urlsplit(value).netloc
            raise ValueError(
                f"use https://{host}, or set COZE_ALLOW_HTTP=1 to send the token unencrypted"
                f" / 请改用 https://{host}，或设置 COZE_ALLOW_HTTP=1（令牌将不加密传输）"
            )
        return value

    _unknown: tuple[str, ...] = PrivateAttr(())

    @property
    def misspelt(self) -> list[str]:
        """The variables that look like ours and are none, each with the one that may be meant."""
        near = ((name, next(iter(get_close_matches(name, KNOWN, 1, NEAR)), "")) for name in self._unknown)
        return [f"{name} ({meant}?)" if meant else name for name, meant in near]

    @property
    def missing(self) -> list[str]:
        """The variables without which no chat is possible."""
        needed = (("COZE_PAT", self.pat or self.jwt), ("COZE_BOT_ID", self.bot_id))
        return [name for name, value in needed if not value]

    @property
    def jwt(self) -> JwtKey | None:
        """What signs for tokens in place of `COZE_PAT`; None where nothing does."""
        key = self.jwt_private_key or self.jwt_private_key_file
        if not (self.jwt_client_id and key and self.jwt_public_key_id):
            return None
        return JwtKey(self.jwt_client_id, key, self.jwt_public_key_id)

    def session_name(self, visitor: str) -> str:
        """Return what Coze is to keep a visitor's data apart by; "" with a token, which knows its owner only."""
        return self.jwt.session_name(visitor) if self.jwt else ""

    @classmethod
    def load(cls, *, without: Container[str] = ()) -> Settings:
        """Read the process's environment over the `.env` file of the working directory.

        `without` names the variables that are not for us.

        Raises:
            SettingsError: see `from_environ`.

        """
        try:
            dotenv = {name: value for name, value in dotenv_values(".env").items() if value is not None}
        except UnicodeDecodeError:
            raise SettingsError(".env must be UTF-8 / .env 文件必须是 UTF-8 编码") from None
        except OSError:
            raise SettingsError(
                ".env cannot be read: let the server's user read it, or remove it"
                " / 无法读取 .env：请让服务器的用户可以读取，或将其删除"
            ) from None
        environ = {name: value for name, value in os.environ.items() if value.strip() or name in EMPTY_MEANS_NONE}
        # A variable and its alias are one: what the environment sets under either name wins over the file's.
        taken = {ALIASES.get(name, name) for name in environ}
        kept = {name: value for name, value in dotenv.items() if not _is_outdone(ALIASES.get(name, name), taken)}
        return cls.from_environ({name: value for name, value in {**kept, **environ}.items() if name not in without})

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Check the variables of one environment; an empty one counts as unset.

        Raises:
            SettingsError: one or more values cannot be used; the text names them all and never shows the token.

        """
        values, problems = _resolve_aliases(environ)
        # A platform's add-on sets REDIS_URL; the other name is Flask-Limiter's, and the owner's choice.
        if redis := values.get("REDIS_URL"):
            values.setdefault("RATELIMIT_STORAGE_URI", redis)
        # Heroku's router is the one way to a dyno, and adds the visitor's address as the last hop.
        values.setdefault("COZE_WEB_TRUSTED_PROXIES", "1" if "DYNO" in environ else "0")
        problems += credentials.conflicts(values)
        try:
            settings = cls.model_validate(values)
        except ValidationError as error:
            problems += [_explain(item) for item in error.errors(include_url=False, include_input=False)]
        if problems:
            title = "coze-web cannot start with these settings / 以下配置有误，无法启动："
            raise SettingsError("\n  - ".join([title, *problems])) from None
        settings._unknown = tuple(name for name in values if name.startswith(PREFIX) and name not in KNOWN)  # noqa: SLF001
        return settings


KNOWN = {str(field.alias) for field in Settings.model_fields.values()}


def _is_outdone(name: str, taken: set[str]) -> bool:
    return name in taken or credentials.is_outdone(name, taken)


def _resolve_aliases(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    problems = []
    for name, value in environ.items():
        text = value.strip() if isinstance(value, str) else value
        if text == "" and name not in EMPTY_MEANS_NONE:
            continue
        canonical = ALIASES.get(name, name)
        if values.setdefault(canonical, text) != text:
            alias = next(key for key, target in ALIASES.items() if target == canonical)
            problems.append(f"{canonical} and {alias} differ: set only one / {canonical} 与 {alias} 不一致：只保留一个")
    return values, problems


def _explain(item: ErrorDetails) -> str:
    return f"{item['loc'][0]}: {' / '.join(explain(item))}"
