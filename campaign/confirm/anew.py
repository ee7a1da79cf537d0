"""Who signed a text that a material change has overtaken, and who has signed the new one since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from campaign.confirm.models import AskedAnew, Signatory, Signature, SignedAnew
from campaign.confirm.rules import answers_until
from campaign.letter.models import Letter, LetterText, MaterialVersion
from campaign.letter.service import check_whole, current_text
from campaign.letter.standing import standing
from campaign.seal.locks import fingerprint
from campaign.sign.service import LetterClosed
from campaign.storage.statements import insert_once


class NotAsked(Exception):
    """The link is genuine, but the time to answer is over, or the signature was withdrawn."""


class TextMoved(Exception):
    """Another version was published after the signatory was shown one."""


@dataclass(frozen=True)
class NewText:
    """The current text of a letter beside the one that a signatory signed last.

    `earlier` is the signed version in the language of `text`, None where there is none. `waits` says whether a material
    change has overtaken what they signed.
    """

    letter: Letter
    signed: LetterText
    text: LetterText
    earlier: LetterText | None
    waits: bool


def is_overtaken() -> ColumnElement[bool]:
    """Return the condition that a material change has overtaken a signatory's words, and they have not signed the new.

    They are on no list until they do. It depends on what was published and signed alone, not on any mail: so it holds
    from the transaction on that publishes the change.
    """
    later = exists().where(
        SignedAnew.signature_id == Signatory.signature_id, SignedAnew.letter_text_id.not_in(_overtaken())
    )
    return and_(Signatory.letter_text_id.in_(_overtaken()), ~later)


def new_text(session: Session, signatory: Signatory) -> NewText:
    """Return the current text for a signatory. Raises TextChanged if one of the texts does not match its hash."""
    letter = session.get_one(Letter, signatory.letter_id)
    signed = last_signed(session, signatory)
    text = current_text(session, letter, signed.language)
    of_earlier = (LetterText.letter_id == letter.id) & (LetterText.version == signed.version)
    earlier = session.scalar(select(LetterText).where(of_earlier, LetterText.language == text.language))
    check_whole(letter, text, *([earlier] if earlier else []))
    waits = session.scalar(select(Signatory.id).where(Signatory.id == signatory.id, is_overtaken()))
    return NewText(letter, signed, text, earlier, waits is not None)


def last_signed(session: Session, signatory: Signatory) -> LetterText:
    """Return the newest text that a signatory has signed, by their entry or anew."""
    texts = [session.get_one(LetterText, signatory.letter_text_id)]
    texts += [text for text, _at in signed_anew(session, signatory.signature_id)]
    return max(texts, key=lambda text: text.version)


@dataclass(frozen=True)
class AnewNumbers:
    """How far a letter's signatories have answered whether they sign its newest material version.

    Of the `waiting`, who stand on no list, `asked` have had the mail, `reminded` the reminder, and `due` get it next. The
    `rest` are not asked: held, refused or disputed, or without an address that can be opened.
    """

    letter: str
    version: int
    signed: int
    waiting: int
    asked: int
    reminded: int
    due: int

    @property
    def rest(self) -> int:
        """Return how many wait and are not asked."""
        return self.waiting - self.asked - self.due


def count_anew(session: Session, letter: Letter, version: int, due: int) -> AnewNumbers:
    """Count the answers about one material version; the caller knows how many are `due` for the mail."""
    mine = (AskedAnew.signature_id == Signatory.signature_id) & (AskedAnew.version == version)
    first, second = (exists().where(mine, AskedAnew.reminder.is_(one)) for one in (False, True))
    waiting, asked, reminded = session.execute(
        select(func.count(), func.count(case((first, 1))), func.count(case((second, 1)))).where(
            Signatory.letter_id == letter.id, Signatory.stands, is_overtaken()
        )
    ).one()
    signed = session.scalar(
        select(func.count(SignedAnew.signature_id.distinct()))
        .join(LetterText, LetterText.id == SignedAnew.letter_text_id)
        .where(LetterText.letter_id == letter.id, LetterText.version >= version)
    )
    return AnewNumbers(letter.slug, version, signed or 0, waiting, asked, reminded, due)


def find_asked(session: Session, secret: bytes, *, lock: bool = False) -> tuple[AskedAnew, Signatory]:
    """Return the row behind a mailed link and its signatory; `lock` locks the signature. Raises NotAsked."""
    link = AskedAnew.link_sha256 == fingerprint(secret)
    if (
        lock
    ):  # before the row is read, so that guesses at the same moment all count; and first, as a withdrawal does
        mine = select(Signature.id).join(AskedAnew, AskedAnew.signature_id == Signature.id).where(link)
        session.execute(mine.with_for_update(of=Signature))
    found = (
        select(AskedAnew, Signatory)
        .join(Signatory, (Signatory.signature_id == AskedAnew.signature_id) & Signatory.stands)
        .where(link)
    )
    row = session.execute(found).first()
    if row is None:
        raise NotAsked
    return row[0], row[1]


def sign_anew(session: Session, signatory: Signatory, sha256: str, *, now: datetime) -> None:
    """Record that a signatory signs the current text, which they know by its hash; twice changes nothing.

    Their entry, and what the desk decided about them, stay. Raises TextMoved if another version was published since
    they read it, and LetterClosed if the time to answer is over.
    """
    session.execute(select(Signature.id).where(Signature.id == signatory.signature_id).with_for_update())
    new = new_text(session, signatory)
    if not new.waits:
        return
    if new.text.sha256 != sha256:
        raise TextMoved
    if now >= answers_until(new.letter) or not standing(new.letter, now).takes_confirmations:
        raise LetterClosed
    row = {"signature_id": signatory.signature_id, "letter_text_id": new.text.id, "signed_at": now}
    insert_once(session, SignedAnew, row)


def signed_anew(session: Session, signature_id: int) -> Sequence[tuple[LetterText, datetime]]:
    """Return the later texts that a signatory has signed and when, the newest last."""
    rows = session.execute(
        select(LetterText, SignedAnew.signed_at)
        .join(SignedAnew, SignedAnew.letter_text_id == LetterText.id)
        .where(SignedAnew.signature_id == signature_id)
        .order_by(LetterText.version, SignedAnew.signed_at)
    )
    return [(text, at) for text, at in rows]


def _overtaken() -> Select[int]:
    """Select the texts that a later version of their letter has changed materially."""
    # Aliases: inside a query that has these tables too, SQLAlchemy would mean that query's rows.
    text, changed = aliased(LetterText), aliased(MaterialVersion)
    return select(text.id).join(changed, and_(changed.letter_id == text.letter_id, changed.version > text.version))
