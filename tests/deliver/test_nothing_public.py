"""Under embargo, no public address shows a letter: every route of the site, also one that is added later."""

import re
from hashlib import sha256
from itertools import product

import pytest
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from campaign.deliver.models import AnswerFile
from campaign.letter.models import Letter
from campaign.web.audience import ANYONE
from tests.cast import LAWMAKER, Officer, Visitor
from tests.conftest import Clock
from tests.deliver.ways import walk
from tests.package.parcels import FIRST

SLUG, UNKNOWN = "appeal", "apqeal"
TOLD = (
    "An appeal",
    "We ask for",
    "Odile",
    FIRST,
    "Quai d’Orsay",
    "Bien reçu",
    "Assemblée",
    "a secret document",
    SLUG,
)
# What a stranger could try in each place of an address. A new place is added here, with what would show a letter.
VALUES = {
    "language": ("en", "ar"),
    "country": ("FR", "CH"),
    "sheet": ("world", "europe"),
    "update": ("2026-05-04",),
    "reference": (FIRST,),
    "token": ("x",),
    "filename": ("mark.svg",),
    "mark": ("x",),
    "kind": ("svg",),
}
QUERIES = ("", f"asked={FIRST}", f"letter={SLUG}", "as=lawmaker", "country=FR", "preview=x", "language=en")
FORM = {**LAWMAKER, "letter": SLUG, "kind": "lawmaker"}
VARIES = re.compile(r'name="form_token"[^>]*value="[^"]+"|"challenge": ?"[^"]+"|"salt": ?"[^"]+"')


@pytest.fixture
def hidden(visitor: Visitor, vera: Officer, paul: Officer, own_page: str) -> Visitor:
    """A letter with a name and an answered delivery, put under embargo afterwards: all that could be shown is there."""
    walk(vera, paul)
    with visitor.tools.database.write() as session:
        content = b"a secret document"
        session.add(
            AnswerFile(
                delivery_id=1,
                media_type="application/pdf",
                sha256=sha256(content).digest(),
                size=len(content),
                content=content,
                officer_id=1,
            )
        )
        session.scalars(select(Letter)).one().embargo_until = visitor.tools.clock().replace(hour=23)
    return visitor.elsewhere()


def test_every_public_address_answers_as_if_there_were_no_such_letter(hidden: Visitor, clock: Clock) -> None:
    tried = 0
    for method, rule in public_routes(hidden):
        for path, query in product(paths(rule), QUERIES):
            address = f"{path}?{query}" if query else path
            answer = send(hidden, method, address)
            if "slug" in rule.arguments:
                other = send(hidden, method, address.replace(SLUG, UNKNOWN, 1))
                assert answer.status_code == other.status_code >= 400, address
                assert shape(answer) == shape(other), address
            else:
                said = readable(answer).replace(f"letter={SLUG}", "").replace(f"asked={FIRST}", "")
                said = said.replace(f'value="{FIRST}"', "").replace(
                    f'value="{SLUG}"', ""
                )  # the stranger's own words
                assert [word for word in TOLD if word in said] == [], address
            tried += 1
    assert tried > 500


def test_at_its_moment_the_same_addresses_show_it(hidden: Visitor, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=23)
    shown = {
        word
        for method, rule in public_routes(hidden)
        for path in paths(rule)
        for word in TOLD
        if method == "GET" and word in readable(send(hidden, method, path))
    }
    assert {"An appeal", "We ask for", "Odile", FIRST, "Bien reçu", "a secret document"} <= shown


def public_routes(visitor: Visitor) -> list[tuple[str, Rule]]:
    views = visitor.app.view_functions
    return [
        (method, rule)
        for rule in visitor.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
        if getattr(views[rule.endpoint], "audience", None) == ANYONE
    ]


def paths(rule: Rule) -> list[str]:
    """Return the addresses of a route; a place that VALUES does not know fails here."""
    names = sorted(rule.arguments - {"slug"})
    found = []
    for values in product(*(VALUES[name] for name in names)):
        path = rule.rule.replace("<slug>", SLUG)
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"<(?:[^<>]*:)?{name}>", value, path)
        found.append(path)
    return found


def send(visitor: Visitor, method: str, address: str) -> TestResponse:
    return visitor.client.open(address, method=method, data=FORM if method == "POST" else None)


def shape(answer: TestResponse) -> tuple[int, dict[str, str], str]:
    """Return an answer without what differs between any two: its tokens, and which letter was asked for."""
    headers = {name: value.replace(UNKNOWN, SLUG) for name, value in answer.headers.items()}
    return answer.status_code, headers, VARIES.sub("", readable(answer).replace(UNKNOWN, SLUG))


def readable(answer: TestResponse) -> str:
    return f"{answer.headers.get('Location', '')} {answer.get_data().decode('utf-8', 'replace')}"
