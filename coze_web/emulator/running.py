"""Starts a run of the workflow, and lets one go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g

from coze_web.emulator.flow import write_flow
from coze_web.emulator.on_demand import refuse_on_demand
from coze_web.emulator.runs import STREAMING, Run
from coze_web.emulator.services import services
from coze_web.emulator.workflows import require_published

if TYPE_CHECKING:
    from coze_web.emulator.order import Order
    from coze_web.emulator.script import Script


def admit(order: Order) -> Script:
    """Return what the run will say; refuse 4200 (no such workflow or bot, or not published), or as a `/fault` asks."""
    require_published(order.workflow_id)
    if order.bot_id:
        services().store.bots.find(order.bot_id)
    script = write_flow(order.text)
    refuse_on_demand(order.text, script.fault, services().store.repeats)
    return script


def start_run(order: Order, mode: int, script: Script) -> Run:
    """Start a run that was admitted."""
    started = Run(order, mode, services().clock.time(), g.logid, script)
    services().store.runs.add(started)
    services().journal.note("opened", started, stream=mode == STREAMING)
    return started


def resume_run(waiting: Run, text: str) -> None:
    """Let a run go on with the answer that it has waited for."""
    waiting.answer(text)
    waiting.go_on(write_flow(waiting.order.text, waiting.answers))
    services().journal.note("resumed", waiting)
