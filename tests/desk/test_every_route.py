"""Who may open what: every route of the site for every role; a route that is missing here fails."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer, Visitor
from tests.conftest import Clock
from tests.desk.routes import ROLES, STANDING, TABLE


def routes(site: Flask) -> list[str]:
    return sorted(
        f"{method} {rule.rule}"
        for rule in site.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def expected(route: str, role: str, fresh: bool) -> str:
    """Return the class of answer: open, sign in, forbidden, or confirm."""
    wanted = TABLE[route]
    if isinstance(wanted, dict):
        return wanted[role]
    standing = STANDING[wanted][role]
    return "confirm" if standing == "open" and not fresh else standing


def answered(person: Visitor, route: str) -> str:
    """Send a request without any form; whatever the view itself answers to that counts as open."""
    method, _, rule = route.partition(" ")
    path = rule.replace("<lang:language>", "en").replace("<slug>", "appeal").replace("<path:filename>", "mark.svg")
    path = re.sub(r"<int:\w+>", "999", path)
    path = re.sub(r"<any\((\w+)[^)]*\):\w+>", r"\1", path)
    path = re.sub(r"<[^>]+>", "x", path)
    with person.client.open(path, method=method) as answer:
        place = answer.headers.get("Location", "")
        if answer.status_code == 403:
            return "forbidden"
    if place.partition("?")[0] == "/desk/sign-in":
        return "sign in"
    asked = place.startswith("/desk/confirm-yourself") or answer.status_code == 428
    return "confirm" if asked else "open"


@pytest.fixture
def people(site: Flask, tmp_path: Path) -> dict[str, Visitor]:
    found: dict[str, Visitor] = {"anonymous": Visitor(site, tmp_path / "mail")}
    for role in ROLES[1:]:
        email = f"{role}@campaign.test"
        found[role] = Officer(site, tmp_path / "mail").join(email, "owner" if role == "removed" else role)
    site.test_cli_runner().invoke(args=["desk", "remove", "removed@campaign.test"])
    return found


def test_the_table_names_every_route_and_no_other(site: Flask) -> None:
    assert sorted(TABLE) == routes(site)


@pytest.mark.parametrize("fresh", [True, False])
def test_every_route_answers_every_role_as_the_table_says(
    people: dict[str, Visitor], clock: Clock, fresh: bool
) -> None:
    wrong: list[str] = []
    if not fresh:
        clock.move(minutes=6)
    for role, person in people.items():
        if isinstance(person, Officer) and role != "removed" and fresh:
            person.confirm_oneself()
        for route in sorted(TABLE):
            if not fresh and isinstance(TABLE[route], dict):
                continue
            told, wanted = answered(person, route), expected(route, role, fresh)
            if told != wanted:
                wrong.append(f"{role}: {route} is {told}, not {wanted}")
    assert wrong == []
