"""What the browser is told to refuse, and what we refuse before a view runs."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from campaign.web.toolbox import toolbox

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
)
FIXED = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), interest-cohort=()",
}
HSTS = "max-age=63072000; includeSubDomains"
REPLACED = "\ufffd"  # what invalid UTF-8 decodes to
FIELDS_LIMIT = 1 << 20  # beside an uploaded file; Werkzeug reads the file itself through a buffer of this size
MANY = frozenset({"consent", "recipient"})  # the only fields a form may send twice


class MemoryRequest(Request):
    """A request whose uploads stay in memory: Werkzeug would write a large one to a file in /tmp, in the clear."""

    def _get_file_stream(self, *_arguments: Any, **_options: Any) -> BytesIO:
        return BytesIO()


def uploads(limit: int) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Let a staff view take a body of up to `limit` bytes; nothing of it is read before the gate has opened.

    Stands below `@staff`.
    """

    def mark(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def taking(**values: Any) -> ResponseReturnValue:
            request.max_content_length = limit
            request.max_form_memory_size = FIELDS_LIMIT
            _refuse_hostile_body()
            return view(**values)

        taking.takes = limit  # type: ignore[attr-defined]  # a mark that `_refuse_hostile_input` and a test read
        return taking

    return mark


def prepare_headers(app: Flask) -> None:
    """Refuse hostile input first, and set the headers on every answer, error pages included."""
    app.before_request(_refuse_foreign_post)
    app.before_request(_refuse_hostile_input)
    app.after_request(_set_headers)


def _refuse_foreign_post() -> None:
    """Refuse an act that another site's page started; browsers say so themselves."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in {
        "same-origin",
        "none",
    }:
        abort(403)


def _refuse_hostile_input() -> None:
    """Answer 400 to NUL, invalid UTF-8 or a field sent twice (threats.md, any field).

    Werkzeug leaves invalid bytes percent-encoded in a form and replaces them in a path, so both are looked at.
    The body of an upload is looked at once its sender is known.
    """
    if not _is_text(request.query_string) or _hostile(request.path):
        abort(400)
    if not hasattr(current_app.view_functions.get(request.endpoint or ""), "takes"):
        _refuse_hostile_body()


def _refuse_hostile_body() -> None:
    sent_bytes = request.get_data() if request.mimetype == "application/x-www-form-urlencoded" else b""
    if not _is_text(sent_bytes):
        abort(400)
    for values in (request.args, request.form):
        for name, sent in values.lists():
            twice = len(sent) > 1 and name not in MANY
            if twice or any(_hostile(value) for value in (name, *sent)):
                abort(400)


def _is_text(quoted: bytes) -> bool:
    try:
        unquote_to_bytes(quoted).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _hostile(value: str) -> bool:
    return "\0" in value or REPLACED in value or any("\ud800" <= letter <= "\udfff" for letter in value)


def _set_headers(response: Response) -> Response:
    for name, value in fixed_headers().items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def fixed_headers() -> dict[str, str]:
    """Return the headers that every answer carries."""
    return FIXED | {"Strict-Transport-Security": HSTS} if toolbox().secure else FIXED
