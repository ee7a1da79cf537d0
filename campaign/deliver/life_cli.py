"""`flask deliver approve|sent|received|answered`: note a delivery's steps, each in the name of an officer."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from campaign.deliver.life import (
    Answered,
    NoSuchDelivery,
    Sent,
    StepRefused,
    answer_delivery,
    approve_delivery,
    find_life,
    number_of,
    receive_delivery,
    send_delivery,
)
from campaign.deliver.rules import CHANNELS, LANGUAGE_TAG, AnswerRefused, Posted, plain_answer
from campaign.desk.models import Officer
from campaign.desk.rules import DELIVERS
from campaign.desk.service import find_officer
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.rules import NameRefused, accept_text
from campaign.web.toolbox import toolbox

Act = Callable[[Session, int, Officer, datetime], None]
FOUND = click.Path(exists=True, dir_okay=False, path_type=Path)
by_option = click.option("--by", metavar="EMAIL", required=True, help="The officer who does it, who may deliver.")
day_option = click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it happened; today without it."
)


@click.command("approve")
@with_appcontext
@click.argument("reference")
@by_option
def approve(reference: str, by: str) -> None:
    """Approve as the second person that REFERENCE goes out."""
    _step(reference, by, lambda session, number, who, now: approve_delivery(session, number, who, now=now))


@click.command("sent")
@with_appcontext
@click.argument("reference")
@by_option
@day_option
@click.option("--channel", type=click.Choice(list(CHANNELS)), required=True)
@click.option("--place", default="", help="Where, if by hand.")
@click.option("--note", default="", help="For the desk; no name of a person.")
@click.option("--again", is_flag=True, help="It was sent before and is meant to go out again.")
@click.option("--pdf", type=FOUND, help="Let the worker mail this PDF, the delivery's own.")
@click.option("--to", "address", default="", help="The office's address, with --pdf.")
def sent(reference: str, by: str, day: datetime | None, again: bool, pdf: Path | None, **said: str) -> None:
    """Note that REFERENCE went out by hand, post or mail, or let the worker mail it."""
    posted = _posted(pdf, said["address"], said["channel"])
    place, note = _line(said["place"], 200), _line(said["note"], 500)

    def act(session: Session, number: int, who: Officer, now: datetime) -> None:
        which = len(find_life(session, number).sendings) + 1 if again else 1
        send_delivery(
            session, number, Sent(said["channel"], _day(day, now), place, note, which, posted), who, now=now
        )

    _step(reference, by, act)


@click.command("received")
@with_appcontext
@click.argument("reference")
@by_option
@day_option
def received(reference: str, by: str, day: datetime | None) -> None:
    """Note that the recipient received REFERENCE."""

    def act(session: Session, number: int, who: Officer, now: datetime) -> None:
        receive_delivery(session, number, _day(day, now), who, now=now)

    _step(reference, by, act)


@click.command("answered")
@with_appcontext
@click.argument("reference")
@click.argument("file", type=FOUND)
@by_option
@day_option
@click.option("--language", required=True, help="What it is written in, such as cs or zh-Hant.")
@click.option("--publish", is_flag=True, help="Let everybody read it.")
def answered(reference: str, file: Path, day: datetime | None, publish: bool, **said: str) -> None:
    """Keep what a recipient answered to REFERENCE: a text file in UTF-8."""
    if not LANGUAGE_TAG.fullmatch(said["language"]):
        raise click.ClickException("--language: a code such as cs or zh-Hant")
    try:
        text = plain_answer(file.read_text(encoding="utf-8"))
    except (AnswerRefused, UnicodeDecodeError) as fault:
        raise click.ClickException(f"{file}: {fault}") from fault

    def act(session: Session, number: int, who: Officer, now: datetime) -> None:
        answer = Answered(_day(day, now), said["language"], text, publish)
        answer_delivery(session, number, answer, who, now=now)

    _step(reference, said["by"], act)


def _step(reference: str, by: str, act: Act) -> None:
    """Take one step in an officer's name, or stop with the reason why it cannot be taken."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            officer = find_officer(session, by)
            if officer is None or officer.role not in DELIVERS:
                raise click.ClickException("say which officer does it, one who may deliver: --by EMAIL")
            act(session, number_of(session, reference), officer, tools.clock())
    except (NoSuchDelivery, StepRefused) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{reference.upper()}: noted")


def _day(day: datetime | None, now: datetime) -> date:
    return (day or now).date()


def _line(typed: str, limit: int) -> str:
    try:
        return accept_text(typed, limit=limit)
    except NameRefused as fault:
        raise click.ClickException("place and note are one plain line each, without an address") from fault


def _posted(pdf: Path | None, address: str, channel: str) -> Posted | None:
    """Return what the worker is to mail, None if nothing."""
    if bool(pdf) != bool(address) or (pdf and channel != "mail"):
        raise click.ClickException("to let it be mailed: --channel mail --pdf FILE --to ADDRESS")
    if pdf is None:
        return None
    try:
        return Posted(accept_address(address).written, pdf.read_bytes(), toolbox().site.url)
    except AddressRefused as fault:
        raise click.ClickException("--to is not a plain e-mail address") from fault
