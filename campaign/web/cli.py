"""Commands of the rooms that cannot import the toolbox: `flask storage …`, `flask seal …`, `flask doctor`."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import text as sql
from sqlalchemy.exc import SQLAlchemyError

from campaign.seal.keys import RECOVERY, KeysMisplaced, KeysMissing, create_keys, load_keys, rotate_keys
from campaign.storage.backup import BACKUP_LIFE, BackupRefused, back_up, backup_name, drop_old, file_of
from campaign.storage.migrate import newest, revision, upgrade
from campaign.storage.private import open_to_others
from campaign.web.toolbox import Check, Toolbox, toolbox

storage = AppGroup("storage", help="The database.")
REVIEW = timedelta(days=30)  # the doctor warns this long before a parliament's mail domain must be reviewed
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
        jumped = _checked(tools.checks["clock"], tools)
        old = [] if jumped else drop_old(target.parent, BACKUP_LIFE, now=tools.clock())
    except (BackupRefused, OSError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{target}: {size / 1e6:.1f} MB, checked" + (f"; {len(old)} old ones deleted" if old else ""))
    if jumped:
        click.echo(f"no old one was deleted. The clock: {jumped}", err=True)


private_option = click.option(
    "--private",
    "apart",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder off this machine, such as a stick, for the private keys that must not stay here.",
)


@seal.command("keygen")
@click.option("--high-risk", is_flag=True, help="Leave no private key on this machine: they all go to --private.")
@private_option
def keygen(high_risk: bool, apart: Path | None) -> None:
    """Make the campaign's keys in SEAL_KEYS; existing ones are never overwritten."""
    folder = toolbox().site.seal_keys
    try:
        create_keys(folder, apart, high_risk=high_risk)
    except FileExistsError as fault:
        raise click.ClickException(f"{fault} exists already; no key was changed") from fault
    except (KeysMisplaced, OSError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"keys made in {folder}: {load_keys(folder).mode}")
    if high_risk:
        click.echo(
            f"private.key and recovery.key are in {apart} only. Keep them apart from each other, and two copies."
        )
    elif apart is not None:
        click.echo(f"recovery.key is in {apart} only.")
    else:
        click.echo("Move recovery.key to a safe place off this machine now.")
    click.echo("Without a private key no sealed name or address can ever be read.")


@seal.command("rotate")
@private_option
def rotate(apart: Path | None) -> None:
    """Make a new campaign key that seals from now on; the earlier keys still open what they sealed."""
    folder = toolbox().site.seal_keys
    try:
        rotate_keys(folder, apart)
    except (KeysMissing, KeysMisplaced, OSError) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo("Restart the web server and the worker now: the new key seals after that.")
    if load_keys(folder).high_risk:
        click.echo("High-risk mode: names and addresses sealed before need the earlier private key. Keep both.")
    else:
        click.echo(
            "Then `flask seal reseal` seals the stored names to the new key, and `flask seal retire` removes the old key."
        )


@click.command("doctor")
def doctor() -> None:
    """Check what a running campaign needs, one line each; exit 1 if anything is missing."""
    tools, sick = toolbox(), False
    faults = {"database": _database_fault, "keys": _keys_fault, "files": _files_fault, **tools.checks}
    for name, fault in ((name, _checked(check, tools)) for name, check in faults.items()):
        click.echo(f"{name}: {fault or 'well'}")
        sick = sick or fault is not None
    if tools.keys is not None:
        click.echo(f"keys: {tools.keys.mode}")
    if (tools.site.seal_keys / RECOVERY).exists():
        click.echo("keys: recovery.key is still here; move it off this machine")
    _tell_parliaments(tools)
    _tell_notes(tools)
    click.echo(f"mail goes to: {tools.site.mail_url.split('@')[-1].split('?')[0]}")
    _tell_mail_files(tools)
    if sick:
        raise SystemExit(1)


def _tell_notes(tools: Toolbox) -> None:
    """Print the rooms' notes; nothing if the database does not answer."""
    with suppress(SQLAlchemyError), tools.database.read() as session:
        for name, note in tools.notes.items():
            click.echo(f"{name}: {note(session)}")


def _tell_parliaments(tools: Toolbox) -> None:
    """Name the parliaments' mail domains that have expired or soon will; neither is a fault of the campaign."""
    today = tools.clock().date()
    gone, due = tools.legislatures.due(today), tools.legislatures.due(today + REVIEW)
    soon = [domain for domain in due if domain not in gone]
    for words, domains in (
        ("expired, they prove nothing", gone),
        (f"they expire within {REVIEW.days} days", soon),
    ):
        if domains:
            names = ", ".join(domain.name for domain in domains)
            click.echo(f"parliaments: review in config/legislatures.toml, {words}: {names}")
    if not due:
        click.echo("parliaments: well")


def _database_fault(tools: Toolbox) -> str | None:
    try:
        with tools.database.read() as session:
            session.execute(sql("SELECT 1"))
        at, wanted = revision(tools.database), newest(tools.site.root / "migrations")
    except SQLAlchemyError as fault:
        return f"does not answer ({type(fault).__name__})"
    return None if at == wanted else f"stands at {at}, wants {wanted}: run `flask storage upgrade`"


def _checked(check: Check, tools: Toolbox) -> str | None:
    try:
        return check(tools)
    except SQLAlchemyError as fault:  # away, or its tables are older than this code
        return f"cannot be told ({type(fault).__name__})"


def _files_fault(tools: Toolbox) -> str | None:
    wide = open_to_others(tools.own_places())
    if not wide:
        return None
    return (
        f"other users of this host can open {len(wide)}, such as {wide[0]}: `chmod -R go= FOLDER`, as their owner"
    )


def _tell_mail_files(tools: Toolbox) -> None:
    """Warn of mails written to files on a public site: each contains an address and a link."""
    if tools.site.mail_folder is not None and not tools.site.is_trial:
        click.echo(
            "mail: nothing is sent; each mail stays as a file with its address and its link until you delete it: set MAIL_URL=smtp://…"
        )


def _keys_fault(tools: Toolbox) -> str | None:
    if tools.keys is None:
        return f"none in {tools.site.seal_keys}: signing is closed; run `flask seal keygen`"
    return None
