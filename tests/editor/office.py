"""An owner at the editor's pages, as tests use them."""

import re
from typing import Any

from werkzeug.test import TestResponse

from tests.cast import STAMP, Officer

LETTERS = "/desk/letters"
MARK = re.compile(r'name="mark" value="([^"]*)"')
NEW = {
    "title": "Keep the lake clean",
    "addressee_line": "To the council of the lake",
    "addressee": "governments",
    "opens_on": "2026-05-04",
    "closes_on": "2026-11-04",
    "original": "en",
}
TEXT = {
    "title": "Keep the lake clean",
    "addressee": "To the council of the lake",
    "summary": "A letter for the lake.",
    "body": "We ask you to keep the lake clean.\n\nIt is ours.",
}


def send(owner: Officer, path: str, page: str, fields: dict[str, Any]) -> TestResponse:
    """Send the form of a page that lies open, with the state that it showed."""
    stamp, mark = STAMP.search(page, page.find(f'action="{path}"')), MARK.search(page)
    hidden = {"form_token": stamp[1] if stamp else "", "mark": mark[1] if mark else ""}
    return owner.client.post(path, data={**hidden, **fields})


def save(owner: Officer, path: str, **fields: Any) -> TestResponse:
    """Open a page and send its form."""
    return send(owner, path, owner.get(path).text, fields)


def begin(owner: Officer, **changes: str) -> str:
    """Begin a new letter with a text; return its address at the desk."""
    begun = save(owner, "/desk/new-letter", **{**NEW, **changes})
    assert begun.status_code == 303, begun.text
    page = begun.headers["Location"].partition("?")[0]
    written = save(owner, page, **{**TEXT, "title": changes.get("title", NEW["title"])})
    assert written.status_code == 303, written.text
    return str(page)


def publish(owner: Officer, page: str, **fields: str) -> TestResponse:
    """Publish what is being written of a letter."""
    owner.confirm_oneself()
    return save(owner, f"{page}/publish", **fields)
