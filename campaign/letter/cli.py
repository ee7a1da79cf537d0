"""`flask letter load|export|list`: letters from files and into files, and a list of them."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.letter.drafts import ChangedAtDesk, export_letter, load_letters
from campaign.letter.keeping import KindSigned, TextSigned, check_office
from campaign.letter.rules import LetterMalformed
from campaign.letter.service import NoSuchLetter, TextChanged, all_letters, find_letter, texts_of
from campaign.web.toolbox import toolbox

letter = AppGroup("letter", help="The letters that people sign.")


@letter.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Overwrite what was published at the desk since the last load or export."
)
def load(folder: Path, replace: bool) -> None:
    """Load every letter in FOLDER (each a folder with letter.toml); loading twice changes nothing."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            slugs = load_letters(session, folder, replace=replace, now=tools.clock())
            _check_offices(session)
    except (LetterMalformed, TextSigned, KindSigned, TextChanged, ChangedAtDesk) as fault:
        raise click.ClickException(str(fault)) from fault
    if not slugs:
        raise click.ClickException(f"no letter in {folder}: expected {folder}/NAME/letter.toml")
    click.echo(f"{len(slugs)} letters: {', '.join(slugs)}")


@letter.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--letter", "slug", default="", help="Only this letter.")
def export(folder: Path, slug: str) -> None:
    """Write the published letters into FOLDER, each in a folder of its own, byte for byte as `load` reads them."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            letters = [find_letter(session, slug)] if slug else all_letters(session)
            for one in letters:
                click.echo(export_letter(session, one, folder, now=tools.clock()))
    except (LetterMalformed, NoSuchLetter, TextChanged) as fault:
        raise click.ClickException(str(fault)) from fault
    except OSError as fault:
        raise click.ClickException(f"{fault.filename}: {fault.strerror}") from fault


def _check_offices(session: Session) -> None:
    """Raise LetterMalformed if a letter goes to a kind of office that config/recipients.toml does not have."""
    for row in all_letters(session):
        try:
            check_office(row, toolbox().recipients.offices)
        except LetterMalformed as fault:
            raise fault.at(f"{row.slug}/{fault.where.path}") from fault


@letter.command("list")
def show_all() -> None:
    """List the letters with their days, versions, languages and hashes."""
    with toolbox().database.read() as session:
        for row in all_letters(session):
            click.echo(f"{row.slug}  {row.opens_on} to {row.closes_on}  version {row.version}")
            for text in texts_of(session, row):
                mark = " (draft translation)" if row.is_draft(text.language) else ""
                click.echo(f"  {text.language:8} {text.sha256}  {text.title}{mark}")
