"""`flask verify roster import|match|list`: the lists of sitting members that parliaments publish."""

from datetime import datetime
from hashlib import sha256
from typing import Any, BinaryIO

import click
from flask.cli import AppGroup

from campaign.names.rules import NameRefused, accept_text
from campaign.review.queue import find_card
from campaign.roster.members import read_members
from campaign.roster.service import (
    RosterChange,
    RosterHeading,
    compare_roster,
    find_roster,
    heading_of,
    roster_evidence,
    rosters,
    update_roster,
)
from campaign.sheets.encodings import EncodingUnclear
from campaign.sheets.rows import FileRefused
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES

roster = AppGroup("roster", help="Sitting members, as parliaments publish them.")
SHOWN = 20
UNCHANGED = RosterChange((), (), ())


@roster.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--country", required=True, help="Two letters, such as GB.")
@click.option("--chamber", required=True, help="The chamber's name.")
@click.option("--source", required=True, metavar="URL", help="Where it was published.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day it was true.")
@click.option("--even-if-older", is_flag=True, help="Go back to an older day than the roster that stands.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.option("--yes", is_flag=True, help="Import it without asking.")
def import_roster(file: BinaryIO, even_if_older: bool, dry_run: bool, yes: bool, **described: Any) -> None:
    """Show how FILE (CSV, workbook or Popolo JSON) differs from the chamber's roster, ask, and import it."""
    tools, heading = toolbox(), _heading(file, **described)
    try:
        listed = read_members(file)
    except (FileRefused, EncodingUnclear) as fault:
        raise click.ClickException(str(fault)) from fault
    for problem in listed.problems:
        click.echo(problem)
    if not listed.members:
        raise click.ClickException("no row of this file is a member: the roster stays as it is")
    with tools.database.read() as session:
        standing = find_roster(session, heading.country, heading.chamber)
        change = compare_roster(session, heading, listed.members)
    if standing and heading.on < standing.on and not even_if_older:
        raise click.ClickException(
            f"the roster that stands is of {standing.on}, newer than {heading.on}: --even-if-older goes back to it"
        )
    _show(change)
    if standing and change == UNCHANGED and heading_of(standing) == heading:
        click.echo("nothing to do: this is the roster already")
        return
    if dry_run:
        return
    if not yes:
        click.confirm(f"Make these {len(listed.members)} the roster?", abort=True)
    with tools.database.write() as session:
        update_roster(session, heading, listed.members, None, now=tools.clock())


@roster.command("match")
@click.argument("number", type=int)
def match(number: int) -> None:
    """List the sitting members that signatory NUMBER may be: the number for `flask verify accept --member`, name, why."""
    tools = toolbox()
    with tools.database.read() as session:
        card = find_card(session, tools.keys, number)
        if card is None:
            raise click.ClickException(f"there is no signatory {number}")
        found = roster_evidence(session, tools.keys, tools.legislatures, number, card.entry, card.address)
    for one in found.sitting:
        seat = one.seat
        click.echo(f"{seat.number}\t{seat.name}\t{seat.constituency}\t{seat.chamber}\t{' and '.join(one.reasons)}")
    if not found.sitting:
        click.echo("no sitting member on a roster")


@roster.command("list")
def list_rosters() -> None:
    """List the rosters: country, chamber, day, source."""
    with toolbox().database.read() as session:
        for one in rosters(session):
            click.echo(f"{one.country}\t{one.chamber}\t{one.on}\t{one.source}")


def _heading(file: BinaryIO, country: str, chamber: str, source: str, on: datetime) -> RosterHeading:
    if country.upper() not in COUNTRIES:
        raise click.ClickException("there is no such country")
    try:
        named = accept_text(chamber)
    except NameRefused as fault:
        raise click.ClickException(f"the chamber's name: {fault}") from fault
    digest = sha256(file.read()).digest()
    file.seek(0)
    return RosterHeading(country.upper(), named, source, on.date(), digest)


def _show(change: RosterChange) -> None:
    listed = {"new": change.new, "gone": change.gone, "changed": change.changed}
    for word, members in listed.items():
        for member in members[:SHOWN]:
            click.echo(f"{word}\t{member.name}\t{member.constituency}\t{member.party}")
    click.echo(", ".join(f"{len(members)} {word}" for word, members in listed.items()))
