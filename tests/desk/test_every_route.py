"""Who may open what: every route of the site for every role; a route that is missing here fails."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Officer, Visitor
from tests.conftest import Clock

ROLES = ("anonymous", "viewer", "verifier", "deliverer", "owner", "removed")
OPEN = dict.fromkeys(ROLES, "open")
STAFF = {**OPEN, "anonymous": "sign in", "removed": "sign in"}
VERIFIES = {**STAFF, "viewer": "forbidden", "deliverer": "forbidden"}
DELIVERS = {**STAFF, "viewer": "forbidden", "verifier": "forbidden"}
OWNS = {**VERIFIES, "verifier": "forbidden"}
FRESH, OWNS_FRESH, DELIVERS_FRESH = "fresh", "owner, fresh", "deliverer, fresh"
STANDING = {FRESH: STAFF, OWNS_FRESH: OWNS, DELIVERS_FRESH: DELIVERS}
LETTER = "/<lang:language>/<slug>"
PUBLIC = (
    "GET /",
    "GET /healthz",
    "GET /static/<path:filename>",
    "GET /<lang:language>/",
    "GET /<lang:language>/imprint",
    "GET /<lang:language>/privacy",
    "GET /identity/<mark>.css",
    "GET /identity/<mark>.<any(svg,png):kind>",
    f"GET {LETTER}",
    f"GET {LETTER}/<any(background):name>",
    f"GET {LETTER}/updates/<name>",
    f"GET {LETTER}/text.md",
    f"GET {LETTER}/sign",
    f"POST {LETTER}/sign",
    f"GET {LETTER}/sign/sent",
    f"GET {LETTER}/signatories",
    f"GET {LETTER}/signatories/<country>",
    f"GET {LETTER}/signatories.svg",
    f"GET {LETTER}/signatories-<any(world,europe):sheet>.svg",
    f"GET {LETTER}/not-me/<token>",
    f"POST {LETTER}/not-me/<token>",
    "GET /notice/<token>",
    "POST /notice/<token>",
    "GET /api/v1/letters",
    "GET /api/v1/letters/<slug>",
    "GET /api/v1/letters/<slug>/tally",
    "GET /api/v1/letters/<slug>/signatories",
    "GET /api/v1/letters/<slug>/deliveries",
    "GET /answers/<reference>",
    f"GET {LETTER}/deliveries",
    f"GET {LETTER}/deliveries-<any(world,europe):sheet>.svg",
    "GET /verify",
    "GET /<lang:language>/verify",
    "GET /guard/challenge",
    "GET /confirm/<token>",
    "POST /confirm/<token>",
    "POST /confirm/<token>/not-mine",
    "GET /confirm/disowned",
    "GET /signature/again",
    "POST /signature/again",
    "GET /signature/again/sent",
    "GET /signature/open/<token>",
    "POST /signature/open/<token>",
    "GET /signature/<token>",
    "POST /signature/<token>/mail",
    "GET /signature/<token>/data.json",
    "GET /signature/<token>/edit",
    "POST /signature/<token>/edit",
    "GET /signature/<token>/visibility",
    "POST /signature/<token>/visibility",
    "GET /signature/<token>/not-me",
    "POST /signature/<token>/not-me",
    "GET /signature/<token>/withdraw",
    "POST /signature/<token>/withdraw",
    "GET /signature/gone",
)
TABLE: dict[str, dict[str, str] | str] = {
    "GET /desk/": STAFF,
    "GET /desk/figures/days.svg": STAFF,
    "GET /desk/figures/by-<any(country,kind,language):by>.svg": STAFF,
    "GET /desk/queue": STAFF,
    "GET /desk/search": STAFF,
    "POST /desk/search": STAFF,
    "GET /desk/signatory/<int:number>": STAFF,
    "POST /desk/signatory/<int:number>": VERIFIES,
    "POST /desk/signatory/<int:number>/claim": VERIFIES,
    "POST /desk/signatory/<int:number>/undo": VERIFIES,
    "POST /desk/signatory/<int:number>/settle": VERIFIES,
    "POST /desk/next": VERIFIES,
    "GET /desk/intake": VERIFIES,
    "POST /desk/intake": VERIFIES,
    "POST /desk/intake/preview": VERIFIES,
    "POST /desk/intake/<int:number>/undo": VERIFIES,
    "POST /desk/find": STAFF,
    "POST /desk/views": STAFF,
    "POST /desk/views/<int:number>/remove": STAFF,
    "GET /desk/day": STAFF,
    "GET /desk/hold": VERIFIES,
    "GET /desk/waiting-mail": VERIFIES,
    "POST /desk/waiting-mail": VERIFIES,
    "POST /desk/hold": VERIFIES,
    "POST /desk/hold/preview": VERIFIES,
    "POST /desk/hold/<int:number>/undo": VERIFIES,
    "GET /desk/recalls": STAFF,
    "POST /desk/recalls/<int:number>": DELIVERS,
    "POST /desk/deliver/annex": DELIVERS_FRESH,
    "POST /desk/deliver/bundle": DELIVERS_FRESH,
    "GET /desk/deliver": STAFF,
    "GET /desk/export": DELIVERS_FRESH,
    "POST /desk/export": DELIVERS_FRESH,
    "GET /desk/recipients": STAFF,
    "GET /desk/deliveries": STAFF,
    "GET /desk/deliveries/<int:number>": STAFF,
    "GET /desk/deliveries/<int:number>/receipt": STAFF,
    "GET /desk/deliveries/<int:number>/document": STAFF,
    "POST /desk/deliveries/<int:number>/receipt": DELIVERS,
    "POST /desk/deliveries/<int:number>/approve": DELIVERS_FRESH,
    "POST /desk/deliveries/<int:number>/send": DELIVERS,
    "POST /desk/deliveries/<int:number>/receive": DELIVERS,
    "POST /desk/deliveries/<int:number>/answer": DELIVERS,
    "POST /desk/deliveries/<int:number>/undo": DELIVERS,
    "GET /desk/packages": STAFF,
    "POST /desk/packages": DELIVERS_FRESH,
    "GET /desk/packages/<int:number>": STAFF,
    "POST /desk/packages/<int:number>/cancel": DELIVERS,
    "POST /desk/packages/<int:number>/file": DELIVERS_FRESH,
    "POST /desk/deliver": DELIVERS,
    "GET /desk/sign-in": OPEN,
    "POST /desk/sign-in": OPEN,
    "POST /desk/sign-in/passkey": OPEN,
    "POST /desk/sign-out": STAFF,
    "GET /desk/invitation/<token>": OPEN,
    "POST /desk/invitation/<token>": OPEN,
    "GET /desk/confirm-yourself": STAFF,
    "POST /desk/confirm-yourself": STAFF,
    "POST /desk/confirm-yourself/passkey": STAFF,
    "GET /desk/me": STAFF,
    "GET /desk/me/alerts": STAFF,
    "POST /desk/me/alerts": STAFF,
    "POST /desk/me/alerts/clock": OWNS,
    "POST /desk/me/passkeys": FRESH,
    "POST /desk/me/passkeys/<int:number>/remove": FRESH,
    "POST /desk/me/recovery-codes": FRESH,
    "POST /desk/me/recovery-codes/seen": STAFF,
    "GET /desk/me/authenticator": FRESH,
    "POST /desk/me/authenticator": FRESH,
    "POST /desk/me/sessions/<int:number>/end": STAFF,
    "GET /desk/people": STAFF,
    "POST /desk/people": OWNS_FRESH,
    "GET /desk/people/<int:number>": OWNS,
    "POST /desk/people/<int:number>/role": OWNS_FRESH,
    "POST /desk/people/<int:number>/remove": OWNS_FRESH,
    "POST /desk/people/<int:number>/admit": OWNS_FRESH,
    "POST /desk/people/<int:number>/recover": OWNS_FRESH,
    "POST /desk/people/<int:number>/sessions/<int:which>/end": OWNS,
    "GET /desk/identity": OWNS,
    "POST /desk/identity": OWNS_FRESH,
    "GET /desk/identity/<lang:language>": OWNS,
    "POST /desk/identity/<lang:language>": OWNS_FRESH,
    "GET /desk/identity/confirmed": OWNS,
    "GET /desk/approvals": STAFF,
    "POST /desk/approvals/<int:number>": FRESH,
    "GET /desk/log": STAFF,
    **dict.fromkeys(PUBLIC, OPEN),
}


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
