"""Public pages kept for a few seconds, already rendered and compressed: a letter costs what nothing costs."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from campaign.web.toolbox import toolbox

MOST_PAGES = 2_000


@dataclass(frozen=True)
class _Kept:
    until: datetime
    body: bytes
    compressed: bytes
    etag: str
    content_type: str


def kept(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Keep what a public GET view answers for the site's `page_seconds`; only 200s are kept."""

    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        tools, key = toolbox(), (request.path, request.query_string)
        page = tools.pages.get(key)
        if not isinstance(page, _Kept) or page.until <= tools.clock():
            response = make_response(view(**values))
            if response.status_code != 200:
                return response
            page = _keep(response)
            if len(tools.pages) >= MOST_PAGES:
                tools.pages.clear()
            tools.pages[key] = page
        return _send(page)

    return answer


def _keep(response: Response) -> _Kept:
    body = response.get_data()
    until = toolbox().clock() + timedelta(seconds=toolbox().site.page_seconds)
    etag = sha256(body).hexdigest()[:24]
    return _Kept(until, body, gzip.compress(body, 6, mtime=0), etag, response.content_type)


def _send(page: _Kept) -> Response:
    compressed = "gzip" in request.headers.get("Accept-Encoding", "")
    etag = f'"{page.etag}{"-gz" if compressed else ""}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("If-None-Match") == etag:
        return Response(status=304, headers=headers)
    if compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(page.compressed if compressed else page.body, headers=headers, content_type=page.content_type)
