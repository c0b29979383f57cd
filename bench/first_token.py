"""How much later the first token comes through the page's server than from Coze itself.

Starts the embedded Coze and gunicorn, asks both in turn, fifty times each, and prints the medians and their
difference in milliseconds. Run it on an idle machine: `make bench-first-token`.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any

import requests

from tests.servers import BOT_ID, emulator, web

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 50
WARM_UP = 5
QUESTION = "/say 20"


def first_token(session: requests.Session, url: str, body: dict[str, Any], headers: dict[str, str]) -> float:
    """Return the milliseconds from asking to the first piece of the answer."""
    started = time.perf_counter()
    with session.post(url, json=body, headers=headers, stream=True, timeout=10) as response:
        seen = b""
        for piece in response.iter_content(None):
            seen += piece
            if b"conversation.message.delta" in seen:
                elapsed = (time.perf_counter() - started) * 1000
                break
        for _ in response.iter_content(None):
            pass
    return elapsed


def compare(direct: Callable[[], float], relayed: Callable[[], float]) -> dict[str, float]:
    """Ask the two in turn, so that a drift of the machine's speed meets both."""
    pairs = [(direct(), relayed()) for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
    return {
        "rounds": len(pairs),
        "direct_median_ms": statistics.median(a for a, _ in pairs),
        "relayed_median_ms": statistics.median(b for _, b in pairs),
        "added_median_ms": statistics.median(b - a for a, b in pairs),
        "added_worst_ms": max(b - a for a, b in pairs),
    }


def main() -> None:
    """Measure and print one JSON object."""
    message = {"role": "user", "type": "question", "content": QUESTION, "content_type": "text"}
    to_coze = {"bot_id": BOT_ID, "user_id": "bench", "stream": True, "additional_messages": [message]}
    token = {"Authorization": "Bearer pat_emulator"}
    with (
        emulator(0) as coze,
        web(coze.url, COZE_WEB_RATE_LIMIT="", COZE_WEB_VISITOR_STREAMS="0") as site,
        requests.Session() as session,
    ):
        session.trust_env = False
        result = compare(
            lambda: first_token(session, f"{coze.url}/v3/chat", to_coze, token),
            lambda: first_token(session, f"{site.url}/api/v1/coze/chat", {"message": QUESTION}, {}),
        )
    print(json.dumps({name: round(value, 2) for name, value in result.items()}, indent=2))


if __name__ == "__main__":
    main()
