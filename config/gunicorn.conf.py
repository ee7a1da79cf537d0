"""gunicorn: a few threads in two processes; put a buffering proxy in front before the world can reach it.

Measured (docs/performance.md): two idle connections stop two sync workers, so gthread; keep-alive stays short.
"""

from logging import LogRecord
from os import cpu_count, environ

from gunicorn.config import Config  # type: ignore[import-untyped]  # ships no types
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # as above

from campaign.web.logs import hush

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


def _hush_workers(record: LogRecord) -> bool:
    """Let the arbiter speak (process ids, signals, the port in use); of a worker's words leave only the place."""
    return hush(record) if record.exc_info or record.module not in {"arbiter", "sock"} else True


class _Hushed(Logger):  # type: ignore[misc]  # as above
    """gunicorn's logger without the client's address and the request line, which it prints for malformed requests."""

    def setup(self, cfg: Config) -> None:
        """Filter before any handler, also after a reload."""
        super().setup(cfg)
        self.error_log.filters = [_hush_workers]


logger_class = _Hushed
