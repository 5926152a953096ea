"""The web server behind a reverse proxy: plain threads, clean restarts, logs to the terminal."""

import os

bind = os.environ.get("BIND", "0.0.0.0:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# Imports of ten thousand rows run as jobs; no page needs longer than this.
timeout = 60
graceful_timeout = 25
keepalive = 75
# A process that has visited many schemas keeps their catalogs in its connections; it is renewed now and then.
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 (a heartbeat file in memory)
control_socket_disable = True
accesslog = None  # the platform logs each request itself, with union, user and request id
errorlog = "-"
