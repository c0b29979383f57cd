"""Coze's events hold what they should not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.coze_wire import BEGIN, answer, delta, event
from tests.faults.client import PROMPT
from tests.faults.site import whole

if TYPE_CHECKING:
    from tests.faults.site import Site


def say(site: Site, body: bytes) -> None:
    """Let Coze say this, and end properly."""
    site.play(lambda connection: connection.send(whole(body)))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f'{{"content": "{PROMPT}"', id="U14-cut"),
        pytest.param(f"{PROMPT}", id="U14-text"),
        pytest.param("[" * 100_000, id="U14-nested-too-deeply"),
    ],
)
def test_an_event_that_cannot_be_read_is_an_error(site: Site, data: str) -> None:
    """U14: what was read before is shown, what could not be read (the canary) is neither shown nor logged."""
    say(site, BEGIN + delta("half") + event("conversation.message.delta", data) + delta("lost"))
    heard = site.heard()
    assert heard.text == "half"
    assert (heard.error["code"], heard.error["retryable"]) == ("upstream_malformed", True)


@pytest.mark.parametrize(
    "sparse",
    [
        pytest.param(event("conversation.message.delta", {"content": "hi"}), id="U15-no-role"),
        pytest.param(event("conversation.message.delta", {"content": "hi", "role": None, "type": 7}), id="U15-types"),
        pytest.param(delta("hi") + event("conversation.message.completed", {}), id="U15-empty-message"),
        pytest.param(delta("hi") + event("conversation.message.completed", "[]"), id="U15-no-object"),
        pytest.param(delta("hi") + event("conversation.chat.in_progress", {"id": None}), id="U15-no-ids"),
    ],
)
def test_fields_that_nobody_needs_may_be_missing(site: Site, sparse: bytes) -> None:
    """U15: the answer is whole without them."""
    say(site, event("conversation.chat.created", {}) + sparse + event("conversation.chat.completed", {}))
    heard = site.heard()
    assert heard.text == "hi"
    assert heard.terminal[0].event == "done"


def test_u16_an_event_that_nobody_knows_does_no_harm(site: Site) -> None:
    """U16: one that can be read goes to the page, which may know it; one that cannot is left out."""
    unknown = event("conversation.new.thing", {"a": 1}) + event("news", "not JSON") + event("news", {"b": 2})
    say(site, BEGIN + unknown + answer("hi").removeprefix(BEGIN))
    heard = site.heard()
    assert heard.text == "hi"
    assert heard.terminal[0].event == "done"
    passed = [(frame.event, frame.data) for frame in heard.frames if frame.event in {"conversation.new.thing", "news"}]
    assert passed == [("conversation.new.thing", '{"a": 1}'), ("news", '{"b": 2}')]
