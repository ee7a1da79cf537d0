"""Carry a form through the page that asks for a second factor, and act on it once that was shown.

It travels in the page itself, sealed for this session and this act, so that nothing typed is lost and nothing is kept.
"""

import json
from datetime import datetime
from io import BytesIO
from secrets import token_bytes
from urllib.parse import urlencode

from flask import Response, current_app, g, request
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode

from campaign.seal.boxes import CannotOpen
from campaign.seal.locks import derived, lock, unlock
from campaign.signin.rules import CHALLENGE_LIFE
from campaign.web.toolbox import toolbox

PURPOSE, SALT_BYTES = "carried", 16
LONGEST = 30_000  # sealed and written in base64 it still fits a body of 64 KiB
Act = tuple[str, list[tuple[str, str]]]


def carry() -> str:
    """Return this request's form, sealed; empty if there is nothing to carry, or a file, or too much."""
    view = current_app.view_functions[request.endpoint or ""]
    if request.method != "POST" or hasattr(view, "takes") or request.files:
        return ""
    fields = list(request.form.items(multi=True))
    raw = json.dumps([toolbox().clock().isoformat(), request.full_path.rstrip("?"), fields]).encode()
    return sealed(raw, PURPOSE) if len(raw) <= LONGEST else ""


def sealed(raw: bytes, purpose: str) -> str:
    """Return bytes as a page of this session carries them to the next; nobody reads or alters them on the way."""
    salt = token_bytes(SALT_BYTES)
    return base64_encode(salt + lock(_key(salt), _context(purpose), raw)).decode()


def unsealed(carried: str, purpose: str) -> bytes | None:
    """Return what `sealed` hid; None for another session, another purpose or altered bytes."""
    try:
        raw = base64_decode(carried)
        return unlock(_key(raw[:SALT_BYTES]), _context(purpose), raw[SALT_BYTES:])
    except (BadData, CannotOpen, ValueError):
        return None


def act_on(carried: str) -> Response | None:
    """Send a carried form where it was meant to go and return the answer; None if it is not ours, or too old.

    It walks the whole way again: role, stamp, validation. Only the second factor is fresh now.
    """
    act = _opened(carried)
    if act is None:
        return None
    (path, _mark, query), body = act[0].partition("?"), urlencode(act[1]).encode()
    environ = {
        **{name: value for name, value in request.environ.items() if name != "werkzeug.request"},
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    with current_app.app_context(), current_app.request_context(environ):
        return current_app.full_dispatch_request()


def _opened(carried: str) -> Act | None:
    raw = unsealed(carried, PURPOSE)
    if raw is None:
        return None
    at, place, fields = json.loads(raw)
    if toolbox().clock() - datetime.fromisoformat(at) > CHALLENGE_LIFE:
        return None
    return place, [(name, value) for name, value in fields]


def _key(salt: bytes) -> bytes:
    return derived(toolbox().tokens.derived(PURPOSE), salt)


def _context(purpose: str) -> bytes:
    """Bind what is carried to the session it was typed in."""
    return f"{purpose}.{g.form_binding}".encode()
