"""The words around the roll, in the letter's language: a recipient gets one document in one language."""

from collections.abc import Callable

from campaign.deliver.rules import ENGLISH_LABELS
from campaign.deliver.service import Wording
from campaign.letter.addressee import government_of
from campaign.letter.models import Letter, LetterText
from campaign.roll.rules import Tally
from campaign.verify.rules import LEVELS
from campaign.web.languages import current_language, speak, text
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries
from campaign.world.languages import format_number


def word(letter: Letter, letter_text: LetterText, tally: Tally, first: str) -> Wording:
    """Return the words for the government of `first`, or for all addressees if it is empty."""
    spoken = current_language()
    speak(letter_text.language)
    wording = Wording(
        first=first,
        recipient=government_of(first, letter_text.language) if first else letter_text.addressee,
        covering=_covering(letter, letter_text, tally),
        labels={name: text(english) for name, english in ENGLISH_LABELS.items()}
        | {f"level_{level}": text(words) for level, words in LEVELS.items()},
        countries=countries(letter_text.language),
    )
    speak(spoken)
    return wording


def _covering(letter: Letter, letter_text: LetterText, tally: Tally) -> str:
    """Return the covering page as Markdown; counts stand after their words, so that no language needs plurals."""

    def number(value: int) -> str:
        return format_number(value, letter_text.language)

    page = f"{toolbox().site.url}/{letter_text.language}/{letter.slug}"
    paragraphs = [
        text(
            "On behalf of its signatories we have the honour to hand you the open letter “%(title)s”.",
            title=letter_text.title,
        ),
        _named(tally, number),
    ]
    if tally.withheld or tally.counted:
        paragraphs.append(
            text(
                "Others signed without being named here, most of them for their safety. Names withheld: %(withheld)s. Counted only: %(counted)s.",
                withheld=number(tally.withheld),
                counted=number(tally.counted),
            )
        )
    paragraphs += [
        text(
            "Each signatory confirmed their own e-mail address, and the campaign then established who they are. How far it could is marked beside each name and explained in this document."
        ),
        text("The letter can be read and its hash compared at %(page)s.", page=page),
    ]
    return "\n\n".join(paragraphs)


def _named(tally: Tally, number: Callable[[int], str]) -> str:
    """Say how many are named, leaving out a kind that nobody signed as."""
    values = {
        "lawmakers": number(tally.lawmakers),
        "activists": number(tally.activists),
        "countries": number(sum(1 for country in tally.countries.values() if country.named)),
    }
    if not tally.lawmakers:
        return text(
            "It is signed by name by activists: %(activists)s, in countries and territories: %(countries)s.",
            **values,
        )
    if not tally.activists:
        return text(
            "It is signed by name by lawmakers: %(lawmakers)s, in countries and territories: %(countries)s.",
            **values,
        )
    return text(
        "It is signed by name by lawmakers: %(lawmakers)s, and activists: %(activists)s, in countries and territories: %(countries)s.",
        **values,
    )
