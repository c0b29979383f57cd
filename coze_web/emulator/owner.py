"""Who owns the emulated account: one user with one token and one workspace."""

from __future__ import annotations

TOKEN = "pat_emulator"  # noqa: S105 - a public constant, good for nothing but the emulator
WORKSPACE_ID = "7370000000000000001"
# The channel "Agent as API": only what is published there can be chatted with.
API_CONNECTOR = "1024"

USER = {
    "user_id": "7379462189365190001",
    "user_name": "emulator",
    "nick_name": "Embedded Coze",
    "avatar_url": "",
}

WORKSPACE = {
    "id": WORKSPACE_ID,
    "name": "Embedded Coze",
    "icon_url": "",
    "role_type": "owner",
    "workspace_type": "personal",
    "enterprise_id": "",
}
