"""The editor's pages in the gallery (tests/browser/gallery.py): filled in, refused, changed meanwhile, published."""

from typing import Any, Protocol

from werkzeug.test import TestResponse

from tests.cast import Officer
from tests.editor import office
from tests.editor.office import LETTERS


class Gallery(Protocol):
    """What is used of the gallery here."""

    vera: Officer

    def keep(self, name: str, answer: TestResponse, status: int = 200) -> TestResponse: ...

    def look(self, path: str, who: Any = None, status: int = 200) -> TestResponse: ...


def letters(hung: Gallery) -> None:
    """Let an owner begin a letter, change a signed one at the same time as another owner, and publish it."""
    vera, appeal = hung.vera, f"{LETTERS}/appeal"
    hung.keep("a new letter, malformed", office.save(vera, "/desk/new-letter", title="", opens_on="soon"), 422)
    lake = office.begin(
        vera, title="湖を守る", addressee_line="湖の議会へ", addressee="recipients", slug="lake", original="ja"
    )
    hung.keep("a new letter", vera.get(f"{lake}?new=1"))
    hung.keep("a new letter, about to be published", vera.get(f"{lake}/publish"))
    for path in ("recipients/new", "recipients/recipient", "kinds/lawmaker", "kinds/new"):
        hung.look(f"{lake}/{path}")
    hung.keep("a kind, malformed", office.save(vera, f"{lake}/kinds/new", key="X", established="x"), 422)
    hung.keep("a recipient, malformed", office.save(vera, f"{lake}/recipients/new", key="x"), 422)
    hung.keep("settings, malformed", office.save(vera, f"{appeal}/settings", opens_on="soon"), 422)
    opened = vera.get(appeal).text
    text = {**office.TEXT, "body": "We ask for **another** thing.\n\n•\tone\n•\ttwo"}
    assert office.save(vera, appeal, **text).status_code == 303
    hung.keep("a text, saved", vera.get(f"{appeal}?saved=1"))
    hung.keep("a text, changed meanwhile", office.send(vera, appeal, opened, {**text, "body": "We ask."}), 409)
    hung.keep("a text, too long", office.save(vera, appeal, **{**text, "title": "t" * 300}), 422)
    hung.keep("a text, cleaned", office.save(vera, appeal, **text, act="clean"))
    hung.keep("a signed text, not answered", office.publish(vera, appeal), 422)
    assert office.publish(vera, appeal, material="no", reason="A word.").status_code == 303
    hung.keep("nothing to publish", vera.get(f"{appeal}/publish?published=1"))
    office.save(vera, appeal, **{**text, "body": "We ask for all."})
