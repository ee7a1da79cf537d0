"""The one cookie of the public pages: the browser that signed can confirm with one button."""

from datetime import timedelta

from flask import Response, request
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode
from werkzeug import Response as AnyResponse

from campaign.web.tokens import ID_BYTES
from campaign.web.toolbox import toolbox

COOKIE = "browser"


def browser_secret() -> bytes | None:
    """Return the secret that this browser got when it signed; None if it sent none, or a malformed one."""
    try:
        secret = base64_decode(request.cookies.get(toolbox().cookie_name(COOKIE), ""))
    except BadData:
        return None
    return secret if len(secret) == ID_BYTES else None


def remember_browser(response: Response | AnyResponse, secret: bytes, life: timedelta) -> None:
    """Set this browser's secret; SameSite=Lax, because the visitor opens the link in a webmail on another site."""
    response.set_cookie(
        toolbox().cookie_name(COOKIE),
        base64_encode(secret).decode(),
        max_age=life,
        path="/",
        secure=toolbox().secure,
        httponly=True,
        samesite="Lax",
    )
