"""`flask desk invite|admit|remove|recover|officers|audit`: who works at the desk, and whether its log is whole."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.desk.admissions import admitted, what_lacks
from campaign.desk.heads import HeadMalformed, audit, count_heads, read_head, sign_head
from campaign.desk.models import Officer
from campaign.desk.rules import ROLES, UnknownCountry, country_list
from campaign.desk.service import AlreadyOfficer, Place, find_officer, invite, let_count, officers, recover, remove
from campaign.mail.address import AddressRefused, accept_address
from campaign.seal.keys import KeysMissing
from campaign.seal.signing import SigningKey, load_or_create_signing_key
from campaign.web.toolbox import toolbox

desk = AppGroup("desk", help="The campaign's staff.")


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


@desk.group("audit")
def audit_group() -> None:
    """Sign the log, and check it."""


@audit_group.command("sign")
def sign_log() -> None:
    """Sign the newest entry of the log now; the worker does it every few minutes."""
    with toolbox().database.write() as session:
        head = sign_head(session, _log_key())
    click.echo(f"entry {head.entry_id} is signed" if head else "the log is empty")


@audit_group.command("head")
def print_head() -> None:
    """Sign the newest entry and print it as one line, to be kept away from this machine."""
    with toolbox().database.write() as session:
        head = sign_head(session, _log_key())
    if head is None:
        raise click.ClickException("the log is empty")
    click.echo(head.line())


@audit_group.command("verify")
@click.option("--head", "lines", multiple=True, metavar="LINE", help="A line that `audit head` printed earlier.")
def verify_log(lines: tuple[str, ...]) -> None:
    """Check that no entry of the log was changed, removed or cut off; name the first bad one."""
    tools = toolbox()
    try:
        kept = [read_head(line) for line in lines]
    except HeadMalformed as fault:
        raise click.ClickException("that is not a line of `flask desk audit head`") from fault
    with tools.database.read() as session:
        bad = audit(session, _log_key().public, kept, now=tools.clock())
        count, newest = count_heads(session)
    if bad is not None:
        raise click.ClickException(f"entry {bad.entry_id} {bad.sentence}")
    signed = f"signed heads: {count}, the newest at entry {newest}" if count else "nothing is signed yet"
    click.echo(f"every entry follows from the one before it; {signed}")


def _officer(session: Session, email: str) -> Officer:
    officer = find_officer(session, email)
    if officer is None:
        raise click.ClickException("nobody at the desk has this address")
    return officer


def _log_key() -> SigningKey:
    try:
        return load_or_create_signing_key(toolbox().site.seal_keys)
    except KeysMissing as fault:
        raise click.ClickException(str(fault)) from fault


def _link(token: str) -> str:
    """Return the invitation's address; a command has no request, so the path is built from the URL map."""
    path = current_app.url_map.bind("").build("desk.ask_join", {"token": token})
    return toolbox().site.url + path
