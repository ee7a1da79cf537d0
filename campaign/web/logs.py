"""Logs: a static event name and ids, one JSON line each; never a name, an address, a token or an IP."""

import logging
import sys

import structlog


def prepare_logs() -> None:
    """Send structlog's events to standard error as JSON lines."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _places_only,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def _places_only(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Turn an exception into the places it passed, without its words: they may quote what somebody typed."""
    if event.pop("exc_info", None):
        fault = sys.exc_info()[1]
        trace = fault.__traceback__ if fault else None
        places = []
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        event["places"] = places[-8:]
    return event
