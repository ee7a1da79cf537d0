"""`flask letter suspend|resume|close|embargo|preview`: the moments of a letter."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

import click
from sqlalchemy.orm import Session

from campaign.letter.cli import letter
from campaign.letter.service import NoSuchLetter, find_letter
from campaign.letter.standing import ENGLISH, standing
from campaign.moments.previews import NoSuchPreview, end_preview, make_preview, preview_link, previews_of
from campaign.moments.rules import MomentRefused, ReasonRefused, read_moment, tidy_reason, tidy_who
from campaign.moments.service import close, move_embargo, resume, suspend
from campaign.web.staff import ChangedMeanwhile
from campaign.web.tokens import new_secret
from campaign.web.toolbox import toolbox
from campaign.world.languages import LANGUAGES

Command = Callable[..., None]
reason_in_english = click.option("--reason", default="", help="Why, in English: readers see it.")
reason_elsewhere = click.option(
    "--reason-in",
    "elsewhere",
    nargs=2,
    multiple=True,
    metavar="LANGUAGE TEXT",
    help="The same in another language.",
)


@letter.command("suspend")
@click.argument("slug")
@reason_in_english
@reason_elsewhere
def suspend_one(slug: str, reason: str, elsewhere: tuple[tuple[str, str], ...]) -> None:
    """Take no signatures for SLUG from now on, until `resume`; readers see the reason."""
    with acting() as (session, now):
        suspend(session, slug, reason_of(reason, elsewhere), None, now=now)
    click.echo(f"{slug} is suspended. Nobody can sign or confirm until: flask letter resume {slug}")


@letter.command("resume")
@click.argument("slug")
def resume_one(slug: str) -> None:
    """Take signatures for SLUG again, after it was suspended or closed."""
    with acting() as (session, now):
        stands = standing(resume(session, slug, None, now=now), now)
    click.echo(f"{slug} is {stands.state}")


@letter.command("close")
@click.argument("slug")
@reason_in_english
@reason_elsewhere
def close_one(slug: str, reason: str, elsewhere: tuple[tuple[str, str], ...]) -> None:
    """Let the last day of SLUG be over now; forms sent before may be confirmed for their 72 hours."""
    with acting() as (session, now):
        close(session, slug, reason_of(reason, elsewhere, needed=False), None, now=now)
    click.echo(f"{slug} is closed")


@letter.command("embargo")
@click.argument("slug")
@click.argument("until")
def embargo_one(slug: str, until: str) -> None:
    """Let the embargo of SLUG end at UNTIL: a moment such as 2026-12-10T10:00, in the letter's time zone; or now."""
    with acting() as (session, now):
        row = find_letter(session, slug)
        try:
            moment = None if until == "now" else read_moment(until, row.time_zone)
        except ValueError as fault:
            raise click.ClickException(str(fault)) from fault
        moved = move_embargo(session, slug, moment, None, seen=row.embargo_until, now=now).embargo_until
    click.echo(f"{slug} is public from {moved:%Y-%m-%d %H:%M} UTC")


@letter.command("preview")
@click.argument("slug")
@click.option("--for", "who", default="", help="Make a link for these people; it is printed once.")
@click.option("--end", "number", type=int, help="End the link of this number at once.")
def preview(slug: str, who: str, number: int | None) -> None:
    """List the preview links of SLUG, make one, or end one: by it, named people read and sign under embargo."""
    secret = new_secret()
    with acting() as (session, now):
        if who:
            try:
                make_preview(session, slug, tidy_who(who), secret, None, now=now)
            except ValueError as fault:
                raise click.ClickException(str(fault)) from fault
        elif number is not None:
            end_preview(session, slug, number, None, now=now)
        found = previews_of(session, find_letter(session, slug))
    if who:
        click.echo(preview_link(toolbox(), secret))
        return
    for one in found:
        click.echo(f"{one.id:5} {one.made_at:%Y-%m-%d} {one.who}")
    click.echo(f"{len(found)} preview links")


@contextmanager
def acting() -> Iterator[tuple[Session, datetime]]:
    """Open one transaction at one moment; what is refused becomes the command's one line."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            yield session, tools.clock()
    except (NoSuchLetter, MomentRefused, NoSuchPreview, ReasonRefused) as fault:
        raise click.ClickException(str(fault)) from fault
    except ChangedMeanwhile as fault:
        raise click.ClickException("it was changed at the same moment; try again") from fault


def reason_of(english: str, elsewhere: tuple[tuple[str, str], ...], *, needed: bool = True) -> dict[str, str]:
    """Return a reason by language. Raises ReasonRefused."""
    unknown = [language for language, _words in elsewhere if language not in LANGUAGES]
    if unknown:
        raise click.ClickException(f"{unknown[0]} is none of {', '.join(LANGUAGES)}")
    return tidy_reason({ENGLISH: english, **dict(elsewhere)}, needed=needed)
