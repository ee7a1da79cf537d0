"""What makes a visitor the owner of the address."""

import re
from enum import Enum

FILLERS = frozenset({*(digit * 6 for digit in "0123456789"), "123456", "012345", "654321", "123123", "121212"})
CODE = re.compile(r"\d{6}")
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3)


class MailboxProof(Enum):
    """What a visitor brought to the confirmation page."""

    BROWSER = "browser"  # the browser that signed: the button suffices
    CODE = "code"  # the code from the mail, typed
    NOTHING = "nothing"  # a mail scanner brings this
    WRONG_CODE = "wrong code"


def typed_code(text: str) -> str | None:
    """Return six ASCII digits if that is what was typed, in any script's digits, spaces forgiven.

    What a scanner fills number fields with is no code at all: it would use the owner's five tries up.
    """
    digits = "".join(text.translate(DIGITS).split())
    return digits if CODE.fullmatch(digits) and digits not in FILLERS else None
