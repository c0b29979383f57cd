"""The embedded Coze: a Flask app that speaks the wire protocol of the real cloud, faults included."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from flask import Flask

from coze_web.emulator import (
    account_api,
    bots_api,
    chat_api,
    control,
    conversations_api,
    files_api,
    histories_api,
    messages_api,
    oauth_api,
    replies,
    runs_api,
    studio_api,
    workflow_chat_api,
    workflows_api,
)
from coze_web.emulator.bots import BOT_ID, UNPUBLISHED_BOT_ID
from coze_web.emulator.journal import Journal
from coze_web.emulator.owner import TOKEN, WORKSPACE_ID
from coze_web.emulator.profiles import Cloud
from coze_web.emulator.services import EXTENSION, Services
from coze_web.emulator.store import Store
from coze_web.emulator.studio import Studio
from coze_web.emulator.workflows import WORKFLOW_ID

if TYPE_CHECKING:
    from coze_web.emulator.clock import Clock

__all__ = ["BOT_ID", "TOKEN", "UNPUBLISHED_BOT_ID", "WORKFLOW_ID", "WORKSPACE_ID", "create_emulator"]

ROUTES = (
    account_api,
    bots_api,
    chat_api,
    control,
    conversations_api,
    files_api,
    histories_api,
    messages_api,
    oauth_api,
    runs_api,
    workflow_chat_api,
    workflows_api,
)

ProfileName = Literal["cloud", "studio"]
PROFILES: dict[ProfileName, Cloud] = {"cloud": Cloud(), "studio": Studio()}


def create_emulator(*, tokens_per_second: float = 30.0, clock: Clock = time, profile: ProfileName = "cloud") -> Flask:
    """Return a Coze of its own: all that it knows lives in this app's memory.

    `tokens_per_second` 0 means as fast as it can. `clock` gives the time and makes it pass. As a `studio` it speaks as
    the self-hosted Coze Studio does. Source: Coze open API; coze-studio's code.
    """
    app = Flask(__name__, static_folder=None)
    # Coze answers 404 to a method that a path does not have, and OPTIONS is one.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    pace = 1 / tokens_per_second if tokens_per_second else 0
    app.extensions[EXTENSION] = Services(clock, Journal(clock), Store(), pace, PROFILES[profile])
    replies.install(app)
    for module in (*ROUTES, studio_api) if profile == "studio" else ROUTES:
        app.register_blueprint(module.bp)
    return app
