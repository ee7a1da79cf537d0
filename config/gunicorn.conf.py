"""gunicorn: up to four processes with four threads each. Put a buffering proxy in front of a public site.

Measured (docs/performance.md): two idle connections stop two sync workers, so gthread; keep-alive stays short.
"""

import gc
import sys
from os import cpu_count, environ, getpid

from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]  # ships no types
from gunicorn.config import Config  # type: ignore[import-untyped]  # as above
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # as above
from gunicorn.workers.base import Worker  # type: ignore[import-untyped]  # as above
from sqlalchemy.exc import SQLAlchemyError

from campaign.web.logs import hush
from campaign.web.toolbox import EXTENSION, Toolbox

FIRST_PROCESS = getpid()
host = environ.get("HOST", "127.0.0.1")
bind = f"{host}:{environ.get('PORT', '8000')}"
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
preload_app = True  # built once: the workers share its memory, and a wrong setting stops the start at once


class _Hushed(Logger):  # type: ignore[misc]  # as above
    """gunicorn's logger without the client's address and the request line, which it logs for malformed requests.

    The first process never sees a request, so its messages are logged (process ids, signals, the port in use).
    """

    def setup(self, cfg: Config) -> None:
        """Add the filter before any handler, also after a reload."""
        super().setup(cfg)
        self.error_log.filters = [lambda record: record.process == FIRST_PROCESS or hush(record)]

    def warning(self, msg: str, *values: object, **options: object) -> None:
        """Log the place of the warning, not this wrapper."""
        super().warning(msg, *values, stacklevel=3, **options)

    def exception(self, msg: str, *values: object, **options: object) -> None:
        """Log the place of the fault, not this wrapper."""
        super().exception(msg, *values, stacklevel=3, **options)


logger_class = _Hushed


def on_starting(server: Arbiter) -> None:
    """Warn of an unsafe setting, and refuse to start with a changed letter, before the first request."""
    warn_if_exposed(server)
    _refuse_changed_texts(server.app.wsgi().extensions[EXTENSION])


def warn_if_exposed(server: Arbiter) -> None:
    """Warn in one line if strangers could reach this server without a proxy that buffers."""
    if not host.startswith(("127.", "localhost", "[::1]", "unix:")) and environ.get("PROXY_HOPS", "0") == "0":
        server.log.warning(
            "exposed at %s without a proxy: a few slow connections will stop this server. "
            "Put config/nginx.conf in front, set PROXY_HOPS=1 and HOST=127.0.0.1 (docs/running.md)",
            bind,
        )


def _refuse_changed_texts(tools: Toolbox) -> None:
    """Stop the start, with one line, if a letter was changed in the database; one that is missing or empty is reported later.

    Every connection is closed again: the forked processes must not share one.
    """
    try:
        fault = tools.checks["letters"](tools)
    except SQLAlchemyError:
        fault = None
    finally:
        tools.database.close()
    if fault:
        sys.exit(f"undersigned cannot start: {fault}")


def when_ready(_server: Arbiter) -> None:
    """Exclude all objects built before the fork from garbage collection, which would write to, and so copy, their pages."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Worker) -> None:
    """Let at most half of the threads wait for the write lock, so that the others can answer readers."""
    worker.wsgi.extensions[EXTENSION].database.queue.limit(threads // 2)
