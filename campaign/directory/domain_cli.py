"""`flask directory parliaments|domain`: parliaments' mail domains."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.directory.book import read_parliaments
from campaign.directory.parliaments import (
    NewDomain,
    ask_domain,
    end_domain,
    extend_domain,
    review_faults,
    tidy_domain,
)
from campaign.signin.officers import find_officer
from campaign.web.toolbox import toolbox
from campaign.world.legislatures import DomainClass, Legislatures

ASKED = "This takes two people: another officer agrees at the desk, under Second person."
by_option = click.option("--by", required=True, metavar="EMAIL", help="The officer who does it.")
domain = AppGroup("domain", help="List, review and end a parliament's mail domain.")


@click.command("parliaments")
@with_appcontext
@click.option("--due", is_flag=True, help="Only domains that have expired or expire within 30 days.")
def parliaments(due: bool) -> None:
    """List the parliaments' mail domains, until when each is listed, and for which chambers."""
    today = toolbox().clock().date()
    with toolbox().database.read() as session:
        listed = read_parliaments(session, _shipped())
    last = date.fromordinal(today.toordinal() + 30)
    for name, match in sorted(listed.matches.items()):
        one = match.domain
        if not due or one.expires_on <= last:
            state = "expired" if one.expires_on <= today else "until"
            where = ", ".join(f"{chamber.country} {chamber.name}" for chamber in match.chambers)
            click.echo(f"{name}\t{one.holds}\t{state} {one.expires_on}\t{where}")


@domain.command("add")
@click.argument("name", metavar="DOMAIN")
@click.option("--country", required=True, help="Two letters, such as GB.")
@click.option("--chamber", required=True, help="The chamber, as it calls itself.")
@click.option("--english", default="", help="The chamber's English name.")
@click.option(
    "--class", "holds", type=click.Choice([str(one) for one in DomainClass]), default="mixed", show_default=True
)
@click.option("--source", required=True, metavar="URL", help="The page that shows it, https://…")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="A year from now at most.")
@by_option
def add(until: datetime, by: str, country: str, **said: Any) -> None:
    """Ask for DOMAIN to be listed for a chamber; another officer agrees at the desk."""
    typed = NewDomain(expires_on=until.date(), country=country.upper(), **said)
    with toolbox().database.write() as session:
        listed = read_parliaments(session, _shipped())
        wanted, faults = tidy_domain(typed, listed, toolbox().clock().date())
        _refuse(faults)
        ask_domain(session, wanted, officer_called(session, by), now=toolbox().clock())
    click.echo(ASKED)


@domain.command("extend")
@click.argument("name", metavar="DOMAIN")
@click.option("--source", required=True, metavar="URL", help="The page that shows it, https://…")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="A year from now at most.")
@by_option
def extend(name: str, source: str, until: datetime, by: str) -> None:
    """List DOMAIN until another day; one that has expired takes two people."""
    now, day = toolbox().clock(), until.date()
    _refuse(review_faults(source, day, now.date()))
    with toolbox().database.write() as session:
        match = read_parliaments(session, _shipped()).matches.get(name)
        if match is None:
            raise click.ClickException(f"{name} is not listed")
        wanted = replace(NewDomain(name, "", source, day), holds=str(match.domain.holds))
        seen, who = match.domain.expires_on, officer_called(session, by)
        done = extend_domain(session, _shipped(), wanted, seen, who, now=now)
    click.echo(f"{name} is listed until {day}" if done else ASKED)


@domain.command("end")
@click.argument("name", metavar="DOMAIN")
def end(name: str) -> None:
    """Let DOMAIN prove nothing from now on, for any chamber."""
    with toolbox().database.write() as session:
        ended = end_domain(session, _shipped(), name, None, now=toolbox().clock())
    if not ended:
        raise click.ClickException(f"{name} is not listed")
    click.echo(f"{name} proves nothing any more")


def officer_called(session: Session, email: str) -> Officer:
    """Return the officer with this address. Raises ClickException."""
    found = find_officer(session, email)
    if found is None:
        raise click.ClickException("no officer at the desk has this address")
    return found


def _refuse(faults: dict[str, str]) -> None:
    for field, fault in faults.items():
        if fault:
            raise click.ClickException(f"{field}: {fault}")


def _shipped() -> Legislatures:
    return toolbox().shipped.legislatures
