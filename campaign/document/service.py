"""Compose the document of the roll, bundle sealed entries for the laptop, and record what was printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ScalarSelect, func, insert, select
from sqlalchemy.orm import Session, aliased

from campaign.audit.log import write_log
from campaign.confirm.models import Signatory, Signature
from campaign.desk.admissions import is_admitted
from campaign.document.bundle import COUNTS, WAITS, Box, Bundle, Receipt, Title
from campaign.document.models import Delivery, DeliveryApproval, DeliveryLine
from campaign.document.rules import CountryGroup, Document, Letterhead, Written, paper_of
from campaign.letter.models import Letter, LetterText
from campaign.letter.rules import Kind
from campaign.letter.service import check_whole, find_letter, texts_of
from campaign.names.sorting import sort_key
from campaign.roll.rules import ListedName, Tally
from campaign.roll.service import count_roll, entry_of, listed, read_country
from campaign.sign.rules import Entry
from campaign.storage.statements import table_of
from campaign.verify.models import Verification
from campaign.web.staff import Staff
from campaign.world.languages import format_day

CHUNK = 1000  # numbers in one query: SQLite takes 32,766 at most
LINE = table_of(DeliveryLine)


@dataclass(frozen=True)
class Wording:
    """The words around the names, in the letter's language; `first` is the recipient's country, or empty."""

    first: str
    recipient: str
    covering: str
    labels: dict[str, str]
    countries: tuple[tuple[str, str], ...]
    method: str = ""
    checking: str = ""
    letterhead: Letterhead | None = None


@dataclass(frozen=True)
class Contents:
    """The tally and every public name by country, read in one transaction."""

    tally: Tally
    entries: dict[str, list[ListedName]]


def read_contents(session: Session, letter: Letter) -> Contents:
    """Read the roll in one transaction, so that its numbers fit its names."""
    tally = count_roll(session, letter.id)
    return Contents(tally, {code: list(read_country(session, letter, code)) for code in tally.countries})


def written_of(letter: Letter, text: LetterText) -> Written:
    """Return the text people sign, as a document holds it."""
    own = text.language, text.version, text.title, text.addressee, text.body, text.sha256
    return Written(letter.slug, *own, letter.kinds, letter.named)


def compose(text: Written, contents: Contents, wording: Wording, on: date) -> Document:
    """Return the document for one recipient; a government's own country comes first, then every other in order."""
    first = wording.first
    codes = [code for code, _name in wording.countries if code in contents.tally.countries]
    codes.sort(key=lambda code: code != first)
    names = dict(wording.countries)
    return Document(
        language=text.language,
        title=text.title,
        body=text.body,
        recipient=wording.recipient,
        reference=reference(text.slug, first, on),
        day=on,
        written_day=format_day(on, text.language),
        version=text.version,
        sha256=text.sha256,
        groups=tuple(
            CountryGroup(
                code,
                names[code],
                _by_kind(text.kinds, contents.entries[code]),
                contents.tally.countries[code].withheld,
            )
            for code in codes
        ),
        elsewhere=contents.tally.elsewhere,
        counted=contents.tally.counted,
        labels=wording.labels,
        covering=wording.covering,
        method=wording.method,
        checking=wording.checking,
        paper=paper_of(first),
        letterhead=wording.letterhead,
    )


def compose_annex(
    bundle: Bundle, named: tuple[tuple[Box, Entry], ...], language: str, wording: Wording
) -> Document:
    """Return the annex that names these withheld signatories for one recipient, in the letter's order."""
    names, codes = dict(wording.countries), {box.country for box, _entry in named}
    ordered = [code for code, _name in wording.countries if code in codes]
    ordered.sort(key=lambda code: code != wording.first)
    groups: dict[str, list[ListedName]] = {code: [] for code in ordered}
    for box, entry in sorted(named, key=lambda one: (sort_key(one[1].name), one[0].number)):
        groups[box.country].append(entry_of(entry, box.number, box.level))
    return Document(
        language=language,
        title=bundle.texts[language].title,
        body="",
        recipient=wording.recipient,
        reference=f"{reference(bundle.letter, wording.first, bundle.made_on)}-ANNEX",
        day=bundle.made_on,
        written_day=format_day(bundle.made_on, language),
        version=bundle.version,
        sha256=bundle.texts[language].sha256,
        groups=tuple(
            CountryGroup(code, names[code], _by_kind(bundle.kinds, lines), 0) for code, lines in groups.items()
        ),
        elsewhere=0,
        counted=0,
        labels=wording.labels,
        covering=wording.covering,
        annex=True,
        paper=paper_of(wording.first),
        letterhead=wording.letterhead,
    )


def make_bundle(session: Session, letter: Letter, *, waiting: bool = False, now: datetime) -> Bundle:
    """Return the sealed entries of the withheld who count, or of all who wait for the desk; none is opened.

    Raises TextChanged: a document printed from the bundle names the letter by its hash.
    """
    texts = texts_of(session, letter)
    check_whole(letter, *texts)
    return Bundle(
        letter=letter.slug,
        version=letter.version,
        holds=WAITS if waiting else COUNTS,
        made_on=now.date(),
        texts={text.language: Title(text.title, text.sha256) for text in texts},
        kinds=letter.kinds,
        boxes=_waiting(session, letter.id) if waiting else _counting(session, letter.id),
        named=letter.named,
    )


def record(session: Session, receipt: Receipt, by: Staff | None, *, now: datetime) -> list[str]:
    """Record that a document was printed and which signatories it names; the same document is recorded once.

    The officer who prints it first has prepared it. If nobody could approve that officer's, the next one has.
    Return the places of signatories who withdrew or changed their entry after it was composed. Raises NoSuchLetter.
    """
    letter = find_letter(session, receipt.letter)
    details = {"country": receipt.country or "all", "language": receipt.language, "reference": receipt.reference}
    details |= {"names": str(len(receipt.lines)), "sha256": receipt.pdf_sha256.hex()[:12]}
    write_log(session, by, "annex" if receipt.annex else "print", f"letter:{letter.slug}", details, now=now)
    stand = _standing(session, letter, receipt)
    same = select(Delivery).where(Delivery.letter_id == letter.id, Delivery.pdf_sha256 == receipt.pdf_sha256)
    twin = session.scalar(same.limit(1))
    if twin is None:
        _keep(session, letter, receipt, by, stand, now=now)
    elif by and not is_prepared(session, twin) and session.get(DeliveryApproval, twin.id) is None:
        twin.officer_id, twin.prepared_at = by.id, now
    return [place for number, place in receipt.lines if number not in stand]


def is_prepared(session: Session, delivery: Delivery) -> bool:
    """Say whether another officer may approve a delivery: its preparer was admitted then, and has been since.

    A delivery without a preparer counts as prepared: it came from the command line, and any officer is another.
    """
    if delivery.officer_id is None:
        return True
    return delivery.prepared_at is not None and is_admitted(session, delivery.officer_id, delivery.prepared_at)


def deliveries(session: Session, letter_id: int, limit: int) -> list[tuple[Delivery, int]]:
    """Return the newest printed documents of a letter, each with the number of its recorded names."""
    names = select(func.count()).where(DeliveryLine.delivery_id == Delivery.id).scalar_subquery()
    rows = select(Delivery, names).where(Delivery.letter_id == letter_id).order_by(Delivery.id.desc()).limit(limit)
    return [(delivery, count) for delivery, count in session.execute(rows)]


def reference(letter: str, recipient: str, on: date) -> str:
    """Return the document's reference; `recipient` is a country, a named recipient's key, or empty for all."""
    return f"{letter}-{recipient or 'all'}-{on:%Y%m%d}".upper()


def _keep(
    session: Session, letter: Letter, receipt: Receipt, by: Staff | None, stand: set[int], *, now: datetime
) -> None:
    delivery = Delivery(
        letter_id=letter.id,
        country=receipt.country,
        language=receipt.language,
        reference=receipt.reference,
        annex=receipt.annex,
        pdf_sha256=receipt.pdf_sha256,
        printed_on=receipt.printed_on,
        names=len(receipt.lines),
        officer_id=by.id if by else None,
        prepared_at=now,
    )
    session.add(delivery)
    session.flush()
    kept = sorted(line for line in receipt.lines if line[0] in stand)
    for at in range(0, len(kept), CHUNK):
        lines = [
            {"delivery_id": delivery.id, "signatory_id": number, "place": place}
            for number, place in kept[at : at + CHUNK]
        ]
        session.connection().execute(insert(LINE), lines)


def _standing(session: Session, letter: Letter, receipt: Receipt) -> set[int]:
    """Return which of the named still stand, and lock their rows against a withdrawal until the commit.

    The query asks for numbers only, in their order. With a condition on the letter, SQLite reads the whole letter for
    every chunk: 100,000 names then kept every writer waiting for four seconds.
    """
    numbers, found = sorted(number for number, _place in receipt.lines), set()
    for at in range(0, len(numbers), CHUNK):
        rows = select(Signatory.id, Signatory.letter_id, Signatory.stands).where(
            Signatory.id.in_(numbers[at : at + CHUNK])
        )
        locked = session.execute(rows.with_for_update(read=True, key_share=True))
        found |= {number for number, of, stands in locked if stands and of == letter.id}
    return found


def _counting(session: Session, letter_id: int) -> tuple[Box, ...]:
    rows = session.execute(
        select(Signatory, Verification.level)
        .join(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.letter_id == letter_id, Signatory.visibility == "withheld", listed())
        .where(func.length(Signatory.sealed_entry) > 0)
        .order_by(Signatory.id)
    )
    return tuple(_box(row, level or 0, b"") for row, level in rows)


def _waiting(session: Session, letter_id: int) -> tuple[Box, ...]:
    rows = session.execute(
        select(Signatory, Signature.sealed_address)
        .join(Signature, Signature.id == Signatory.signature_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.letter_id == letter_id, Signatory.stands, Verification.signatory_id.is_(None))
        .order_by(Signatory.id)
    )
    return tuple(_box(row, 0, address) for row, address in rows)


def _box(row: Signatory, level: int, address: bytes) -> Box:
    return Box(row.id, row.kind, row.country, row.visibility, level, row.sealed_entry or b"", address)


def _by_kind(kinds: Sequence[Kind], entries: Sequence[ListedName]) -> dict[str, tuple[ListedName, ...]]:
    return {kind.plural: tuple(entry for entry in entries if entry.kind == kind.key) for kind in kinds}


def _still_named() -> ScalarSelect[int]:
    """Count the names a delivery may still hold: their signatories neither withdrew nor chose a narrower use of the name."""
    entry, now_standing = aliased(Signatory), aliased(Signatory)
    allowed = (now_standing.visibility == "public") | (Delivery.annex & (now_standing.visibility == "withheld"))
    return (
        select(func.count())
        .select_from(DeliveryLine)
        .join(entry, entry.id == DeliveryLine.signatory_id)
        .join(now_standing, (now_standing.signature_id == entry.signature_id) & now_standing.stands)
        .where(DeliveryLine.delivery_id == Delivery.id, allowed)
        .correlate(Delivery)
        .scalar_subquery()
    )


MISSING = Delivery.names - _still_named()
