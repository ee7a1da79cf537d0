"""`flask deliver approve|received|answered|receipt`: note a step of a delivery in the name of an officer."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.deliver.files import File, FileRefused, accept_file
from campaign.deliver.life import NoSuchDelivery, number_of
from campaign.deliver.rules import LANGUAGE_TAG, AnswerRefused, plain_answer
from campaign.deliver.steps import (
    Answered,
    StepRefused,
    answer_delivery,
    approve_delivery,
    keep_receipt,
    receive_delivery,
)
from campaign.desk.rules import DELIVERS
from campaign.signin.officers import officer_in
from campaign.web.toolbox import toolbox

Act = Callable[[Session, int, Officer, datetime], None]
FOUND = click.Path(exists=True, dir_okay=False, path_type=Path)
by_option = click.option(
    "--by", metavar="EMAIL", required=True, help="The officer who does it; their role must allow delivering."
)
day_option = click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day it happened; today without it."
)


@click.command("approve")
@with_appcontext
@click.argument("reference")
@by_option
def approve(reference: str, by: str) -> None:
    """Approve REFERENCE as the second person."""
    run_step(reference, by, lambda session, number, who, now: approve_delivery(session, number, who, now=now))


@click.command("received")
@with_appcontext
@click.argument("reference")
@by_option
@day_option
def received(reference: str, by: str, day: datetime | None) -> None:
    """Note that the recipient received REFERENCE."""

    def act(session: Session, number: int, who: Officer, now: datetime) -> None:
        receive_delivery(session, number, day_or_today(day, now), who, now=now)

    run_step(reference, by, act)


@click.command("answered")
@with_appcontext
@click.argument("reference")
@click.argument("file", type=FOUND)
@by_option
@day_option
@click.option("--language", required=True, help="What it is written in, such as cs or zh-Hant.")
@click.option("--publish", is_flag=True, help="Show it to the public.")
def answered(reference: str, file: Path, day: datetime | None, publish: bool, **options: str) -> None:
    """Keep what a recipient answered to REFERENCE: a text in UTF-8, a PDF or a picture."""
    if not LANGUAGE_TAG.fullmatch(options["language"]):
        raise click.ClickException("--language: a code such as cs or zh-Hant")
    text, document = _read_answer(file)

    def act(session: Session, number: int, who: Officer, now: datetime) -> None:
        answer = Answered(day_or_today(day, now), options["language"], text, publish, document)
        answer_delivery(session, number, answer, who, now=now)

    run_step(reference, options["by"], act)


@click.command("receipt")
@with_appcontext
@click.argument("reference")
@click.argument("file", type=FOUND)
@by_option
def receipt(reference: str, file: Path, by: str) -> None:
    """Keep the receipt or photograph of handing REFERENCE over: a PDF, JPEG or PNG, for the desk alone."""
    try:
        kept = accept_file(file.read_bytes())
    except FileRefused as fault:
        raise click.ClickException(f"{file}: {fault}") from fault
    run_step(reference, by, lambda session, number, who, now: keep_receipt(session, number, kept, who, now=now))


def _read_answer(file: Path) -> tuple[str, File | None]:
    content = file.read_bytes()
    try:
        return "", accept_file(content)
    except FileRefused:
        pass  # then it is a text, or nothing we keep
    try:
        return plain_answer(content.decode("utf-8")), None
    except (AnswerRefused, UnicodeDecodeError) as fault:
        raise click.ClickException(f"{file} is no PDF, JPEG, PNG or plain text: {fault}") from fault


def run_step(reference: str, by: str, act: Act) -> None:
    """Do one step in an officer's name. Raises ClickException with the reason if it is refused."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            officer = officer_in(session, by, DELIVERS)
            if officer is None:
                raise click.ClickException("say which officer does it, one who may deliver: --by EMAIL")
            act(session, number_of(session, reference), officer, tools.clock())
    except (NoSuchDelivery, StepRefused) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{reference.upper()}: noted")


def day_or_today(day: datetime | None, now: datetime) -> date:
    """Return the day of the option, or today."""
    return (day or now).date()
