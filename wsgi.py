"""The app for a WSGI server: `gunicorn wsgi:app`."""

from coze_web import create_app

app = create_app()
