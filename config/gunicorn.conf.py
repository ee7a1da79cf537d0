"""gunicorn: a few threads in two processes; put a buffering proxy in front before the world can reach it.

Measured (docs/performance.md): two idle connections stop two sync workers, so gthread; keep-alive stays short.
"""

from os import cpu_count, environ

bind = f"{environ.get('HOST', '127.0.0.1')}:{environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(environ.get("WORKERS", str(min(cpu_count() or 2, 4))))
threads = 4
keepalive = 5
timeout = 30
graceful_timeout = 10
reuse_port = True
control_socket_disable = True
limit_request_line = 2048
limit_request_fields = 40
accesslog = None  # an access log would hold addresses and links
errorlog = "-"
loglevel = "warning"
wsgi_app = "app:site()"
