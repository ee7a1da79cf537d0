"""One search for signatories, letters and deliveries, which leaves nothing that was typed in an address."""

import re
from urllib.parse import unquote

from flask import Flask

from tests.cast import ACTIVIST, Officer
from tests.withdraw.ground import deliver


def found(officer: Officer, words: str) -> str:
    """Search from any page of the desk, and return what stands on the page in one line."""
    sent = officer.post("/desk/search", {"words": words}, "/desk/people")
    assert sent.status_code == 303
    address = sent.headers["Location"]
    assert words not in unquote(address)
    return " ".join(officer.get(address).text.split())


def test_a_signatory_is_found_in_any_script_and_the_hit_leads_to_the_card(ines: Officer) -> None:
    ines.sign_and_confirm()
    ines.sign_and_confirm(ACTIVIST)
    for words in ("verchamp ODILE", "rives", "Sonam", "བསོད་ནམས"):
        assert re.search(r'href="/desk/signatory/\d+"><bdi>', found(ines, words)), words
    assert "No entry contains these words" in found(ines, "Nobody Here")
    assert "withheld" in found(ines, "Sonam")


def test_a_withheld_name_stays_shut_where_its_key_is_not(site: Flask, ines: Officer) -> None:
    ines.sign_and_confirm(ACTIVIST)
    object.__setattr__(ines.tools, "keys", None)
    page = found(ines, "Sonam")
    assert "1 withheld name could not be searched here" in page
    assert "Yangchen" not in page


def test_a_letter_is_found_by_a_word_of_its_title_in_any_language(ines: Officer) -> None:
    for words in ("appeal", "AN app", "呼籲"):
        assert 'href="/desk/letters/appeal">An appeal' in found(ines, words), words
    assert "No title contains these words" in found(ines, "appeal lake")


def test_a_delivery_is_found_by_reference_and_by_recipient(ines: Officer) -> None:
    ines.sign_and_confirm()
    deliver(ines, 1)
    for words in ("APPEAL-FR-1", "appeal-fr", "France"):
        assert 'href="/desk/deliveries/1">APPEAL-FR-1' in found(ines, words), words
    assert "No reference and no recipient" in found(ines, "Atlantis")


def test_the_box_is_on_every_page_and_an_empty_search_finds_nothing(ines: Officer) -> None:
    for path in ("/desk/", "/desk/people", "/desk/log"):
        assert 'id="quick" name="words"' in ines.get(path).text
    sent = ines.post("/desk/search", {"words": "  "}, "/desk/")
    assert sent.headers["Location"] == "/desk/search"
    assert "<h2>" not in ines.get("/desk/search?find=forged").text
