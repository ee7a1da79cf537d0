"""`flask desk invite|admit|remove|recover|officers|audit`: who works at the desk."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.audit.cli import audit
from campaign.audit.models import Officer
from campaign.desk.admissions import admitted_officers, two_people_fault
from campaign.desk.identity_cli import identity
from campaign.desk.rules import ROLES, UnknownCountry, country_list
from campaign.desk.service import AlreadyOfficer, Duties, admit, invite, recover, remove
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

    The officer who joins with it is admitted as a second person.
    """
    tools = toolbox()
    try:
        duties = Duties(role, country_list(countries))
        address = accept_address(email).written
        with tools.database.write() as session:
            secret = invite(session, address, duties, None, now=tools.clock())
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
    """Admit EMAIL as a second person, for acts that need two people; at the desk this takes two owners.

    Make sure first that this person has no other account here.
    """
    tools = toolbox()
    with tools.database.write() as session:
        officer = _officer(session, email)
        admit(session, officer, None, None, now=tools.clock())
        fault = two_people_fault(session, None, now=tools.clock())
    click.echo(f"{officer.name} is admitted as a second person. {fault}".rstrip())


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
    """List the officers, and say who is admitted as a second person."""
    tools = toolbox()
    with tools.database.read() as session:
        people = admitted_officers(session, now=tools.clock())
        for officer in officers(session):
            counted = "admitted" if officer.id in people else "not admitted"
            since = f"since {officer.joined_at:%Y-%m-%d}"
            click.echo(f"{officer.role:10} {counted:12} {officer.name} <{officer.email}> {since}")
        fault = two_people_fault(session, None, now=tools.clock())
    if fault:
        click.echo(fault, err=True)


def _officer(session: Session, email: str) -> Officer:
    officer = find_officer(session, email)
    if officer is None:
        raise click.ClickException("no officer at the desk has this address")
    return officer


def _link(token: str) -> str:
    """Return the invitation's address; a command has no request, so the path is built from the URL map."""
    path = current_app.url_map.bind("").build("desk.ask_join", {"token": token})
    return toolbox().site.url + path
