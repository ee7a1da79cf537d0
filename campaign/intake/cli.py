"""`flask intake import|list|undo`: signatures that came on paper or from an earlier list."""

import time
from pathlib import Path
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.desk.rules import VERIFIES
from campaign.intake.columns import CHOICES, ColumnsUnclear
from campaign.intake.rules import Defaults, Problem, ProvenanceMissing, accept_provenance
from campaign.intake.service import Job, LetterStopped, NoSuchIntake, check_going, intakes
from campaign.intake.worker import OpenList, Tally, fingerprint_of, open_list, run_import, undo_import
from campaign.letter.service import NoSuchLetter, current_text, find_letter
from campaign.sheets.encodings import ENCODINGS, EncodingUnclear
from campaign.sheets.rows import FileRefused, open_sheet
from campaign.sign.rules import VISIBILITIES
from campaign.signin.officers import officer_in
from campaign.web.toolbox import toolbox
from campaign.world.languages import LANGUAGES

intake = AppGroup("intake", help="Signatures that came on paper or from an earlier list.")
by_option = click.option(
    "--by", default="", metavar="EMAIL", help="The officer who answers for the import; the log names them."
)


@intake.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--letter", required=True, help="The letter they signed.")
@click.option(
    "--provenance",
    required=True,
    help='Where the list comes from, in the words that are shown: "on paper, Berlin, 3 May".',
)
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="The language of the text they signed.",
)
@click.option(
    "--map",
    "wishes",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="The field of a column. #3=party names the third column, NOTES= leaves a column out, name=Prénom+Nom joins two.",
)
@click.option("--kind", default="", help="The kind in rows without one: a kind of the letter's, such as lawmaker.")
@click.option("--country", default="", help="The country in rows without one: a code or a name.")
@click.option(
    "--visibility",
    type=click.Choice(VISIBILITIES),
    default="withheld",
    show_default=True,
    help="The use of the name in rows without one.",
)
@click.option("--sheet", default="", help="A sheet of the workbook (default: the first).")
@click.option(
    "--encoding",
    type=click.Choice(list(ENCODINGS)),
    default=None,
    help="The encoding of a CSV file (default: found out).",
)
@click.option("--dry-run", is_flag=True, help="Read and check everything, write nothing.")
@by_option
def import_list(path: Path, **options: Any) -> None:
    """Import a list of signatories from FILE (CSV or XLSX).

    Rows that cannot be imported are named, and all others are imported. The same file again changes nothing; after an
    interruption the import continues where it stopped. No one on a list counts as confirmed by e-mail.
    """
    tools = toolbox()
    with path.open("rb") as file:
        try:
            job, source = _job(file, options), _source(file, options)
        except (FileRefused, ColumnsUnclear, ProvenanceMissing) as fault:
            raise click.ClickException(str(fault)) from fault
        except EncodingUnclear as fault:
            readings = "".join(f"\n  --encoding {name}: {reading}" for name, reading in fault.readings)
            raise click.ClickException(f"{fault} Say which:{readings}") from fault
        click.echo(f"{source.described}: {_columns(source)}")
        for heading, reason in source.columns.left_out:
            click.echo(f"column {heading} {reason}")
        progress = _Progress()
        try:
            tally = run_import(
                tools.database, job, source, progress, now=tools.clock(), dry_run=options["dry_run"]
            )
        except LetterStopped as fault:
            raise click.ClickException(f"stopped; every imported batch is whole. {fault}") from fault
        except KeyboardInterrupt:
            click.echo(err=True)
            raise click.ClickException(
                "stopped; every imported batch is whole: the same command continues from here"
            ) from None
        progress.end()
    _report(tally, dry_run=options["dry_run"])


@intake.command("list")
def list_intakes() -> None:
    """List the imports: number, day, letter, rows imported, rows refused, provenance."""
    with toolbox().database.read() as session:
        for row, letter, count in intakes(session):
            gone = f"\tundone {row.withdrawn_at:%Y-%m-%d}" if row.withdrawn_at else ""
            click.echo(
                f"{row.id}\t{row.taken_at:%Y-%m-%d}\t{letter}\t{count}\t{row.refused_count}\t{row.provenance}{gone}"
            )


@intake.command("undo")
@click.argument("number", type=int)
@click.option("--row", type=int, default=None, help="One row alone, by its number in the file.")
@by_option
def undo(number: int, row: int | None, by: str) -> None:
    """Undo import NUMBER: erase its signatories, except those whom the desk has decided about or delivered."""
    tools = toolbox()
    with tools.database.read() as session:
        officer = _officer(session, by)
    try:
        removed, stayed = undo_import(tools.database, number, officer, row, now=tools.clock())
    except NoSuchIntake as fault:
        raise click.ClickException(
            f"there is no import {number}{f' with a row {row}' if row else ''} to undo"
        ) from fault
    tools.database.truncate_log()
    click.echo(f"{removed} signatories erased")
    if stayed:
        raise click.ClickException(
            f"{stayed} stay: the desk has decided about them, or they stand in a delivery; undo that first"
        )


class _Progress:
    """The progress in one line on stderr, which is rewritten."""

    def __init__(self) -> None:
        self._began, self._told = time.monotonic(), False

    def __call__(self, tally: Tally) -> None:
        self._told = True
        rate = tally.read / max(time.monotonic() - self._began, 0.001)
        text = f"{tally.read:,} rows read, {tally.added:,} new, {tally.known:,} here already, {tally.refused:,} refused, {rate:,.0f} a second"
        click.echo(f"\r{text:<100}", err=True, nl=False)

    def end(self) -> None:
        if self._told:
            click.echo(err=True)


def _job(file: BinaryIO, options: dict[str, Any]) -> Job:
    tools = toolbox()
    if tools.keys is None:
        raise click.ClickException("there are no keys: run `flask seal keygen`")
    with tools.database.read() as session:
        try:
            letter = find_letter(session, options["letter"])
            text = current_text(session, letter, options["language"])
            check_going(session, letter)
        except (NoSuchLetter, LetterStopped) as fault:
            raise click.ClickException(str(fault)) from fault
        officer = _officer(session, options["by"])
    if text.language != options["language"]:
        raise click.ClickException(f"there is no text of {letter.slug} in {options['language']}")
    return Job(letter, text, tools.keys, accept_provenance(options["provenance"]), fingerprint_of(file), officer)


def _source(file: BinaryIO, options: dict[str, Any]) -> OpenList:
    wishes: dict[str, str] = {}
    joins: dict[str, list[str]] = {}
    for wish in options["wishes"]:
        heading, equals, field = wish.rpartition("=")
        if not equals:
            raise click.ClickException(f"--map {wish}: write COLUMN=FIELD, or FIELD=COLUMN+COLUMN")
        if "+" in field and heading.strip() in CHOICES:
            joins[heading.strip()] = field.split("+")
        else:
            wishes[heading] = field.strip()
    sheet = open_sheet(file, sheet=options["sheet"], encoding=options["encoding"] or "")
    defaults = Defaults(options["kind"], options["country"], options["visibility"])
    return open_list(sheet, wishes, defaults, joins)


def _columns(source: OpenList) -> str:
    pairs = zip(source.columns.headings, source.columns.fields, strict=True)
    return ", ".join(f"{heading} is {field.replace('_', ' ')}" for heading, field in pairs if field)


def _report(tally: Tally, *, dry_run: bool) -> None:
    for row in tally.shown if dry_run else ():
        entry = row.entry
        click.echo(f"row {row.number}: {entry.name}, {entry.kind}, {entry.country}, {entry.visibility}")
    for one in tally.alike:
        click.echo(f"row {one.row}: {one.name}: perhaps the same person as signatory {one.signatory_id}")
    for problem in tally.problems:
        click.echo(_problem_line(problem))
    more = tally.refused - len({problem.row for problem in tally.problems})
    if more > 0:
        click.echo(f"and {more} more rows that were refused")
    imported = "would be imported" if dry_run else "imported"
    click.echo(
        f"{tally.added} {imported}, {tally.known} here already, {tally.refused} refused, of {tally.read} rows"
    )


def _problem_line(problem: Problem) -> str:
    return f"row {problem.row}: {problem.column + ' ' if problem.column else ''}{problem.sentence}"


def _officer(session: Session, email: str) -> Officer | None:
    if not email:
        return None
    officer = officer_in(session, email, VERIFIES)
    if officer is None:
        raise click.ClickException("no officer with this address may verify")
    return officer
