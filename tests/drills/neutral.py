"""Row 7 of docs/threats.md: a mailbox is seized: no mail of ours, in any language, tells its cause or the signatory's name."""

import tempfile
from datetime import datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from campaign.desk.identity import Profile, Texts, change_identity
from campaign.mail import sending as worker
from campaign.mail.carriers import Folder, write_message
from campaign.mail.sending import send_due
from campaign.world.languages import LANGUAGES
from tests.drills.drill import Control, Drill, Result, instead
from tests.drills.ground import FORM, Campaign, campaign
from tests.mail.test_neutral_mail import CAUSE, HEADERS, MAILS, titles, written
from tests.web.test_languages import TELLING

SENDER = "post@localhost"
OURS = Profile(
    contact="hello@seahorse.example.org",
    reply_to="replies@seahorse.example.org",
    texts={"en": Texts(name="Seahorse League", line="For the small ones")},
)
PERSON = (str(FORM["name"]), *str(FORM["name"]).split(), str(FORM["legislature"]))


def run(languages: int) -> Result:
    """Write every mail in these languages, sign in each under a name, and search all of it."""
    read, telling = 0, set[str]()
    with campaign() as ground, tempfile.TemporaryDirectory() as folder:
        with ground.tools.database.write() as session:
            change_identity(session, OURS, None, now=ground.tools.clock())
        for number, language in enumerate(list(LANGUAGES)[:languages]):
            mails = [written(ground.app, mail, Path(folder) / f"{number}-{mail.name}", language) for mail in MAILS]
            mails.append(_signed(ground, language, Path(folder) / f"{number}-signed"))
            telling |= {f"{language}: {word}" for mail in mails for word in _told(mail, language)}
            read += len(mails)
    found = ", ".join(sorted(telling)[:3]) or "nothing that tells"
    return Result(
        f"{read} mails of {len(MAILS)} kinds in {languages} languages: {found}", read > 0 and not telling
    )


def _signed(ground: Campaign, language: str, box: Path) -> str:
    """Sign in a language, and return the mail that comes."""
    form = ground.form(f"person-{language}@example.org")
    answer = ground.app.test_client().post(f"/{language}/appeal/sign", data=form)
    assert answer.status_code == 303, answer.status
    with ground.app.app_context():
        assert send_due(ground.tools, Folder(box)) == 1
    (path,) = box.glob("*.eml")
    return path.read_text(encoding="utf-8")


def _told(raw: str, language: str) -> list[str]:
    """Return what a mail tells: a word, a name, a header that should not be there, or more than plain text."""
    mail = message_from_string(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    shown = "\n".join(f"{value}" for name, value in mail.items() if name not in ("To", "Message-ID"))
    words = (
        *CAUSE,
        *titles(),
        *_letters_of_the_drill(),
        "seahorse",
        "small ones",
        *PERSON,
        *TELLING["en"],
        *TELLING[language],
    )
    everything = f"{shown}\n{mail.get_content()}".lower()
    found = [word for word in words if word.lower() in everything]
    found += [name for name in mail if name.lower() not in HEADERS]
    if (
        mail["From"] != SENDER
        or mail.get_content_type() != "text/plain"
        or SENDER.partition("@")[2] not in mail["From"]
    ):
        found.append("sender or kind")
    return found


def _letters_of_the_drill() -> tuple[str, ...]:
    return ("appeal",)


def _with_title(
    sender: str, recipient: str, message_id: str, subject: str, body: str, *, now: datetime
) -> EmailMessage:
    """Put the letter's title into the subject, as mails of other platforms have it."""
    return write_message(sender, recipient, message_id, f"{subject.strip()}: {titles()[0]}", body, now=now)


def _with_name(
    sender: str, recipient: str, message_id: str, subject: str, body: str, *, now: datetime
) -> EmailMessage:
    """Greet the reader by name."""
    return write_message(sender, recipient, message_id, subject, f"{FORM['name']},\n\n{body}", now=now)


DRILL = Drill(
    row=7,
    name="a seized mailbox tells no cause and no name",
    run=run,
    controls=(
        Control("a subject without the letter's title", instead(worker, "write_message", _with_title)),
        Control("a text without the reader's name", instead(worker, "write_message", _with_name)),
    ),
    full=len(LANGUAGES),
    small=2,
)
