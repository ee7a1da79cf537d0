"""Row 9: 10,000 posts that all name one address, in all its spellings and from everywhere, send three mails."""

from pathlib import Path

from campaign.mail.carriers import carrier
from campaign.mail.models import Mail
from campaign.mail.worker import send_due
from tests.drills.ground import Campaign, campaign

POSTS = 10_000


def run() -> tuple[str, bool]:
    """Post, let the worker send what is owed, and count the mails and the answers that differ."""
    with campaign() as ground:
        answers = {_post(ground, number) for number in range(POSTS)}
        rows = ground.count(Mail)
        folder = ground.tools.site.root / ground.tools.site.mail_url.removeprefix("maildir:")
        carries = carrier(ground.tools.site.mail_url, ground.tools.site.root)
        with ground.app.app_context():
            while send_due(ground.tools, carries):
                pass
        mails, left = _mails(folder), ground.count(Mail)
    told = f"{POSTS:,} posts to one address: {mails} mails; {len(answers)} different answer, {rows:,} rows of work, {left} left"
    return told, (mails, len(answers), rows, left) == (3, 1, POSTS, 0)


def _post(ground: Campaign, number: int) -> bytes:
    """Send the form, with the address spelled another way each time; return the whole answer but the cookie."""
    name = "vi.ctim" if number % 2 else "Victim"
    form = ground.form(f"{name}+{number}@{'gmail' if number % 3 else 'googlemail'}.com")
    client = {"REMOTE_ADDR": f"203.{number >> 8 & 255}.{number & 255}.7"}
    answer = ground.app.test_client().post("/en/appeal/sign", data=form, environ_overrides=client)
    return b"%s %s %s" % (answer.status.encode(), answer.headers["Location"].encode(), answer.data)


def _mails(folder: Path) -> int:
    return len(list(folder.glob("*.eml")))
