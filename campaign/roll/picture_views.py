"""A picture as a document of its own: pages stay small, and readers can share it."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from flask import Response, render_template

from campaign.roll.maps import STYLE, MapKind, picture_of


def answer_picture(template: str, style: str, **shown: object) -> Response:
    """Return an SVG whose policy allows its own `style` and nothing else.

    The style holds no quotation mark and no bracket: escaping would change them, and the hash would no longer match.
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    picture = render_template(template, style=style, **shown)
    return Response(picture, content_type="image/svg+xml", headers={"Content-Security-Policy": policy})


def answer_map(name: str, title: str, kinds: Sequence[MapKind]) -> Response:
    """Return the map of one sheet."""
    return answer_picture("roll/map.svg", STYLE, title=title, **picture_of(name, kinds))
