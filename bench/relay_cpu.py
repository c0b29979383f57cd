"""What relaying costs: CPU of one worker for each event, coze-web beside the plain way, in one run.

Both are served by gunicorn with one gevent worker and ask the same embedded Coze, in turn. Prints microseconds of
worker CPU per relayed event (opening the chats included): `make bench`.
"""

from __future__ import annotations

import json
import os
import statistics
import threading
from pathlib import Path

import requests

from tests.servers import ROOT, WEB_APP, Server, emulator, web

CHATS = 40
TOKENS = 150
TOKENS_PER_SECOND = 30
ROUNDS = 3
APPS: dict[str, tuple[str, ...]] = {
    "coze-web": WEB_APP,
    "plain cozepy": ("--config", str(ROOT / "bench/plain_conf.py"), "bench.plain:app"),
}
MICROSECONDS = 1_000_000


def worker_cpu(site: Server) -> float:
    """Return the CPU seconds that the one worker has used."""
    master = site.process.pid
    worker = Path(f"/proc/{master}/task/{master}/children").read_text().split()[0]
    fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def relay(site: Server) -> float:
    """Let the visitors ask at once, and return microseconds of CPU per event."""
    events: list[int] = []

    def visit() -> None:
        url = f"{site.url}/api/v1/coze/chat"
        answer = requests.post(url, json={"message": f"/say {TOKENS}"}, timeout=60)
        assert answer.content.endswith(b"event: done\ndata: [DONE]\n\n"), "the answer is whole"  # noqa: S101
        events.append(answer.content.count(b"event: "))

    before = worker_cpu(site)
    visitors = [threading.Thread(target=visit) for _ in range(CHATS)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    return (worker_cpu(site) - before) / sum(events) * MICROSECONDS


def main() -> None:
    """Measure and print one JSON object."""
    costs: dict[str, list[float]] = {name: [] for name in APPS}
    with emulator(TOKENS_PER_SECOND) as coze:
        for _ in range(ROUNDS):
            for name, app in APPS.items():
                with web(coze.url, app, COZE_WEB_RATE_LIMIT="") as site:
                    relay(site)
                    costs[name].append(relay(site))
    result = {name: round(statistics.median(values)) for name, values in costs.items()}
    print(json.dumps({"worker_cpu_us_per_event": result, "chats": CHATS, "rounds": ROUNDS}, indent=2))


if __name__ == "__main__":
    main()
