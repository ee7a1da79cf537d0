"""gunicorn: a few threads in two processes; put a buffering proxy in front before the world can reach it.

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
preload_app = True  # built once, so that workers share its memory, and a wrong setting ends the start at once


class _Hushed(Logger):  # type: ignore[misc]  # as above
    """gunicorn's logger without the client's address and the request line, which it prints for malformed requests.

    The first process never sees a request: it may speak (process ids, signals, the port in use).
    """

    def setup(self, cfg: Config) -> None:
        """Filter before any handler, also after a reload."""
        super().setup(cfg)
        self.error_log.filters = [lambda record: record.process == FIRST_PROCESS or hush(record)]

    def warning(self, msg: str, *values: object, **options: object) -> None:
        """Name the place that warns, not gunicorn's wrapper."""
        super().warning(msg, *values, stacklevel=3, **options)

    def exception(self, msg: str, *values: object, **options: object) -> None:
        """Name the place that failed, not gunicorn's wrapper."""
        super().exception(msg, *values, stacklevel=3, **options)


logger_class = _Hushed


def on_starting(server: Arbiter) -> None:
    """Warn of what is unsafe, and refuse what is wrong, before anything is answered."""
    warn_if_exposed(server)
    _refuse_changed_texts(server.app.wsgi().extensions[EXTENSION])


def warn_if_exposed(server: Arbiter) -> None:
    """Warn in one line where the world could reach us without a proxy that buffers."""
    if not host.startswith(("127.", "localhost", "[::1]", "unix:")) and environ.get("PROXY_HOPS", "0") == "0":
        server.log.warning(
            "exposed at %s without a proxy: a few slow connections will stop this server. "
            "Put config/nginx.conf in front, set PROXY_HOPS=1 and HOST=127.0.0.1 (docs/running.md)",
            bind,
        )


def _refuse_changed_texts(tools: Toolbox) -> None:
    """End the start in one line where a letter was changed in the database; one that is away or empty is told of later.

    Every connection is closed again: none may be shared with the processes that are forked from here.
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
    """Keep the collector off what was built before the fork: writing its marks would copy every page of it."""
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Worker) -> None:
    """Leave half the threads to readers while the database is held by somebody else, however many want to write."""
    worker.wsgi.extensions[EXTENSION].database.queue.limit(threads // 2)
