"""The app for a WSGI server: `gunicorn wsgi:app`."""

from gunicorn.errors import AppImportError

from coze_web import create_app
from coze_web.settings import SettingsError

try:
    app = create_app()
except SettingsError as error:
    # gunicorn prints this one exception as a plain message and stops, instead of a traceback at every new worker.
    raise AppImportError(str(error)) from None
