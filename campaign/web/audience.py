"""Every view says for whom it is; a test walks the URL map and fails on a view that says nothing."""

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
    """Mark a view as open to the world."""
    view.audience = ANYONE  # type: ignore[attr-defined]  # a mark the URL map test reads
    return view


def staff(
    *roles: str, fresh: bool = False
) -> Callable[[Callable[..., ResponseReturnValue]], Callable[..., ResponseReturnValue]]:
    """Open a view only to a signed-in officer who has one of `roles` (none named: any role).

    `fresh` sends one who showed no second factor within the last minutes to do so first, and then back.
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
    """Return the officer this request was opened to."""
    return cast(Staff, g.officer)
