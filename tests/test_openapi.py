"""The description of the API: every route is in it, and nothing that is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest
from flask import Flask
from openapi_pydantic import OpenAPI

from coze_web import CozeWeb
from coze_web.catalog import CATALOG
from coze_web.openai.faults import STATUS_OF
from tests.coze_wire import OPERATOR_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from coze_web import Settings

URL = "/api/openapi.json"
# For people and their browsers, as the document itself says: pages, the script for other sites, static files.
NOT_DESCRIBED = ("coze_web.page.", "coze_web.docs.page", "coze_web.embed.", "coze_web.assets.", "coze_web.console.")
NUMBERS = "one of Coze's numbers"


@pytest.fixture(scope="module")
def documents() -> dict[str, Any]:
    """Keep what takes a third of a second to make."""
    return {}


@pytest.fixture
def document(documents: dict[str, Any], client: FlaskClient) -> Any:
    return documents.setdefault(URL, client.get(URL).json)


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_every_route_is_described_and_nothing_else(client: FlaskClient, document: Any) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in client.application.url_map.iter_rules()
        if not rule.endpoint.startswith(NOT_DESCRIBED)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in operations(document)} == routes


def test_it_is_openapi_31(document: Any) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPI.model_validate(document)
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_reference_leads_somewhere(document: Any) -> None:
    found = set(re.findall(r"#/components/\w+/[\w.-]+", str(document)))
    assert len(found) > 30
    for reference in found:
        _, _, kind, name = reference.split("/")
        assert name in document["components"][kind]


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(document: Any) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for _, _, operation in operations(document):
        assert operation["summary"].endswith(".")


def errors(document: Any) -> Iterator[tuple[str, int, Any, list[str]]]:
    """Give path, status, response and codes of each error."""
    for path, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                words = re.findall(r"`(\w+)`", response["description"])
                assert words or NUMBERS in response["description"]
                yield path, int(status), response, words


def status_at(path: str, code: str) -> int:
    """Give the status with which a code is answered there."""
    if path == "/readyz" and code != "internal_error":
        return 503
    return int(STATUS_OF.get(code, CATALOG[code].status)) if path.startswith("/v1/") else CATALOG[code].status


def test_errors_are_those_of_the_catalog_under_their_status(document: Any) -> None:
    seen = set()
    for path, status, response, words in errors(document):
        assert {status_at(path, word) for word in words} <= {status}
        assert response["headers"]["X-Request-ID"]
        seen.update(words)
    # The rest is no program's answer: of other addresses and methods, of the log, of a run that a server did not
    # survive, of the console.
    assert {code for code in CATALOG if not code.isdecimal()} - seen == {
        "form_expired",
        "method_not_allowed",
        "run_not_found",
        "server_died",
        "sign_in_limited",
        "signed_out",
        "visitor_left",
    }


def test_openais_clients_are_told_of_errors_in_their_shape(document: Any) -> None:
    for path, _, response, words in errors(document):
        of_all, narrowed = response["content"]["application/json"]["schema"]["allOf"]
        is_theirs = path.startswith("/v1/")
        assert of_all["$ref"].endswith("/Fault" if is_theirs else "/ErrorBody")
        assert ("X-Should-Retry" in response["headers"]) is is_theirs
        code = (narrowed["properties"]["error"] if is_theirs else narrowed)["properties"]["code"]
        assert set(words) == set(code.get("enum", ()) or code.get("anyOf", [{}])[0].get("enum", ()))


@pytest.mark.parametrize(
    ("scheme", "paths"),
    [
        ("api_key", ("/v1/",)),
        (
            "operator",
            ("/metrics", *[f"/api/v1/coze/{noun}s" for noun in ("workspace", "bot", "conversation", "workflow")]),
        ),
        (None, ("/api/v1/coze/chat", "/api/v1/coze/bot", "/api/v1/coze/bot/icon", "/healthz", "/readyz", URL)),
    ],
)
def test_every_route_names_the_secret_that_it_wants(document: Any, scheme: str | None, paths: tuple[str, ...]) -> None:
    found = {path: operation for path, _, operation in operations(document) if scheme_of(operation) == scheme}
    assert found
    assert {path for path in found if not path.startswith(paths)} == set()
    for operation in found.values():
        assert ("401" in operation["responses"]) is (scheme is not None)
    if scheme:
        assert document["components"]["securitySchemes"][scheme]["scheme"] == "bearer"


def scheme_of(operation: Any) -> str | None:
    return next((name for need in operation.get("security", ()) for name in need), None)


def test_a_chats_limit_is_the_sites_own(make_app: Callable[..., Flask]) -> None:
    document: Any = make_app(COZE_WEB_MAX_MESSAGE="77").test_client().get(URL).json
    message = document["components"]["schemas"]["ChatBody"]["properties"]["message"]
    assert (message["minLength"], message["maxLength"]) == (1, 77)


def test_a_streams_events_are_named(document: Any) -> None:
    answers = document["paths"]["/api/v1/coze/chat"]["post"]["responses"]["200"]["content"]
    events = [kind["properties"]["event"].get("const") for kind in answers["text/event-stream"]["schema"]["anyOf"]]
    assert {"conversation.message.delta", "done", "error"} <= set(events)
    assert answers["application/json"]["schema"]["$ref"].endswith("/WholeAnswer")


def test_openais_clients_get_chunks_without_names(document: Any) -> None:
    answers = document["paths"]["/v1/chat/completions"]["post"]["responses"]["200"]["content"]
    kinds = answers["text/event-stream"]["schema"]["anyOf"]
    assert all(list(kind["properties"]) == ["data"] for kind in kinds)
    assert "[DONE]" in [kind["properties"]["data"].get("const") for kind in kinds]
    assert answers["application/json"]["schema"]["$ref"].endswith("/Completion")


def test_in_another_app_it_only_says_another_place(document: Any, make_settings: Callable[..., Settings]) -> None:
    assert document["servers"] == [{"url": "/"}]
    app = Flask("host")
    app.get("/theirs")(str)
    CozeWeb(app, url_prefix="/our.assistant", settings=make_settings())
    client = app.test_client()
    for mount in ("", "/site"):
        within: Any = client.get(f"/our.assistant{URL}", environ_overrides={"SCRIPT_NAME": mount}).json
        assert within == document | {"servers": [{"url": f"{mount}/our.assistant"}]}


def test_it_is_made_once_and_sent_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(URL)
    assert first.headers["Cache-Control"] == "no-cache"
    monkeypatch.delattr("coze_web.openapi.document.describe_all")
    again = client.get(URL, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_whoever_sets_the_site_up_wrongly_can_read_it_too(make_app: Callable[..., Flask]) -> None:
    client = make_app(COZE_PAT="", COZE_WEB_OPERATOR_TOKEN=OPERATOR_TOKEN).test_client()
    assert client.get(URL).status_code == client.get("/api/docs").status_code == 200


def test_the_page_loads_nothing_of_others_and_runs_nothing_inline(client: FlaskClient) -> None:
    response = client.get("/api/docs")
    assert "<title>coze-web API</title>" in response.text
    assert not re.findall(r"<script(?![^>]*\bsrc=)|\bstyle=|https?://", response.text)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_the_visitors_page_does_not_load_it(client: FlaskClient) -> None:
    assert "swagger" not in client.get("/").text
