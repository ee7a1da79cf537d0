"""Count by day what leaves no row behind: forms that were typed, and the mails to confirm them.

A form's row is deleted after 72 hours and a mail's when it is sent, so the worker counts them before. The counts hold
no person, and no row's number: they cannot be led back to anyone.
"""

from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from campaign.letter.models import Letter, LetterText
from campaign.mail.models import Mail
from campaign.mail.rules import FORMS
from campaign.office.models import CountMark, DailyCount
from campaign.office.rules import FORMS_TYPED, MAILS_GIVEN_UP, MAILS_SENT
from campaign.sign.models import Intent
from campaign.storage.database import Database
from campaign.storage.statements import Turn, insert_once, table_of, wait_turn

CONFIRM = "sign/confirm"  # the mail that a form causes
ONE = 1  # the number of the mark's only row
SETTLED = timedelta(minutes=1)  # what came earlier than this is committed, whichever process took it
COUNT = table_of(DailyCount)


def count_forms(database: Database, now: datetime) -> None:
    """Count the forms that came since the last round; the worker calls this every few minutes, before forms expire."""
    with database.read() as session:
        mark = session.get(CountMark, ONE)
        if mark is not None and not _any_since(session, mark.through, now - SETTLED):
            return
    with database.write() as session:
        wait_turn(session, Turn.COUNT)  # another worker may be counting the same forms
        insert_once(session, CountMark, {"id": ONE, "since": now, "through": now - SETTLED})
        mark = session.get_one(CountMark, ONE, populate_existing=True)
        for (slug, day), count in _forms(session, mark.through, now - SETTLED).items():
            add_count(session, FORMS_TYPED, slug, day, count)
        mark.through = max(mark.through, now - SETTLED)


def note_mail(session: Session, mail_id: int, accepted: bool, now: datetime) -> None:
    """Count a mail that confirms forms, when it is accepted or given up; one that leads back to a signature is none."""
    if session.scalar(select(Mail.gathers).where(Mail.id == mail_id)) == FORMS:
        add_count(session, MAILS_SENT if accepted else MAILS_GIVEN_UP, "", now.date(), 1)


def add_count(session: Session, what: str, letter: str, on: date, count: int) -> None:
    """Add to one day's count."""
    key = {"counted_on": on, "letter": letter, "what": what}
    if not insert_once(session, DailyCount, {**key, "count": count}):
        same = (COUNT.c.counted_on == on) & (COUNT.c.letter == letter) & (COUNT.c.what == what)
        session.connection().execute(update(COUNT).where(same).values(count=COUNT.c.count + count))


def counts_of(session: Session) -> tuple[Counter[tuple[str, str]], date | None]:
    """Return all counts by letter and what, and the day since which the campaign counts, None if it does not yet."""
    rows = session.execute(
        select(DailyCount.letter, DailyCount.what, func.sum(DailyCount.count)).group_by(
            DailyCount.letter, DailyCount.what
        )
    )
    mark = session.get(CountMark, ONE)
    return Counter(
        {(letter, what): int(count) for letter, what, count in rows}
    ), mark.since.date() if mark else None


def _between(after: datetime, through: datetime) -> ColumnElement[bool]:
    return (Intent.created_at > after) & (Intent.created_at <= through)


def _any_since(session: Session, after: datetime, through: datetime) -> bool:
    return session.scalar(select(Intent.id).where(_between(after, through)).limit(1)) is not None


def _forms(session: Session, after: datetime, through: datetime) -> Counter[tuple[str, date]]:
    moments = (
        select(Letter.slug, Intent.created_at)
        .join(LetterText, LetterText.id == Intent.letter_text_id)
        .join(Letter, Letter.id == LetterText.letter_id)
        .where(_between(after, through))
    )
    return Counter((slug, at.date()) for slug, at in session.execute(moments.execution_options(yield_per=1_000)))
