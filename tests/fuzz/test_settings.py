"""Any environment gives settings, or an error that tells what is wrong and never a secret."""

from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from coze_web.settings import ALIASES, Settings, SettingsError

CANARY = "CANARY0123456789"
SECRETS = ["COZE_PAT", "COZE_API_TOKEN", "COZE_WEB_OPERATOR_TOKEN", "DATABASE_URL"]
ALL = {str(field.alias) for field in Settings.model_fields.values()}
OTHERS = st.sampled_from(sorted((ALL | set(ALIASES) | {"DYNO", "COZE_WEB_UNKNOWN", "PATH"}) - set(SECRETS)))
LIKELY = [
    *("", " ", "0", "1", "-1", "7.5", "1e9", "1e999", "nan", "inf", "9" * 30, "９", "1_0", "0x10", "True", "off"),
    *("info", "DEBUG", "https://api.coze.cn", "http://localhost:8000/", "http://[::1]", "http://[::1", "//a:b@c:d"),
    *("https://user:name@host", "ftp://a", "a:99999", "20 per minute", "0/s", "1/2/day;", "7379462189365198898", "7\n"),
]
# What the environment of a process can hold, and half characters besides: bytes that are not UTF-8 become such.
TEXT = st.text(st.characters(codec=None, exclude_characters="\0"), max_size=20)
VALUES = st.one_of(st.sampled_from(LIKELY), TEXT, st.integers().map(str), st.floats().map(str))
AROUND = st.one_of(st.sampled_from(["", " ", "\n", "pat_", "中", "\x7f", "@host/name", "postgresql://u:"]), TEXT)
SECRET_VALUES = st.builds("{}{}{}".format, AROUND, st.just(CANARY), AROUND)


@given(st.dictionaries(OTHERS, VALUES, max_size=3), st.dictionaries(st.sampled_from(SECRETS), SECRET_VALUES))
def test_any_environment_is_used_or_explained(others: dict[str, str], secrets: dict[str, str]) -> None:
    try:
        told = repr(Settings.from_environ({**others, **secrets}))
        event("used")
    except SettingsError as error:
        told = str(error)
        assert "\n  - " in told, "it names what is wrong"
    assert CANARY not in told
