"""Slips of the pen in settings: each is named, none does something else in silence."""

from __future__ import annotations

import pytest

from coze_web import create_app
from coze_web.settings import Settings, SettingsError
from tests.test_settings import problems


def test_what_looks_like_a_setting_and_is_none_is_named(caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings.from_environ({"COZE_WEB_DAILY_CHAT": "5", "COZE_WEB_X": "1", "COZE_WORKSPACE_ID": "1"})
    assert settings.misspelt == ["COZE_WEB_DAILY_CHAT (COZE_WEB_DAILY_CHATS?)", "COZE_WEB_X"]
    create_app(settings)
    assert "COZE_WEB_DAILY_CHAT (COZE_WEB_DAILY_CHATS?)" in caplog.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COZE_PAT", '"pat_quoted"'),
        ("COZE_WEB_OPERATOR_TOKEN", "'quoted'"),
        ("COZE_JWT_OAUTH_CLIENT_ID", "117   # the app's id"),
        ("COZE_JWT_OAUTH_PUBLIC_KEY_ID", '"Gx1"'),
    ],
)
def test_quotes_and_comments_that_a_reader_of_files_left_in_are_refused(name: str, value: str) -> None:
    assert f"{name}: must be" in problems(**{name: value})


def test_a_file_that_cannot_be_read_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> dict[str, str]:
        raise PermissionError(13, "Permission denied", ".env")

    monkeypatch.setattr("coze_web.settings.dotenv_values", refuse)
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        Settings.load()
