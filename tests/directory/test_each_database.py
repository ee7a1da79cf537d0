"""The address book, parliaments' domains and bars are kept on SQLite and on PostgreSQL."""

from tests.cast import Officer, agree
from tests.directory.book import BERLIN, NEW, save, send
from tests.directory.test_parliaments import MAILBOX, ask, proves


def test_offices_domains_and_bars_are_changed_on_each_database(vera: Officer) -> None:
    second = Officer(vera.app, vera.mailbox).join("second@campaign.test", name="Paul Ried")
    vera.confirm_oneself()
    assert vera.post("/desk/offices/kinds", {"name": "justice", "words": "ministry of justice"}).status_code == 303
    assert save(vera, confirmed_on="yes").status_code == 303
    assert save(vera, NEW, country="BE", office="justice").status_code == 303
    assert send(vera, vera.get(BERLIN).text, f"{BERLIN}/drop", {}).status_code == 303
    assert {one.country for one in vera.tools.recipients.every if one.office == "justice"} == {"BE"}
    assert ask(vera).status_code == 303
    second.confirm_oneself()
    agree(second)
    assert proves(vera, MAILBOX) == "House of Shores, FR"
    page = "/desk/parliaments/house.example"
    assert send(vera, vera.get(page).text, f"{page}/end", {}).status_code == 303
    assert proves(vera, MAILBOX) == ""
    assert vera.post("/desk/barred", {"email": "a@b.example", "reason": "asked"}).status_code == 303
    assert "1 address is barred" in vera.get("/desk/barred").text
