"""What tests of this room set up: a delivery that carries names, a backup of whatever database it is."""

from datetime import date
from pathlib import Path

from click.testing import Result
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory
from campaign.document.models import Delivery, DeliveryLine
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
    """Delete what is due, by a clock that an operator has checked."""
    run = visitor.app.test_cli_runner().invoke(args=["withdraw", "purge", "--clock-is-right", *words])
    assert run.exit_code == 0, run.output
    return run.output


class Backup:
    """Whatever database this is: saved now, and put back; then the commands of docs/running.md.

    The wheel's pg_dump is older than its server and refuses it, so PostgreSQL itself copies the database.
    """

    def __init__(self, visitor: Visitor, folder: Path) -> None:
        self.visitor, self.file, self.url = (
            visitor,
            folder / "campaign.db.backup",
            visitor.tools.database.engine.url,
        )
        visitor.tools.database.close()
        if self.url.get_backend_name() != "sqlite":
            self._copy(f"{self.url.database}", f"{self.url.database}_saved")
        else:
            assert self.command("storage", "backup", "-o", str(self.file)).exit_code == 0

    def restore(self) -> str:
        self.visitor.tools.database.close()
        if self.url.get_backend_name() == "sqlite":
            done = self.command("storage", "restore", str(self.file), "--yes")
        else:
            self._copy(f"{self.url.database}_saved", f"{self.url.database}")
            done = self.command("withdraw", "replay")
        assert done.exit_code == 0, done.output
        return str(done.output)

    def command(self, *words: str) -> Result:
        return self.visitor.app.test_cli_runner().invoke(args=words)

    def _copy(self, source: str, target: str) -> None:
        engine = create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY FILE_COPY"))
        engine.dispose()
