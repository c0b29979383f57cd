"""Lighthouse's scores of the page, as a phone and as a desktop see it, and what its script and style weigh.

`make lighthouse` needs npm, Chromium and a quiet machine. It ends with status 1 if a score is below its goal, and says
which audits cost it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any

from tests.servers import demo

# The node that Lighthouse needs comes with it: it may be newer than this machine's.
LIGHTHOUSE = ["npx", "--yes", "--loglevel=error", "--package=node@22", "--package=lighthouse@13.5.0", "lighthouse"]
FLAGS = ["--quiet", "--output=json", "--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
PRESETS = {"phone": [], "desktop": ["--preset=desktop"]}
GOALS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 0}
WEIGHED = ("Script", "Stylesheet")
LIMIT = 300


def audit(url: str, preset: list[str]) -> dict[str, Any]:
    """Return Lighthouse's report as it writes it."""
    environ = {"CHROME_PATH": shutil.which("chromium") or "", **os.environ}
    command = [*LIGHTHOUSE, url, *FLAGS, *preset]
    ended = subprocess.run(command, env=environ, stdout=subprocess.PIPE, timeout=LIMIT, check=True)
    return dict(json.loads(ended.stdout))


def scores(report: dict[str, Any]) -> dict[str, int]:
    """Return the score of each category, up to 100."""
    return {name: round(100 * report["categories"][name]["score"]) for name in GOALS}


def weights(report: dict[str, Any]) -> dict[str, int]:
    """Return the bytes transferred for each type of file before the first question, headers included."""
    requests = report["audits"]["network-requests"]["details"]["items"]
    return {kind: sum(sent["transferSize"] for sent in requests if sent["resourceType"] == kind) for kind in WEIGHED}


def costs(report: dict[str, Any], category: str) -> list[str]:
    """Name the audits that kept a category from 100."""
    counted = {audit["id"] for audit in report["categories"][category]["auditRefs"] if audit["weight"]}
    audits = [audit for audit in report["audits"].values() if audit["id"] in counted]
    return [f"{audit['id']} {audit.get('displayValue', '')}" for audit in audits if audit["score"] not in {None, 1}]


def main() -> int:
    """Print the scores and weights; return 1 if one is below its goal."""
    missed = False
    with demo(COZE_WEB_RATE_LIMIT="") as url:
        for name, preset in PRESETS.items():
            report = audit(url, preset)
            reached = scores(report)
            print(name, reached, "bytes:", weights(report))
            for category in (category for category, goal in GOALS.items() if reached[category] < goal):
                print(f"  {category} < {GOALS[category]}:", ", ".join(costs(report, category)))
                missed = True
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
