"""The variables that point a Coze client at an emulator."""

from __future__ import annotations

from coze_web.emulator.bots import BOT_ID
from coze_web.emulator.owner import TOKEN, WORKSPACE_ID
from coze_web.emulator.workflows import WORKFLOW_ID


def variables(address: str, profile: str = "cloud") -> tuple[str, ...]:
    """Return them as lines `NAME=value`, ready for a shell: no value needs quotes."""
    return (
        f"COZE_API_BASE={address}",
        f"COZE_API_TOKEN={TOKEN}",
        f"COZE_BOT_ID={BOT_ID}",
        f"COZE_WORKSPACE_ID={WORKSPACE_ID}",
        f"COZE_WORKFLOW_ID={WORKFLOW_ID}",
        *([] if profile == "cloud" else [f"COZE_FLAVOR={profile}"]),
    )
