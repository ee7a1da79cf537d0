"""The one cookie of the public pages: it lets the browser that signed confirm with one button."""

from datetime import timedelta

from flask import Response, request
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode
from werkzeug import Response as AnyResponse

from campaign.web.tokens import ID_BYTES
from campaign.web.toolbox import toolbox

COOKIE = "browser"


def browser_secret() -> bytes | None:
    """Return the secret this browser was given when it signed, if it sent one that can be one."""
    try:
        secret = base64_decode(request.cookies.get(toolbox().cookie_name(COOKIE), ""))
    except BadData:
        return None
    return secret if len(secret) == ID_BYTES else None


def remember_browser(response: Response | AnyResponse, secret: bytes, life: timedelta) -> None:
    """Give this browser its secret; Lax, since the link is opened from a mail on another site."""
    response.set_cookie(
        toolbox().cookie_name(COOKIE),
        base64_encode(secret).decode(),
        max_age=life,
        path="/",
        secure=toolbox().secure,
        httponly=True,
        samesite="Lax",
    )
