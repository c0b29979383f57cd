"""The files: `/v1/files/*`."""

from __future__ import annotations

import os

from flask import Blueprint, Response, request

from coze_web.emulator.access import require_token
from coze_web.emulator.fields import required
from coze_web.emulator.refusals import Refusal
from coze_web.emulator.replies import ok
from coze_web.emulator.services import services
from coze_web.emulator.wire import new_id

bp = Blueprint("files", __name__, url_prefix="/v1/files")
bp.before_request(require_token)

LARGEST = 512 * 1024 * 1024


@bp.post("/upload")
def upload() -> Response:
    """Take one file; refuse 4300 (none, or an empty one), 4301 (several) or 4302 (too large)."""
    uploads = request.files.getlist("file")
    if len(uploads) > 1:
        raise Refusal(4301)
    size = uploads[0].stream.seek(0, os.SEEK_END) if uploads else 0
    if not size:
        raise Refusal(4300)
    if size > LARGEST:
        raise Refusal(4302)
    now = int(services().clock.time())
    file = {"id": new_id(), "bytes": size, "created_at": now, "file_name": uploads[0].filename or ""}
    services().store.files.add(file)
    return ok(file)


@bp.get("/retrieve")
def retrieve() -> Response:
    """Tell what is known of a file; its bytes are not to be had, as in the real Coze."""
    return ok(services().store.files.find(required(request.args, "file_id")))
