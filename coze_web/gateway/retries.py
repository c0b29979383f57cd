"""Which calls are made again, and when: at most twice, only where Coze did nothing yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import httpx
import tenacity

from coze_web.call import Call, current_call
from coze_web.errors import RefusedError, UnreachableError, UpstreamError
from coze_web.metrics import UPSTREAM_RETRIES, count_upstream_error
from coze_web.refusals import our_errors

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = 3
LONGEST_RETRY_AFTER = 10
# Coze turned the request away before doing anything: at capacity, model rate limit, requests per minute.
NOTHING_DONE = {"4009", "4013", "4020"}

T = TypeVar("T")


def once(request: Callable[[], T], call: Call) -> T:
    """Make one call of the SDK, and raise what comes of it as our errors.

    Raises:
        UnreachableError, RefusedError, UpstreamError: there is no answer.

    """
    try:
        with our_errors(), call.connecting():
            return request()
    except UpstreamError as error:
        if not call.hung_up.is_set():  # or it failed because we hung up
            count_upstream_error(error.code)
        raise


def _may_retry(error: BaseException) -> bool:
    if isinstance(error, RefusedError):
        busy = error.http_status == httpx.codes.TOO_MANY_REQUESTS or error.code in NOTHING_DONE
        return busy and (error.retry_after or 0) <= LONGEST_RETRY_AFTER
    return isinstance(error, UnreachableError)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    backoff = tenacity.wait_exponential_jitter(multiplier=0.5, jitter=0.25)(state)
    return max(backoff, getattr(error, "retry_after", None) or 0)


class _HungUp(tenacity.stop.stop_base):
    """Stop when another thread has hung up the call that this one is making."""

    def __call__(self, _: tenacity.RetryCallState) -> bool:
        call = current_call.get()
        return call is not None and call.hung_up.is_set()


def _sleep(seconds: float) -> None:
    call = current_call.get()
    if call is not None:
        call.hung_up.wait(seconds)


retrying = tenacity.Retrying(
    retry=tenacity.retry_if_exception(_may_retry),
    stop=tenacity.stop_after_attempt(TRIES) | _HungUp(),
    wait=_wait,
    sleep=_sleep,
    before_sleep=lambda _: UPSTREAM_RETRIES.inc(),
    reraise=True,
)
