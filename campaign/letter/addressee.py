"""To whom a letter goes: for each signatory their own government, or the same body for all."""

from campaign.letter.models import Letter, LetterText
from campaign.web.languages import text
from campaign.world.countries import country_name


def addressee_for(letter: Letter, letter_text: LetterText, country: str) -> str:
    """Return who is written to on behalf of somebody from `country`, in the language being spoken."""
    if letter.addressee != "own-government" or not country:
        return letter_text.addressee
    return government_of(country, letter_text.language)


def government_of(country: str, language: str) -> str:
    """Return how a country's government is addressed; the European Parliament's members write to the Union."""
    if country == "EU":
        return text("To the institutions of the European Union")
    return text("To the Government: %(country)s", country=country_name(country, language))
