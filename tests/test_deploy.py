"""What deploy/ delivers fits the house: files that are there, settings that exist."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from coze_web.settings import Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
SETTINGS = {field.alias for field in Settings.model_fields.values()} | {"REDIS_URL"}
OF_GUNICORN = {"HOST", "PORT", "WEB_CONCURRENCY"}


def test_the_image_holds_what_the_server_is_made_of() -> None:
    copied = {name for line in re.findall("^COPY (.+)$", CONTAINERFILE, re.MULTILINE) for name in line.split()[:-1]}
    assert {"requirements.txt", "wsgi.py", "gunicorn.conf.py", "coze_web"} <= copied
    assert all((ROOT / name).exists() for name in copied)
    let_in = set(re.findall("^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE))
    assert let_in == copied


def test_the_image_serves_as_the_procfile_does_and_as_nobody_special() -> None:
    command = (ROOT / "Procfile").read_text().removeprefix("web: ").split()
    assert f"CMD {command!r}".replace("'", '"') in CONTAINERFILE
    assert re.search("^USER [1-9]", CONTAINERFILE, re.MULTILINE)


def test_the_composed_services_are_set_up_with_settings_that_exist() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    web = services["web"]
    assert set(web["environment"]) <= SETTINGS | OF_GUNICORN
    assert (DEPLOY / web["build"]["context"] / web["build"]["dockerfile"]).is_file()
    assert set(web["depends_on"]) == set(services) - {"web"}
    # The service's names are hosts, and reachable from this machine alone but for what is in front.
    assert "@database/" in web["environment"]["DATABASE_URL"]
    assert "//redis:" in web["environment"]["REDIS_URL"]
    assert all(port.startswith("127.0.0.1:") for port in web["ports"])


def test_the_unit_sets_settings_that_exist() -> None:
    unit = (DEPLOY / "coze-web.service").read_text()
    names = re.findall(r"(?<=[= ])([A-Z][A-Z_]+)=", "\n".join(re.findall("^Environment=.*$", unit, re.MULTILINE)))
    assert set(names) <= SETTINGS | OF_GUNICORN
    assert {"HOST", "COZE_WEB_TRUSTED_PROXIES", "DATABASE_URL"} <= set(names)
