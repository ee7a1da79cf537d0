"""Find letters by their titles, and deliveries by their reference or recipient; signatories are the queue's to find."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.document.models import Delivery
from campaign.letter.models import Letter, LetterText
from campaign.names.folding import words_of
from campaign.review.search import words_in

MOST_READ = 5_000  # deliveries, the newest first: a campaign with 200 recipients makes each a few times
MOST_FOUND = 50


@dataclass(frozen=True)
class FoundDelivery:
    """One delivery: its number and reference, the name of its recipient (empty for all), and its letter's short name."""

    number: int
    reference: str
    recipient: str
    letter: str


def find_letters(session: Session, typed: str) -> list[str]:
    """Return the short names of the letters whose name, or title in any language, contains every word that was typed."""
    current = (LetterText.letter_id == Letter.id) & (LetterText.version == Letter.version)
    rows = (
        select(Letter.slug, LetterText.title).join(LetterText, current).order_by(Letter.opens_on.desc(), Letter.id)
    )
    wanted, found = words_in(typed), dict[str, None]()
    for slug, title in session.execute(rows):
        if _contains(f"{slug} {title}", wanted):
            found[slug] = None
    return list(found)


def find_deliveries(session: Session, typed: str) -> list[FoundDelivery]:
    """Return the newest deliveries whose reference or recipient contains every word that was typed."""
    rows = select(Delivery, Letter).join(Letter, Letter.id == Delivery.letter_id).order_by(Delivery.id.desc())
    wanted, found = words_in(typed), list[FoundDelivery]()
    for delivery, letter in session.execute(rows.limit(MOST_READ)):
        name = letter.recipient_name(delivery.country, "en") if delivery.country else ""
        if len(found) < MOST_FOUND and _contains(f"{delivery.reference} {name}", wanted):
            found.append(FoundDelivery(delivery.id, delivery.reference, name, letter.slug))
    return found


def _contains(text: str, words: Sequence[str]) -> bool:
    folded = " ".join(words_of(text))
    return bool(words) and all(word in folded for word in words)
