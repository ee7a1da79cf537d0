"""An owner checks the log in the browser, and keeps a line of it elsewhere."""

import re
from html import unescape

from sqlalchemy import text

from tests.cast import Officer
from tests.directory.book import fault

PAGE, HEAD = "/desk/log/check", "/desk/log/head"


def test_an_owner_keeps_a_line_and_the_log_is_checked_against_it(ines: Officer) -> None:
    shown = ines.post(HEAD, {}, PAGE).text
    found = re.search(r'<textarea id="head"[^>]*>(.*?)</textarea>', shown, re.DOTALL)
    assert found is not None
    line = unescape(found[1])
    assert "the log agrees with the line that you kept" in ines.post(PAGE, {"lines": line}).text
    wrong = ines.post(PAGE, {"lines": "no line"})
    assert wrong.status_code == 422
    assert "not a line that this page" in fault(wrong.text, "lines")
    assert "no line</textarea>" in wrong.text


def test_the_first_bad_entry_is_named(ines: Officer) -> None:
    assert "Every entry follows from the one before it." in ines.post(PAGE, {}).text
    with ines.tools.database.write() as session:
        session.execute(text("DROP TRIGGER log_entry_refuses_update"))
        session.execute(text("UPDATE log_entry SET actor = 'Nobody' WHERE id = 2"))
    assert "Entry 2 is missing or does not follow" in ines.post(PAGE, {}).text
