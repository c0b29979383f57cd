"""The files that were uploaded: what is known of them, without their bytes."""

from __future__ import annotations

from typing import Any

from coze_web.emulator.refusals import Refusal


class Files:
    """All files of one emulator."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, Any]] = {}

    def add(self, file: dict[str, Any]) -> None:
        """Keep a File object."""
        self._files[file["id"]] = file

    def find(self, file_id: str) -> dict[str, Any]:
        """Return a File object; refuse 4200 where there is none."""
        # Unverified: the code.
        if file_id not in self._files:
            raise Refusal(4200, f"Requested resource file_id={file_id} does not exist.")
        return self._files[file_id]
