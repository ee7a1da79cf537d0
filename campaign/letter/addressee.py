"""The addressee of a letter in words: each signatory's own government, or the same addressee for all."""

from collections.abc import Sequence

from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import OWN
from campaign.web.languages import text
from campaign.world.countries import country_name
from campaign.world.named import Named


def addressee_for(letter: Letter, letter_text: LetterText, country: str) -> str:
    """Return the addressee for a signatory from `country`, in the language of the answer."""
    if letter.addressee != OWN or not country:
        return letter_text.addressee
    return addressed(country, letter_text.language)


def addressed(key: str, language: str, named: Sequence[Named] = ()) -> str:
    """Return how one recipient is addressed: one of the named, or a country's government.

    `EU` is the country of members of the European Parliament: their letter goes to the institutions of the Union.
    """
    for one in named:
        if one.key == key:
            return one.addressed(language)
    if key == "EU":
        return text("To the institutions of the European Union")
    return text("To the Government: %(country)s", country=country_name(key, language))
