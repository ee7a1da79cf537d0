"""`flask deliver pdf`: print the letter with its roll."""

from pathlib import Path

import click
from flask.cli import AppGroup

from campaign.deliver.coverage import GlyphMissing
from campaign.deliver.printing import NoSuchDocument, Wanted, prepare, print_document
from campaign.desk.log import write_log
from campaign.web.toolbox import toolbox
from campaign.world.languages import LANGUAGES

deliver = AppGroup("deliver", help="Hand the letter and its roll to governments.")


@deliver.command("pdf")
@click.argument("letter")
@click.option("--country", default="", help="The government it is for, two letters; all addressees without it.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True)
def pdf(letter: str, country: str, language: str, output: Path) -> None:
    """Print LETTER with its public signatories to a PDF file, whole or not at all."""
    tools, wanted = toolbox(), Wanted(letter, language, country.upper())
    try:
        with tools.database.read() as session:
            document = prepare(session, wanted)
        printed = print_document(document)
    except (NoSuchDocument, GlyphMissing) as fault:
        raise click.ClickException(str(fault)) from fault
    part = output.with_name(f".{output.name}.part")
    try:
        part.write_bytes(printed)
        part.replace(output)
    except OSError as fault:
        raise click.ClickException(f"cannot write {output}: {fault.strerror}") from fault
    with tools.database.write() as session:
        details = {"country": wanted.country or "all", "language": language, "reference": document.reference}
        write_log(session, None, "print", f"letter:{letter}", details, now=tools.clock())
    names = sum(len(group.lawmakers) + len(group.activists) for group in document.groups)
    click.echo(f"{output}: {names} names in {len(document.groups)} countries, {len(printed) / 1e6:.1f} MB")
