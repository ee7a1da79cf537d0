"""`flask roll show`: the list on a terminal."""

import click
from flask.cli import AppGroup

from campaign.letter.service import NoSuchLetter, find_letter
from campaign.roll.service import count_roll, read_country
from campaign.web.toolbox import toolbox
from campaign.world.countries import countries

roll = AppGroup("roll", help="The verified signatories, by country.")


@roll.command("show")
@click.argument("letter")
@click.option("--country", default="", help="Two letters, such as DE; all countries without it.")
def show(letter: str, country: str) -> None:
    """Print the roll of LETTER: public names, and how many are withheld."""
    with toolbox().database.read() as session:
        try:
            row = find_letter(session, letter)
        except NoSuchLetter as fault:
            raise click.ClickException(f"there is no letter called {letter}") from fault
        tally = count_roll(session, row.id)
        for code, name in countries("en"):
            if code not in tally.countries or country.upper() not in ("", code):
                continue
            click.echo(f"{name} ({tally.countries[code].total})")
            for entry in read_country(session, row.id, code):
                click.echo(f"  {entry.kind:8} L{entry.level} {entry.name}  {entry.detail}")
        click.echo(
            f"{tally.total} signatories: {tally.lawmakers} lawmakers, {tally.activists} activists, "
            f"{tally.withheld} withheld, {tally.counted} counted"
        )
