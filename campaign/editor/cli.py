"""`flask letter drafts|publish|discard`: what is being written of letters, by command."""

import click

from campaign.editor.paste import one_line
from campaign.editor.service import Answer, NotAnswered, Work, all_works, find_work, publish_work
from campaign.letter.cli import letter
from campaign.letter.drafts import discard_draft
from campaign.letter.keeping import KindSigned, TextSigned, check_office
from campaign.letter.rules import LetterMalformed
from campaign.letter.service import NoSuchLetter, TextChanged
from campaign.web.staff import ChangedMeanwhile
from campaign.web.toolbox import toolbox


@letter.command("drafts")
def show_all() -> None:
    """List the letters with what is being written: which files differ from what is public, and what is missing."""
    with toolbox().database.read() as session:
        works = all_works(session)
    for work in works:
        state = "public" if work.letter else "not public yet"
        changed = f"  changed: {', '.join(work.changed_in_words)}" if work.letter and work.changed else ""
        click.echo(f"{work.slug}  {state}{changed}")
        for (name, language), lacking in work.lacks().items():
            click.echo(f"  {name} in {language}: {', '.join(lacking)} missing")


@letter.command("publish")
@click.argument("slug")
@click.option("--material", is_flag=True, help="It changes what people signed: they are asked anew.")
@click.option(
    "--reason", default="", help="Why it changes nothing that people signed, in one line that readers see."
)
def publish(slug: str, material: bool, reason: str) -> None:
    """Publish the draft of letter SLUG; a text that people have signed becomes a new version."""
    tools, reason = toolbox(), one_line(reason)
    if material and reason:
        raise click.UsageError("give --material, or a --reason why it is not")
    try:
        with tools.database.write() as session:
            work = _draft(find_work(session, slug))
            answer = Answer(True if material else False if reason else None, reason[:300])
            published = publish_work(session, work, None, answer, now=tools.clock())
            check_office(published, tools.recipients.offices)
    except NotAnswered as fault:
        raise click.ClickException(
            f"people have signed {slug}: say --material, or give a --reason why this changes nothing that they signed"
        ) from fault
    except ChangedMeanwhile as fault:
        raise click.ClickException(
            f"{slug} was changed after its draft was begun: look at the difference at the desk"
        ) from fault
    except (LetterMalformed, TextSigned, KindSigned, TextChanged, NoSuchLetter) as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{slug} is public, version {published.version}")


@letter.command("discard")
@click.argument("slug")
def discard(slug: str) -> None:
    """Discard the draft of letter SLUG; what is public stays as it is."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            work = _draft(find_work(session, slug))
            discard_draft(session, slug, seen=work.seen, by=None, now=tools.clock())
    except NoSuchLetter as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"the draft of {slug} is discarded")


def _draft(work: Work) -> Work:
    if work.draft is None:
        raise click.ClickException(f"nothing of {work.slug} is being written")
    return work
