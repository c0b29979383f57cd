"""The wheel: whole, and all that is needed besides its dependencies, from whatever folder it is run."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import requests

from coze_web.ask import ask
from tests.servers import BOT_ID, ROOT, clean_environ, emulator, free_port, is_listening, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOURCES = ("pyproject.toml", "README.md", "LICENSE")
NOT_SHIPPED = shutil.ignore_patterns("__pycache__")
pytestmark = pytest.mark.timeout(180)  # building it downloads what builds it


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from a copy of what it is made of: what an earlier build has left must not get in."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "coze_web", folder / "coze_web", ignore=NOT_SHIPPED)
    subprocess.run([sys.executable, "-m", "build", "--wheel", folder], check=True, capture_output=True)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack it, which is all that installing it does but for the command and the dependencies."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(folder)
    return folder


@contextmanager
def running(installed: Path, verb: str, folder: Path, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a verb of the command in a folder of a user's, by the package of the wheel."""
    environ = {**clean_environ(HOST="127.0.0.1", **variables), "PYTHONPATH": str(installed)}
    with subprocess.Popen([sys.executable, "-m", "coze_web.cli", verb], cwd=folder, env=environ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def test_every_file_of_the_package_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as files:
        packed = {name for name in files.namelist() if name.startswith("coze_web/")}
        (points,) = (files.read(name).decode() for name in files.namelist() if name.endswith("entry_points.txt"))
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "coze_web").rglob("*") if path.is_file()}
    assert packed == {name for name in sources if "__pycache__" not in name}
    assert "coze-web = coze_web.cli:main" in points
    assert "coze_web.pytest_plugin = coze_web.pytest_plugin" in points


@pytest.mark.parametrize("verb", ["demo", "serve"])
def test_it_answers_a_chat_from_any_folder(installed: Path, tmp_path: Path, verb: str) -> None:
    (tmp_path / "wsgi.py").write_text("a user's own")
    (tmp_path / "gunicorn.conf.py").write_text("a user's own")
    port = free_port()
    with emulator() as coze:
        own = {"COZE_PAT": "pat_emulator", "COZE_BOT_ID": BOT_ID, "COZE_API_BASE_URL": coze.url}
        with running(installed, verb, tmp_path, PORT=str(port), **own) as server:
            wait_until(lambda: server.poll() is not None or is_listening(port))
            assert "".join(ask(f"http://127.0.0.1:{port}", "/echo 你好", "en")) == "你好"
            assert requests.get(f"http://127.0.0.1:{port}", timeout=10).ok
    assert server.returncode == 0
    assert not is_listening(port)
