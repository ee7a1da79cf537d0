"""The words around the roll, in the letter's language: a recipient gets one document in one language."""

from collections.abc import Callable, Sequence

from campaign.deliver.bundle import Bundle
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
        labels=_labels(),
        countries=countries(letter_text.language),
    )
    speak(spoken)
    return wording


def word_annex(bundle: Bundle, language: str, first: str, codes: Sequence[str]) -> Wording:
    """Return the words for an annex that names one signatory for each of `codes`, their countries.

    Needs no database and no settings: it is said on a laptop too.
    """
    spoken = current_language()
    speak(language)
    wording = Wording(
        first=first,
        recipient=government_of(first, language),
        covering=_covering_annex(bundle.texts[language].title, language, codes),
        labels=_labels(),
        countries=countries(language),
    )
    speak(spoken)
    return wording


def _checked() -> str:
    return text(
        "Each signatory confirmed their own e-mail address, and the campaign then established who they are. How far it could is marked beside each name and explained in this document."
    )


def _labels() -> dict[str, str]:
    return {name: text(english) for name, english in ENGLISH_LABELS.items()} | {
        f"level_{level}": text(words) for level, words in LEVELS.items()
    }


def _covering_annex(title: str, language: str, codes: Sequence[str]) -> str:
    """Return the annex's covering page as Markdown."""
    paragraphs = [
        text(
            "This annex goes with the open letter “%(title)s”. It names people who signed the letter and whose names are withheld from the public.",
            title=title,
        ),
        text(
            "Names in this annex: %(names)s, in countries and territories: %(countries)s.",
            names=format_number(len(codes), language),
            countries=format_number(len(set(codes)), language),
        ),
        text(
            "Each of them chose who may read their name, and you are among those they chose. Some would be in danger if it became known. Please do not publish this annex, copy it or pass it on."
        ),
        _checked(),
    ]
    return "\n\n".join(paragraphs)


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
        _checked(),
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
