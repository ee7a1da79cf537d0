"""`flask office figures|alerts|alert|clock`: the campaign in numbers, and what officers are told by mail."""

import click
from flask.cli import AppGroup

from campaign.letter.service import NoSuchLetter, find_letter
from campaign.office.alerts import choose_alerts, find_alerts, queue_alerts, set_clock, unwanted_alerts
from campaign.office.figures import read_everything
from campaign.office.rules import ALERTS, ClockRefused
from campaign.signin.officers import find_officer
from campaign.web.toolbox import toolbox

office = AppGroup("office", help="The campaign in numbers, and what officers are told by mail.")


@office.command("figures")
@click.argument("letter", default="")
def figures(letter: str) -> None:
    """Print the dashboard's numbers of LETTER, or of all letters."""
    with toolbox().database.read() as session:
        try:
            if letter:
                find_letter(session, letter)
        except NoSuchLetter as fault:
            raise click.ClickException(str(fault)) from fault
        found = read_everything(session).of(letter)
    for what, count in sorted(found.counted.items()):
        click.echo(f"{what} since {found.counting_since}: {count}")
    click.echo(f"confirmed: {found.total}, verified: {found.verified}, delivered: {found.delivered}")
    for name in ("country", "kind", "language"):
        for value, states in found.by(name).items():
            click.echo(f"{name} {value}: {', '.join(f'{count} {state}' for state, count in states.items())}")


@office.command("alerts")
@click.option("--dry-run", is_flag=True, help="Only print what would be queued.")
def alerts(dry_run: bool) -> None:
    """Queue the mails to officers that are due now, as the worker does every few minutes; print them by officer."""
    tools = toolbox()
    if dry_run:
        with tools.database.read() as session:
            found = find_alerts(session, now=tools.clock())
    else:
        with tools.database.write() as session:
            found = queue_alerts(session, tools.site.url, now=tools.clock())
    for alert in found:
        told = ", ".join(f"{name} {number}" for name, number in alert.numbers.items() if number)
        click.echo(f"{alert.officer.name}: {alert.kind}: {told}")
    if not found:
        click.echo("nothing is due")


@office.command("alert")
@click.argument("email")
@click.argument("kind", type=click.Choice(tuple(ALERTS)))
@click.argument("switch", type=click.Choice(("on", "off")))
def alert(email: str, kind: str, switch: str) -> None:
    """Switch one KIND of mail to the officer EMAIL on or off."""
    with toolbox().database.write() as session:
        officer = find_officer(session, email)
        if officer is None:
            raise click.ClickException("no officer has this address")
        wanted = ALERTS.keys() - unwanted_alerts(session, officer.id)
        choose_alerts(session, officer.id, wanted | {kind} if switch == "on" else wanted - {kind})
    click.echo(f"{kind} is {switch} for {officer.name}")


@office.command("clock")
@click.argument("zone")
@click.argument("hour", type=click.IntRange(0, 23))
def clock(zone: str, hour: int) -> None:
    """Set the campaign's time ZONE, such as Europe/Berlin, and the HOUR of the daily digest there."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            set_clock(session, zone, hour, None, now=tools.clock())
    except ClockRefused as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"the daily digest is queued at {hour}:00, {zone}")
