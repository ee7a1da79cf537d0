"""A site whose pages are kept as visitors and officers saw them."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from tests.cast import Officer, Visitor
from tests.start.test_first_owner import fill_in, printed


@dataclass
class Gallery:
    """A site with signatories, and the pages that visitors and officers saw."""

    app: Flask
    folder: Path
    pages: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the first owner's door, which is shut once there is one; let two officers join."""
        self.visitor = Visitor(self.app, self.folder / "mail")
        link = printed(self.app)
        page = self.look(link, self.visitor).text
        self.keep("the first owner, with a fault", fill_in(self.visitor, page, link, code="0"), 422)
        self.first, self.pages = self.pages, {}
        self.vera = Officer(self.app, self.folder / "mail").join()
        self.paul = Officer(self.app, self.folder / "mail").join("paul@campaign.test", name="Paul Sand")

    def keep(self, name: str, answer: TestResponse, status: int = 200) -> TestResponse:
        """Add an answer to the gallery, if it is a page and no redirect."""
        assert answer.status_code == status, f"{name}: {answer.status_code} {answer.text[:500]}"
        if answer.mimetype == "text/html":
            self.pages[name] = answer.text
        return answer

    def look(self, path: str, who: Visitor | None = None, status: int = 200) -> TestResponse:
        """Open a page and add it to the gallery; its route counts as seen."""
        who = who or (self.vera if path.startswith("/desk") else self.visitor)
        rule, _values = self.app.url_map.bind("localhost").match(urlsplit(path).path, return_rule=True)
        self.seen.add(rule.rule)
        return self.keep(path if status == 200 else f"{path} ({status})", who.get(path), status)
