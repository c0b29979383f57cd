"""The variables that the bot owner sets."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from coze_web import create_app
from coze_web.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def problems(**variables: str) -> str:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environ(variables)
    return str(caught.value)


def test_nothing_set_gives_the_defaults() -> None:
    settings = Settings.from_environ({})
    assert settings.missing == ["COZE_PAT", "COZE_BOT_ID"]
    assert settings.model_dump(by_alias=True) == {
        "COZE_PAT": None,
        "COZE_JWT_OAUTH_CLIENT_ID": None,
        "COZE_JWT_OAUTH_PRIVATE_KEY": None,
        "COZE_JWT_OAUTH_PRIVATE_KEY_FILE_PATH": None,
        "COZE_JWT_OAUTH_PUBLIC_KEY_ID": None,
        "COZE_BOT_ID": None,
        "COZE_API_BASE_URL": "https://api.coze.cn",
        "COZE_ALLOW_HTTP": False,
        "COZE_FLAVOR": "cloud",
        "COZE_TIMEOUT": 60,
        "COZE_CONNECT_TIMEOUT": 5,
        "COZE_TOTAL_TIMEOUT": 600,
        "COZE_WEB_HEARTBEAT": 2,
        "COZE_WEB_MAX_MESSAGE": 8000,
        "COZE_WEB_MAX_STREAMS": 200,
        "COZE_WEB_RATE_LIMIT": "20 per minute",
        "COZE_WEB_VISITOR_STREAMS": 3,
        "COZE_WEB_DAILY_CHATS": 0,
        "RATELIMIT_STORAGE_URI": SecretStr("memory://"),
        "COZE_WEB_TRUSTED_PROXIES": 0,
        "COZE_WEB_ALLOWED_ORIGINS": (),
        "COZE_WEB_FRAME_ANCESTORS": (),
        "COZE_WEB_API_KEYS": (),
        "COZE_WEB_TITLE": None,
        "COZE_WEB_ACCENT": None,
        "COZE_WEB_OPERATOR_TOKEN": None,
        "DATABASE_URL": None,
        "COZE_WEB_RUNLOG_DAYS": 30,
        "COZE_WEB_RUNLOG_CONTENT": True,
        "COZE_LOG_LEVEL": "INFO",
        "COZE_LOG_FORMAT": None,
        "OTEL_EXPORTER_OTLP_ENDPOINT": None,
    }


def test_the_values_are_in_app_config(make_settings: Callable[..., Settings]) -> None:
    config = create_app(make_settings(COZE_TIMEOUT="7.5", COZE_WEB_MAX_STREAMS="0")).config
    assert config["COZE_TIMEOUT"] == 7.5
    assert config["COZE_WEB_MAX_STREAMS"] == 0
    assert config["COZE_PAT"].get_secret_value().startswith("pat_")


def test_the_token_hides(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings()
    app = create_app(settings)
    assert "CANARY" not in f"{settings!r} {settings} {app.config!r} {app.config['COZE_PAT']} {settings.model_dump()}"
    assert settings.pat is not None
    assert "CANARY" in settings.pat.get_secret_value()


def test_the_token_is_stripped() -> None:
    settings = Settings.from_environ({"COZE_PAT": " pat_a\r\n"})
    assert settings.pat is not None
    assert settings.pat.get_secret_value() == "pat_a"


@pytest.mark.parametrize("token", ["pat_中文", "pat a", "pat\x00a", "pat\x7f", "pat\na"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(token: str) -> None:
    text = problems(COZE_PAT=token)
    assert "COZE_PAT: must be printable ASCII" in text
    assert token not in text


@pytest.mark.parametrize("bot_id", ["7379462189365198898.0", "7e18", "-1", "bot", "７３７"])
def test_a_bot_id_is_a_decimal_string(bot_id: str) -> None:
    assert "COZE_BOT_ID" in problems(COZE_BOT_ID=bot_id)


def test_a_bot_id_that_is_a_number_is_refused() -> None:
    assert "never a number" in problems(COZE_BOT_ID=7379462189365198898)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("https://api.coze.cn/v1", "https://api.coze.cn"),
        ("https://api.coze.com/v3/chat", "https://api.coze.com"),
        ("https://api.coze.cn/open_api/v2/chat", "https://api.coze.cn"),
        ("api.coze.com", "https://api.coze.com"),
        ("http://127.0.0.1:8888/v3/chat", "http://127.0.0.1:8888"),
        ("https://user:secret@api.coze.cn", "https://api.coze.cn"),
        ("https://api.coze.cn?region=cn", "https://api.coze.cn"),
        ("http://studio.example", "https://studio.example"),
        ("ftp://api.coze.cn", "https://api.coze.cn"),
        ("https://", "https://api.coze.cn"),
        ("https://[::1", "https://api.coze.cn"),
        ("https://api.coze.cn:99999", "https://api.coze.cn"),
        ("https://api.coze.cn ,x", "https://api.coze.cn"),
    ],
)
def test_a_wrong_address_is_refused_with_the_right_one(given: str, right: str) -> None:
    text = problems(COZE_API_BASE_URL=given)
    assert right in text
    assert "secret" not in text


@pytest.mark.parametrize(
    "given",
    [
        "https://api.coze.com",
        "https://api.coze.com/",
        "http://localhost:8888",
        "http://127.0.0.1:1",
        "http://[::1]:8888",
    ],
)
def test_a_good_address_is_taken_without_its_slash(given: str) -> None:
    assert Settings.from_environ({"COZE_API_BASE_URL": given}).base_url == given.rstrip("/")


def test_plain_http_elsewhere_has_to_be_allowed() -> None:
    environ = {"COZE_API_BASE_URL": "http://studio.example:8888", "COZE_ALLOW_HTTP": "1"}
    assert Settings.from_environ(environ).base_url == "http://studio.example:8888"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COZE_TIMEOUT", "0"),
        ("COZE_TIMEOUT", "soon"),
        ("COZE_CONNECT_TIMEOUT", "-1"),
        ("COZE_TOTAL_TIMEOUT", "inf"),
        ("COZE_WEB_HEARTBEAT", "nan"),
        ("COZE_WEB_MAX_MESSAGE", "0"),
        ("COZE_WEB_MAX_MESSAGE", "1.5"),
        ("COZE_WEB_MAX_STREAMS", "-1"),
        ("COZE_WEB_RATE_LIMIT", "often"),
        ("COZE_WEB_RATE_LIMIT", "0 per minute"),
        ("COZE_WEB_VISITOR_STREAMS", "-1"),
        ("COZE_WEB_DAILY_CHATS", "some"),
        ("RATELIMIT_STORAGE_URI", "localhost:6379"),
        ("RATELIMIT_STORAGE_URI", "redis://host:port/0"),
        ("COZE_LOG_LEVEL", "LOUD"),
        ("COZE_ALLOW_HTTP", "perhaps"),
    ],
)
def test_a_value_out_of_range_is_named(name: str, value: str) -> None:
    assert f"- {name}: " in problems(**{name: value})


def test_one_message_lists_every_problem_in_both_languages() -> None:
    base = "http://studio.example"
    text = problems(COZE_PAT="pat 1", COZE_BOT_ID="x", COZE_TIMEOUT="x", COZE_API_TOKEN="other", COZE_API_BASE=base)  # noqa: S106 - made up
    assert text.count("\n  - ") == 5
    assert "必须是秒数" in text


def test_an_alias_stands_for_its_variable() -> None:
    settings = Settings.from_environ({"COZE_API_TOKEN": "pat_a", "COZE_API_BASE": "https://api.coze.com"})
    assert settings.pat is not None
    assert (settings.pat.get_secret_value(), settings.base_url) == ("pat_a", "https://api.coze.com")


def test_two_aliases_may_agree_but_not_differ() -> None:
    assert Settings.from_environ({"COZE_PAT": "pat_a", "COZE_API_TOKEN": "pat_a"}).pat
    text = problems(COZE_PAT="pat_a", COZE_API_TOKEN="pat_b")  # noqa: S106 - made up
    assert "COZE_PAT and COZE_API_TOKEN differ" in text
    assert "pat_a" not in text


def test_an_empty_variable_is_unset_but_an_empty_rate_limit_means_none() -> None:
    settings = Settings.from_environ({"COZE_PAT": " ", "COZE_TIMEOUT": "", "COZE_WEB_RATE_LIMIT": ""})
    assert (settings.pat, settings.timeout, settings.rate_limit) == (None, 60, "")


def test_a_redis_of_the_platform_is_used_unless_the_owner_names_another() -> None:
    def uri(**variables: str) -> str:
        return Settings.from_environ(variables).storage_uri.get_secret_value()

    assert uri(REDIS_URL="rediss://:secret@host:6380") == "rediss://:secret@host:6380"
    assert uri(REDIS_URL="redis://a", RATELIMIT_STORAGE_URI="memory://") == "memory://"
    told = problems(REDIS_URL="redis://:secret@host:port")
    assert "- RATELIMIT_STORAGE_URI: " in told
    assert "secret" not in told


def test_a_heroku_dyno_trusts_its_router() -> None:
    assert Settings.from_environ({"DYNO": "web.1"}).trusted_proxies == 1
    assert Settings.from_environ({"DYNO": "web.1", "COZE_WEB_TRUSTED_PROXIES": "2"}).trusted_proxies == 2


def test_the_environment_wins_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("COZE_PAT=pat_file\nCOZE_BOT_ID=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COZE_BOT_ID", "2")
    settings = create_app().config
    assert settings["COZE_PAT"].get_secret_value() == "pat_file"
    assert settings["COZE_BOT_ID"] == "2"


def test_the_environment_wins_under_either_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("COZE_PAT=pat_file\nCOZE_API_BASE=https://api.coze.com\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COZE_API_TOKEN", "pat_shell")
    settings = Settings.load()
    assert settings.pat is not None
    assert (settings.pat.get_secret_value(), settings.base_url) == ("pat_shell", "https://api.coze.com")


def test_an_env_file_that_is_not_utf8_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_bytes("COZE_PAT=pat_a\n".encode("utf-16"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError, match=r"\.env must be UTF-8"):
        Settings.load()


def test_a_start_without_token_or_bot_is_warned_of(
    make_settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    create_app(make_settings(COZE_PAT=""))
    assert "COZE_PAT not set" in caplog.text


def test_settings_do_not_change(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.timeout = 1
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("postgres://u:p%40ss@h:5433/d?sslmode=require", "postgresql+psycopg://u:p%40ss@h:5433/d?sslmode=require"),
        ("postgresql://u:p@h/d", "postgresql+psycopg://u:p@h/d"),
        ("sqlite:////var/lib/runs.db", "sqlite:////var/lib/runs.db"),
    ],
)
def test_a_database_is_named_as_platforms_name_it(value: str, url: str) -> None:
    settings = Settings.from_environ({"DATABASE_URL": value})
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == url
    assert "p@h" not in repr(settings)


@pytest.mark.parametrize(
    "value",
    ["SECRET", "postgres://u:p@h:SECRET/d", "postgres://u:SECRET@h", "mysql://u:SECRET@h/d", "sqlite://",
     "sqlite:///:memory:"],
)  # fmt: skip
def test_another_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL: must look like postgresql://") as caught:
        Settings.from_environ({"DATABASE_URL": value})
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(("given", "kept"), [("#1677ff", "#1677ff"), ("#17F", "#1177ff"), (" #AbCdEf ", "#abcdef")])
def test_an_accent_is_a_colour_of_css(given: str, kept: str) -> None:
    assert Settings.from_environ({"COZE_WEB_ACCENT": given}).accent == kept


@pytest.mark.parametrize("given", ["red", "1677ff", "#1677f", "#1677ff00", "#ggg", "rgb(0 0 0)", "#fff; x", "#ｆｆｆ"])
def test_what_is_none_is_explained_in_both_languages(given: str) -> None:
    said = problems(COZE_WEB_ACCENT=given)
    assert "COZE_WEB_ACCENT: must be a colour such as #1a73e8 or #17e / 必须是形如 #1a73e8 或 #17e 的颜色" in said


def test_a_title_is_short() -> None:
    assert Settings.from_environ({"COZE_WEB_TITLE": " 小店助手 "}).title == "小店助手"
    assert "COZE_WEB_TITLE: must have 60 characters or fewer / 不能超过 60 个字符" in problems(COZE_WEB_TITLE="x" * 61)
