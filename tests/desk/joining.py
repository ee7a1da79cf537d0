"""Join with an invitation that was made at the desk; the owner who made it has seen its link."""

import re
from urllib.parse import urlsplit

from tests.cast import PASSWORD, Officer

LINK = re.compile(r'<input id="link"[^>]*value="([^"]+)"')
BOX = "second-box@campaign.test"


def invited(by: Officer, email: str = BOX, role: str = "owner") -> Officer:
    """Let an owner invite a mailbox at the desk, and let its reader join and sign in."""
    by.confirm_oneself()
    page = by.post("/desk/people", {"email": email, "role": role, "countries": ""})
    return join_by_link(by, page.text, email)


def join_by_link(by: Officer, page: str, email: str) -> Officer:
    """Follow the link on a page of the desk, with a new authenticator."""
    found = LINK.search(page)
    assert found is not None, page
    officer, path = Officer(by.app, by.mailbox), urlsplit(found[1]).path
    secret = re.search(r'<code class="hash">([A-Z2-7]+)</code>', officer.get(path).text)
    assert secret is not None
    officer.secret, officer.email = secret[1], email
    form = {"name": "Ines Vale", "password": PASSWORD, "code": officer.code()}
    assert officer.post(path, form).status_code == 303
    officer.wait_for_code()
    assert officer.sign_in().status_code == 303
    return officer
