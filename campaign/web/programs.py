"""The API's answers for programs on any site: open to all origins, and unknown parameters refused by name."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

API = "/api/"
# Every answer here is public and the same for every visitor, and no cookie changes it. So opening it to other origins
# reveals nothing, and a newspaper's page can show the numbers without a server of its own.
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag"}
BEFOREHAND = {  # a browser asks first whether it may send If-None-Match (Fetch, section 4.8)
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}
LONGEST_ECHO = 40
View = TypeVar("View", bound=Callable[..., Any])


def takes(*parameters: str) -> Callable[[View], View]:
    """Name the query parameters that a view of the API reads; any other is refused."""

    def mark(view: View) -> View:
        view.parameters = parameters  # type: ignore[attr-defined]  # a mark that `_refuse_parameters` reads
        return view

    return mark


def prepare_programs(app: Flask) -> None:
    """Refuse unknown parameters of the API before its views run."""
    app.before_request(_answer_beforehand)
    app.before_request(_refuse_parameters)


def is_for_programs(path: str) -> bool:
    """Say whether a path is the API's."""
    return path.startswith(API)


def answer_json(content: dict[str, Any], status: int = 200) -> Response:
    """Return JSON; `headers.py` adds the headers that open it to every site."""
    return Response(json.dumps(content, ensure_ascii=False), status=status, content_type="application/json")


def _answer_beforehand() -> ResponseReturnValue | None:
    """Answer a browser's preflight request for every address of the API, so that its script can read a refusal too."""
    if request.method != "OPTIONS" or not is_for_programs(request.path) or request.routing_exception:
        return None
    return Response(status=204, headers={**BEFOREHAND, "Allow": BEFOREHAND["Access-Control-Allow-Methods"]})


def _refuse_parameters() -> ResponseReturnValue | None:
    """Answer 400 to a parameter that is not known or comes twice: a misspelt filter must not look like an answer."""
    if not is_for_programs(request.path) or request.routing_exception:
        return None
    known = getattr(current_app.view_functions.get(request.endpoint or ""), "parameters", ())
    for name, sent in request.args.lists():
        if name not in known:
            return answer_json({"error": f"{name[:LONGEST_ECHO]}: no such parameter; {_named(known)}"}, 400)
        if len(sent) > 1:
            return answer_json({"error": f"{name}: given {len(sent)} times; give it once"}, 400)
    return None


def _named(known: tuple[str, ...]) -> str:
    return f"this address takes {' and '.join(known)}" if known else "this address takes none"
