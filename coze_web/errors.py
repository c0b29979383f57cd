"""The faults that a person is told about.

CozeWebError
├── RequestError            the request cannot be used as it is
├── NotConfiguredError      a variable that a chat needs is not set
├── BusyError               too many requests or streams, or the server is restarting
└── UpstreamError           Coze, or the way to it, failed
    ├── UnreachableError    no connection was made, so nothing was done there
    ├── RefusedError        Coze answered with an error code or an HTTP error
    └── BrokenStreamError   the answer began and did not come to its proper end
"""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict  # pydantic, which describes it, asks for this one before Python 3.12

from coze_web.catalog import Language, advice, coze_code, coze_text


class ErrorBody(TypedDict):
    """The one error object, in JSON answers and in `error` events."""

    type: str
    code: str
    message: str
    retryable: bool
    logid: str
    request_id: str


def chain(error: BaseException | None) -> list[BaseException]:
    """Return an exception and what caused it, one after the other."""
    found: list[BaseException] = []
    # It may be a ring: an exception that is raised again while its own cause is handled.
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


class CozeWebError(Exception):
    """Something went wrong; `code` finds what to tell the person.

    Args:
        code: a word of ours or one of Coze's numbers, as text (`coze_web.catalog`).
        logid: Coze's log id, "" when it gave none.
        retry_after: whole seconds after which another try may succeed.
        facts: what the texts of this code name in their placeholders.

    """

    def __init__(self, code: str, *, logid: str = "", retry_after: int | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.logid = logid
        self.retry_after = retry_after
        self._facts = {**facts, "retry_after": retry_after}
        self._advice = advice(code)

    @property
    def status(self) -> int:
        """The HTTP status that says this before anything was streamed."""
        return self._advice.status

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed when it is sent again."""
        return self._advice.retryable

    def describe(self) -> str:
        """Say it to the log: the code, the log id, and the types (never the texts) of what caused it."""
        names = " < ".join(type(cause).__name__ for cause in chain(self.__cause__))
        return f"code={self.code} logid={self.logid} cause={names}"

    def body(self, language: Language, request_id: str) -> ErrorBody:
        """Say it to a person: what happened and what to do."""
        return {
            "type": "error",
            "code": self.code,
            "message": getattr(self._advice, language).format(**self._facts),
            "retryable": self.retryable,
            "logid": self.logid,
            "request_id": request_id,
        }


class RequestError(CozeWebError):
    """The request cannot be used as it is.

    Args:
        param: the name of the part that cannot, "" where it is the whole.

    """

    def __init__(self, code: str, *, param: str = "", **facts: object) -> None:
        super().__init__(code)
        self._facts.update(facts)
        self.param = param


class NotConfiguredError(CozeWebError):
    """A variable that a chat needs is not set."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__("not_configured", missing=", ".join(missing))


class BusyError(CozeWebError):
    """Too many requests or streams, or the server is restarting."""


class UpstreamError(CozeWebError):
    """Coze, or the way to it, failed."""


class UnreachableError(UpstreamError):
    """No connection was made, so nothing was done upstream and trying again is safe.

    Args:
        through_proxy: the connection failed at a proxy on the way.

    """

    def __init__(self, *, through_proxy: bool = False) -> None:
        super().__init__("upstream_unavailable")
        self.through_proxy = through_proxy


class RefusedError(UpstreamError):
    """Coze answered with an error code or an HTTP error; nothing was streamed.

    Args:
        http_status: the status that came, None when the refusal came inside a stream.
        is_json: whether the body was a JSON object, as all of Coze's own are.

    Attributes:
        text, debug_url: Coze's own words, and where it shows the run that failed; for nothing but the owner's run log.
        clock_ahead: seconds that this machine's clock is ahead of Coze's, 0 where Coze does not tell the time.

    """

    def __init__(
        self,
        code: str,
        *,
        logid: str = "",
        retry_after: int | None = None,
        http_status: int | None = None,
        is_json: bool = True,
    ) -> None:
        super().__init__(code, logid=logid, retry_after=retry_after)
        self.http_status = http_status
        self.is_json = is_json
        self.text = ""
        self.debug_url = ""
        self.clock_ahead = 0.0

    @classmethod
    def from_event(cls, data: dict[str, Any]) -> RefusedError:
        """Read one from the data of an event that says that it failed."""
        error = cls(coze_code(data) or "upstream_error")
        error.text, error.debug_url = coze_text(data)
        return error


class BrokenStreamError(UpstreamError):
    """The answer began and did not come to its proper end."""
