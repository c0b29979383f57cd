"""create_app(): the table of contents."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from coze_web.extension import create_blueprint
from coze_web.logs import install_logs
from coze_web.services import install_recovery, install_services
from coze_web.settings import Settings
from coze_web.web import Json, install_web


def create_app(settings: Settings | None = None) -> Flask:
    """Build the app from the given settings, or from the environment and `.env`.

    Raises:
        SettingsError: a value in the environment cannot be used.

    """
    settings = settings or Settings.load()
    install_logs(settings)
    app = Flask(__package__, static_folder=None)
    app.config.from_mapping(settings.model_dump(by_alias=True), PROPAGATE_EXCEPTIONS=False)
    app.json = Json(app)
    app.logger.setLevel(settings.log_level)

    install_services(app, settings)
    # At the app, so that what nobody serves is answered in the same way.
    install_web(app, settings)
    install_recovery(app)
    app.register_blueprint(create_blueprint())

    if hops := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    return app
