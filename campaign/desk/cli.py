"""`flask desk invite|admit|remove|recover|officers|audit`: who works at the desk."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.audit.cli import audit
from campaign.audit.models import Officer
from campaign.desk.admissions import admitted, what_lacks
from campaign.desk.identity_cli import identity
from campaign.desk.rules import ROLES, UnknownCountry, country_list
from campaign.desk.service import AlreadyOfficer, Place, invite, let_count, recover, remove
from campaign.mail.address import AddressRefused, accept_address
from campaign.signin.officers import find_officer, officers
from campaign.web.toolbox import toolbox

desk = AppGroup("desk", help="The campaign's staff.")
desk.add_command(audit)
desk.add_command(identity)


@desk.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What the officer may do.")
@click.option("--countries", default="", help="Only these, such as 'DE FR'; none named: all.")
def invite_officer(email: str, role: str, countries: str) -> None:
    """Invite EMAIL to the desk and print the link; hand it over yourself, it works once, for seven days.

    Whoever joins with it counts as a person of their own wherever something takes two.
    """
    tools = toolbox()
    try:
        place = Place(role, country_list(countries))
        address = accept_address(email).written
        with tools.database.write() as session:
            secret = invite(session, address, place, None, now=tools.clock())
    except AddressRefused as fault:
        raise click.ClickException("that is not an e-mail address") from fault
    except UnknownCountry as fault:
        raise click.ClickException(str(fault)) from fault
    except AlreadyOfficer as fault:
        raise click.ClickException("this officer is at the desk already") from fault
    click.echo(_link(tools.tokens.issue("invitation", secret)))


@desk.command("admit")
@click.argument("email")
def admit_officer(email: str) -> None:
    """Let EMAIL count as a person of their own wherever something takes two; at the desk this takes two owners.

    Be sure that no other account here is theirs.
    """
    tools = toolbox()
    with tools.database.write() as session:
        officer = _officer(session, email)
        let_count(session, officer, None, None, now=tools.clock())
        lack = what_lacks(session, None, now=tools.clock())
    click.echo(f"{officer.name} is admitted as a second person. {lack}".rstrip())


@desk.command("remove")
@click.argument("email")
def remove_officer(email: str) -> None:
    """Take EMAIL off the desk at once; what they did stays in the log."""
    tools = toolbox()
    with tools.database.write() as session:
        remove(session, _officer(session, email), None, now=tools.clock())
    click.echo("removed")


@desk.command("recover")
@click.argument("email")
def recover_officer(email: str) -> None:
    """Print a link that makes EMAIL's account anew, for an officer who lost everything; the log keeps it."""
    tools = toolbox()
    with tools.database.write() as session:
        secret = recover(session, _officer(session, email), None, now=tools.clock())
    click.echo(_link(tools.tokens.issue("invitation", secret)))


@desk.command("officers")
def list_officers() -> None:
    """List who is at the desk, and who counts as a person of their own wherever something takes two."""
    tools = toolbox()
    with tools.database.read() as session:
        people = admitted(session, now=tools.clock())
        for officer in officers(session):
            counted = "admitted" if officer.id in people else "not admitted"
            since = f"since {officer.joined_at:%Y-%m-%d}"
            click.echo(f"{officer.role:10} {counted:12} {officer.name} <{officer.email}> {since}")
        lack = what_lacks(session, None, now=tools.clock())
    if lack:
        click.echo(lack, err=True)


def _officer(session: Session, email: str) -> Officer:
    officer = find_officer(session, email)
    if officer is None:
        raise click.ClickException("nobody at the desk has this address")
    return officer


def _link(token: str) -> str:
    """Return the invitation's address; a command has no request, so the path is built from the URL map."""
    path = current_app.url_map.bind("").build("desk.ask_join", {"token": token})
    return toolbox().site.url + path
