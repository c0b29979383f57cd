"""How gunicorn serves the peer: like coze-web, without its hook."""

import os

bind = f"127.0.0.1:{os.environ['PORT']}"
worker_class = "gevent"
control_socket_disable = True
