"""Only the governments that a signatory ticked may read their withheld name."""

import pytest

from campaign.confirm.service import find_intent, open_intent
from campaign.sign.rules import readers
from tests.cast import ACTIVIST, Visitor


def kept_readers(visitor: Visitor) -> tuple[str, ...]:
    """Return the recipients in the intent of the newest mail."""
    link, _code = visitor.link_and_code()
    secret = visitor.tools.tokens.read("confirm", link.rsplit("/", 1)[1])
    with visitor.tools.database.read() as session:
        return open_intent(find_intent(session, secret), secret).entry.recipients


@pytest.mark.parametrize(
    ("ticked", "kept"),
    [
        ([], ()),
        (["own"], ("CH",)),
        (["JP", "FR"], ("FR", "JP")),
        (["own", "CH"], ("CH",)),
        (["RU", "XX", "<b>"], ()),
    ],
)
def test_only_governments_that_the_letter_is_handed_to_can_be_ticked(
    visitor: Visitor, ticked: list[str], kept: tuple[str, ...]
) -> None:
    assert visitor.sign(ACTIVIST, recipient=ticked).status_code == 303
    assert kept_readers(visitor) == kept


def test_a_public_name_keeps_no_ticks(visitor: Visitor) -> None:
    visitor.sign(recipient=["FR"])
    assert kept_readers(visitor) == ()


def test_the_confirmation_page_names_the_governments(visitor: Visitor) -> None:
    visitor.sign(ACTIVIST, recipient=["JP", "own"])
    link, _code = visitor.link_and_code()
    assert "Japan and Switzerland" in visitor.get(link).text


def test_ticks_are_kept_when_something_else_was_wrong(visitor: Visitor) -> None:
    page = visitor.sign(ACTIVIST, name="", recipient=["JP"]).text
    assert 'value="JP" checked' in page
    assert 'value="FR" checked' not in page


def test_own_means_the_country_chosen() -> None:
    assert readers(["own", "FR"], "MA", ("FR", "DE")) == ("FR", "MA")
