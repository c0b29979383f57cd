"""Runs that do not come to their end, against a raw-socket Coze: what the caller hears, and what the log keeps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from coze_web import create_app
from coze_web.services import services
from coze_web.sse import FrameParser
from tests.conftest import close_runlog
from tests.coze_wire import EXECUTE_ID, OPERATOR_TOKEN, WORKFLOW_ID, run_event
from tests.servers import wait_until
from tests.test_workflow_streams import GOOD
from tests.test_workflows import API, logged
from tests.upstream import CHUNKED, UNTIL_CLOSE, Connection, chunk, read_to, upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from coze_web.settings import Settings

MESSAGE = run_event(0, "Message", {"content": "x", "node_is_finish": False, "node_seq_id": "0", "node_title": "n"})


@pytest.fixture
def caller(make_settings: Callable[..., Settings], tmp_path: Path) -> Any:
    """Give a way to be the operator of a site in front of a scripted Coze."""

    @contextmanager
    def make(script: Callable[[Connection], None], **variables: str) -> Iterator[FlaskClient]:
        database = f"sqlite:///{tmp_path}/runs.sqlite3"
        with upstream(script) as server:
            known = {"COZE_WEB_OPERATOR_TOKEN": OPERATOR_TOKEN, "DATABASE_URL": database}
            app = create_app(make_settings(COZE_API_BASE_URL=server.url, **known, **variables))
            client = app.test_client()
            client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {OPERATOR_TOKEN}"
            yield client
            wait_until(lambda: not len(services(app).streams))
            close_runlog(app)

    return make


def begin(client: FlaskClient, verb: str = "run", **body: Any) -> Any:
    wanted = body or {"stream": True}
    return client.post(f"{API}/{WORKFLOW_ID}/{verb}", json=wanted, buffered=False)


def say_and_wait(connection: Connection) -> None:
    connection.send(CHUNKED + chunk(MESSAGE))
    connection.wait_for_end()


def test_a_run_is_in_the_log_while_it_goes_on(caller: Any) -> None:
    with caller(say_and_wait) as client:
        response = begin(client)
        wait_until(lambda: logged(client))
        run = logged(client)
        assert (run["status"], run["ended_at"], run["duration_ms"]) == ("running", None, None)
        response.close()


def test_a_caller_who_leaves_has_canceled_it(caller: Any) -> None:
    with caller(say_and_wait) as client:
        response = begin(client)
        next(iter(response.response))
        wait_until(lambda: logged(client))
        response.close()
        wait_until(lambda: logged(client)["status"] == "canceled")
        assert logged(client)["error_code"] == "visitor_left"


def test_one_who_leaves_after_the_end_has_not(caller: Any) -> None:
    with caller(lambda connection: connection.send(UNTIL_CLOSE + GOOD)) as client:
        response = begin(client)
        pieces = iter(response.response)
        read_to(b"event: done", pieces)
        response.close()
        assert logged(client)["status"] == "succeeded"
    with caller(say_and_wait) as client:
        assert logged(client)["status"] == "succeeded"


def test_one_who_leaves_when_coze_has_said_all_has_not(caller: Any) -> None:
    with caller(lambda connection: connection.send(UNTIL_CLOSE + GOOD)) as client:
        response = begin(client)
        pieces = iter(response.response)
        assert b"event: done" not in read_to(b"event: ", pieces)
        response.close()
        wait_until(lambda: logged(client)["status"] == "succeeded")


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"COZE_TIMEOUT": "0.5", "COZE_WEB_HEARTBEAT": "0.02"}, "upstream_timeout"),
        ({"COZE_TOTAL_TIMEOUT": "0.5", "COZE_WEB_HEARTBEAT": "0.02"}, "upstream_too_long"),
    ],
)
def test_nobody_knows_how_one_ended_that_was_given_up(caller: Any, variables: dict[str, str], code: str) -> None:
    with caller(say_and_wait, **variables) as client:
        frames = FrameParser().feed(begin(client).data)
        assert code in frames[-1].data
        assert (logged(client)["status"], logged(client)["error_code"]) == ("unknown", code)


def test_a_resumed_run_is_known_by_its_id_from_the_start(caller: Any) -> None:
    with caller(say_and_wait) as client:
        resume = {"event_id": f"{EXECUTE_ID}/1", "interrupt_type": 2, "resume_data": "x"}
        response = begin(client, "resume", **resume)
        wait_until(lambda: logged(client))
        assert logged(client)["execute_id"] == EXECUTE_ID
        response.close()
