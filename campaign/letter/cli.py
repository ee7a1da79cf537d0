"""`flask letter …`: letters from files and into files, their drafts, updates, and a list of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.letter.drafts import (
    ChangedAtDesk,
    change_draft,
    copy_letter,
    draft_of,
    export_letter,
    load_letters,
    publish_part,
)
from campaign.letter.keeping import KindSigned, TextSigned, check_office, files_of
from campaign.letter.rules import LetterMalformed
from campaign.letter.service import NoSuchLetter, TextChanged, all_letters, find_letter, texts_of
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox

REFUSED = (LetterMalformed, NoSuchLetter, TextSigned, KindSigned, TextChanged, ChangedAtDesk)
letter = AppGroup("letter", help="The letters that people sign.")


@letter.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Overwrite what was published at the desk since the last load or export."
)
def load(folder: Path, replace: bool) -> None:
    """Load every letter in FOLDER (each a folder with letter.toml); loading twice changes nothing."""
    with _told(), toolbox().database.write() as session:
        slugs = load_letters(session, folder, replace=replace, now=toolbox().clock())
        _check_offices(session)
    if not slugs:
        raise click.ClickException(f"no letter in {folder}: expected {folder}/NAME/letter.toml")
    click.echo(f"{len(slugs)} letters: {', '.join(slugs)}")


@letter.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--letter", "slug", default="", help="Only this letter.")
def export(folder: Path, slug: str) -> None:
    """Write the published letters into FOLDER, each in a folder of its own, byte for byte as `load` reads them."""
    with _told(), toolbox().database.write() as session:
        for one in [find_letter(session, slug)] if slug else all_letters(session):
            click.echo(export_letter(session, one, folder, now=toolbox().clock()))


@letter.command("update")
@click.argument("slug")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Its day: readers see it from then on."
)
@click.option("--number", default=1, type=click.IntRange(1, 99), help="Which update of that day it is.")
def update(slug: str, files: tuple[Path, ...], day: datetime, number: int) -> None:
    """Publish an update of letter SLUG, or a correction of one; each FILE is one language, such as en.md.

    Whatever else is being written of the letter stays a draft.
    """
    tools, name = toolbox(), f"{day:%Y-%m-%d}{f'-{number}' if number > 1 else ''}"
    try:
        changes = {f"updates/{name}/{file.name}": file.read_bytes().decode() for file in files}
        with _told(), tools.database.write() as session:
            changed = _publish_files(session, slug, changes, now=tools.clock())
    except UnicodeDecodeError as fault:
        raise click.ClickException("a file is not in UTF-8") from fault
    except ChangedMeanwhile as fault:
        raise click.ClickException(
            f"{slug} was changed after its draft was begun: look at it at the desk"
        ) from fault
    click.echo(f"the update {name} of {slug} is published" if changed else "nothing to change")


def _publish_files(session: Session, slug: str, changes: Mapping[str, str], *, now: datetime) -> bool:
    """Publish files; say whether any was another before. Raises ChangedAtDesk if one of them is being written."""
    before, draft = files_of(session, find_letter(session, slug)), draft_of(session, slug)
    for path in changes:
        if draft and draft.files.get(path) != before.get(path):
            raise ChangedAtDesk(f"{path} of {slug} is being changed at the desk: publish or discard that first")
    if all(before.get(path) == said for path, said in changes.items()):
        return False
    change_draft(session, slug, changes, seen=draft.version if draft else 0, by=None, now=now)
    publish_part(session, slug, changes.keys(), by=None, now=now)
    return True


def _check_offices(session: Session) -> None:
    """Raise LetterMalformed if a letter goes to a kind of office that config/recipients.toml does not have."""
    for row in all_letters(session):
        try:
            check_office(row, toolbox().recipients.offices)
        except LetterMalformed as fault:
            raise fault.at(f"{row.slug}/{fault.where.path}") from fault


@letter.command("copy")
@click.argument("slug")
@click.argument("new")
def copy(slug: str, new: str) -> None:
    """Begin a draft called NEW with the words and facts of the letter SLUG."""
    with _told(), toolbox().database.write() as session:
        copy_letter(session, slug, new, by=None, now=toolbox().clock())
    click.echo(f"{new} is a draft now, which is not public")


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a letter refuses into one line of the command."""
    try:
        yield
    except REFUSED as fault:
        raise click.ClickException(str(fault)) from fault
    except OSError as fault:
        raise click.ClickException(f"{fault.filename}: {fault.strerror}") from fault


@letter.command("list")
def show_all() -> None:
    """List the letters with their days, versions, languages and hashes."""
    with toolbox().database.read() as session:
        for row in all_letters(session):
            click.echo(f"{row.slug}  {row.opens_on} to {row.closes_on}  version {row.version}")
            for text in texts_of(session, row):
                mark = " (draft translation)" if row.is_draft(text.language) else ""
                click.echo(f"  {text.language:8} {text.sha256}  {text.title}{mark}")
