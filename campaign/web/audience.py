"""Every view names its audience; a test walks the URL map and fails on a view without one."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g
from flask.typing import ResponseReturnValue

from campaign.web.staff import Staff
from campaign.web.toolbox import toolbox

View = TypeVar("View", bound=Callable[..., Any])
ANYONE = "anyone"


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
            return view(**values)

        guarded.audience = roles or ("staff",)  # type: ignore[attr-defined]  # as above
        return guarded

    return mark


def officer() -> Staff:
    """Return the officer of this request."""
    return cast(Staff, g.officer)
