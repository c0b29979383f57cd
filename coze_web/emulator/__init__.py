"""The embedded Coze: a Flask app that speaks the wire protocol of the real cloud, faults included."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Flask

from coze_web.emulator import account, chat, control, replies
from coze_web.emulator.bots import BOT_ID, TOKEN, UNPUBLISHED_BOT_ID
from coze_web.emulator.journal import Journal
from coze_web.emulator.services import EXTENSION, Services
from coze_web.emulator.store import Store

if TYPE_CHECKING:
    from coze_web.emulator.clock import Clock

__all__ = ["BOT_ID", "TOKEN", "UNPUBLISHED_BOT_ID", "create_emulator"]


def create_emulator(*, tokens_per_second: float = 30.0, clock: Clock = time) -> Flask:
    """Return a Coze of its own: bots, chats and journal live in this app's memory.

    `tokens_per_second` 0 means as fast as it can. `clock` gives the time and makes it pass. Source: Coze chat v3 API.
    """
    app = Flask(__name__, static_folder=None)
    # Coze answers 404 to a method that a path does not have, and OPTIONS is one.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    pace = 1 / tokens_per_second if tokens_per_second else 0
    app.extensions[EXTENSION] = Services(clock, Journal(clock), Store(clock), pace)
    replies.install(app)
    app.register_blueprint(chat.bp)
    app.register_blueprint(account.bp)
    app.register_blueprint(control.bp)
    return app
