"""Every refusal is a page in the reader's language that says what to do next; under /api/ it is JSON, for programs."""

from http import HTTPStatus
from urllib.parse import quote

import structlog
from flask import Flask, current_app, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from campaign.storage.database import NotSaved
from campaign.web.headers import PATH_SAFE
from campaign.web.languages import text
from campaign.web.programs import is_for_programs
from campaign.world.countries import COUNTRIES
from campaign.world.languages import LANGUAGES

log = structlog.get_logger()
RETRY = {"Retry-After": "30"}
SPELLED = {language.lower(): language for language in LANGUAGES}
PERMANENT = 308  # RFC 9110, section 15.4.9


def prepare_errors(app: Flask) -> None:
    """Register one page for every HTTP error and for a database that is away."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(NotSaved, _not_saved)
    app.register_error_handler(OperationalError, _not_saved)
    app.register_error_handler(DataError, _no_value)
    app.register_error_handler(Exception, _broken)


def refused(fault: HTTPException) -> ResponseReturnValue:
    """Answer what is refused: with a page, with where it leads on, or with what the fault itself answers."""
    if fault.response is not None or fault.code is None or fault.code < 400:
        return fault.get_response()
    elsewhere = lead_on() if fault.code == 404 else None
    return elsewhere or _page(fault.code, allow=getattr(fault, "valid_methods", None))


def _not_saved(_fault: Exception) -> ResponseReturnValue:
    """Show a form that sends the same fields again, so that nothing typed is lost; a password is never echoed."""
    log.error("database_away", path=_place())
    if request.method != "POST" or request.files or "password" in request.form:
        return _page(503)
    title, advice = (
        text("Not saved"),
        text(
            "We could not save this just now, and nothing was changed. What you sent is kept: send it again in a minute."
        ),
    )
    page = render_template(
        "web/not_saved.html", title=title, advice=advice, code=503, sent=list(request.form.items(multi=True))
    )
    return page, 503, RETRY


def _no_value(_fault: Exception) -> ResponseReturnValue:
    """Answer 400 for a value that PostgreSQL refuses and SQLite would accept."""
    log.error("value_refused", path=_place())
    return _page(400)


def _broken(fault: Exception) -> ResponseReturnValue:
    log.error("view_failed", path=_place(), fault=type(fault).__name__, exc_info=True)
    return _page(500)


def _place() -> str:
    """Return the route, never the path: a path may contain a token."""
    return request.url_rule.rule if request.url_rule else "unknown"


def _page(code: int, allow: list[str] | None = None) -> ResponseReturnValue:
    page = _for_program(code) if is_for_programs(request.path) else _for_reader(code)
    headers = {"Allow": ", ".join(sorted(allow))} if allow else {}
    if code == 503:
        headers |= RETRY
    return page, code, headers


def _for_program(code: int) -> dict[str, str]:
    return {"error": HTTPStatus(code).phrase.lower()}


def _for_reader(code: int) -> str:
    if request_ctx.url_adapter is None:  # a Host we do not answer: links are still ours
        request_ctx.url_adapter = current_app.url_map.bind("")
    title, advice = _words(code)
    return render_template("web/error.html", code=code, title=title, advice=advice)


def _words(code: int) -> tuple[str, str]:
    """Return the heading, and a sentence on what the reader can do."""
    known = {
        400: (text("We could not read that"), text("Something in the request was malformed. Go back, check what you typed and send it again.")),
        403: (text("This is not open to you"), text("If you came from another site, open the page here and try again.")),
        404: (text("There is no such page"), text("The address may be cut short: copy the whole of it, or start from the front page.")),
        405: (text("That cannot be done here"), text("Go back to the page you came from and use its buttons.")),
        410: (text("This is over"), text("What you are looking for has expired. Start again from the front page.")),
        413: (text("That is too much at once"), text("Shorten what you typed and send it again. Nothing was saved.")),
        429: (text("Too many at once"), text("Wait a few minutes and try again. Nothing was saved.")),
        503: (text("Not saved"), text("We could not save this just now. Go back: what you typed should still be there. Send it again in a minute.")),
    }  # fmt: skip
    if code in known:
        return known[code]
    if code < 500:
        return known[400]
    return text("Something broke on our side"), text(
        "Nothing was lost that we had confirmed. Try again in a few minutes."
    )


def lead_on() -> Response | None:
    """Return the way to the page that was meant, if this request found none and its path is spelled nearly right."""
    meant = spelled(request.path)
    if request.method not in ("GET", "HEAD") or meant == request.path or not _is_page(meant):
        return None
    query = request.query_string.decode("ascii", "replace")
    return redirect(quote(meant, safe=PATH_SAFE) + (f"?{query}" if query else ""), PERMANENT)


def spelled(path: str) -> str:
    """Return a path as we spell it: language and country in their own case, a letter's name in small letters.

    Nothing else is touched: a token means what it says.
    """
    parts = path.rstrip("/").split("/")
    language = SPELLED.get(parts[1].lower()) if len(parts) > 1 else None
    if language is None:
        return "/".join(parts)
    parts[1:3] = [language, *(part.lower() for part in parts[2:3])]
    if parts[3:4] == ["signatories"] and "".join(parts[4:]).upper() in COUNTRIES:
        parts[4:] = [part.upper() for part in parts[4:]]
    return "/".join(parts) if len(parts) > 2 else f"/{language}/"


def _is_page(path: str) -> bool:
    """Say whether a path leads to a page of ours, and not to another host: `//evil.example` is no path."""
    if not path.startswith("/") or path.startswith(("//", "/\\")) or request_ctx.url_adapter is None:
        return False
    try:
        request_ctx.url_adapter.match(path, "GET")
    except HTTPException:
        return False
    return True
