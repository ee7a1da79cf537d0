"""What makes a visitor the owner of the address."""

import re
from enum import Enum

CODE = re.compile(r"\d{6}")
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3)


class Proof(Enum):
    """What a visitor brought to the confirmation page."""

    BROWSER = "browser"  # the browser that signed: the button suffices
    CODE = "code"  # the code from the mail, typed
    NOTHING = "nothing"  # a mail scanner brings this
    WRONG_CODE = "wrong code"


def typed_code(text: str) -> str | None:
    """Return six ASCII digits if that is what was typed, in any script's digits, spaces forgiven."""
    digits = "".join(text.translate(DIGITS).split())
    return digits if CODE.fullmatch(digits) else None
