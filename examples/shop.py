"""A shop with an assistant: `flask --app examples/shop.py run`."""

from flask import Flask, url_for

from coze_web import CozeWeb

app = Flask(__name__)
CozeWeb(app, url_prefix="/assistant")


@app.get("/")
def shop() -> str:
    """Show the shop."""
    return f'<!doctype html><title>Tea</title><h1>Tea</h1><a href="{url_for("coze_web.page.page")}">Ask us</a>'
