"""`flask verify list|accept|hold|refuse|undo`: the desk's work from the command line."""

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.desk.models import Officer
from campaign.desk.rules import VERIFIES
from campaign.desk.service import find_officer
from campaign.verify.queue import STATES, WAITING, Filter, find_cards
from campaign.verify.rules import ACCEPTED, HELD, METHODS, REASONS, REFUSED, Decision, DecisionMalformed
from campaign.verify.service import AlreadyDecided, NoSuchSignatory, SecondReviewerNeeded, decide, undo
from campaign.web.toolbox import toolbox

verify = AppGroup("verify", help="Establish who signatories are.")
PAGE = 500

by_option = click.option("--by", required=True, metavar="EMAIL", help="The officer who decides.")
note_option = click.option("--note", default="", help="The evidence, in a sentence.")
reason_option = click.option("--reason", type=click.Choice(list(REASONS)), required=True)


@verify.command("list")
@click.option("--state", type=click.Choice(STATES), default=WAITING, show_default=True)
@click.option("--country", default="", help="Two letters, such as DE.")
def list_cards(state: str, country: str) -> None:
    """List signatories in one state: number, kind, country, name."""
    tools, after = toolbox(), 0
    with tools.database.read() as session:
        wanted = Filter(state, country.upper())
        while cards := find_cards(session, tools.keys, wanted, after=after, limit=PAGE):
            for card in cards:
                row = card.signatory
                click.echo(f"{row.id}\t{row.kind}\t{row.country}\t{row.visibility}\t{card.name}")
            after = cards[-1].signatory.id


@verify.command("accept")
@click.argument("number", type=int)
@click.option("--level", type=click.IntRange(1, 4), required=True)
@click.option("--method", type=click.Choice(list(METHODS)), required=True)
@note_option
@by_option
def accept(number: int, level: int, method: str, note: str, by: str) -> None:
    """Accept signatory NUMBER at a level."""
    _decide(number, Decision(ACCEPTED, level, method, None, note), by)


@verify.command("hold")
@click.argument("number", type=int)
@reason_option
@note_option
@by_option
def hold(number: int, reason: str, note: str, by: str) -> None:
    """Hold signatory NUMBER for another look."""
    _decide(number, Decision(HELD, None, None, reason, note), by)


@verify.command("refuse")
@click.argument("number", type=int)
@reason_option
@note_option
@by_option
def refuse(number: int, reason: str, note: str, by: str) -> None:
    """Refuse signatory NUMBER."""
    _decide(number, Decision(REFUSED, None, None, reason, note), by)


@verify.command("undo")
@click.argument("number", type=int)
@by_option
def take_back(number: int, by: str) -> None:
    """Take the decision about signatory NUMBER back."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            undo(session, number, _officer(session, by), now=tools.clock())
    except NoSuchSignatory as fault:
        raise click.ClickException(f"no decision stands about {number}") from fault
    click.echo(f"{number} waits again")


def _decide(number: int, decision: Decision, by: str) -> None:
    tools = toolbox()
    try:
        with tools.database.write() as session:
            outcome = decide(session, number, decision, _officer(session, by), now=tools.clock())
    except DecisionMalformed as fault:
        raise click.ClickException(str(fault)) from fault
    except NoSuchSignatory as fault:
        raise click.ClickException(f"there is no signatory {number}") from fault
    except AlreadyDecided as fault:
        raise click.ClickException(f"{number} is decided already: undo that first") from fault
    except SecondReviewerNeeded as fault:
        raise click.ClickException("level 4 takes a second officer, after another accepted at level 3") from fault
    click.echo(
        f"{number} {outcome}" + (": a second officer must accept too" if outcome != decision.outcome else "")
    )


def _officer(session: Session, email: str) -> Officer:
    officer = find_officer(session, email)
    if officer is None or officer.role not in VERIFIES:
        raise click.ClickException("no officer with this address may verify")
    return officer
