"""`flask deliver package|check|recipients`: make packages, and check them."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from campaign.audit.models import Officer
from campaign.desk.rules import DELIVERS
from campaign.document.cli import paper_option, recipient_option
from campaign.document.printing import NOT_PRINTED
from campaign.document.progress import tell_otherwise, tell_ready
from campaign.letter.service import all_letters
from campaign.package.checking import check_path
from campaign.package.making import Made, Watch, make_annex, make_package
from campaign.package.orders import Order, recipients_of
from campaign.package.packages import ReferenceTaken
from campaign.package.packing import Unchanged
from campaign.signin.officers import officer_in
from campaign.storage.database import NotSaved
from campaign.storage.files import NotWritten
from campaign.web.toolbox import toolbox
from campaign.world.languages import LANGUAGES

NOT_MADE = (*NOT_PRINTED, NotWritten, ReferenceTaken)


@click.command("package")
@with_appcontext
@click.argument("letter")
@recipient_option()
@click.option("--all", "everybody", is_flag=True, help="One package for each recipient of the letter.")
@click.option("--office", help="A kind of office that config/recipients.toml lists (default: the letter's own).")
@click.option(
    "--language", type=click.Choice(LANGUAGES), help="The language of the letter (default: the recipient's own)."
)
@click.option(
    "--annex", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An annex printed before."
)
@paper_option
@click.option("--again", is_flag=True, help="Make it even if nothing has changed since the last.")
@click.option(
    "--by",
    metavar="EMAIL",
    default="",
    help="The officer who makes it; another officer must approve the delivery.",
)
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True)
def package(
    letter: str, country: str, everybody: bool, annex: Path | None, output: Path, **chosen: str | bool | None
) -> None:
    """Make LETTER's package for one recipient, or for all: a folder and a zip under the folder OUTPUT.

    An annex of withheld names goes into a package of its own beside it: print it first with `flask deliver annex`.
    """
    officer = _officer(str(chosen["by"] or ""))
    if everybody == bool(country) or (everybody and annex):
        raise click.ClickException("say either --country DE or --all; an annex goes with one recipient")
    chosen_order = {"office": str(chosen["office"] or ""), "language": str(chosen["language"] or "")} | {
        "paper": str(chosen["paper"] or "")
    }
    orders = [
        Order(letter, code, again=bool(chosen["again"]), **chosen_order) for code in _countries(letter, country)
    ]
    failed = 0
    for number, order in enumerate(orders, 1):
        place = f"{number}/{len(orders)} " if everybody else ""
        failed += not _make(order, output, annex, officer, place)
    if failed:
        raise click.ClickException(f"{failed} of {len(orders)} could not be made")


@click.command("check")
@with_appcontext
@click.argument("path", type=click.Path(exists=True, path_type=Path))
def check(path: Path) -> None:
    """Say whether this campaign handed PATH over: a package's folder or zip, or one file of a package."""
    try:
        sentences, well = check_path(toolbox(), path)
    except NOT_PRINTED as fault:
        raise click.ClickException(str(fault)) from fault
    for sentence in sentences:
        click.echo(sentence)
    if not well:
        raise click.exceptions.Exit(1)


@click.command("recipients")
@with_appcontext
@recipient_option("One recipient (default: all).")
def recipients(country: str) -> None:
    """List the offices in config/recipients.toml, and the recipients that letters name."""
    for one in toolbox().recipients.every:
        if country in ("", one.country):
            click.echo(f"{one.country}\t{one.office}\t{one.language}\t{one.channel}\t{one.name}")
    with toolbox().database.read() as session:
        letters = all_letters(session)
    for slug, named in ((letter.slug, named) for letter in letters for named in letter.named):
        if country in ("", named.key):
            click.echo(f"{named.key}\tletter {slug}\t{named.language}\t\t{named.called(named.language)}")


def _countries(letter: str, country: str) -> tuple[str, ...]:
    try:
        return (country,) if country else recipients_of(toolbox().database, letter)
    except NOT_PRINTED as fault:
        raise click.ClickException(str(fault)) from fault


def _officer(email: str) -> Officer | None:
    """Return the officer who makes a package, None if no address was given."""
    if not email:
        return None
    with toolbox().database.read() as session:
        officer = officer_in(session, email, DELIVERS)
    if officer is None:
        raise click.ClickException("say which officer makes it, one who may deliver: --by EMAIL")
    return officer


def _make(order: Order, output: Path, annex: Path | None, officer: Officer | None, place: str) -> bool:
    """Make one package and print the result; return False if it failed, so that the others are still made."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        made = make_package(toolbox(), order, output, officer, Watch(tell_ready))
        _print_made(place, made)
        if annex is not None:
            _print_made(place, make_annex(toolbox(), made, order, annex.read_bytes()))
    except Unchanged as fault:
        click.echo(f"{place}{order.country}: {fault}: say --again if you mean it")
        return True
    except NOT_MADE as fault:
        click.echo(f"{place}{order.country}: {fault}", err=True)
        return False
    except (NotSaved, OSError) as fault:
        click.echo(f"{place}{order.country}: nothing was kept, try again ({type(fault).__name__})", err=True)
        return False
    return True


def _print_made(place: str, made: Made) -> None:
    names = f", {made.names} names" if made.names else ""
    names += f" in {made.volumes} volumes" if made.volumes > 1 else ""
    click.echo(f"{place}{made.folder}{names}, zip SHA-256 {made.zip_sha256}")
    tell_otherwise(made.otherwise)
