"""What deploy/ shows and scrapes is what the app has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from coze_web.metrics import REGISTRY

ROOT = Path(__file__).parent.parent
DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text())
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
OURS = r"coze_web_\w+"


def labels() -> dict[str, set[str]]:
    """Give each series that there can be, and its labels."""
    found = {}
    for family in REGISTRY.collect():
        suffixes = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}[family.type]
        metric = REGISTRY._names_to_collectors[family.name]  # noqa: SLF001 - nothing else tells the labels' names
        for suffix in suffixes:
            found[family.name + suffix] = {*metric._labelnames, "job", "le"}  # type: ignore[attr-defined] # noqa: SLF001
    return found


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_series_that_is_shown_exists(expression: str) -> None:
    known = labels()
    for name, selected in re.findall(rf"({OURS}){{(.*?)}}", expression):
        assert name in known
        assert set(re.findall(r'(\w+)="', selected)) <= known[name]
    grouped = {label for names in re.findall(r"by \((.*?)\)", expression) for label in names.split(", ")}
    assert all(grouped <= known[name] for name in re.findall(OURS, expression))


def test_every_metric_is_shown() -> None:
    shown = " ".join(EXPRESSIONS)
    assert [family.name for family in REGISTRY.collect() if family.name not in shown] == []


def test_the_documentation_lists_them_all() -> None:
    text = (ROOT / "docs" / "operate.md").read_text()
    told = set(re.findall(rf"^\| `({OURS})", text, re.MULTILINE))
    assert told == {name.removesuffix("_bucket") for name in labels() if not name.endswith(("_sum", "_count"))}


def test_the_panels_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + dx, at["y"] + dy) for dx in range(at["w"]) for dy in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
