"""`flask desk invite|remove|officers|audit`: who works at the desk."""

import click
from flask import current_app
from flask.cli import AppGroup

from campaign.desk.log import first_bad_entry
from campaign.desk.rules import ROLES
from campaign.desk.service import AlreadyOfficer, find_officer, invite, officers, remove
from campaign.mail.address import AddressRefused, accept_address
from campaign.web.toolbox import toolbox

desk = AppGroup("desk", help="The campaign's staff.")


@desk.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the officer may do.")
def invite_officer(email: str, role: str) -> None:
    """Invite EMAIL to the desk and print the link; hand it over yourself, it works once, for seven days."""
    tools = toolbox()
    try:
        address = accept_address(email).written
        with tools.database.write() as session:
            secret = invite(session, address, role, None, now=tools.clock())
    except AddressRefused as fault:
        raise click.ClickException("that is not an e-mail address") from fault
    except AlreadyOfficer as fault:
        raise click.ClickException("this officer is at the desk already") from fault
    click.echo(_link(tools.tokens.issue("invitation", secret)))


@desk.command("remove")
@click.argument("email")
def remove_officer(email: str) -> None:
    """Take EMAIL off the desk at once; what they did stays in the log."""
    tools = toolbox()
    with tools.database.write() as session:
        officer = find_officer(session, email)
        if officer is None:
            raise click.ClickException("nobody at the desk has this address")
        remove(session, officer, None, now=tools.clock())
    click.echo("removed")


@desk.command("officers")
def list_officers() -> None:
    """List who is at the desk."""
    with toolbox().database.read() as session:
        for officer in officers(session):
            click.echo(f"{officer.role:10} {officer.name} <{officer.email}> since {officer.joined_at:%Y-%m-%d}")


@desk.group("audit")
def audit() -> None:
    """Check the log."""


@audit.command("verify")
def verify_log() -> None:
    """Check that no entry of the log was changed or removed; name the first bad one."""
    with toolbox().database.read() as session:
        bad = first_bad_entry(session)
    if bad is not None:
        raise click.ClickException(f"entry {bad} does not follow from the one before it")
    click.echo("every entry follows from the one before it")


def _link(token: str) -> str:
    """Return the invitation's address; a command has no request, so the path is built from the URL map."""
    path = current_app.url_map.bind("").build("desk.ask_join", {"token": token})
    return toolbox().site.url + path
