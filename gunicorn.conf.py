"""How gunicorn serves the app; `gunicorn wsgi:app` reads this file by its name."""

from coze_web.gunicorn_conf import *  # noqa: F403
