"""The desk's door: who is signed in, and may they."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from flask import abort, g, redirect, request, url_for
from werkzeug import Response

from campaign.desk.models import Officer
from campaign.desk.rules import SESSION_LIFE
from campaign.desk.service import officer_of
from campaign.seal.locks import fingerprint
from campaign.web.toolbox import toolbox

COOKIE = "desk"


def gate(roles: tuple[str, ...]) -> Officer:
    """Return the officer this request comes from; send others to sign in, and answer 403 to the wrong role.

    Forms of this request are bound to the session, so that a stamp from another session is refused.
    """
    tools, cookie = toolbox(), session_cookie()
    if cookie is None:
        abort(redirect(url_for("desk.ask_sign_in"), 303))
    with tools.database.read() as session:
        officer = officer_of(session, cookie, now=tools.clock())
    if officer is None:
        abort(redirect(url_for("desk.ask_sign_in"), 303))
    if roles and officer.role not in roles:
        abort(403)
    g.form_binding = fingerprint(cookie).hex()
    return officer


def session_cookie() -> bytes | None:
    """Return the cookie this browser sent, if it can be one."""
    try:
        return urlsafe_b64decode(request.cookies.get(toolbox().cookie_name(COOKIE), "")) or None
    except (NotBase64, ValueError):
        return None


def give_session(response: Response, cookie: bytes) -> None:
    """Hand a browser its session."""
    response.set_cookie(
        toolbox().cookie_name(COOKIE),
        urlsafe_b64encode(cookie).decode(),
        max_age=SESSION_LIFE,
        path="/",
        secure=toolbox().secure,
        httponly=True,
        samesite="Lax",
    )


def take_session(response: Response) -> None:
    """Make a browser forget its session."""
    response.delete_cookie(toolbox().cookie_name(COOKIE), path="/", secure=toolbox().secure, httponly=True)
