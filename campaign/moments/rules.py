"""What an officer may do to a letter's moments, and the words of a reason."""

from collections.abc import Mapping
from datetime import datetime

from campaign.letter.standing import CLOSED, ENGLISH, RESUMED, SUSPENDED, Standing, State, zone_of
from campaign.names.rules import NameRefused, accept_text

LONGEST_REASON, LONGEST_WHO = 600, 120
NOT_SHOWN = "This contains a line break, an address, or characters that cannot be shown. Type it on one line."


class MomentRefused(Exception):
    """This cannot be done to the letter now; the message says why."""


class ReasonRefused(ValueError):
    """A reason cannot be shown; `language` is its language, and the message says what is wrong."""

    def __init__(self, language: str, sentence: str) -> None:
        """Keep the language of the field at fault."""
        super().__init__(sentence)
        self.language = language


def check_possible(what: str, stands: Standing) -> None:
    """Raise MomentRefused if the letter stands so that this cannot be done to it."""
    if stands.state is State.WITHDRAWN:
        raise MomentRefused("It is withdrawn. That is not undone.")
    refusals = {
        SUSPENDED: {
            State.SUSPENDED: "It is suspended already.",
            State.CLOSED: "It is closed already: it takes no signatures.",
        },
        RESUMED: {
            State.OPEN: "It is open already.",
            State.EMBARGOED: "Nothing is suspended.",
            State.WAITING: "Nothing is suspended.",
        },
        CLOSED: {
            State.CLOSED: "It is closed already.",
            State.WAITING: "It has not opened yet. Give it another first day instead.",
        },
    }
    sentence = refusals[what].get(stands.state)
    if what == RESUMED and stands.days_left < 0:
        sentence = "Its last day is over. Give it a later last day first, and then resume."
    if sentence:
        raise MomentRefused(sentence)


def tidy_reason(typed: Mapping[str, str], *, needed: bool = True) -> dict[str, str]:
    """Return a reason by language as it is shown, without the languages that say nothing.

    Raises ReasonRefused; the English words must be there if a reason is `needed`, or is given in another language.
    """
    reason = {language: _tidy(language, words) for language, words in typed.items()}
    written = {language: words for language, words in reason.items() if words}
    if ENGLISH not in written and (needed or written):
        raise ReasonRefused(ENGLISH, "Say why, in English at least: readers of every language see it then.")
    return written


def read_moment(typed: str, time_zone: str) -> datetime:
    """Return a moment as a browser's field or a command gives it; without a zone, it is one in the letter's.

    Raises ValueError with a sentence.
    """
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError as fault:
        raise ValueError("Write the day and the time, such as 2026-12-10T10:00.") from fault
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(time_zone))


def tidy_who(typed: str) -> str:
    """Return what an officer calls the people of a preview link. Raises ValueError with a sentence."""
    try:
        who = accept_text(typed, limit=LONGEST_WHO)
    except NameRefused as fault:
        raise ValueError("Use one plain line of at most 120 characters, without an address.") from fault
    if not who:
        raise ValueError("Say for whom it is, so that you know which link to end.")
    return who


def _tidy(language: str, words: str) -> str:
    if len(words.strip()) > LONGEST_REASON:
        raise ReasonRefused(language, f"This is too long: use at most {LONGEST_REASON} characters.")
    try:
        return accept_text(" ".join(words.split()), limit=LONGEST_REASON)
    except NameRefused as fault:
        raise ReasonRefused(language, NOT_SHOWN) from fault
