"""A picture as a document of its own: pages stay small, and anybody may pass it on."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from flask import Response, render_template

from campaign.roll.maps import STYLE, Kind, drawn


def answer_picture(template: str, style: str, **shown: object) -> Response:
    """Return an SVG that may use exactly its own `style`, and nothing else at all.

    The style has no quotation mark and no bracket, so that escaping leaves it alone and its hash stays true.
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    picture = render_template(template, style=style, **shown)
    return Response(picture, content_type="image/svg+xml", headers={"Content-Security-Policy": policy})


def answer_map(name: str, title: str, kinds: Sequence[Kind]) -> Response:
    """Return the map of one sheet."""
    return answer_picture("roll/map.svg", STYLE, title=title, **drawn(name, kinds))
