"""`GET /api/v1/coze/bot`: what visitors may see of the bot, at the price of one call in ten minutes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from coze_web.errors import UpstreamError
from coze_web.face import BotFace, ask_face
from coze_web.kept import FRESH, PAUSE, Kept
from coze_web.resources import Bot
from tests.coze_wire import BASE_URL, BOT_ID, LOGID, ok
from tests.servers import wait_until

if TYPE_CHECKING:
    import responses
    from flask.testing import FlaskClient

URL = f"{BASE_URL}/v1/bot/get_online_info"
BOT = {
    "bot_id": BOT_ID, "name": "Helper", "description": "helps", "icon_url": "https://i.example/a.png",
    "prompt_info": {"prompt": "secret prompt"}, "model_info": {"model_id": "1", "model_name": "secret model"},
    "onboarding_info": {"prologue": "你好", "suggested_questions": ["q1", "q2"]},
}  # fmt: skip
SHOWN = {
    "name": "Helper", "description": "helps", "icon_url": "https://i.example/a.png", "opening_text": "你好",
    "suggested_questions": ["q1", "q2"],
}  # fmt: skip


def test_the_face_and_nothing_else_is_shown_to_everybody(coze: responses.RequestsMock, client: FlaskClient) -> None:
    coze.get(URL, json=ok(BOT))
    response = client.get("/api/v1/coze/bot")
    assert (response.status_code, response.json) == (200, SHOWN)


def test_coze_is_asked_once(coze: responses.RequestsMock, client: FlaskClient) -> None:
    coze.get(URL, json=ok(BOT))
    for _ in range(3):
        assert client.get("/api/v1/coze/bot").json == SHOWN
    assert len(coze.calls) == 1


def test_a_bot_without_words_has_empty_ones(coze: responses.RequestsMock, client: FlaskClient) -> None:
    coze.get(URL, json=ok({"bot_id": BOT_ID}))
    assert client.get("/api/v1/coze/bot").json == {
        "name": "", "description": "", "icon_url": "", "opening_text": "", "suggested_questions": []
    }  # fmt: skip


def test_a_coze_that_says_no_is_an_error(coze: responses.RequestsMock, client: FlaskClient) -> None:
    coze.get(URL, json={"code": 4200, "msg": "upstream words", "detail": {"logid": LOGID}})
    response: Any = client.get("/api/v1/coze/bot")
    assert response.status_code == 502
    assert (response.json["code"], response.json["logid"]) == ("4200", LOGID)
    assert client.get("/api/v1/coze/bot").status_code == 502
    assert len(coze.calls) == 1, "a Coze that fails is left alone for a while"


def test_visitors_do_not_wait_for_a_second_try(coze: responses.RequestsMock, client: FlaskClient) -> None:
    coze.get(URL, json={"code": 4013, "msg": "x"}, status=429, headers={"Retry-After": "9"})
    assert client.get("/api/v1/coze/bot").status_code == 503
    assert len(coze.calls) == 1


class FakeBots:
    """Coze as a face sees it: counts, waits, fails."""

    def __init__(self) -> None:
        self.names = ["one", "two", "three"]
        self.asked = 0
        self.down = False
        self.may_answer = threading.Event()
        self.may_answer.set()

    def published(self, bot_id: str) -> Bot:
        assert bot_id == BOT_ID
        self.asked += 1
        assert self.may_answer.wait(5)
        if self.down:
            raise UpstreamError("upstream_timeout")
        return Bot.model_validate({"id": bot_id, "name": self.names[self.asked - 1]})


class Clock:
    """The time as a face sees it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("coze_web.kept.time", clock)
    return clock


@pytest.fixture
def bots() -> FakeBots:
    return FakeBots()


@pytest.fixture
def face(bots: FakeBots, clock: Clock) -> Kept[BotFace]:
    return Kept(lambda: ask_face(bots, BOT_ID))  # type: ignore[arg-type] # it asks nothing else of them


def test_after_ten_minutes_it_is_asked_again(face: Kept[BotFace], bots: FakeBots, clock: Clock) -> None:
    assert face.get().name == "one"
    clock.now += FRESH - 1
    assert face.get().name == "one"
    assert bots.asked == 1
    clock.now += 1
    assert face.get().name == "one", "nobody waits for the new one"
    wait_until(lambda: face.get().name == "two")
    assert bots.asked == 2


def is_asking() -> bool:
    return any(thread.name == "coze-kept" for thread in threading.enumerate())


def test_while_coze_is_down_the_old_one_is_shown(face: Kept[BotFace], bots: FakeBots, clock: Clock) -> None:
    face.get()
    bots.down = True
    clock.now += FRESH
    face.get()
    wait_until(lambda: bots.asked == 2 and not is_asking())
    assert face.get().name == "one"
    clock.now += PAUSE - 1
    face.get()
    assert bots.asked == 2, "and Coze is left alone for a while"
    bots.down = False
    clock.now += 1
    wait_until(lambda: face.get().name == "three")


def test_many_who_come_at_once_are_one_call(face: Kept[BotFace], bots: FakeBots) -> None:
    bots.may_answer.clear()
    names: list[str] = []
    visitors = [threading.Thread(target=lambda: names.append(face.get().name)) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    wait_until(lambda: bots.asked == 1)
    bots.may_answer.set()
    for visitor in visitors:
        visitor.join(5)
    assert names == ["one"] * 8
    assert bots.asked == 1


def test_a_failure_is_told_without_growing(face: Kept[BotFace], bots: FakeBots) -> None:
    bots.down = True
    seen = []
    for _ in range(2):
        with pytest.raises(UpstreamError) as caught:
            face.get()
        seen.append(caught.value)
    assert seen[0] is not seen[1]
    assert seen[1].code == "upstream_timeout"
    assert bots.asked == 1
