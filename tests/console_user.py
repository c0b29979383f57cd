"""What who uses the console does, for all its tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.coze_wire import OPERATOR_TOKEN

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HOME = "/console"
SIGN_IN = f"{HOME}/sign-in"


def form_token(html: str) -> str:
    """Return what the first form of a page sends along."""
    found = re.search(r'name="form_token" value="([^"]+)"', html)
    assert found, html
    return found[1]


def sign_in(client: FlaskClient, token: str = OPERATOR_TOKEN, **options: Any) -> TestResponse:
    """Fill in the form and send it."""
    given = form_token(client.get(SIGN_IN, **options).text)
    return client.post(SIGN_IN, data={"token": token, "form_token": given}, **options)


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form of the console as its pages do."""
    return client.post(path, data={"form_token": form_token(client.get(HOME).text), **fields})


def text_of(html: str) -> str:
    """Return the words of a page, as they are seen, with single spaces."""
    body = re.sub(r"(?s)<script.*?</script>|<head>.*?</head>|<template.*?</template>", " ", html)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
