"""Read the roll: tallies, pages, whole."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from campaign.confirm.anew import is_overtaken
from campaign.confirm.models import Signatory, Signature
from campaign.intake.models import Intake, IntakeRow
from campaign.letter.fields import public_part
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import LAWMAKER
from campaign.review.filters import in_state
from campaign.roll.rules import EVERYBODY, NAMED, Choice, ListedName, Position, Tally, tally_rows
from campaign.sign.rules import Entry
from campaign.verify.models import Dispute, Notice, Verification
from campaign.verify.rules import HELD, LISTED_LAWMAKER, TWO_REVIEWERS


@dataclass(frozen=True)
class Page:
    """Some names in order, and where the next page begins, if there is one."""

    entries: list[ListedName]
    following: Position | None


@dataclass(frozen=True)
class Text:
    """One version of a letter in one language, without its body."""

    version: int
    language: str
    title: str
    addressee: str
    sha256: str


def listed() -> ColumnElement[bool]:
    """Return the condition for a signatory who counts: checked, and no material change has overtaken their words."""
    return and_(checked(), ~is_overtaken())


def checked() -> ColumnElement[bool]:
    """Return the condition for a signatory who may be listed: verified, and at level 3 or above for a lawmaker.

    Below level 4, two more things keep a signatory off the list: a dispute that hides the name, until an officer
    settles it; and a notice to the member at their parliament's address, until its cooling-off is over.
    """
    hidden = select(Dispute.signature_id).where(Dispute.hidden, Dispute.settled_at.is_(None))
    cooling = select(Notice.signatory_id).where(Notice.over_at.is_(None))
    return and_(
        Signatory.stands,
        Verification.level.is_not(None),
        or_(Signatory.established != LAWMAKER, Verification.level >= LISTED_LAWMAKER),
        or_(
            Verification.level >= TWO_REVIEWERS,
            and_(Signatory.signature_id.not_in(hidden), Signatory.id.not_in(cooling)),
        ),
    )


def held() -> ColumnElement[bool]:
    """Return the condition for a signatory who is held: by an officer, or by the guard until an officer decides."""
    return and_(Signatory.stands, in_state(HELD))


def count_roll(session: Session, letter_id: int) -> Tally:
    """Return a letter's tally in one pass over its rows. Cache it for seconds: no view may count again.

    Those who are not listed are counted in the same pass, at no measurable cost; a query of their own took half as long again.
    """
    waits_for = case((held(), "desk"), (is_overtaken(), "signatory"), else_="")
    of_row = (Signatory.country, Signatory.kind, Signatory.visibility, waits_for)
    rows = session.execute(
        select(*of_row, func.count())
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.letter_id == letter_id, or_(checked(), held()))
        .group_by(*of_row)
    ).all()
    tally = tally_rows(
        [(country, kind, visibility, count) for country, kind, visibility, waits, count in rows if not waits]
    )
    tally.held = sum(count for *_row, waits, count in rows if waits == "desk")
    tally.overtaken = sum(count for *_row, waits, count in rows if waits == "signatory")
    return tally


def count_names(session: Session, letter_id: int, choice: Choice) -> Tally:
    """Return how many public names a choice has, by country and kind.

    Withheld names are never counted for a choice: two choices a day apart would tell when a person signed.
    """
    of_row = (Signatory.country, Signatory.kind)
    rows = session.execute(
        select(*of_row, func.count())
        .join(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.letter_id == letter_id, Signatory.visibility == NAMED, listed(), *_chosen(choice))
        .group_by(*of_row)
    )
    return tally_rows([(country, kind, NAMED, count) for country, kind, count in rows])


def read_page(
    session: Session, letter: Letter, countries: Sequence[str], after: Position | None, limit: int
) -> Page:
    """Return the next `limit` names of some countries: by code, then in the order of the letter's kinds.

    It pages by key, so the last page costs as much as the first.
    """
    entries: list[ListedName] = []
    for rows in _stretches(letter, countries, after):
        # One name more than the page shows tells whether there is a next page.
        entries += [
            replace(entry_of(row, row.id, level or 0), origin=origin or "")
            for row, level, origin in session.execute(rows.limit(limit + 1 - len(entries)))
        ]
        if len(entries) > limit:
            return Page(entries[:limit], _end_of(entries[:limit], after))
    return Page(entries, None)


def read_country(
    session: Session, letter: Letter, country: str, choice: Choice = EVERYBODY
) -> Iterator[ListedName]:
    """Yield every name of one country, or those of a choice, kind after kind; a thousand are in memory at a time."""
    for kind in letter.kinds:
        names = _names(letter.id, country, kind.key).where(*_chosen(choice))
        rows = session.execute(names.execution_options(yield_per=1000))
        yield from (replace(entry_of(row, row.id, level or 0), origin=origin or "") for row, level, origin in rows)


def read_texts(session: Session, letter_id: int) -> list[Text]:
    """Return every version of a letter in every language, the newest version first."""
    rows = session.execute(
        select(LetterText.version, LetterText.language, LetterText.title, LetterText.addressee, LetterText.sha256)
        .where(LetterText.letter_id == letter_id)
        .order_by(LetterText.version.desc(), LetterText.language)
    )
    return [Text(*row) for row in rows]


def _stretches(
    letter: Letter, countries: Sequence[str], after: Position | None
) -> Iterator[Select[Signatory, int | None, str | None]]:
    """Yield a query for each country and kind, from the position on."""
    kinds = [kind.key for kind in letter.kinds]
    begun = (after.country, kinds.index(after.kind)) if after is not None else ("", 0)
    for country, number in sorted((country, number) for country in countries for number in range(len(kinds))):
        names = _names(letter.id, country, kinds[number])
        if after is None or (country, number) > begun:
            yield names
        elif (country, number) == begun:
            yield names.where(Signatory.sort_key == after.sort_key).offset(after.past)
            yield names.where(Signatory.sort_key > after.sort_key)


def _end_of(entries: list[ListedName], after: Position | None) -> Position:
    """Return the position after these entries."""
    last = entries[-1]
    spot = last.country, last.kind, last.sort_key
    # Namesakes share a sort key: the position counts how many of them the pages so far have shown.
    past = sum((entry.country, entry.kind, entry.sort_key) == spot for entry in entries)
    if after is not None and (after.country, after.kind, after.sort_key) == spot:
        past += after.past
    return Position(*spot, past)


def _names(letter_id: int, country: str, kind: str) -> Select[Signatory, int | None, str | None]:
    seen = (Signatory.name, Signatory.latin_name, Signatory.said, Verification.level, Intake.provenance)
    return (
        select(Signatory, Verification.level, Intake.provenance)
        .join(Verification, Verification.signatory_id == Signatory.id)
        .outerjoin(IntakeRow, IntakeRow.signatory_id == Signatory.id)
        .outerjoin(Intake, Intake.id == IntakeRow.intake_id)
        .where(
            Signatory.letter_id == letter_id,
            Signatory.country == country,
            Signatory.kind == kind,
            Signatory.visibility == NAMED,
            listed(),
        )
        # By their entries, and only then by number: the order must not tell which of two namesakes signed first.
        .order_by(Signatory.sort_key, *seen, Signatory.id)
    )


def _chosen(choice: Choice) -> list[ColumnElement[bool]]:
    """Return the conditions of a choice; a later correction does not change the day on which a person signed."""
    first, last = choice.from_on or date.min, choice.to_on or date.max
    in_time = select(Signature.id).where(Signature.signed_on.between(first, last))
    wanted = [
        (choice.country, Signatory.country == choice.country),
        (choice.kind, Signatory.kind == choice.kind),
        (choice.level, Verification.level == choice.level),
        (choice.from_on or choice.to_on, Signatory.signature_id.in_(in_time)),
    ]
    return [condition for value, condition in wanted if value]


def entry_of(source: Signatory | Entry, number: int, level: int) -> ListedName:
    """Return a signatory, from a public row or an opened seal, as every list and annex names them."""
    return ListedName(
        id=number,
        kind=source.kind,
        country=source.country,
        name=source.name or "",
        latin_name=source.latin_name or "",
        level=level,
        sort_key=source.sort_key if isinstance(source, Signatory) else b"",
        said=public_part(source.said or {}),
    )
