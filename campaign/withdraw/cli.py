"""`flask withdraw …`: retention, the erasure journal, recalls; and `flask storage restore`, which needs all three."""

from pathlib import Path
from typing import IO

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from campaign.audit.log import write_log
from campaign.desk.rules import OWNER
from campaign.document.cli import FILE, by_option, require_second_person
from campaign.letter.cli import letter
from campaign.letter.models import Letter
from campaign.letter.service import NoSuchLetter, find_letter
from campaign.moments.cli import acting, reason_elsewhere, reason_in_english, reason_of
from campaign.seal.keys import Keys
from campaign.signin.officers import officer_in
from campaign.storage.backup import BACKUP_LIFE, BackupRefused, copy, file_of, made_at, put_in_place, settle
from campaign.storage.database import Database
from campaign.storage.files import write_file
from campaign.storage.journal import JOURNAL_LIFE, drop_before
from campaign.storage.migrate import upgrade
from campaign.web.staff import Staff
from campaign.web.toolbox import Toolbox, toolbox
from campaign.withdraw.clock import clock_fault
from campaign.withdraw.consents import ask_opened, ask_waiting, asker_of, bundle_due, count_answers
from campaign.withdraw.formal import ask_withdrawal
from campaign.withdraw.restored import read_journals, repeat_removals
from campaign.withdraw.retention import LINES, count_due, forget
from campaign.withdraw.service import find_recalls

FEW = 200
withdraw = AppGroup("withdraw", help="Withdrawal and retention.")


@withdraw.command("purge")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, forget nothing.")
@click.option("--clock-is-right", is_flag=True, help="Go on after a jump of the clock: you have checked it.")
def purge_old(dry_run: bool, clock_is_right: bool) -> None:
    """Delete all that is older than we keep it, and say how much of each kind; the worker does it too.

    A clock more than two days away from the newest moment the database knows deletes no name until you confirm it.
    """
    tools = toolbox()
    now, journal = tools.clock(), tools.site.erasures
    fault = None if clock_is_right else clock_fault(tools.database, now)
    if not dry_run:
        click.echo(_counted(forget(journal, tools.database, now, clock_is_right=clock_is_right), "forgotten"))
        if fault:
            raise click.ClickException(f"the clock: {fault}")
        return
    with tools.database.read() as session:
        due = count_due(session, now=now)
    due[LINES] = drop_before(journal, now.date() - JOURNAL_LIFE, dry_run=True)
    click.echo(_counted(due, "would be forgotten"))
    if fault:
        click.echo(f"but not by this clock: {fault}", err=True)


@withdraw.command("replay")
@click.argument("journals", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replay_journal(journals: tuple[Path, ...]) -> None:
    """Erase and conceal again what was withdrawn after a restored backup was made.

    Reads ERASURES, or the JOURNALS of several machines if you name them. A second run changes nothing.
    """
    tools = toolbox()
    done = _replay(tools.database, journals or (tools.site.erasures,), tools)
    tools.database.truncate_log()
    click.echo(done)


@withdraw.command("recalls")
def list_recalls() -> None:
    """List the delivered documents with names that were withdrawn since; the desk's page settles them."""
    with toolbox().database.read() as session:
        rows = find_recalls(session, FEW)
    for recall, delivery, of_letter in rows:
        state = f"settled {recall.settled_at:%Y-%m-%d}" if recall.settled_at else "open"
        annex = ", annex" if delivery.annex else ""
        click.echo(
            f"{recall.id:5} {state:18} {of_letter.slug} {delivery.reference} ({delivery.country or 'all'}, "
            f"{delivery.language}, {delivery.printed_on}{annex}) at {recall.place}, withdrawn {recall.withdrawn_on}"
        )


@letter.command("withdraw")
@click.argument("slug")
@reason_in_english
@reason_elsewhere
@click.option("--by", metavar="EMAIL", required=True, help="The owner who asks for it.")
def withdraw_letter(slug: str, reason: str, elsewhere: tuple[tuple[str, str], ...], by: str) -> None:
    """Ask a second owner to withdraw SLUG for good: it takes no signature, and what was delivered is recalled."""
    with acting() as (session, now):
        owner = officer_in(session, by, (OWNER,))
        if owner is None:
            raise click.ClickException(f"{by} is no owner at the desk")
        ask_withdrawal(session, slug, reason_of(reason, elsewhere), owner, now=now)
    click.echo("this takes two people: it is done as soon as another owner agrees at the desk. It is not undone")


@withdraw.command("ask-anew")
@click.argument("letter")
@by_option
@click.option(
    "-o", "--output", type=FILE, help="High-risk: write the sealed addresses of those to ask to this file."
)
@click.option(
    "--addresses", type=click.File("r"), help="High-risk: what `flask seal open` lists of that file; - reads it."
)
def ask_signatories(letter: str, by: str, output: Path | None, addresses: IO[str] | None) -> None:
    """Ask who signed an earlier version of LETTER whether they sign the new one, and say how many have answered.

    The worker asks by itself. Where the private key is not on this server, -o writes a file for the laptop that holds
    it; two people agree to that. --addresses then queues the mails, and keeps no address longer than its mail.
    """
    tools = toolbox()
    with tools.database.read() as session:
        found = _letter(session, letter)
    asker = asker_of(_keys(tools), tools.site.url, tools.tokens)
    if output is not None:
        _write_due(found, require_second_person(output.name, letter, by), output)
    elif addresses is not None:
        asked = ask_opened(asker, tools.database, found, _listed(addresses), now=tools.clock())
        click.echo(f"{asked} mails queued")
    else:
        ask_waiting(asker, tools.database, tools.clock())
    with tools.database.read() as session:
        rows = [row for row in count_answers(session, now=tools.clock()) if row.letter == letter]
    for row in rows:
        click.echo(
            f"version {row.version}: {row.signed} signed it; {row.waiting} wait for their consent: {row.asked} asked, "
            f"{row.reminded} of them reminded, {row.due} to be asked, {row.rest} not asked"
        )


def _letter(session: Session, slug: str) -> Letter:
    try:
        return find_letter(session, slug)
    except NoSuchLetter as fault:
        raise click.ClickException(str(fault)) from fault


def _write_due(letter: Letter, by: Staff, output: Path) -> None:
    """Write a bundle of sealed addresses, readable by this user alone, and log which officer took how many."""
    tools = toolbox()
    with tools.database.write() as session:
        bundle = bundle_due(session, letter, now=tools.clock())
        details = {"holds": bundle.holds, "boxes": str(len(bundle.boxes))}
        write_log(session, by, "bundle", f"letter:{letter.slug}", details, now=tools.clock())
    try:
        write_file(output, bundle.to_bytes(), 0o600)
    except OSError as fault:
        raise click.ClickException(f"cannot write {output}: {fault.strerror}") from fault
    click.echo(f"{output}: {len(bundle.boxes)} sealed addresses, and no name")


def _listed(lines: IO[str]) -> dict[int, str]:
    """Read the number and the address of each line that `flask seal open` printed."""
    parts = [line.rstrip("\n").split("\t") for line in lines if line.strip()]
    try:
        return {int(part[0]): part[-1] for part in parts if "@" in part[-1]}
    except ValueError as fault:
        raise click.ClickException(
            "these are not the lines of `flask seal open`: a number, tabs, an address"
        ) from fault


@click.command("restore")
@click.argument("backup", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Overwrite the database that is there.")
@with_appcontext
def restore(backup: Path, yes: bool) -> None:
    """Put a backup in the database's place, without those who withdrew since it was made.

    All changes are made to a copy first: what was erased is never readable in the database, not even for a moment.
    """
    tools = toolbox()
    try:
        target = file_of(tools.database)
        _check(backup, target, yes, tools)
        part = copy(backup, target.parent)
        try:
            done = _prepare_copy(part, tools)
            tools.database.close()  # an open connection would go on reading the file that is replaced
            put_in_place(part, target)
        finally:
            part.unlink(missing_ok=True)
    except BackupRefused as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{target} is as {backup} was on {made_at(backup):%Y-%m-%d %H:%M} UTC, but:\n{done}")


def _check(backup: Path, target: Path, yes: bool, tools: Toolbox) -> None:
    if target.exists() and not yes:
        raise BackupRefused(f"{target} is there already: say --yes to overwrite it")
    if tools.clock() - made_at(backup) > BACKUP_LIFE:
        raise BackupRefused(
            f"{backup} is older than {BACKUP_LIFE.days} days: the journal no longer knows who withdrew since"
        )


def _prepare_copy(part: Path, tools: Toolbox) -> str:
    """Migrate a copy, repeat the removals, delete what is due; return what was done, in lines."""
    staged = Database(f"sqlite:///{part}")
    try:
        upgrade(staged, tools.site.root / "migrations")
        done = _replay(staged, (tools.site.erasures,), tools)
        gone = forget(
            tools.site.erasures, staged, tools.clock(), clock_is_right=True
        )  # _check has: 14 days at most
    finally:
        staged.close()
    settle(part)
    return f"{done}\n{_counted(gone, 'forgotten')}"


def _replay(database: Database, journals: tuple[Path, ...], tools: Toolbox) -> str:
    """Repeat the removals in the journals; return how much of each kind, in lines."""
    journal, keys = read_journals(journals), _keys(tools)
    with database.write() as session:
        ended, again = repeat_removals(session, journal, keys, now=tools.clock())
    return f"{_counted({'erased': 0, 'concealed': 0, **again}, 'again')}\n{_counted(ended, 'ended')}"


def _keys(tools: Toolbox) -> Keys:
    if tools.keys is None:
        raise click.ClickException(f"no keys in {tools.site.seal_keys}: without them nothing can be sealed again")
    return tools.keys


def _counted(counts: dict[str, int], verb: str) -> str:
    return ", ".join(f"{count} {name} {verb}" for name, count in counts.items())
