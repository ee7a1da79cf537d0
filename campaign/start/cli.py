"""`flask start`: the start's acts as commands."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from campaign.letter.cli import letter
from campaign.letter.models import Letter
from campaign.signin.officers import find_officer
from campaign.start.beginning import PURPOSE, OwnerThere, link_secret, read_progress
from campaign.start.choices import (
    EXAMPLE,
    LANGUAGE_LIST,
    SENDER,
    change_choice,
    read_choice,
    tidy_languages,
    tidy_sender,
)
from campaign.start.examples import keep_examples, mark_examples, remove_examples
from campaign.start.trials import send_trial
from campaign.web.toolbox import toolbox

start = AppGroup("start", help="The campaign's first start, and what its owners choose for the whole site.")
SHIPPED = Path("config") / "letters"


@start.command("link")
def link() -> None:
    """Print the link that makes the first owner; it works for seven days, and until there is an owner."""
    tools = toolbox()
    try:
        with tools.database.read() as session:
            secret = link_secret(session, tools.tokens.derived(PURPOSE))
    except OwnerThere as fault:
        raise click.ClickException("the desk has an owner, who invites others (`flask desk officers`)") from fault
    token = tools.tokens.issue(PURPOSE, secret)
    click.echo(tools.site.url + current_app.url_map.bind("").build("start.ask_first", {"token": token}))


@start.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.pass_context
def load(context: click.Context, folder: Path) -> None:
    """Load the letters of FOLDER at a start of the server, until an owner has chosen what becomes of the example.

    A later start goes on with the letters that are there, even if FOLDER cannot be loaded any more.
    """
    tools = toolbox()
    with tools.database.read() as session:
        begun, known = read_choice(session, EXAMPLE).version, list(session.scalars(select(Letter.slug)))
    if begun:
        click.echo("the letters stay as they are at the desk; `flask letter load FOLDER` brings in others")
        return
    try:
        context.invoke(letter.commands["load"], folder=folder)
    except click.ClickException as fault:
        if not known:
            raise
        click.echo(f"the letters stay as they are: {fault.message}", err=True)
    if folder.resolve() == (tools.site.root / SHIPPED).resolve():
        with tools.database.write() as session:
            mark_examples(session, known)


@start.command("example")
@click.argument("what", type=click.Choice(["keep", "remove"]))
def example(what: str) -> None:
    """Keep the example letters for now, or remove those that nobody has signed."""
    tools, staying = toolbox(), []
    with tools.database.write() as session:
        if what == "keep":
            keep_examples(session, None, now=tools.clock())
        else:
            staying = remove_examples(session, None, now=tools.clock())
    if staying:
        raise click.ClickException(f"these stay, because they were signed or printed: {', '.join(staying)}")
    click.echo("kept" if what == "keep" else "removed")


@start.command("sender")
@click.argument("address", default="")
@click.option("--name", default="", help="The name beside the address; none: the address alone.")
@click.option("--mail-from", is_flag=True, help="Send from MAIL_FROM again.")
def sender(address: str, name: str, mail_from: bool) -> None:
    """Send all mails from ADDRESS, or say from whom they come."""
    tools = toolbox()
    if address or mail_from:
        words, faults = tidy_sender(name, address)
        for sentence in faults.values():
            raise click.ClickException(sentence)
        with tools.database.write() as session:
            change_choice(session, SENDER, words, None, now=tools.clock())
        tools.cache.clear()
    chosen = tools.choices(tools)
    click.echo(f"{chosen.sender_name} <{chosen.sender or tools.site.mail_from}>".lstrip())


@start.command("test-mail")
@click.argument("email")
def test_mail(email: str) -> None:
    """Queue a test mail to the officer EMAIL; `flask start show` says what became of it."""
    tools = toolbox()
    with tools.database.write() as session:
        officer = find_officer(session, email)
        if officer is None:
            raise click.ClickException("no officer at the desk has this address")
        send_trial(session, officer.email, now=tools.clock())
    click.echo("queued")


@start.command("languages")
@click.argument("codes", nargs=-1)
def languages(codes: tuple[str, ...]) -> None:
    """Offer the site in the languages CODES, or say in which it is offered."""
    tools = toolbox()
    if codes:
        try:
            wanted = tidy_languages(codes)
        except ValueError as fault:
            raise click.ClickException(str(fault)) from fault
        with tools.database.write() as session:
            change_choice(session, LANGUAGE_LIST, wanted, None, now=tools.clock())
        tools.cache.clear()
    click.echo(" ".join(tools.choices(tools).languages))


@start.command("show")
def show() -> None:
    """Say which steps of the start are missing, and what became of the test mail."""
    tools = toolbox()
    with tools.database.read() as session:
        progress = read_progress(session, now=tools.clock())
    click.echo(f"missing: {', '.join(progress.missing) or 'nothing'}")
    click.echo(f"test mail: {progress.trial.state} {progress.trial.why}".rstrip())
