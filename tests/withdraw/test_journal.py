"""What was withdrawn stays withdrawn, whatever is restored."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature, SignatureLink
from campaign.document.models import Delivery, DeliveryLine
from campaign.storage.journal import drop_before, mark, read_links, write_links
from campaign.storage.models import Base
from campaign.withdraw.models import Recall
from tests.cast import ACTIVIST, Officer, Visitor
from tests.conftest import START, Clock
from tests.withdraw.ground import count, deliver, purge, read_entries

TABLES = ("signature", "signature_link", "signatory", "delivery", "delivery_line")


def rows(session: Session, table: Table) -> list[dict[str, object]]:
    return [dict(row._mapping) for row in session.execute(select(table))]


@contextmanager
def restored(visitor: Visitor) -> Iterator[None]:
    """Put the people of before the block back afterwards, as restoring a backup does, on either database."""
    tables = [Base.metadata.tables[name] for name in TABLES]
    with visitor.tools.database.read() as session:
        kept = [(table, rows(session, table)) for table in tables]
    yield
    with visitor.tools.database.write() as session:
        session.execute(Base.metadata.tables["recall"].delete())
        session.execute(Base.metadata.tables["verification"].delete())
        for table, _rows in reversed(kept):
            session.execute(table.delete())
        for table, values in kept:
            if values:
                session.execute(
                    table.insert(),
                    [{**row, **({"intent_id": None} if "intent_id" in row else {})} for row in values],
                )


def replay(visitor: Visitor) -> str:
    run = visitor.app.test_cli_runner().invoke(args=["withdraw", "replay"])
    assert run.exit_code == 0, run.output
    return run.output.strip()


def journal(visitor: Visitor) -> Path:
    return visitor.tools.site.erasures


def test_those_who_withdrew_are_erased_again_and_no_others(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    visitor.sign_and_confirm(ACTIVIST)
    deliver(visitor)
    with restored(visitor):
        visitor.client.post(f"{path}/withdraw")
    assert visitor.get(path).status_code == 200, "the backup brought them back"
    assert replay(visitor).startswith("1 erased again, 0 concealed again")
    assert visitor.get(path).status_code == 410
    assert count(visitor, Signature, Recall, DeliveryLine) == [1, 1, 0]
    assert replay(visitor).startswith("0 erased again, 0 concealed again")


def test_any_link_of_a_signature_finds_it(visitor: Visitor) -> None:
    first = visitor.sign_and_confirm()
    with restored(visitor):
        second = visitor.sign_and_confirm()
        visitor.client.post(f"{second}/withdraw")
    replay(visitor)
    assert visitor.get(first).status_code == 410


def test_a_name_that_was_narrowed_stays_narrow(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    deliver(visitor)
    with restored(visitor):
        visitor.post(f"{path}/visibility", {"visibility": "withheld"})
    assert read_entries(visitor)[0].name == "Odile Verchamp"
    assert replay(visitor).startswith("0 erased again, 1 concealed again")
    (row,) = read_entries(visitor)
    assert (row.visibility, row.name, row.sort_key) == ("withheld", None, b"")
    assert count(visitor, Recall) == [1]
    assert "Odile Verchamp" in visitor.get(path).text


def test_a_name_narrowed_by_signing_again_stays_narrow_and_its_deliveries_are_recalled(visitor: Visitor) -> None:
    visitor.sign_and_confirm()
    deliver(visitor)
    with restored(visitor):
        visitor.sign_and_confirm(visibility="withheld", consent=["sign", "deliver"])
        for chore in visitor.tools.chores:
            chore(visitor.tools.database, visitor.tools.clock())
        assert count(visitor, Recall) == [1]
    assert [row.name for row in read_entries(visitor)] == ["Odile Verchamp"], "the backup brought the name back"
    assert replay(visitor).startswith("0 erased again, 1 concealed again")
    assert [(row.visibility, row.name) for row in read_entries(visitor)] == [("withheld", None)]


def test_a_correction_that_withheld_the_name_stays_so(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    with restored(visitor):
        visitor.post(f"{path}/edit", {**ACTIVIST, "visibility": "counted"})
    replay(visitor)
    assert [row.visibility for row in read_entries(visitor)] == ["counted"]


def test_a_name_that_was_opened_again_stays_open(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    visitor.post(f"{path}/visibility", {"visibility": "counted"})
    visitor.post(f"{path}/visibility", {"visibility": "public", "consent": ["publish", "deliver"]})
    assert replay(visitor).startswith("0 erased again, 0 concealed again")
    assert read_entries(visitor)[0].name == "Odile Verchamp"


def test_the_journal_holds_no_name_and_is_the_campaigns_alone(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    with visitor.tools.database.read() as session:
        link = session.scalars(select(SignatureLink.link_sha256)).one()
    visitor.client.post(f"{path}/withdraw")
    assert journal(visitor).read_text() == f"erased 2026-05-04 {mark(link)}\n"
    assert journal(visitor).stat().st_mode & 0o777 == 0o600


def test_a_crash_between_journal_and_commit_leaves_the_signature_until_a_restore(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = visitor.sign_and_confirm()

    def crash(*arguments: object) -> None:
        write_links(*arguments)  # type: ignore[arg-type]  # passed through as given
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("campaign.withdraw.service.write_links", crash)
        with pytest.raises(SystemExit):
            visitor.client.post(f"{path}/withdraw")
    assert visitor.get(path).status_code == 200, "nothing was acknowledged, nothing is half erased"
    assert visitor.client.post(f"{path}/withdraw").status_code == 303
    assert len(read_links(journal(visitor))) == 2
    assert replay(visitor).startswith("0 erased")


def test_a_journal_that_cannot_be_written_stops_the_withdrawal(
    make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    visitor = Visitor(make_app(sqlite_url, erasures=tmp_path / "file" / "journal"), tmp_path / "mail")
    path = visitor.sign_and_confirm()
    assert visitor.client.post(f"{path}/withdraw").status_code == 503
    assert count(visitor, Signature, Signatory) == [1, 1]


def test_lines_that_no_backup_can_need_are_dropped(visitor: Visitor, clock: Clock) -> None:
    path = visitor.sign_and_confirm()
    visitor.client.post(f"{path}/withdraw")
    clock.move(days=16)
    assert "0 journal lines" in purge(visitor)
    clock.move(days=1)
    assert "1 journal lines would" in purge(visitor, "--dry-run")
    assert len(read_links(journal(visitor))) == 1
    assert "1 journal lines forgotten" in purge(visitor)
    assert read_links(journal(visitor)) == []


def test_a_line_cut_short_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    path, links = tmp_path / "journal", [bytes([number]) * 32 for number in range(3)]
    write_links(path, "erased", links[:1], START.date())
    with path.open("a") as file:
        file.write("erased 2026-05-0")
    write_links(path, "erased", links[1:], START.date())
    assert [line.mark for line in read_links(path)] == [mark(link) for link in links]


def test_lines_written_at_once_while_old_ones_are_dropped_all_stay(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    write_links(path, "erased", [bytes(32)], date(2026, 1, 1))

    def write(number: int) -> None:
        write_links(path, "erased", [number.to_bytes(32, "big")], START.date())
        if number % 5 == 0:
            drop_before(path, date(2026, 5, 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(60)))
    assert len({line.mark for line in read_links(path)}) == 60


def test_journals_of_several_machines_are_replayed_together(visitor: Visitor, tmp_path: Path) -> None:
    paths = [visitor.sign_and_confirm(), visitor.sign_and_confirm(ACTIVIST)]
    others: list[Path] = []
    with restored(visitor):
        for path in paths:
            visitor.client.post(f"{path}/withdraw")
            others.append(journal(visitor).rename(tmp_path / f"{len(others)}.journal"))
    run = visitor.app.test_cli_runner().invoke(args=["withdraw", "replay", *map(str, others)])
    assert run.output.startswith("2 erased"), run.output


def test_what_is_replayed_is_read_by_the_desk_only(visitor: Visitor) -> None:
    path = visitor.sign_and_confirm()
    with restored(visitor):
        visitor.post(f"{path}/visibility", {"visibility": "withheld"})
    replay(visitor)
    vera = Officer(visitor.app, visitor.mailbox).join()
    assert "Odile Verchamp" in vera.get("/desk/signatory/1").text
    assert count(visitor, Delivery) == [0]
