"""Every view names its audience; a test walks the URL map and fails on a view without one.

The one cookie of the public pages is here too: the browser that signed can confirm with one button.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode
from werkzeug import Response

from campaign.web.headers import refuse_hostile_body
from campaign.web.staff import Staff
from campaign.web.tokens import ID_BYTES
from campaign.web.toolbox import toolbox

View = TypeVar("View", bound=Callable[..., Any])
ANYONE, STAFF = "anyone", "staff"
COOKIE = "browser"


def anyone(view: View) -> View:
    """Mark a view as open to every visitor."""
    view.audience = ANYONE  # type: ignore[attr-defined]  # a mark the URL map test reads
    return view


def staff(
    *roles: str, fresh: bool = False
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Open a view only to a signed-in officer who has one of `roles` (none named: any role).

    With `fresh`, an officer who has not shown a second factor in the last minutes must do so first, and is led back.
    """

    def mark(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def guarded(**values: Any) -> ResponseReturnValue:
            g.officer = toolbox().gate(roles, fresh)
            if request.method not in ("GET", "HEAD") and not hasattr(view, "takes"):
                refuse_hostile_body()
            return view(**values)

        guarded.audience = roles or (STAFF,)  # type: ignore[attr-defined]  # as above
        return guarded

    return mark


def officer() -> Staff:
    """Return the officer of this request."""
    return cast(Staff, g.officer)


def browser_secret() -> bytes | None:
    """Return the secret that this browser got when it signed; None if it sent none, or a malformed one."""
    try:
        secret = base64_decode(request.cookies.get(toolbox().cookie_name(COOKIE), ""))
    except BadData:
        return None
    return secret if len(secret) == ID_BYTES else None


def remember_browser(response: Response, secret: bytes, life: timedelta) -> None:
    """Set this browser's secret."""
    toolbox().set_cookie(response, COOKIE, base64_encode(secret).decode(), life)
