"""The pages of a letter that is suspended, under embargo, or about to be withdrawn."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from campaign.letter.models import Letter


def moments(hung: Any) -> None:
    """Let an owner suspend the letter, put it under embargo and ask to withdraw it, and open what readers see then."""
    vera, visitor, page, acts = hung.vera, hung.visitor, "/desk/letters/appeal/moments", "/desk/letters/appeal"
    vera.confirm_oneself()
    assert visitor.sign(email="moments@example.org").status_code == 303
    link, why = (
        visitor.link_and_code()[0],
        {"reason-en": "The list was wrong.", "reason-ar": "كانت القائمة خاطئة."},
    )
    hung.keep("a reason, malformed", vera.post(f"{acts}/suspend", {"reason-en": "x " * 400}, page), 422)
    assert vera.post(f"{acts}/suspend", why, page).status_code == 303
    for path, status in ((page, 200), ("/en/appeal", 200), ("/ar/appeal/sign", 410), (link, 200)):
        hung.keep(f"{path}, suspended", (vera if path == page else visitor).get(path), status)
    assert vera.post(f"{acts}/resume", {}, page).status_code == 303
    hung.keep("a withdrawal, asked for", vera.post(f"{acts}/withdraw", why, f"{acts}/withdraw"), 202)
    with visitor.tools.database.write() as session:
        session.scalars(select(Letter)).one().embargo_until = visitor.tools.clock() + timedelta(days=1)
    made = hung.keep("a preview link", vera.post(f"{acts}/previews", {"who": "the press"}, page))
    found = re.search(r'value="http://localhost(/preview/[^"]+)"', made.text)
    assert found is not None
    assert visitor.get(found[1]).status_code == 303
    hung.seen.add("/preview/<token>")
    hung.keep("a letter under embargo", visitor.get("/en/appeal"))
    hung.keep("moments under embargo", vera.get(page))
    assert vera.app.test_cli_runner().invoke(args=["letter", "embargo", "appeal", "now"]).exit_code == 0
