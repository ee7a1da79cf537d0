"""Lead on from an address that is nearly ours: letters of another case, or a slash too many."""

from urllib.parse import quote

from flask import request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from campaign.web.headers import PATH_SAFE
from campaign.world.countries import COUNTRIES
from campaign.world.languages import LANGUAGES

SPELLED = {language.lower(): language for language in LANGUAGES}
PERMANENT = 308  # RFC 9110, section 15.4.9


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
