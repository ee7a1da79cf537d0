"""`flask withdraw purge`: forget what has had its time."""

import click
from flask.cli import AppGroup

from campaign.web.toolbox import toolbox
from campaign.withdraw.service import purge

withdraw = AppGroup("withdraw", help="Withdrawal and retention.")


@withdraw.command("purge")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten, forget nothing.")
def purge_old(dry_run: bool) -> None:
    """Forget unconfirmed intents after 72 hours and the traces of mails given up; the worker does it too."""
    tools = toolbox()
    with tools.database.write() as session:
        forgotten = purge(session, now=tools.clock(), dry_run=dry_run)
    tools.database.truncate_log()
    verb = "would be forgotten" if dry_run else "forgotten"
    click.echo(", ".join(f"{count} {name} {verb}" for name, count in forgotten.items()))
