"""An officer saves a filter and finds it again; no other officer sees it."""

import re
from html import unescape

from sqlalchemy import select, update

from campaign.review.models import SavedView
from tests.cast import Officer, Visitor
from tests.review.listing import look_for, numbers

VIEW = re.compile(r'<li><a href="([^"]+)"><bdi>([^<]+)</bdi></a></li>')


def save(officer: Officer, name: str, query: str = "") -> int:
    path = f"/desk/views?{query}" if query else "/desk/views"
    return officer.post(path, {"name": name}, f"/desk/queue?{query}").status_code


def views(officer: Officer) -> dict[str, str]:
    return {unescape(name): unescape(address) for address, name in VIEW.findall(officer.get("/desk/queue").text)}


def test_a_view_leads_back_to_its_filter(visitor: Visitor, vera: Officer) -> None:
    for number, country in enumerate(("FR", "DE", "FR")):
        visitor.sign_and_confirm(email=f"p{number}@example.org", country=country)
    vera.decide(1)
    assert save(vera, "French lawmakers", "country=FR&kind=lawmaker&older=1") == 303
    address = views(vera)["French lawmakers"]
    assert numbers(vera.get(address).text) == []
    vera.app.extensions["undersigned"].clock.move(hours=25)
    vera.sign_in()
    assert numbers(vera.get(address).text) == [3]
    assert save(vera, "French lawmakers", "country=DE") == 303, "the same name again replaces it"
    assert numbers(vera.get(views(vera)["French lawmakers"]).text) == [2]


def test_views_are_an_officers_own_and_no_other_officer_can_remove_them(visitor: Visitor, vera: Officer) -> None:
    other = Officer(visitor.app, visitor.mailbox).join("noor@campaign.test", "viewer", name="Noor Ohl")
    assert save(vera, "Mine", "country=FR") == 303
    assert save(other, "Mine", "country=DE") == 303
    assert "country=FR" in views(vera)["Mine"]
    assert "country=DE" in views(other)["Mine"]
    assert other.post("/desk/views/1/remove", {}, "/desk/queue").status_code == 303
    assert list(views(vera)) == ["Mine"]
    assert vera.post("/desk/views/1/remove", {}, "/desk/queue").status_code == 303
    assert (views(vera), list(views(other))) == ({}, ["Mine"])


def test_twenty_views_are_enough(visitor: Visitor, vera: Officer) -> None:
    for number in range(20):
        assert save(vera, f"View {number}", "kind=lawmaker") == 303
    page = vera.post("/desk/views", {"name": "One more"}, "/desk/queue")
    assert page.status_code == 422
    assert "You have twenty views" in page.text
    assert vera.post("/desk/views/7/remove", {}, "/desk/queue").status_code == 303
    assert save(vera, "One more") == 303
    assert len(views(vera)) == 20


def test_a_view_needs_a_name_and_a_page_that_is_not_old(somebody: Visitor, ines: Officer) -> None:
    assert save(ines, "") == 422
    assert save(ines, "n" * 61) == 422
    assert ines.client.post("/desk/views", data={"name": "x"}).status_code == 422
    assert views(ines) == {}


def test_what_was_searched_for_is_not_kept_with_a_view(somebody: Visitor, ines: Officer) -> None:
    somebody.sign_and_confirm()
    page = look_for(ines, "Kanaria")
    action = re.search(r'action="(/desk/views\?[^"]+)"', page)
    assert action is not None
    path = unescape(action[1])
    assert "find=" in path
    assert ines.post(path, {"name": "Somebody"}, path.replace("/desk/views", "/desk/queue")).status_code == 303
    with ines.tools.database.read() as session:
        assert session.scalars(select(SavedView.query)).all() == ["state=all"]


def test_what_a_view_says_is_read_anew_and_nonsense_in_it_left_out(somebody: Visitor, ines: Officer) -> None:
    save(ines, "<b>&", "country=FR")
    with ines.tools.database.write() as session:
        session.execute(
            update(SavedView).values(query="country=ZZ&kind=lawmaker&older=5&next=//evil&state=x&level=9")
        )
    assert views(ines) == {"<b>&": "/desk/queue?kind=lawmaker"}
