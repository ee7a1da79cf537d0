"""What the public sees of those who signed."""

import pytest

from campaign.letter.kinds import SHIPPED
from campaign.roll.rules import Position, PositionMalformed, tally_rows
from tests.cast import ACTIVIST, Officer, Visitor
from tests.roll.reading import PageReader

HERE, ELSEWHERE = Position("FR", "lawmaker", b"key\nand more", 1), Position("DE", "lawmaker", b"key", 1)


def test_a_signatory_is_listed_only_after_the_desk_has_checked_them(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    assert "Odile" not in visitor.get("/en/appeal/signatories").text
    vera.decide(1)
    assert "Odile Verchamp" in visitor.get("/en/appeal/signatories").text
    assert "France" in visitor.get("/en/appeal").text


def test_a_lawmaker_below_level_3_is_not_listed(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    vera.decide(1, level="2", method="mailbox")
    assert "Odile" not in visitor.get("/en/appeal/signatories").text


def test_lawmakers_come_first_then_activists_each_sorted(visitor: Visitor, vera: Officer) -> None:
    people = [
        ("activist", "Åsa Dahlman"),
        ("lawmaker", "Zoé Ardant"),
        ("activist", "Bela Trost"),
        ("lawmaker", "Édouard Belin"),
        ("lawmaker", "eva Brunel"),
    ]
    for number, (kind, name) in enumerate(people, 1):
        person = {**ACTIVIST, "country": "FR", "visibility": "public", "consent": ["sign", "publish", "deliver"]}
        changes = person if kind == "activist" else {}
        visitor.sign_and_confirm(changes, name=name, latin_name="", email=f"p{number}@example.org")
        assert vera.decide(number).status_code == 303
    page = visitor.get("/en/appeal/signatories").text
    wanted = ["Édouard Belin", "eva Brunel", "Zoé Ardant", "Åsa Dahlman", "Bela Trost"]
    assert sorted(wanted, key=page.index) == wanted


def test_withheld_and_counted_names_are_numbers_and_nothing_else(visitor: Visitor, vera: Officer) -> None:
    for number, visibility in enumerate(("withheld", "counted"), 1):
        visitor.sign_and_confirm(ACTIVIST, visibility=visibility, email=f"p{number}@example.org")
        vera.decide(number)
    for path in ("/en/appeal/signatories", "/en/appeal"):
        page = visitor.get(path).text
        assert "names withheld" in page
        assert "counted only" in page
        for hidden in (str(ACTIVIST["name"]), "Sonam", "Lake House", "Tibetan", "Switzerland"):
            assert hidden not in page
    assert visitor.get("/en/appeal/signatories/CH").status_code == 404


def test_a_country_shows_its_withheld_from_five_on() -> None:
    tally = tally_rows(
        [("CH", "activist", "withheld", 4), ("DE", "activist", "withheld", 3), ("DE", "lawmaker", "withheld", 2)]
    )
    assert tally.countries["DE"].withheld == 5
    assert "CH" not in tally.countries
    assert (tally.elsewhere, tally.withheld, tally.total) == (4, 9, 9)


def test_no_public_page_tells_an_hour(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    vera.decide(1)
    for path in ("/en/appeal", "/en/appeal/signatories", "/en/appeal/signatories/FR"):
        assert "09:0" not in visitor.get(path).text


def test_a_long_country_is_paged_without_losing_or_repeating_a_name(
    visitor: Visitor, vera: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.roll.views.PAGE", 2)
    names = ["Ada Rue", "Bo Rue", "Bo Rue", "Bo Rue", "Bo Rue", "Bo Rue", "Cy Rue"]
    for number, name in enumerate(names, 1):
        visitor.sign_and_confirm(name=name, party=f"p{number}", latin_name="", email=f"p{number}@example.org")
        vera.decide(number)
    parties: list[str] = []
    names, path = [], "/en/appeal/signatories/FR"
    while path:
        page = visitor.get(path).text
        words = PageReader(page).isolated
        names, parties = names + words[::2], parties + [word.rpartition(" ")[2] for word in words[1::2]]
        path = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0] if 'rel="next"' in page else ""
    assert names == ["Ada Rue", *["Bo Rue"] * 5, "Cy Rue"]
    assert sorted(parties) == [f"p{number}" for number in range(1, 8)]


def test_the_next_page_begins_after_the_last_name_even_if_a_signatory_left(
    visitor: Visitor, vera: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.roll.views.PAGE", 2)
    private = {}
    for number, name in enumerate(["Ada Rue", "Bo Rue", "Cy Rue"], 1):
        private[name] = visitor.sign_and_confirm(name=name, email=f"p{number}@example.org")
        vera.decide(number)
    page = visitor.get("/en/appeal/signatories/FR").text
    following = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    visitor.client.post(f"{private['Bo Rue']}/withdraw")
    assert "Cy Rue" in visitor.get(following).text


@pytest.mark.parametrize(
    "after", ["x", "====", "bGF3bWFrZXIKMQ", "a" * 500, HERE.written()[:8], ELSEWHERE.written()]
)
def test_an_invented_position_in_the_list_is_not_found(visitor: Visitor, vera: Officer, after: str) -> None:
    visitor.sign_and_confirm()
    vera.decide(1)
    assert visitor.get(f"/en/appeal/signatories/FR?after={after}").status_code == 404


@pytest.mark.parametrize(
    "place",
    [("XX", "lawmaker", b"", 1), ("FR", "x", b"", 1), ("FR", "lawmaker", b"", 0), ("FR", "lawmaker", b"", 10**9)],
)
def test_a_position_that_no_page_wrote_is_malformed(place: tuple[str, str, bytes, int]) -> None:
    with pytest.raises(PositionMalformed):
        Position.read(Position(*place).written(), SHIPPED)


def test_markup_in_a_name_stays_text(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm(name="Ana <b>Bold</b>")
    vera.decide(1)
    assert "Ana &lt;b&gt;Bold&lt;/b&gt;" in visitor.get("/en/appeal/signatories").text


def test_the_roll_is_shown_on_the_command_line(visitor: Visitor, vera: Officer) -> None:
    visitor.sign_and_confirm()
    vera.decide(1)
    run = visitor.app.test_cli_runner()
    assert "Odile Verchamp" in run.invoke(args=["roll", "show", "appeal", "--country", "fr"]).output
    assert run.invoke(args=["roll", "show", "nothing"]).exit_code != 0


def test_namesakes_are_sorted_by_their_entries_and_not_by_when_they_signed(
    visitor: Visitor, vera: Officer
) -> None:
    for number, party in enumerate(("Zweite Liste", "Erste Liste"), 1):
        visitor.sign_and_confirm(party=party, email=f"p{number}@example.org")
        assert vera.decide(number).status_code == 303
    page = visitor.get("/en/appeal/signatories").text
    assert page.index("Erste Liste") < page.index("Zweite Liste")
