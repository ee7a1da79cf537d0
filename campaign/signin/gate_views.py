"""The desk's door: who is signed in, may they, and what their browser is asked and remembers."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from datetime import timedelta
from typing import cast
from urllib.parse import urlsplit

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from campaign.audit.models import Officer
from campaign.seal.locks import fingerprint
from campaign.signin.passkeys import Question
from campaign.signin.rules import CHALLENGE_LIFE, KNOWN_BROWSER_LIFE, SESSION_LIFE, browser_kind, counter_of
from campaign.signin.service import Answer, Attempt
from campaign.signin.sessions import SignedIn, is_seen_long_ago, note_use, session_of
from campaign.storage.database import NotSaved
from campaign.web.tokens import TokenExpired, TokenInvalid, new_secret
from campaign.web.toolbox import toolbox

COOKIE, KNOWN = "desk", "known"
STRANGERS, KNOWN_BROWSERS = "strangers", "known browsers"
HOME = "/desk/"


class ConfirmFirst(Exception):
    """An act was sent whose sender must show a second factor first; what they typed is carried along."""


def gate(roles: tuple[str, ...], fresh: bool = False) -> Officer:
    """Return the officer this request comes from; send others to sign in, and answer 403 to the wrong role.

    `fresh`: send one whose second factor was shown too long ago to show it again; raises ConfirmFirst for an act.
    Forms of this request are bound to the session, so that a stamp from another session is refused.
    """
    tools, cookie = toolbox(), session_cookie()
    if cookie is None:
        abort(redirect(url_for("signin.ask_sign_in"), 303))
    with tools.database.read() as session:
        found = session_of(session, cookie, now=tools.clock())
    if found is None:
        abort(redirect(url_for("signin.ask_sign_in"), 303))
    if roles and found.officer.role not in roles:
        abort(403)
    g.form_binding, g.signed_in = fingerprint(cookie).hex(), found
    if fresh and not found.is_fresh(tools.clock()):
        if request.method == "POST":
            raise ConfirmFirst
        abort(redirect(url_for("signin.ask_confirm", next=way_back()), 303))
    _keep_awake(found)
    return found.officer


def signed_in() -> SignedIn:
    """Return the officer and session this request was opened to."""
    return cast(SignedIn, g.signed_in)


def session_cookie() -> bytes | None:
    """Return the cookie this browser sent, if it can be one."""
    try:
        return urlsafe_b64decode(request.cookies.get(toolbox().cookie_name(COOKIE), "")) or None
    except (NotBase64, ValueError):
        return None


def give_session(response: Response, cookie: bytes) -> None:
    """Hand a browser its session."""
    _set_cookie(response, COOKIE, urlsafe_b64encode(cookie).decode(), SESSION_LIFE)


def take_session(response: Response) -> None:
    """Make a browser forget its session."""
    response.delete_cookie(toolbox().cookie_name(COOKIE), path="/", secure=toolbox().secure, httponly=True)


def attempt_by(email: str, key: bytes) -> tuple[Attempt, str]:
    """Return who tries to get in, and on which lane their password may be hashed.

    A browser that this address came in from before is counted apart (OWASP, device cookies): whoever guesses
    from elsewhere makes strangers wait, and not the officer.
    """
    known, address = _known_browser(email), email.strip().lower().encode()
    counter = counter_of(key, b"sign in", address, known or b"")
    attempt = Attempt(email, this_browser(), counter)
    return attempt, KNOWN_BROWSERS if known else STRANGERS


def remember_browser(response: Response, email: str) -> None:
    """Let this browser be known again as one that `email` came in from."""
    token = toolbox().tokens.issue(_known_purpose(email), _known_browser(email) or new_secret())
    _set_cookie(response, KNOWN, token, KNOWN_BROWSER_LIFE)


def this_browser() -> str:
    """Return what kind of browser this is, coarsely."""
    return browser_kind(request.user_agent.string)


def new_question(purpose: str) -> tuple[Question, str]:
    """Return what a passkey is asked, and the token that brings the question back with the answer."""
    secret = new_secret()
    return Question(toolbox().site.url, secret), toolbox().tokens.issue(_passkey_purpose(purpose), secret)


def answer_to(purpose: str, challenge: str, text: str) -> Answer | None:
    """Return an answer with the question it belongs to; None if the question is not ours, or too old."""
    try:
        secret = toolbox().tokens.read(_passkey_purpose(purpose), challenge, CHALLENGE_LIFE)
    except (TokenInvalid, TokenExpired):
        return None
    return Answer(Question(toolbox().site.url, secret), text)


def own_path(wanted: str) -> str:
    """Return a page of the desk that somebody asked to be led to; the desk's first page for anything else."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or not _is_page(parts.path):
        return HOME
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def way_back() -> str:
    """Return the page to come back to: this one, or for an act the nearest page above it."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    path = request.path
    while path and not _is_page(path):
        path = path.rpartition("/")[0]
    return path or HOME


def _is_page(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return False
    return path.startswith(HOME)


def _keep_awake(found: SignedIn) -> None:
    """Note that the session is in use; a page that can be read is shown even if that cannot be saved."""
    tools = toolbox()
    if is_seen_long_ago(found, tools.clock()):
        try:
            with tools.database.write(briefly=True) as session:
                note_use(session, found, now=tools.clock())
        except NotSaved:
            return


def _known_browser(email: str) -> bytes | None:
    token = request.cookies.get(toolbox().cookie_name(KNOWN), "")
    try:
        return toolbox().tokens.read(_known_purpose(email), token, KNOWN_BROWSER_LIFE)
    except (TokenInvalid, TokenExpired):
        return None


def _known_purpose(email: str) -> str:
    return f"known.{fingerprint(email.strip().lower().encode()).hex()}"


def _passkey_purpose(purpose: str) -> str:
    """Bind a question to what it is asked for, and to the session if there is one."""
    return f"passkey.{purpose}.{g.get('form_binding', '')}"


def _set_cookie(response: Response, name: str, value: str, life: timedelta) -> None:
    response.set_cookie(
        toolbox().cookie_name(name),
        value,
        max_age=life,
        path="/",
        secure=toolbox().secure,
        httponly=True,
        samesite="Lax",
    )


def index_key() -> bytes:
    """Return the key that names counters and locks authenticators' secrets; without it nobody gets in."""
    keys = toolbox().keys
    if keys is None:
        abort(503)
    return keys.index_key
