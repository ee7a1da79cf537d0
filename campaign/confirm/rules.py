"""How a visitor shows that the address is theirs, and how long they may answer."""

import re
from datetime import datetime, timedelta
from enum import Enum

from campaign.letter.standing import Dated, day_begins
from campaign.sign.rules import INTENT_LIFE

# Six digits that mail scanners type into number fields.
FILLERS = frozenset({*(digit * 6 for digit in "0123456789"), "123456", "012345", "654321", "123123", "121212"})
CODE = re.compile(r"\d{6}")
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3)
ANSWER_LIFE = (
    INTENT_LIFE  # after a letter closes, for those who were asked anew: as long as for those who signed in time
)


class MailboxProof(Enum):
    """How a visitor of the confirmation page shows that they read the mailbox."""

    BROWSER = "browser"  # the browser that signed: the button is enough
    CODE = "code"  # the code from the mail, typed
    NOTHING = "nothing"  # a mail scanner submits forms, but has no code
    WRONG_CODE = "wrong code"


def typed_code(text: str) -> str | None:
    """Return six ASCII digits if six digits were typed, with or without spaces; None otherwise.

    Arabic, Persian and full-width digits count too. The numbers that mail scanners fill into forms count as no code:
    they would use up the owner's five tries.
    """
    digits = "".join(text.translate(DIGITS).split())
    return digits if CODE.fullmatch(digits) and digits not in FILLERS else None


def answers_until(letter: Dated) -> datetime:
    """Return until when a signatory may answer whether they sign a new version."""
    return day_begins(letter.closes_on + timedelta(days=1), letter.time_zone) + ANSWER_LIFE
