"""The security headers of every answer, and the hostile requests that are refused before a view runs."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit

from flask import Flask, Request, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from campaign.web.programs import OPEN_TO_ALL, is_for_programs
from campaign.web.toolbox import Site, is_onion, toolbox

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
# For a page with a script of ours: the script may ask this site, but may make no policy that turns text into script.
SCRIPT_POLICY = f"{CONTENT_POLICY}; script-src 'self'; connect-src 'self'; trusted-types 'none'"
FIXED = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), interest-cohort=()",
}
HSTS = "max-age=63072000; includeSubDomains"
PATH_SAFE = "/!$&'()*+,;=:@"  # RFC 3986, section 3.3
PORTS = {"http": 80, "https": 443}
REPLACED = "\ufffd"  # invalid UTF-8 decodes to this
LARGEST = 2**31 - 1  # the greatest row number that both databases accept
FIELDS_LIMIT = 1 << 20  # beside an uploaded file; Werkzeug reads the file itself through a buffer of this size
MANY = frozenset({"consent", "recipient", "offer"})  # the only fields a form may send twice


class MemoryRequest(Request):
    """A request whose uploads stay in memory: Werkzeug would write a large one to a file in /tmp, in the clear."""

    def _get_file_stream(self, *_arguments: Any, **_options: Any) -> BytesIO:
        return BytesIO()


def uploads(
    limit: int, fields: int = FIELDS_LIMIT
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Let a staff view receive a body of up to `limit` bytes, of which typed fields may be `fields` bytes.

    None of it is read before the officer is known. Write it below `@staff`.
    """

    def mark(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def taking(**values: Any) -> ResponseReturnValue:
            request.max_content_length = limit
            request.max_form_memory_size = fields
            refuse_hostile_body()
            return view(**values)

        taking.takes = limit  # type: ignore[attr-defined]  # a mark that `_refuse_hostile_input` and a test read
        return taking

    return mark


def saved_as(name: str) -> dict[str, str]:
    """Return the header that makes a browser save an answer under an ASCII name, never open it as a page of ours."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def prepare_headers(app: Flask) -> None:
    """Refuse hostile input first, and set the headers on every answer, error pages included."""
    app.before_request(_refuse_foreign_post)
    app.before_request(_refuse_hostile_input)
    app.after_request(_set_headers)


def _refuse_foreign_post() -> None:
    """Refuse an act that another site's page started; one header that says so is enough.

    `Origin: null` does not say so. Every browser sends it with our own forms, because our pages ask for no referrer
    (Fetch, "append a request Origin header"); so do browsers that hide where they come from, Tor Browser among them.
    To refuse it would lose every signer whose browser sends no Sec-Fetch-Site. Another site's page can send it too.
    Against that, without Sec-Fetch-Site, there remain two facts: a visitor of a public form is not signed in; and
    the desk's cookie is not sent along (SameSite), and its form token belongs to the session.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    foreign_fetch = request.headers.get("Sec-Fetch-Site", "none").lower() not in {"same-origin", "none"}
    named = request.headers.getlist("Origin") + request.headers.getlist("Referer")
    if foreign_fetch or not all(_is_own(value) for value in named):
        abort(403)


def _is_own(value: str) -> bool:
    """Say whether an Origin or a Referer names this site: SITE_URL, its onion, or the host of this request."""
    if value in ("", "null"):
        return True
    site = toolbox().site
    own = {_origin(address) for address in (site.url, site.onion_url, request.host_url) if address}
    return _origin(value) in own


def _origin(address: str) -> tuple[str, str, int | None]:
    """Return an address's origin (RFC 6454): scheme, host and port; an unreadable address equals none of ours."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return "", "", None


def _refuse_hostile_input() -> None:
    """Answer 400 to NUL, invalid UTF-8 or a field sent twice, 404 to a number that no row can have.

    Werkzeug leaves invalid bytes percent-encoded in a form and replaces them in a path, so both are checked.
    The body of an upload is checked later, when the officer is known.
    """
    if not _is_text(request.query_string) or _hostile(request.path):
        abort(400)
    if any(_too_large(part) for part in (*(request.view_args or {}).values(), *request.args.values())):
        abort(404)
    _refuse_hostile_fields(request.args)
    # No view reads the body of a GET, and a stranger's for the desk is not read either: the proxy passes both through as
    # they come, and a slow one must not hold a thread.
    audience = getattr(current_app.view_functions.get(request.endpoint or ""), "audience", "")
    if request.method not in ("GET", "HEAD") and isinstance(audience, str):
        refuse_hostile_body()


def refuse_hostile_body() -> None:
    """Answer 400 to a body that is no text, or has a field twice. A staff view calls it once the officer is known."""
    if not _is_text(_read_body()):
        abort(400)
    _refuse_hostile_fields(request.form)


def _refuse_hostile_fields(values: MultiDict[str, str]) -> None:
    for name, sent in values.lists():
        twice = len(sent) > 1 and name not in MANY
        if twice or any(_hostile(value) for value in (name, *sent)):
            abort(400)


def _read_body() -> bytes:
    """Read the body now: a body that breaks off, or a malformed chunk, is the sender's fault and gets a 400."""
    try:
        sent = request.get_data() if request.mimetype == "application/x-www-form-urlencoded" else b""
        request.form  # noqa: B018 - parses the rest
    except HTTPException:
        raise
    except Exception:  # each WSGI server raises its own
        abort(400)
    return sent


def _too_large(part: str | int) -> bool:
    try:
        return abs(int(part)) > LARGEST
    except ValueError:
        return False


def _is_text(quoted: bytes) -> bool:
    try:
        unquote_to_bytes(quoted).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _hostile(value: str) -> bool:
    return "\0" in value or REPLACED in value or any("\ud800" <= letter <= "\udfff" for letter in value)


def _set_headers(response: Response) -> Response:
    for name, value in answer_headers(toolbox().site, request.environ, response.content_type or "").items():
        response.headers.setdefault(name, value)
    if g.get("private"):
        # Another host would not know this reader; and a search engine must not learn of the page from a careless link.
        response.headers.pop("Onion-Location", None)
        response.headers["X-Robots-Tag"] = "noindex"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def answer_headers(site: Site, environ: dict[str, Any], kind: str) -> dict[str, str]:
    """Return the headers of an answer of content type `kind`.

    HSTS is for the host name on the clear web, not for an onion's. Only a page sent over https may name the onion,
    as Tor Browser requires.
    """
    headers, on_onion = dict(FIXED), is_onion(environ.get("HTTP_HOST", ""), site.onion_host)
    if is_for_programs(environ["PATH_INFO"]):
        headers |= OPEN_TO_ALL
    if site.url.startswith("https:") and not on_onion:
        headers["Strict-Transport-Security"] = HSTS
    if site.onion_url and not on_onion and environ["wsgi.url_scheme"] == "https" and kind.startswith("text/html"):
        path = quote(environ["PATH_INFO"].encode("latin-1"), safe=PATH_SAFE)
        query = environ.get("QUERY_STRING", "")
        if not path.startswith("/desk"):
            headers["Onion-Location"] = f"{site.onion_url}{path}{'?' if query else ''}{query}"
    return headers


def allow_frames(response: Response) -> Response:
    """Let one page show other pages of this site in frames."""
    response.headers["Content-Security-Policy"] = f"{CONTENT_POLICY}; frame-src 'self'"
    return response


def allow_framing(response: Response) -> Response:
    """Let the pages of this site show this one in a frame; no other site may."""
    own = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    response.headers["Content-Security-Policy"] = own
    return response


def allow_script(response: Response) -> Response:
    """Let one page load the site's own scripts, and let these ask this site; no script may be inline or made of text."""
    response.headers["Content-Security-Policy"] = SCRIPT_POLICY
    return response
