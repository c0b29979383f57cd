"""What a process noted for the charts just before it ended."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from coze_web.runlog import RunLog

if TYPE_CHECKING:
    from pathlib import Path

PROCESS = """
{patch}
from pathlib import Path
from coze_web.ending import Ending
from coze_web.runlog import RunLog
log = RunLog(None, folder=Path({folder!r}), days=0, keeps_content=True)
{before}
log.endings.note(Ending("chat", "done", "r", "", "", 2.0, 0.5, 9, None))
"""
HANGS = """
import time
log.endings._insert = lambda _: time.sleep(30)
"""


def run(folder: Path, patch: str, before: str = "") -> None:
    code = PROCESS.format(patch=patch, folder=str(folder), before=before)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


@pytest.mark.parametrize("patch", ["", "from gevent.monkey import patch_all; patch_all()"])
def test_a_process_that_ends_writes_it_and_does_not_wait_for_a_database_that_hangs(tmp_path: Path, patch: str) -> None:
    run(tmp_path, patch)
    log = RunLog(None, folder=tmp_path, days=0, keeps_content=True)
    assert [day.chats for day in log.endings.days([0, 10**15])] == [1]
    log.close()
    began = time.monotonic()
    run(tmp_path, patch, HANGS)
    assert time.monotonic() - began < 15
