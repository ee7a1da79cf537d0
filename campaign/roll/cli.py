"""`flask roll show` prints the list; `flask roll export` writes it to a file."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.letter.models import Letter
from campaign.letter.rules import NoSuchKind
from campaign.letter.service import NoSuchLetter, find_letter
from campaign.roll.export import WRITERS, TooManyForASheet, Writer, log_export, read_roll, write_numbers
from campaign.roll.rules import Choice
from campaign.roll.service import count_roll, read_country
from campaign.verify.rules import LEVELS
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES

roll = AppGroup("roll", help="The verified signatories, by country.")
DAY = click.DateTime(["%Y-%m-%d"])


@roll.command("show")
@click.argument("letter")
@click.option("--country", default="", help="Two letters, such as DE; without it, all countries.")
def show(letter: str, country: str) -> None:
    """Print the roll of LETTER: public names, and all others as numbers."""
    with toolbox().database.read() as session:
        row = _letter(session, letter)
        tally = count_roll(session, row.id)
        for code, name, numbers in tally.in_order("en"):
            if country.upper() not in ("", code):
                continue
            withheld = f", {numbers.withheld} withheld" if numbers.withheld else ""
            click.echo(f"{name} ({numbers.total}{withheld})")
            for entry in read_country(session, row, code):
                click.echo(f"  {entry.kind:8} L{entry.level} {entry.name}  {entry.detail}")
        named = ", ".join(f"{tally.of(kind.key)} {kind.plural}" for kind in row.kinds)
        click.echo(
            f"{tally.total} signatories: {named}, "
            f"{tally.withheld} withheld ({tally.elsewhere} of them elsewhere), {tally.counted} counted; "
            f"{tally.held} more are held"
        )


@roll.command("export")
@click.argument("letter")
@click.option("--format", "kind", type=click.Choice(list(WRITERS)), required=True)
@click.option(
    "--tally", "numbers", is_flag=True, help="The numbers instead of the names; xlsx and json hold both."
)
@click.option("--country", default="", help="Two letters, such as DE; without it, all countries.")
@click.option("--kind", "who", default="", help="One of the letter's kinds, such as lawmaker; without it, all.")
@click.option("--level", type=click.Choice([str(level) for level in LEVELS]), default=None)
@click.option("--from", "first", type=DAY, help="Only names signed on this day or later (UTC).")
@click.option("--to", "last", type=DAY, help="Only names signed on this day or earlier (UTC).")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Without it, to the terminal."
)
def export(letter: str, kind: str, numbers: bool, output: Path | None, **chosen: Any) -> None:
    """Write the public names of LETTER to a file, whole or not at all."""
    if numbers and kind != "csv":
        raise click.UsageError("--tally goes with --format csv; xlsx and json hold the numbers beside the names")
    if output is None and kind == "xlsx":
        raise click.UsageError("give a file with -o FILE: a terminal cannot show a workbook")
    write: Writer = write_numbers if numbers else WRITERS[kind]
    tools, choice = toolbox(), _choice(**chosen)
    with tools.database.read(frozen=True) as session:
        try:
            roll = read_roll(session, _letter(session, letter), choice, kind)
        except (TooManyForASheet, NoSuchKind) as fault:
            raise click.ClickException(str(fault)) from fault
        with _file(output, binary=kind == "xlsx") as file:
            write(roll, file)
    with tools.database.write() as session:
        log_export(session, roll, "csv, numbers" if numbers else kind, None, now=tools.clock())
    if output is not None:
        click.echo(f"{output}: {roll.names} names in {len(roll.tally.named_in)} countries")


def _choice(country: str, who: str, level: str | None, first: datetime | None, last: datetime | None) -> Choice:
    if country and country.upper() not in COUNTRIES:
        raise click.UsageError(f"{country} is not a country's code")
    days = first.date() if first else None, last.date() if last else None
    return Choice(country.upper(), who, int(level or 0), *days)


def _letter(session: Session, slug: str) -> Letter:
    try:
        return find_letter(session, slug)
    except NoSuchLetter as fault:
        raise click.ClickException(str(fault)) from fault


@contextmanager
def _file(output: Path | None, *, binary: bool) -> Iterator[IO[Any]]:
    """Open the output to write; a file gets its name only when it is whole."""
    if output is None:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(encoding="utf-8")  # names need it, whatever the terminal's locale
        yield sys.stdout
        return
    part = output.with_name(f".{output.name}.part")
    how: dict[str, Any] = {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8", "newline": ""}
    try:
        with part.open(**how) as file:
            yield file
        part.replace(output)
    except OSError as fault:
        raise click.ClickException(f"cannot write {output}: {fault.strerror}") from fault
    finally:
        part.unlink(missing_ok=True)
