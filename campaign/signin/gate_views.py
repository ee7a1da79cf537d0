"""The desk's door: who is signed in, what they may open, and what their browser keeps."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
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
    """The sender of this form must show a second factor first; the form is carried along."""


def gate(roles: tuple[str, ...], fresh: bool = False) -> Officer:
    """Return the officer this request comes from; send others to sign in, and answer 403 to the wrong role.

    `fresh`: an officer whose second factor is too old is sent to show it again; a POST raises ConfirmFirst instead.
    The forms of this request are bound to the session, so that a form token from another session is refused.
    """
    tools, cookie = toolbox(), session_cookie()
    if cookie is None:
        abort(_to_sign_in())
    with tools.database.read() as session:
        found = session_of(session, cookie, now=tools.clock())
    if found is None:
        abort(_to_sign_in())
    if roles and found.officer.role not in roles:
        abort(403)
    # Set before the freshness check: the page that asks for the second factor has a form of this session too.
    g.form_binding, g.signed_in = fingerprint(cookie).hex(), found
    if fresh and not found.is_fresh(tools.clock()):
        if request.method == "POST":
            raise ConfirmFirst
        abort(redirect(url_for("signin.ask_confirm", next=return_path()), 303))
    _keep_awake(found)
    return found.officer


def signed_in() -> SignedIn:
    """Return the officer and session of this request."""
    return cast(SignedIn, g.signed_in)


def session_cookie() -> bytes | None:
    """Return the session cookie of this request; None if there is none, or it is malformed."""
    try:
        return urlsafe_b64decode(request.cookies.get(toolbox().cookie_name(COOKIE), "")) or None
    except (NotBase64, ValueError):
        return None


def set_session_cookie(response: Response, cookie: bytes) -> None:
    """Set the session cookie."""
    toolbox().set_cookie(response, COOKIE, urlsafe_b64encode(cookie).decode(), SESSION_LIFE)


def drop_session_cookie(response: Response) -> None:
    """Delete the session cookie."""
    response.delete_cookie(toolbox().cookie_name(COOKIE), path="/", secure=toolbox().secure, httponly=True)


def attempt_by(email: str, key: bytes) -> tuple[Attempt, str]:
    """Return the attempt to sign in, and the lane of the turnstile in which its password is hashed.

    A browser from which this address signed in before has its own counter (OWASP, device cookies). So an attacker who
    guesses from elsewhere makes other strangers wait, but not the officer.
    """
    # The counter's name has the known browser's secret in it, so an attacker without that cookie cannot touch it.
    known, address = _known_browser(email), email.strip().lower().encode()
    counter = counter_of(key, b"sign in", address, known or b"")
    attempt = Attempt(email, this_browser(), counter)
    return attempt, KNOWN_BROWSERS if known else STRANGERS


def remember_browser(response: Response, email: str) -> None:
    """Set the cookie that marks this browser as one from which `email` has signed in."""
    token = toolbox().tokens.issue(_known_purpose(email), _known_browser(email) or new_secret())
    toolbox().set_cookie(response, KNOWN, token, KNOWN_BROWSER_LIFE)


def this_browser() -> str:
    """Return the kind of this request's browser, such as `Firefox on Linux`."""
    return browser_kind(request.user_agent.string)


def new_question(purpose: str) -> tuple[Question, str]:
    """Return a new question for a passkey, and the token that brings the question back with the answer."""
    secret = new_secret()
    return Question(toolbox().site.url, secret), toolbox().tokens.issue(_passkey_purpose(purpose), secret)


def answer_to(purpose: str, challenge: str, text: str) -> Answer | None:
    """Return an answer together with its question; None if the question is not ours, or too old."""
    try:
        secret = toolbox().tokens.read(_passkey_purpose(purpose), challenge, CHALLENGE_LIFE)
    except (TokenInvalid, TokenExpired):
        return None
    return Answer(Question(toolbox().site.url, secret), text)


def desk_path(wanted: str) -> str:
    """Return the path of the desk's page in `wanted`; the desk's first page for anything else.

    A link such as `?next=https://evil.example` must not lead an officer away from here after signing in.
    """
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or not _is_page(parts.path):
        return HOME
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def return_path() -> str:
    """Return the page to come back to: this one, or after a POST the nearest page above its path."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    path = request.path
    while path and not _is_page(path):
        path = path.rpartition("/")[0]
    return path or HOME


def _to_sign_in() -> Response:
    """Send to the sign-in page, which leads back here: so a colleague's link opens the page that they saw."""
    back = return_path()
    return redirect(url_for("signin.ask_sign_in", next=None if back == HOME else back), 303)


def _is_page(path: str) -> bool:
    # Only GET: an act must not be reached by a redirect.
    try:
        current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        return False
    return path.startswith(HOME)


def _keep_awake(found: SignedIn) -> None:
    """Note that the session is in use; if that cannot be saved, the page is shown anyway."""
    tools = toolbox()
    if is_seen_long_ago(found, tools.clock()):
        try:
            # Briefly: a reader must not wait behind the writers only because a minute has passed.
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
    """Bind a question to its purpose, and to the session if there is one."""
    return f"passkey.{purpose}.{g.get('form_binding', '')}"


def index_key() -> bytes:
    """Return the key that names counters and locks authenticators' secrets; without it, answer 503."""
    keys = toolbox().keys
    if keys is None:
        abort(503)
    return keys.index_key
