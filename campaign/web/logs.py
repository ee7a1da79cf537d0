"""Logs: a static event name and ids, one JSON line each; never a name, an address, a token or an IP."""

import logging
import sys
import warnings
from pathlib import PurePath

import structlog

log = structlog.get_logger()
DEEPEST = 8


def prepare_logs() -> None:
    """Write structlog's events, and the libraries' logs, to standard error as JSON lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places_only,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    root = logging.getLogger()
    if not any(isinstance(handler, _Libraries) for handler in root.handlers):
        root.addHandler(_Libraries(logging.WARNING))
    warnings.showwarning = _warned  # type: ignore[assignment]  # called by position only


def places(fault: BaseException) -> list[str]:
    """Return the lines of code an exception passed, the innermost last; its message may quote what a visitor typed."""
    passed, trace = [], fault.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        passed.append(f"{PurePath(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return passed[-DEEPEST:]


def hush(record: logging.LogRecord) -> bool:
    """Replace a library's message by its place in the code and the exception's name; as a filter it drops no record.

    gunicorn, for example, writes the client's address and the request line into its messages.
    """
    parts = [f"{record.module}:{record.lineno} {record.funcName}"]
    if record.exc_info and record.exc_info[1]:
        parts += [type(record.exc_info[1]).__name__, *places(record.exc_info[1])]
    record.msg, record.args, record.exc_info, record.exc_text = " | ".join(parts), (), None, None
    return True


class _Libraries(logging.Handler):
    """Logs that a library logged something, and where, without its message: Flask's contains the path and its token."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        own = logging.makeLogRecord(record.__dict__)  # a copy: other handlers still get the whole record
        hush(own)
        log.log(record.levelno, "library_said", logger=record.name, said=own.msg)


def _warned(_message: object, category: type[Warning], filename: str, lineno: int, *_rest: object) -> None:
    """Stand in for warnings.showwarning, whose message may quote a value."""
    log.warning("python_warned", category=category.__name__, place=f"{PurePath(filename).name}:{lineno}")


def _places_only(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace an exception by the lines of code it passed."""
    fault = sys.exc_info()[1]
    if event.pop("exc_info", None) and fault is not None:
        event["places"] = places(fault)
    return event
