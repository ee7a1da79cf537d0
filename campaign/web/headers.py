"""What the browser is told to refuse, and what we refuse before a view runs."""

from urllib.parse import unquote_to_bytes

from flask import Flask, Response, abort, request

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
MANY = frozenset({"consent"})  # the only field a form may send twice


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
    """
    sent_bytes = request.get_data() if request.mimetype == "application/x-www-form-urlencoded" else b""
    if not (_is_text(sent_bytes) and _is_text(request.query_string)):
        abort(400)
    for values in (request.args, request.form):
        for name, sent in values.lists():
            twice = len(sent) > 1 and name not in MANY
            if twice or any(_hostile(value) for value in (name, *sent)):
                abort(400)
    if _hostile(request.path):
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


def allow_script(response: Response) -> Response:
    """Let one page load the site's own scripts; none may still be inline, or made of text."""
    response.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; script-src 'self'"
    return response


def fixed_headers() -> dict[str, str]:
    """Return the headers that every answer carries."""
    return FIXED | {"Strict-Transport-Security": HSTS} if toolbox().secure else FIXED
