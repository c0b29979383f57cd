"""The app as it is served, and one route more, which fails as a fault of ours would."""

from __future__ import annotations

from wsgi import app


@app.get("/fail")
def fail() -> str:
    """Fail, with a text that is nobody's business."""
    raise ZeroDivisionError("a secret of the server")
