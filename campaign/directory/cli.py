"""`flask directory export|load|offices|confirm|restore`: the address book of offices."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tomllib import TOMLDecodeError, loads
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.directory.book import office_at, read_offices
from campaign.directory.columns import ColumnsUnclear
from campaign.directory.domain_cli import by_option, domain, officer_called, parliaments
from campaign.directory.lists import Reading, read_list, write_list
from campaign.directory.offices import KindMissing, change_office, change_offices, replace_offices, restore_office
from campaign.directory.rules import confirmation_told, mark_of_entry, tidy_kind, tidy_office
from campaign.sheets.encodings import ENCODINGS, EncodingUnclear
from campaign.sheets.rows import FileRefused, open_sheet
from campaign.web.toolbox import toolbox
from campaign.world.recipients import Confirmation, Recipient, Recipients, RecipientsInvalid, parse
from campaign.world.written import recipients_toml

directory = AppGroup("directory", help="The address book of offices, and parliaments' mail domains.")
directory.add_command(parliaments)
directory.add_command(domain)


@directory.command("offices")
@click.option(
    "--state",
    type=click.Choice([str(state) for state in Confirmation]),
    help="Only those confirmed lately, long ago, or never.",
)
def list_offices(state: str | None) -> None:
    """List the offices, and say who confirmed each and when."""
    today = toolbox().clock().date()
    for one in _on_record().every:
        if state in (None, one.confirmation(today)):
            click.echo(f"{one.country}\t{one.office}\t{one.name}\t{confirmation_told(one, today)}")


@directory.command("export")
@click.option("--format", "kind", type=click.Choice(["toml", "csv"]), default="toml", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A file. [standard output]")
def export(kind: str, output: Path | None) -> None:
    """Write the whole address book; loaded again, it is the same, byte for byte."""
    listed = _on_record()
    written = write_list(listed) if kind == "csv" else recipients_toml(listed)
    if output is None:
        click.echo(written.encode(), nl=False)
        return
    try:
        output.write_bytes(written.encode())
    except OSError as fault:
        raise click.ClickException(f"{output}: {fault.strerror}") from fault
    click.echo(f"{output}: {len(listed.every)} offices")


@directory.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoding", type=click.Choice(list(ENCODINGS)), help="Of a CSV file, if it cannot be told.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def load(file: Path, encoding: str | None, dry_run: bool) -> None:
    """Read FILE: a TOML file is the whole address book; a list (CSV, workbook) adds to it and changes it."""
    if file.suffix == ".toml":
        _load_whole(file, dry_run=dry_run)
    else:
        _load_list(file, encoding or "", dry_run=dry_run)


@directory.command("confirm")
@click.argument("country")
@click.argument("office")
@click.option("--source", required=True, metavar="URL", help="The office's own page, https://…")
@by_option
def confirm(country: str, office: str, source: str, by: str) -> None:
    """Say that the officer --by compared an entry with the office's own page today."""
    today = toolbox().clock().date()

    def act(session: Session, entry: Recipient, who: Officer) -> None:
        wanted = replace(entry, source=source, confirmed_on=today, confirmed_by=who.name)
        tidy, faults = tidy_office(wanted, toolbox().recipients.offices, today)
        for field, fault in faults.items():
            raise click.ClickException(f"{field}: {fault}")
        change_office(session, _shipped(), tidy, mark_of_entry(entry), who, now=toolbox().clock())

    _change(country.upper(), office, by, act)


@directory.command("restore")
@click.argument("country")
@click.argument("office")
@by_option
def restore(country: str, office: str, by: str) -> None:
    """Go back to the shipped entry of an office, or to none if none is shipped."""

    def act(session: Session, entry: Recipient, who: Officer) -> None:
        place = entry.country, entry.office
        restore_office(session, _shipped(), place, mark_of_entry(entry), who, now=toolbox().clock())

    _change(country.upper(), office, by, act)


def _change(country: str, office: str, by: str, act: Callable[[Session, Recipient, Officer], None]) -> None:
    with toolbox().database.write() as session:
        entry = office_at(read_offices(session, _shipped()), (country, office))
        if entry is None:
            raise click.ClickException(f"there is no {office} office for {country}")
        act(session, entry, officer_called(session, by))
    click.echo(f"{country} {office}: saved")


def _load_whole(file: Path, *, dry_run: bool) -> None:
    tools = toolbox()
    try:
        whole = _tidy(parse(loads(file.read_text(encoding="utf-8"))))
        if whole.salutations != _shipped().salutations:
            raise click.ClickException(
                f"{file}: salutations: change them in config/recipients.toml, or leave them"
            )
        with tools.database.write() as session:
            number = replace_offices(session, _shipped(), whole, None, now=tools.clock())
            if dry_run:
                session.rollback()
    except (OSError, UnicodeDecodeError, TOMLDecodeError, RecipientsInvalid, KindMissing) as fault:
        raise click.ClickException(f"{file}: {fault}") from fault
    click.echo(f"{number} of {len(whole.every)} offices {'would change' if dry_run else 'changed'}")


def _tidy(whole: Recipients) -> Recipients:
    """Return the entries as the desk's page would keep them. Raises ClickException naming the first fault."""
    today, tidied = toolbox().clock().date(), []
    for name, kind in whole.offices.items():
        for field, fault in tidy_kind(name, kind)[1].items():
            raise click.ClickException(f"offices.{name}: {field}: {fault}")
    for one in whole.every:
        tidy, faults = tidy_office(one, whole.offices, today)
        for field, fault in faults.items():
            raise click.ClickException(f"{one.country} {one.office}: {field}: {fault}")
        tidied.append(tidy)
    return replace(whole, every=tuple(tidied))


def _load_list(file: Path, encoding: str, *, dry_run: bool) -> None:
    tools = toolbox()
    try:
        with file.open("rb") as opened, tools.database.write() as session:
            sheet = open_sheet(opened, encoding=encoding)
            reading = read_list(sheet, read_offices(session, _shipped()), {}, tools.clock().date())
            if not dry_run:
                change_offices(session, _shipped(), reading.wanted, None, now=tools.clock())
    except (FileRefused, EncodingUnclear, ColumnsUnclear) as fault:
        raise click.ClickException(f"{file}: {fault}") from fault
    _tell(reading, dry_run=dry_run)


def _tell(reading: Reading, **said: Any) -> None:
    for heading, reason in reading.left_out:
        click.echo(f"column {heading} {reason}")
    for one in reading.proposals:
        click.echo(f"row {one.number}: {one.after.country} {one.after.office}: {', '.join(one.changed)}")
    for number, sentence in reading.problems:
        click.echo(f"row {number}: {sentence}", err=True)
    done = "would change" if said["dry_run"] else "changed"
    click.echo(f"{len(reading.proposals)} {done}, {reading.same} are the same, {len(reading.problems)} refused")
    if reading.problems:
        raise SystemExit(1)


def _on_record() -> Recipients:
    with toolbox().database.read() as session:
        return read_offices(session, _shipped())


def _shipped() -> Recipients:
    return toolbox().shipped.recipients
