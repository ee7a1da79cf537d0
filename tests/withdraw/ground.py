"""What tests of this room set up: a delivery that carries names."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory
from campaign.deliver.models import Delivery, DeliveryLine
from tests.cast import Visitor

PLACE = "FR, lawmakers, 12"


def deliver(visitor: Visitor, number: int = 1, on: date | None = None, annex: bool = False) -> None:
    """Print a document that carries one signatory's name."""
    with visitor.tools.database.write() as session:
        delivery = Delivery(
            letter_id=1,
            country="FR",
            language="fr",
            reference=f"APPEAL-FR-{number}",
            annex=annex,
            names=1,
            pdf_sha256=bytes(32),
            printed_on=on or visitor.tools.clock().date(),
            officer_id=None,
        )
        session.add(delivery)
        session.flush()
        session.add(DeliveryLine(delivery_id=delivery.id, signatory_id=number, place=PLACE))


def count(visitor: Visitor, *models: type) -> list[int]:
    with visitor.tools.database.read() as session:
        return [session.scalar(select(func.count()).select_from(model)) or 0 for model in models]


def entries(session: Session) -> list[Signatory]:
    return list(session.scalars(select(Signatory).order_by(Signatory.id)))


def read_entries(visitor: Visitor) -> list[Signatory]:
    with visitor.tools.database.read() as session:
        return entries(session)


def purge(visitor: Visitor, *words: str) -> str:
    run = visitor.app.test_cli_runner().invoke(args=["withdraw", "purge", *words])
    assert run.exit_code == 0, run.output
    return run.output
