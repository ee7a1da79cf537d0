"""The cache of public pages: rendered and compressed once, and kept for a few seconds."""

import gzip
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import Response, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from campaign.web.cache import Shelf
from campaign.web.headers import answer_headers
from campaign.web.toolbox import Toolbox, toolbox

# No longer than this: a signatory who withdraws meanwhile must not be shown for hours.
SHOWN_WHILE_AWAY = timedelta(minutes=10)
OWN = frozenset({"Content-Security-Policy"})  # a kept page may say this itself
ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')  # RFC 9110, section 8.8.3
NOTHING = re.compile(r"q\s*=\s*0(\.0{0,3})?")
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]


Answer = tuple[str, list[tuple[str, str]], bytes]


@dataclass(frozen=True)
class _Kept:
    """A rendered page without the headers that depend on the request's host: `answer_headers` adds those.

    Whatever happens, it is not shown at `ends` or later: by then something on it is no longer so.
    """

    made_at: datetime
    until: datetime
    ends: datetime
    kind: str
    etag: str
    own: dict[str, str]
    plain: Answer
    compressed: Answer
    unchanged: Answer

    @property
    def size(self) -> int:
        """Return how many bytes it takes."""
        return len(self.plain[2]) + len(self.compressed[2])

    def answer(self, environ: Environ) -> Answer:
        """Return the answer to this request: 304, the compressed page, or the plain one."""
        if knows(environ.get("HTTP_IF_NONE_MATCH", ""), self.etag):
            return self.unchanged
        return self.compressed if reads_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else self.plain


PAGES = Shelf[tuple[str, str], _Kept]()  # by path and query


def kept(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Keep what a public GET view answers for the site's `page_seconds`; only 200s are kept."""

    @wraps(view)
    def answer(**values: Any) -> ResponseReturnValue:
        tools, key = toolbox(), _key(request.environ)
        page = tools.cache.find(PAGES, key, now=tools.clock())
        if page is None or page.until <= tools.clock():
            made = _made(view, values, page)
            if isinstance(made, Response):
                return made
            page = tools.cache.keep(PAGES, key, made, until=made.made_at + SHOWN_WHILE_AWAY, size=made.size)
        status, headers, body = page.answer(request.environ)
        return Response(body, status=status, headers=[*page.own.items(), *headers])

    return answer


class Keeper:
    """Answers kept pages before Flask runs: so a letter that thousands read costs almost nothing."""

    def __init__(self, tools: Toolbox, hosts: Iterable[str], following: Wsgi) -> None:
        """Stand before `following`; requests for another host than `hosts` are left to it."""
        self._tools, self._hosts, self._following = tools, frozenset(hosts), following

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a GET of a kept page; leave everything else to Flask."""
        if environ["REQUEST_METHOD"] == "GET":
            now = self._tools.clock()
            page = self._tools.cache.find(PAGES, _key(environ), now=now)
            if page is not None and page.until > now and self._trusts(environ):
                status, headers, body = page.answer(environ)
                door = answer_headers(self._tools.site, environ, page.kind)
                start_response(status, [*(door | page.own).items(), *headers])
                return [body]
        return self._following(environ, start_response)

    def _trusts(self, environ: Environ) -> bool:
        return (
            environ.get("HTTP_HOST", "").rpartition(":")[0] in self._hosts
            or environ.get("HTTP_HOST") in self._hosts
        )


def end_page_at(moment: datetime) -> None:
    """Let the page that is being made be kept no longer than until this moment: then it would say something else."""
    g.page_ends = min(moment, g.get("page_ends", moment))


def renew_page_at(moment: datetime) -> None:
    """Let the page that is being made be made anew at this moment, when what it was made of is read again."""
    g.page_renewed = min(moment, g.get("page_renewed", moment))


def make_private() -> None:
    """Let the answer that is being made be for this reader alone: nobody keeps it, and it is on no other host."""
    g.private = True


def _made(
    view: Callable[..., ResponseReturnValue], values: dict[str, Any], last: _Kept | None
) -> _Kept | Response:
    """Return a page rendered now; while the database is away, the last one, unless it is too old."""
    tools = toolbox()
    try:
        response = make_response(view(**values))
    except OperationalError:
        if last is None or last.ends <= tools.clock():
            raise
        return replace(last, until=min(tools.shortly, last.ends))
    return _keep(response) if response.status_code == 200 and not g.get("private") else response


def knows(sent: str, etag: str) -> bool:
    """Say whether an If-None-Match header names this ETag: it is `*`, or lists the tag.

    The comparison is weak: `"x"` and `W/"x"` are equal (RFC 9110, section 13.1.2).
    """
    if not sent:
        return False
    return sent.strip() == "*" or etag.removeprefix("W/") in ENTITY_TAG.findall(sent)


def reads_gzip(sent: str) -> bool:
    """Say whether an Accept-Encoding header accepts gzip: by name or by `*`, with a weight above zero.

    RFC 9110, section 12.5.3.
    """
    weights: dict[str, bool] = {}
    for part in sent.lower().split(","):
        coding, _, weight = part.partition(";")
        weights[coding.strip()] = not NOTHING.fullmatch(weight.strip())
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


def _key(environ: Environ) -> tuple[str, str]:
    return environ["PATH_INFO"], environ.get("QUERY_STRING", "")


def _keep(response: Response) -> _Kept:
    response.direct_passthrough = False  # a file is read, to be compressed
    body = response.get_data()
    response.close()
    compressed, etag = gzip.compress(body, 6, mtime=0), f'W/"{sha256(body).hexdigest()[:24]}"'
    own = {name: value for name, value in response.headers.items() if name in OWN}
    headers = [
        ("ETag", etag),
        ("Cache-Control", response.headers.get("Cache-Control", "no-cache")),
        ("Vary", "Accept-Encoding"),
    ]
    kind = ("Content-Type", response.content_type)
    made_at: datetime = toolbox().clock()
    ends: datetime = g.get("page_ends", made_at + SHOWN_WHILE_AWAY)
    return _Kept(
        made_at=made_at,
        until=min(toolbox().shortly, g.get("page_renewed", ends), ends),
        ends=ends,
        kind=response.content_type or "",
        etag=etag,
        own=own,
        plain=("200 OK", [*headers, kind, ("Content-Length", str(len(body)))], body),
        compressed=(
            "200 OK",
            [*headers, kind, ("Content-Encoding", "gzip"), ("Content-Length", str(len(compressed)))],
            compressed,
        ),
        unchanged=("304 NOT MODIFIED", headers, b""),
    )
