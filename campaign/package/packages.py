"""Packages on record: find the earlier ones of an office, what changed since, and the one a hash belongs to."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.audit.models import LogHead
from campaign.document.bundle import Receipt
from campaign.document.models import Delivery, DeliveryLine, Volume
from campaign.document.service import record
from campaign.letter.models import Letter
from campaign.package.manifest import Sealed, line_of, place_in_list, recipient_key
from campaign.package.models import Package
from campaign.package.verify import SIGNATURE, canonical
from campaign.roll.rules import ListedName
from campaign.seal.indexes import line_salt
from campaign.seal.merkle import leaf_hash, path_to
from campaign.web.staff import Staff

HASH = re.compile(r"[0-9a-f]{64}")
OF_A_VOLUME = re.compile(r"-V\d{1,4}$")
LEAF_BYTES = 32


class ReferenceTaken(Exception):
    """Another process made a package for the same recipient at the same moment: make it again."""


@dataclass(frozen=True)
class PackageHashes:
    """The SHA-256 of a package's zip, and the leaf hash of each line of its list."""

    zip_sha256: bytes
    leaves: Sequence[bytes]


@dataclass(frozen=True)
class Found:
    """One package on record, with its delivery and letter."""

    package: Package
    delivery: Delivery
    letter: Letter

    @property
    def facts(self) -> dict[str, Any]:
        """Return the signed manifest."""
        return dict(json.loads(self.package.manifest))


def previous_package(session: Session, letter_id: int, country: str, office: str) -> Found | None:
    """Return the newest package made for the same office, None if there is none."""
    rows = _found().where(Delivery.letter_id == letter_id, Delivery.country == country, Package.office == office)
    row = session.execute(rows.order_by(Package.delivery_id.desc()).limit(1)).first()
    return Found(*row) if row else None


def count_packages(session: Session, letter_id: int, country: str) -> int:
    """Return how many packages were made for a recipient."""
    rows = select(func.count()).select_from(Package).join(Delivery, Delivery.id == Package.delivery_id)
    return session.scalar(rows.where(Delivery.letter_id == letter_id, Delivery.country == country)) or 0


def changes_since(session: Session, earlier: Found, numbers: Sequence[int], named: int) -> tuple[int, int]:
    """Return how many names came and how many went since an earlier package that named `named` people.

    A corrected entry counts once as new and once as gone. A signatory who withdrew has no line any more.
    """
    lines = select(DeliveryLine.signatory_id).where(DeliveryLine.delivery_id == earlier.delivery.id)
    stayed = len(set(session.scalars(lines)) & set(numbers))
    return len(numbers) - stayed, named - stayed


def newest_head(session: Session) -> LogHead | None:
    """Return the newest signed entry of the log."""
    return session.scalar(select(LogHead).order_by(LogHead.entry_id.desc()).limit(1))


def keep_package(
    session: Session,
    sealed: Sealed,
    receipt: Receipt,
    hashes: PackageHashes,
    by: Staff | None,
    *,
    now: datetime,
) -> tuple[int, list[str]]:
    """Record a package and the signatories in it.

    Return the number of its delivery, and the places of signatories who no longer stand: if there are any, the
    package must not go out. Raises ReferenceTaken.
    """
    gone = record(session, receipt, by, now=now)
    delivery = session.scalars(
        select(Delivery).where(Delivery.pdf_sha256 == receipt.pdf_sha256).order_by(Delivery.id.desc()).limit(1)
    ).one()
    facts = sealed.facts
    session.add(
        Package(
            delivery_id=delivery.id,
            reference=facts["reference"],
            office=facts["recipient"].get("office", ""),
            manifest=sealed.manifest.decode(),
            manifest_sha256=sha256(sealed.manifest).digest(),
            zip_sha256=hashes.zip_sha256,
            merkle_root=bytes.fromhex(facts["merkle_root"]),
            signature=bytes(sealed.files[SIGNATURE]),
            leaves=b"".join(hashes.leaves),
            made_at=now,
        )
    )
    for number, (pdf_sha256, names) in enumerate(sealed.volumes, 1):
        session.add(Volume(delivery_id=delivery.id, number=number, pdf_sha256=pdf_sha256, names=names))
    try:
        session.flush()
    except IntegrityError as fault:
        raise ReferenceTaken(
            f"{facts['reference']} was given out at the same moment: make the package again"
        ) from fault
    log_package(session, by, facts, now=now)
    return delivery.id, gone


def log_package(session: Session, by: Staff | None, facts: dict[str, Any], *, now: datetime) -> None:
    """Log that a package was made."""
    details = {"country": recipient_key(facts), "reference": facts["reference"]}
    details |= {"root": facts["merkle_root"][:12]}
    write_log(session, by, "package", f"letter:{facts['letter']['name']}", details, now=now)


def find_package(session: Session, asked: str) -> list[Found]:
    """Return the packages that a reference or a SHA-256 (of the PDF, the manifest, the zip, or the root) belongs to.

    The reference or hash of a volume finds its package. Every package made from the same list has the same root, so
    there may be several. An annex is never found: a stranger who guesses a withheld name could print an annex with it
    and ask here whether the guess is right.
    """
    asked = "".join(asked.split())
    if HASH.fullmatch(asked.lower()):
        wanted = bytes.fromhex(asked)
        hashes = (Package.manifest_sha256, Package.zip_sha256, Package.merkle_root, Delivery.pdf_sha256)
        of_a_volume = select(Volume.delivery_id).where(Volume.pdf_sha256 == wanted)
        condition = or_(*(column == wanted for column in hashes), Package.delivery_id.in_(of_a_volume))
    else:
        condition = Package.reference == OF_A_VOLUME.sub("", asked.upper()[:80])
    rows = session.execute(_found().where(condition).order_by(Package.delivery_id))
    return [Found(*row) for row in rows]


def later_package(session: Session, found: Found) -> Found | None:
    """Return the newest package of the same office, None if `found` is the newest."""
    newest = previous_package(session, found.delivery.letter_id, found.delivery.country, found.package.office)
    return None if newest is None or newest.package.reference == found.package.reference else newest


def annex_on_record(session: Session, letter_id: int, country: str, pdf: bytes) -> bool:
    """Say whether this annex was printed for this recipient and is on record."""
    wanted = select(Delivery.id).where(
        Delivery.annex, Delivery.letter_id == letter_id, Delivery.country == country
    )
    return session.scalar(wanted.where(Delivery.pdf_sha256 == sha256(pdf).digest()).limit(1)) is not None


def prove(package: Package, place: str, entry: ListedName | None, key: bytes) -> dict[str, Any]:
    """Return the proof that a signatory stands in a package's list (under 1 s for 100,000 lines).

    `entry` is the signatory on the roll now, `key` the campaign's index key. `line` in the proof is the line that was
    handed over; it is None if the entry or its level has changed since, because only its hash is kept here.
    """
    leaves = [package.leaves[at : at + LEAF_BYTES] for at in range(0, len(package.leaves), LEAF_BYTES)]
    index = place_in_list(json.loads(package.manifest), place)
    line = line_of(entry, line_salt(key, entry.id)) if entry else None
    if line is not None and leaf_hash(canonical(line)) != leaves[index]:
        line = None
    return {
        "merkle_root": package.merkle_root.hex(),
        "index": index,
        "size": len(leaves),
        "leaf_sha256": leaves[index].hex(),
        "path": [step.hex() for step in path_to(leaves, index)],
        "line": line,
    }


def _found() -> Any:
    return (
        select(Package, Delivery, Letter)
        .join(Delivery, Delivery.id == Package.delivery_id)
        .join(Letter, Letter.id == Delivery.letter_id)
    )
