"""Commands of the rooms that lie below the toolbox: `flask storage …`, `flask seal …`, `flask doctor`."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from campaign.seal.keys import create_keys
from campaign.storage.backup import BACKUP_LIFE, BackupRefused, back_up, backup_name, drop_old, file_of
from campaign.storage.migrate import newest, revision, upgrade
from campaign.web.toolbox import Toolbox, toolbox

storage = AppGroup("storage", help="The database.")
seal = AppGroup("seal", help="The keys that names and addresses are sealed with.")


@storage.command("upgrade")
def upgrade_tables() -> None:
    """Run the migrations that this database has not run yet."""
    tools = toolbox()
    migrations = tools.site.root / "migrations"
    try:
        before = revision(tools.database)
        upgrade(tools.database, migrations)
    except SQLAlchemyError as fault:
        raise click.ClickException(f"the database does not answer: {type(fault).__name__}") from fault
    after = newest(migrations)
    click.echo(f"tables at {after}" if before == after else f"tables moved from {before or 'nothing'} to {after}")


@storage.command("backup")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file, or a folder. [backups beside the database]"
)
def backup(output: Path | None) -> None:
    """Copy the SQLite database while it is in use, check the copy, and delete backups older than 14 days beside it."""
    tools = toolbox()
    try:
        source = file_of(tools.database)
        target = output or source.parent / "backups"
        if output is None or target.is_dir() or not target.suffix:
            target = target / backup_name(tools.clock())
        size = back_up(source, target)
        old = drop_old(target.parent, BACKUP_LIFE, now=tools.clock())
    except (BackupRefused, OSError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{target}: {size / 1e6:.1f} MB, checked" + (f"; {len(old)} old ones deleted" if old else ""))


@seal.command("keygen")
def keygen() -> None:
    """Make the campaign's keys in SEAL_KEYS; existing ones are never overwritten."""
    folder = toolbox().site.seal_keys
    try:
        create_keys(folder)
    except FileExistsError as fault:
        raise click.ClickException(f"{folder} already holds keys; they were left alone") from fault
    click.echo(f"keys made in {folder}")
    click.echo(
        "Move recovery.key to a safe place off this machine now. Without a private key no address can be read."
    )
    click.echo(
        "Standard mode: private.key stays here, outside the database. Whoever takes this machine takes both."
    )


@click.command("doctor")
def doctor() -> None:
    """Check what a running campaign needs, one line each; exit 1 if anything is missing."""
    tools, sick = toolbox(), False
    for name, fault in (("database", _database_fault(tools)), ("keys", _keys_fault(tools))):
        click.echo(f"{name}: {fault or 'well'}")
        sick = sick or fault is not None
    click.echo(f"mail: {tools.site.mail_url.split('@')[-1].split('?')[0]}")
    if sick:
        raise SystemExit(1)


def _database_fault(tools: Toolbox) -> str | None:
    try:
        with tools.database.read() as session:
            session.execute(sql("SELECT 1"))
        at, wanted = revision(tools.database), newest(tools.site.root / "migrations")
    except SQLAlchemyError as fault:
        return f"does not answer ({type(fault).__name__})"
    return None if at == wanted else f"stands at {at}, wants {wanted}: run `flask storage upgrade`"


def _keys_fault(tools: Toolbox) -> str | None:
    if tools.keys is None:
        return f"none in {tools.site.seal_keys}: signing is closed; run `flask seal keygen`"
    return None
