"""What the benchmark's rounds come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.report import goals, summary, tables

if TYPE_CHECKING:
    from bench.report import Results
    from bench.scenes import Figures

ROUNDS: list[Figures] = [{"cpu_us_per_event": cpu, "lost": 0} for cpu in (30, 90, 36.04)]


def results(played: dict[str, dict[str, list[Figures]]]) -> Results:
    peers = {name: {"label": name.title(), "version": "1"} for name in played if name != "direct"}
    return {"machine": {}, "left_out": {}, "peers": peers, "figures": summary(played)}


def row_of(table: str, start: str) -> str:
    [row] = [line for line in table.splitlines() if line.startswith(f"| {start} |")]
    return row


def test_a_figure_is_its_median_between_its_extremes() -> None:
    found = summary({"nginx": {"paced": ROUNDS}})["nginx"]["paced"]
    assert found["cpu_us_per_event"] == {"median": 36.04, "min": 30, "max": 90}


def test_a_figure_that_a_round_could_not_take_is_left_out() -> None:
    whole, broken = {"lost": 0.0, "page_ms": 9.0}, {"lost": 0.0}
    for rounds in ([whole, broken], [broken, whole]):
        assert list(summary({"coze-web": {"many": rounds}})["coze-web"]["many"]) == ["lost"]


def test_a_table_has_a_row_for_each_peer_that_played() -> None:
    table = tables(results({"direct": {"paced": [{"p99_ms": 0.5}]}, "nginx": {"paced": ROUNDS}, "node": {}}))
    assert table.splitlines()[0] == "| **paced** | CPU µs an event | latency p50 ms | p99 ms | lost |"
    assert row_of(table, "Nginx") == "| Nginx | 36.0 (30.0–90.0) | – | – | 0 |"
    assert row_of(table, "no relay at all") == "| no relay at all | – | – | 0.50 | – |"


def test_goals_are_shares_of_a_peer_or_limits() -> None:
    def paced(cpu: float, p99: float) -> dict[str, list[Figures]]:
        return {"paced": [{"cpu_us_per_event": cpu, "p99_ms": p99}]}

    table = goals(results({"coze-web": paced(45, 5), "nginx": paced(15, 1), "node-fetch": paced(40, 1)}))
    assert row_of(table, "paced cpu_us_per_event | 3 x nginx") == "| paced cpu_us_per_event | 3 x nginx | 3 | yes |"
    assert row_of(table, "paced cpu_us_per_event | 1 x node-fetch").endswith("| 1.12 | NO |")
    assert row_of(table, "paced p99_ms | 5").endswith("| 5 | yes |")


def test_a_goal_of_a_peer_that_was_left_out_is_no_goal() -> None:
    assert " x " not in goals(results({"coze-web": {"paced": ROUNDS}}))


def test_a_goal_whose_figure_is_missing_is_not_reached() -> None:
    many = {"lost": 0.0, "kib_per_stream": 40.0, "healthz_ms": 9.0}  # the page did not answer
    assert row_of(goals(results({"coze-web": {"many": [many]}})), "many page_ms | 250").endswith("| nan | NO |")
