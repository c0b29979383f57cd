"""The house's import rule: arrows point down only, and foreign packages have one door each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "coze_web"
# Lower in the list may be imported by higher, never the other way; names on one line do not import each other.
LAYERS = [
    ["cli"],
    ["demo", "check", "ask"],
    ["__init__"],
    ["blueprints.page", "blueprints.chat", "blueprints.ops"],
    ["web", "services", "words"],
    ["streams", "rate"],
    ["relay"],
    ["reader"],
    ["gateway", "answer", "channel", "question"],
    ["refusals"],
    ["transport", "errors", "sse", "settings"],
    ["catalog", "ids", "call", "rules"],
]
DOORS = {
    "cozepy": {"gateway"},
    "requests": {"transport", "ask"},
    "os": {"settings"},
    "flask": {"__init__", "web", "services", "blueprints.page", "blueprints.chat", "blueprints.ops"},
    "gevent": set(),
    "tenacity": {"gateway"},
    "limits": {"rate", "rules"},
}
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py") if "emulator" not in path.parts}
MODULES.pop("blueprints.__init__")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


@pytest.mark.parametrize("name", MODULES)
def test_arrows_point_down(name: str) -> None:
    for imported in imports(MODULES[name]):
        target = imported.removeprefix("coze_web.")
        if imported.startswith("coze_web.") and target in LEVEL:
            assert LEVEL[target] > LEVEL[name], f"{name} imports {target}"


@pytest.mark.parametrize("name", MODULES)
def test_foreign_packages_have_their_door(name: str) -> None:
    for imported in imports(MODULES[name]):
        package = imported.partition(".")[0]
        assert name in DOORS.get(package, {name}), f"{name} imports {package}"


def test_every_module_has_its_place() -> None:
    assert set(MODULES) == set(LEVEL)
