"""Carry a form through the page that asks for a second factor, and resume it afterwards.

The form travels in the page itself, encrypted for this session and this act. So the officer loses nothing they typed,
and the server stores nothing.
"""

import json
from dataclasses import dataclass
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
LARGEST_FILE = 600_000  # bytes that a page carries; a larger file is chosen again
LONGEST = 30_000  # bytes; sealed and in base64 it still fits a body of 64 KiB


@dataclass(frozen=True)
class CarriedForm:
    """A form that was sent: its path with the query, and its fields."""

    path: str
    fields: list[tuple[str, str]]


def carry() -> str:
    """Return this request's form, sealed; empty if there is none, if it has a file, or if it is too long."""
    view = current_app.view_functions[request.endpoint or ""]
    if request.method != "POST" or hasattr(view, "takes") or request.files:
        return ""
    fields = list(request.form.items(multi=True))
    raw = json.dumps([toolbox().clock().isoformat(), request.full_path.rstrip("?"), fields]).encode()
    return sealed(raw, PURPOSE) if len(raw) <= LONGEST else ""


def sealed(raw: bytes, purpose: str) -> str:
    """Return bytes encrypted for the next page of this session; they cannot be read or altered on the way."""
    salt = token_bytes(SALT_BYTES)
    return base64_encode(salt + lock(_key(salt), _context(purpose), raw)).decode()


def unsealed(carried: str, purpose: str) -> bytes | None:
    """Return the bytes that `sealed` encrypted; None for another session, another purpose or altered bytes."""
    try:
        raw = base64_decode(carried)
        return unlock(_key(raw[:SALT_BYTES]), _context(purpose), raw[SALT_BYTES:])
    except (BadData, CannotOpen, ValueError):
        return None


def carried_file(purpose: str) -> bytes:
    """Return the file chosen in this request, else the one that came sealed in this session's page; empty without any."""
    sent = request.files.get("file")
    if sent:
        sent.seek(0)
        return bytes(sent.read())
    return unsealed(request.form.get("kept", ""), purpose) or b""


def kept_file(purpose: str) -> str:
    """Return the file of this request sealed for the next page, "" if there is none or it is too large for a page."""
    content = carried_file(purpose)
    return sealed(content, purpose) if 0 < len(content) <= LARGEST_FILE else ""


def resume(carried: str) -> Response | None:
    """Send a carried form to its view and return the answer; None if the form is not ours, or too old.

    The view checks everything again: role, form token, fields. Only the second factor is fresh now.
    """
    form = _opened(carried)
    if form is None:
        return None
    (path, _mark, query), body = form.path.partition("?"), urlencode(form.fields).encode()
    environ = {
        **{name: value for name, value in request.environ.items() if name != "werkzeug.request"},
        "PATH_INFO": path.encode().decode("latin-1"),  # WSGI: bytes as Latin-1 (PEP 3333)
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    with current_app.app_context(), current_app.request_context(environ):
        return current_app.full_dispatch_request()


def _opened(carried: str) -> CarriedForm | None:
    raw = unsealed(carried, PURPOSE)
    if raw is None:
        return None
    at, path, fields = json.loads(raw)
    if toolbox().clock() - datetime.fromisoformat(at) > CHALLENGE_LIFE:
        return None
    return CarriedForm(path, [(name, value) for name, value in fields])


def _key(salt: bytes) -> bytes:
    return derived(toolbox().tokens.derived(PURPOSE), salt)


def _context(purpose: str) -> bytes:
    """Bind the bytes to this session."""
    return f"{purpose}.{g.form_binding}".encode()
