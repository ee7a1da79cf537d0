"""Preview links: by them named people read and sign a letter under embargo."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.letter.models import Letter, Preview
from campaign.letter.shelf import PREVIEW
from campaign.letter.standing import standing
from campaign.moments.rules import MomentRefused
from campaign.moments.service import locked_letter
from campaign.seal.locks import fingerprint
from campaign.web.staff import Staff
from campaign.web.toolbox import Toolbox

MOST = 100  # links of one letter


class NoSuchPreview(Exception):
    """The letter has no such preview link, or it was ended already; the message says so."""


def make_preview(
    session: Session, slug: str, who: str, secret: bytes, by: Staff | None, *, now: datetime
) -> Preview:
    """Let a link open a letter under embargo until the embargo ends. Raises NoSuchLetter, MomentRefused."""
    letter = locked_letter(session, slug)
    if not standing(letter, now).embargoed:
        raise MomentRefused("It is public: everybody can read it.")
    count = select(func.count()).select_from(Preview).where(Preview.letter_id == letter.id)
    if (session.scalar(count) or 0) >= MOST:
        raise MomentRefused(f"It has {MOST} preview links. End one first.")
    row = Preview(
        letter_id=letter.id,
        who=who,
        link_sha256=fingerprint(secret),
        made_at=now,
        officer_id=by.id if by else None,
    )
    session.add(row)
    session.flush()
    write_log(session, by, "make preview", f"letter:{slug}", {"link": row.id}, now=now)
    return row


def end_preview(session: Session, slug: str, number: int, by: Staff | None, *, now: datetime) -> None:
    """End a link at once. Raises NoSuchLetter, NoSuchPreview."""
    letter = locked_letter(session, slug)
    gone = delete(Preview).where(Preview.letter_id == letter.id, Preview.id == number).returning(Preview.id)
    if session.execute(gone).first() is None:
        raise NoSuchPreview(f"{slug} has no preview link {number}")
    write_log(session, by, "end preview", f"letter:{slug}", {"link": number}, now=now)


def preview_link(tools: Toolbox, secret: bytes) -> str:
    """Return the link to give away; the desk's own door has no such page, so that its address is spelled here."""
    return f"{tools.site.url}/preview/{tools.tokens.issue(PREVIEW, secret)}"


def previews_of(session: Session, letter: Letter) -> list[Preview]:
    """Return the links of a letter that work, the oldest first."""
    return list(session.scalars(select(Preview).where(Preview.letter_id == letter.id).order_by(Preview.id)))
