"""The house's import rule: arrows point down only, and foreign packages have one door each."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "coze_web"
NOUNS = [
    "page",
    "assets",
    "embed",
    "chat",
    "bot",
    "workspaces",
    "bots",
    "conversations",
    "workflows",
    "console",
    "openai",
    "ops",
]
# Lower in the list may be imported by higher, never the other way; names on one line do not import each other.
LAYERS = [
    ["cli"],
    ["demo", "check", "ask"],
    ["check.bot", "check.token"],
    ["check.finding", "check.flavor", "check.key_trouble", "check.looking"],
    ["serve", "gunicorn_conf", "pytest_plugin"],
    ["__init__"],
    ["app"],
    ["extension"],
    ["blueprints.docs"],
    [f"blueprints.{noun}" for noun in NOUNS],
    ["blueprints.console.overview", "blueprints.console.runs", "blueprints.console.signing"],
    ["blueprints.console.bots", "blueprints.console.conversations", "blueprints.console.workflows"],
    ["blueprints.console.workspaces"],
    ["blueprints.console.base"],
    ["blueprints.console.session"],
    ["openapi.document"],
    ["openapi.operation"],
    ["openapi"],
    ["openapi.route"],
    ["openapi.responses"],
    ["openapi.events", "openapi.schemas"],
    ["openapi.described"],
    ["openapi.audience"],
    ["openapi.codes"],
    ["operator", "launch", "preferences", "reading"],
    ["words", "console_words", "zone", "charts", "waiting"],
    ["bearer", "web", "services"],
    ["models"],
    ["assets", "compression", "headers", "streams", "rate", "running", "face", "icon", "kept", "readiness"],
    ["request_log", "relay"],
    ["reader", "tracing"],
    ["exchange"],
    ["recording", "openai"],
    ["openai.answer"],
    ["openai.faults", "openai.request"],
    ["openai.replies"],
    ["gateway", "answers", "question", "runlog", "json_body"],
    [
        "gateway.aio",
        "gateway.bots",
        "gateway.chats",
        "gateway.conversations",
        "gateway.workflows",
        "gateway.workspaces",
    ],
    [
        "gateway.sdk",
        "gateway.pages",
        "gateway.streams",
        "gateway.tidy",
        "answers.chat",
        "answers.run",
        "answers.result",
    ],
    ["gateway.client", "gateway.retries"],
    ["gateway.oauth"],
    ["gateway.tokens"],
    ["gateway.studio"],
    ["refusals", "answers.base", "answers.facts", "inputs", "logs", "request_line"],
    ["transport", "errors", "metrics", "sse", "settings", "resources"],
    [f"resources.{noun}" for noun in ("answers", "bots", "conversations", "workflows")],
    ["arriving", "credentials"],
    ["httpx_errors"],
    [
        "catalog",
        "current",
        "ending",
        "ids",
        "call",
        "chunked",
        "prompt",
        "rules",
        "explain",
        "accent",
        "resources.base",
    ],
    ["catalog.coze"],
    ["catalog.server", "catalog.requests"],
    ["catalog.advice"],
]
DOORS = {
    "cozepy": {name for level in LAYERS for name in level if name.startswith("gateway")},
    "requests": {"transport", "httpx_errors", "ask"},
    "os": {"settings", "serve", "gunicorn_conf", "pytest_plugin"},
    "flask": {
        "app",
        "bearer",
        "compression",
        "current",
        "extension",
        "headers",
        "launch",
        "operator",
        "preferences",
        "rate",
        "reading",
        "request_log",
        "services",
        "waiting",
        "web",
        "zone",
    }
    | {f"blueprints.{noun}" for noun in (*NOUNS, "docs")}
    | {name for level in LAYERS for name in level if name.startswith("blueprints.console.")},
    "itsdangerous": {"blueprints.console.session"},
    "flask_cors": {"headers"},
    "flask_compress": {"compression"},
    "gevent": {"gunicorn_conf"},
    "tenacity": {"gateway.retries"},
    "cryptography": {"credentials"},
    "limits": {"running", "rate", "rules"},
    "flask_limiter": {"rate"},
    "redis": {"running", "rate", "rules"},
    "openapi_pydantic": {
        "openapi.document",
        "openapi.operation",
        "openapi.responses",
        "openapi.schemas",
    },
    "sqlalchemy": {"runlog", "rules"},
    "alembic": {"runlog"},
    "structlog": {"logs", "request_log"},
    "prometheus_client": {"metrics"},
    "opentelemetry": {"tracing"},
}
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


def place(name: str) -> str:
    """Take the run log for one thing, however many files it has."""
    return "runlog" if name.partition(".")[0] == "runlog" else name


MODULES = {name_of(path): path for path in PACKAGE.rglob("*.py") if "emulator" not in path.parts}
MODULES.pop("blueprints")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


IMPORTS = [(name, imported) for name, path in MODULES.items() for imported in imports(path)]


def test_arrows_point_down() -> None:
    wrong = []
    for name, imported in IMPORTS:
        target = place(imported.removeprefix("coze_web."))
        is_ours = imported.startswith("coze_web.") and target in LEVEL and target != place(name)
        if is_ours and LEVEL[target] <= LEVEL[place(name)]:
            wrong.append(f"{name} imports {target}")
    assert not wrong


def test_foreign_packages_have_their_door() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, imported in IMPORTS
        if place(name) not in DOORS.get(imported.partition(".")[0], {place(name)})
    ]
    assert not wrong


def test_every_module_has_its_place() -> None:
    assert {place(name) for name in MODULES} == set(LEVEL)
