"""How gunicorn serves Flask and Django: as it serves coze-web, without coze-web's hook."""

worker_class = "gevent"
# Two gunicorns of one user would share, and unlink, one socket.
control_socket_disable = True
