"""The page about mail says what waits and why, and an owner lets a paused server be tried again."""

from datetime import timedelta

from campaign.mail.pauses import pause_server
from tests.cast import Officer
from tests.directory.book import logged


def test_an_owner_sees_why_mails_wait_and_lets_them_go(ines: Officer) -> None:
    quiet = ines.get("/desk/mail").text
    assert "Nothing keeps mails from going out." in quiet
    assert "Try again now" not in quiet
    ines.sign()
    with ines.tools.database.write() as session:
        now = ines.tools.clock() - timedelta(minutes=1)
        pause_server(session, "mail.example", "ratelimit", tried=False, now=now)
    page = ines.get("/desk/mail").text
    assert "<dt>Waiting to be sent</dt><dd>1</dd>" in page
    assert "the mail server mail.example refuses us" in page
    assert ines.post("/desk/mail/resume", {}, "/desk/mail").headers["Location"] == "/desk/mail?resumed=1"
    assert "The worker tries again now." in ines.get("/desk/mail?resumed=1").text
    assert "resume mail" in logged(ines)
    assert "mail.example" not in logged(ines)
    assert "Try again now" not in ines.get("/desk/mail").text


def test_a_viewer_sees_it_and_has_no_button(ines: Officer) -> None:
    with ines.tools.database.write() as session:
        pause_server(session, "mail.example", "ratelimit", tried=False, now=ines.tools.clock())
    viewer = Officer(ines.app, ines.mailbox).join("will@campaign.test", "viewer", "Will Ash")
    page = viewer.get("/desk/mail").text
    assert "mail.example refuses us" in page
    assert '<button class="button">Try again now' not in page
