"""How somebody joins with an invitation that was made at the desk: whoever made it has seen its link."""

import re
from urllib.parse import urlsplit

from tests.cast import PASSWORD, Officer

LINK = re.compile(r'<input id="link"[^>]*value="([^"]+)"')
BOX = "second-box@campaign.test"


def invited(by: Officer, email: str = BOX, role: str = "owner") -> Officer:
    """Let an owner invite a mailbox at the desk, and whoever has it join and sign in."""
    by.confirm_oneself()
    page = by.post("/desk/people", {"email": email, "role": role, "countries": ""})
    return join_by_link(by, page.text, email)


def join_by_link(by: Officer, page: str, email: str) -> Officer:
    """Follow the link that a page of the desk shows, as somebody with a new authenticator."""
    found = LINK.search(page)
    assert found is not None, page
    somebody, path = Officer(by.app, by.mailbox), urlsplit(found[1]).path
    secret = re.search(r'<code class="hash">([A-Z2-7]+)</code>', somebody.get(path).text)
    assert secret is not None
    somebody.secret, somebody.email = secret[1], email
    form = {"name": "Ines Vale", "password": PASSWORD, "code": somebody.code()}
    assert somebody.post(path, form).status_code == 303
    somebody.wait_for_code()
    assert somebody.sign_in().status_code == 303
    return somebody
