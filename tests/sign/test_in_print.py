"""A visitor whose name the document cannot print is told before they sign, and so is the desk."""

from tests.cast import ACTIVIST, Officer, Visitor

GOTHIC = "\U00010330"  # a letter of no living script, which no font of ours draws
PUBLIC = {**ACTIVIST, "visibility": "public", "consent": ["sign", "publish", "deliver"]}
CANNOT = f"The document that is handed over cannot print {GOTHIC}"
ASKS = "Please give your name in Latin letters too"
IN_LATIN = "Your name stands there in Latin letters."
LEFT_OUT = "They are left out there."


def asked(visitor: Visitor, **fields: object) -> str:
    """Return the page that shows what will be signed."""
    visitor.sign({**PUBLIC, **fields})
    link, _code = visitor.link_and_code()
    return visitor.get(link).text


def test_a_visitor_without_a_latin_name_is_asked_for_one_before_they_sign(visitor: Visitor) -> None:
    page = asked(visitor, name=f"{GOTHIC} Test", latin_name="")
    assert CANNOT in page
    assert ASKS in page


def test_a_visitor_with_a_latin_name_reads_that_it_will_be_printed(visitor: Visitor) -> None:
    page = asked(visitor, name=f"{GOTHIC} Test", latin_name="Wulf Test")
    assert CANNOT in page
    assert IN_LATIN in page
    assert ASKS not in page


def test_a_line_beside_the_name_that_cannot_be_printed_is_named_too(visitor: Visitor) -> None:
    page = asked(visitor, affiliation=f"House of {GOTHIC}")
    assert CANNOT in page
    assert LEFT_OUT in page
    assert IN_LATIN not in page


def test_a_counted_name_and_a_name_that_can_be_printed_get_no_note(visitor: Visitor) -> None:
    assert CANNOT not in asked(visitor, name=f"{GOTHIC} Test", latin_name="", visibility="counted")
    page = asked(visitor, name="葛\U000e0100 ଓଡ଼ିଆ", latin_name="")
    assert "cannot print" not in page


def test_the_private_page_and_the_card_at_the_desk_say_it_too(visitor: Visitor) -> None:
    page = visitor.sign_and_confirm({**PUBLIC, "name": f"{GOTHIC} Test", "latin_name": ""})
    assert ASKS in visitor.get(page).text
    card = Officer(visitor.app, visitor.mailbox).join().get("/desk/signatory/1").text
    assert f"no font here draws <bdi>{GOTHIC}</bdi>" in card
    assert "Ask for one before you accept" in card


def test_the_card_of_a_name_that_can_be_printed_has_no_note(visitor: Visitor) -> None:
    visitor.sign_and_confirm({**PUBLIC, "name": "𠮷野 𞤀𞤣𞤤𞤢𞤥"})
    vera = Officer(visitor.app, visitor.mailbox).join()
    assert "no font here draws" not in vera.get("/desk/signatory/1").text
