"""What is written down of runs, and that it never stands in their way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn, cast

import pytest

from coze_web.answers import RunAnswer
from coze_web.answers.facts import RunFacts
from coze_web.call import Call
from coze_web.errors import CozeWebError, RefusedError
from coze_web.exchange import RunExchange
from coze_web.recording import Recording, new_run, recover
from coze_web.services import install_services, services
from tests.coze_wire import EXECUTE_ID, OPERATOR_TOKEN, WORKFLOW_ID, ok
from tests.test_workflows import DONE, HISTORY, KEPT, RUN, logged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import responses
    from flask.testing import FlaskClient

    from coze_web.runlog import RunLog
    from coze_web.settings import Settings

NEW = new_run(WORKFLOW_ID, "streaming", {}, "request")


class Log:
    """A run log that notes what it was asked."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.begun = 0

    def begin(self, _: object) -> str:
        self.begun += 1
        return "1"

    def end(self, _: str, outcome: Any) -> None:
        self.ended.append(outcome.status)


def never_asked(_: Call) -> NoReturn:
    pytest.fail("Coze was asked")


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def recording(log: Log) -> Recording:
    return Recording(cast("RunLog", log), NEW)


def test_only_the_first_end_counts(recording: Recording, log: Log) -> None:
    assert recording.begin()
    recording.end(None, RunFacts(), None, "")
    recording.end(CozeWebError("visitor_left"), RunFacts(), None, "")
    assert log.ended == ["succeeded"]


def test_a_run_that_was_given_up_before_it_began_is_never_asked_for(recording: Recording, log: Log) -> None:
    exchange = RunExchange(never_asked, RunAnswer(), recording)
    exchange.settle(CozeWebError("upstream_timeout"), "")
    with pytest.raises(CozeWebError, match="visitor_left"):
        exchange.open(Call())
    assert (log.begun, log.ended) == (0, [])


def test_one_that_was_hung_up_while_it_was_written_down_is_not_asked_for(recording: Recording, log: Log) -> None:
    call = Call()
    call.hang_up()
    with pytest.raises(CozeWebError, match="visitor_left"):
        RunExchange(never_asked, RunAnswer(), recording).open(call)
    assert log.begun == 1


@pytest.mark.parametrize(
    ("code", "status"),
    [("777777777", "canceled"), ("chat_canceled", "canceled"), ("visitor_left", "canceled"), ("4000", "failed")],
)
def test_what_was_cancelled_has_not_failed(recording: Recording, log: Log, code: str, status: str) -> None:
    recording.begin()
    recording.end(RefusedError(code), RunFacts(), None, "")
    assert log.ended == [status]


def recovered(gateway: Any, execute_id: str) -> list[Any]:
    """Recover one open run, and return what was found out about it."""
    found: list[Any] = []
    run = SimpleNamespace(workflow_id=WORKFLOW_ID, execute_id=execute_id)
    log = SimpleNamespace(
        recover=lambda resolve: found.append(resolve(run)), sweep=lambda: found.append("and the oldest are deleted")
    )
    recover(cast("RunLog", log), gateway)
    return found


def histories(*statuses: str) -> list[dict[str, Any]]:
    return [ok([{**KEPT, "execute_status": status}]) for status in statuses]


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (histories("Success"), "succeeded"),
        (histories("Fail"), "failed"),
        (histories("Running", "Running", "Success"), "succeeded"),
        (histories("Running", "Running", "Running"), "unknown"),
        ([{"code": 4314, "msg": "upstream words"}], "unknown"),
    ],
)
def test_an_open_run_ends_as_coze_says_if_coze_says_so(
    coze: responses.RequestsMock,
    operator: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[Any],
    status: str,
) -> None:
    monkeypatch.setattr("coze_web.recording.POLL", 0)
    monkeypatch.setattr("coze_web.recording.POLLS", 3)
    for answer in answers:
        coze.get(HISTORY, json=answer)
    outcome, _ = recovered(services(operator.application).gateway, EXECUTE_ID)
    assert outcome.status == status
    assert outcome.error_code == ("server_died" if status == "unknown" else "")


def test_without_its_id_nothing_is_asked() -> None:
    outcome, swept = recovered(None, "")
    assert (outcome.status, outcome.error_code, swept) == ("unknown", "server_died", "and the oldest are deleted")


def test_contents_stay_out_of_the_log_when_the_owner_says_so(
    coze: responses.RequestsMock,
    operator: FlaskClient,
    make_settings: Callable[..., Settings],
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/silent.sqlite3"
    settings = make_settings(
        COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN, DATABASE_URL=url, COZE_WEB_RUNLOG_CONTENT="0", COZE_WEB_RUNLOG_DAYS="7"
    )
    install_services(operator.application, settings)
    coze.post("https://api.coze.cn/v1/workflow/run", json=DONE)
    operator.post(RUN, json={"parameters": {"secret": "canary"}})
    run = logged(operator)
    assert (run["status"], run["parameters"], run["output"]) == ("succeeded", "", "")
    assert services(operator.application).runlog._days == 7  # noqa: SLF001 - a week cannot be waited for
