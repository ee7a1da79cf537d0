"""`flask verify list|summary|accept|hold|refuse|undo|hold-all|undo-hold`: the desk's work from the command line."""

from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from campaign.audit.models import Officer
from campaign.desk.admissions import NotAdmitted, two_people_fault
from campaign.desk.rules import VERIFIES
from campaign.review.bulk import Matched, check_kind, domain_index_of, find_matching
from campaign.review.filters import STATES, WAITING, Filter
from campaign.review.forms import collect_evidence
from campaign.review.queue import find_card_page
from campaign.review.roster_cli import roster
from campaign.review.search import LONGEST_SEARCH
from campaign.review.summary import COLUMNS, day_summary, desk_status
from campaign.roster.rules import DecisionMalformed
from campaign.signin.officers import officer_in
from campaign.verify.claims import Claimed
from campaign.verify.holds import NoSuchHold, ask_hold, undo_hold
from campaign.verify.rules import (
    ACCEPTED,
    HELD,
    METHODS,
    REASONS,
    REFUSED,
    Decision,
    HoldRule,
    RuleMalformed,
    check_rule,
    read_moment,
    rule_in_words,
)
from campaign.verify.service import (
    AlreadyDecided,
    NoSuchSignatory,
    OtherCountries,
    SecondReviewerNeeded,
    decide,
    undo,
)
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES

verify = AppGroup("verify", help="Establish who signatories are.")
verify.add_command(roster)
PAGE = 500
SECOND_PERSON = "nobody is held yet: this takes two people. Once a colleague agrees at the desk under “Second person”, all undecided signatories who meet the rule then are held; do not run this again"

by_option = click.option("--by", required=True, metavar="EMAIL", help="The officer who decides.")
note_option = click.option("--note", default="", help="The evidence, in a sentence.")
reason_option = click.option("--reason", type=click.Choice(list(REASONS)), required=True)


@verify.command("list")
@click.option("--state", type=click.Choice(STATES), default=WAITING, show_default=True)
@click.option("--country", default="", help="Two letters, such as DE.")
@click.option("--near", type=int, default=0, metavar="N", help="Only the mail domain of signatory N.")
@click.option("--kind", default="", help="One kind only, such as lawmaker.")
@click.option("--letter", default="", help="Only this letter.")
@click.option("--level", type=click.IntRange(1, 4), default=None, help="Only those accepted at this level.")
@click.option(
    "--older", type=click.IntRange(1), default=None, metavar="DAYS", help="Only those who confirmed so long ago."
)
@click.option("--held-for", default="", metavar="CODE", help="Only what the guard held for this.")
@click.option("--name", "words", default="", help="Part of a name, in any script; - asks for it.")
def list_cards(state: str, country: str, words: str, **narrowed: Any) -> None:
    """List signatories in one state: number, kind, country, use of name, name."""
    tools, after = toolbox(), 0
    typed = click.prompt("Name", err=True) if words == "-" else words
    given = {name: value for name, value in narrowed.items() if value}
    wanted = Filter(state, country.upper(), words=typed[:LONGEST_SEARCH], asked_at=tools.clock(), **given)
    opened, shut = 0, 0
    with tools.database.read() as session:
        _check_kind(session, wanted.kind)
        while True:
            found = find_card_page(session, tools.keys, wanted, after=after, limit=PAGE)
            opened, after = opened + found.opened, found.onward
            shut = found.shut + (shut if tools.keys else 0)
            for card in found.cards:
                row = card.signatory
                click.echo(f"{row.id}\t{row.kind}\t{row.country}\t{row.visibility}\t{card.name}")
            if not after:
                break
    if opened:
        click.echo(f"{opened} withheld names were opened and looked at", err=True)
    if shut:
        click.echo(f"{shut} withheld names could not be searched here: no key opens them", err=True)


@verify.command("summary")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="A day (UTC); today if left out.")
def summary(on: datetime | None) -> None:
    """Say what each officer decided on one day, and what is open now."""
    tools = toolbox()
    now = tools.clock()
    with tools.database.read() as session:
        day, stands = day_summary(session, on.date() if on else now.date()), desk_status(session)
    click.echo(f"{day.on} (UTC)")
    for row in day.rows:
        decided = ", ".join(f"{words} {row.counts[name]}" for name, words in COLUMNS.items() if row.counts[name])
        click.echo(f"{row.name}\t{decided}")
    if not day.rows:
        click.echo("nothing was decided")
    since = f", the longest (no. {stands.oldest}) for {stands.waited(now)} days" if stands.oldest else ""
    click.echo(f"now: {stands.waiting} waiting{since}; {stands.held} held; {stands.disputed} disputed")
    click.echo(f"mail to confirm: {stands.mails_owed} waiting to be sent, {stands.mails_refused} refused")


@verify.command("accept")
@click.argument("number", type=int)
@click.option("--level", type=click.IntRange(1, 4), required=True)
@click.option("--method", type=click.Choice(list(METHODS)), required=True)
@click.option("--member", default="", metavar="N|none", help="Which sitting member of `roster match`.")
@note_option
@by_option
def accept(number: int, note: str, by: str, member: str, **chosen: Any) -> None:
    """Accept signatory NUMBER at a level."""
    _decide(number, Decision(ACCEPTED, chosen["level"], chosen["method"], None, note), by, member)


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
    """Undo the decision about signatory NUMBER."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            undo(session, number, _officer(session, by), now=tools.clock())
    except NoSuchSignatory as fault:
        raise click.ClickException(f"no decision stands about {number}") from fault
    except OtherCountries as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{number} waits again")


@verify.command("hold-all")
@click.option("--letter", default="", help="Only this letter.")
@click.option("--kind", default="", help="One kind only, such as lawmaker.")
@click.option("--country", default="", help="Two letters, such as DE.")
@click.option("--domain", default="", help="Only addresses of this mail domain; needs --letter.")
@click.option(
    "--near", type=click.IntRange(1, 2**31 - 1), default=None, metavar="N", help="Only the mail domain of N."
)
@click.option(
    "--since", default="", metavar="MOMENT", help="Confirmed from then on, such as 2026-05-31T18:00 (UTC)."
)
@click.option("--until", default="", metavar="MOMENT", help="Confirmed before then.")
@click.option("--doubted", is_flag=True, help="Only if something is odd about the name.")
@click.option("--held-for", default="", metavar="CODE", help="Only what the guard held for this.")
@click.option("--dry-run", is_flag=True, help="Only show them.")
@click.option("--yes", is_flag=True, help="Do not ask before asking the colleague.")
@note_option
@by_option
def hold_many(dry_run: bool, yes: bool, note: str, by: str, **criteria: Any) -> None:
    """Show all undecided signatories who meet the criteria, and ask a second person to hold them.

    A colleague agrees at the desk: all who meet the criteria then are held at once. Until then it ends with 1.
    """
    tools = toolbox()
    try:
        rule = _rule(**criteria)
        if rule.doubted:
            click.echo("opening names to check them …", err=True)
        with tools.database.read() as session:
            _officer(session, by)
            check_kind(session, rule.kind)
            matched = find_matching(session, tools.keys, rule)
    except RuleMalformed as fault:
        raise click.ClickException(str(fault)) from fault
    _show(matched, rule)
    if dry_run or not matched.ids:
        return
    if not yes:
        click.confirm(f"Hold these {len(matched.ids)}?", abort=True)
    try:
        with tools.database.write() as session:
            officer = _officer(session, by)
            ask_hold(session, rule, note, officer, now=tools.clock())
            lack = two_people_fault(session, officer, now=tools.clock())
    except OtherCountries as fault:
        raise click.ClickException(str(fault)) from fault
    raise click.ClickException(f"{SECOND_PERSON}. {lack}".rstrip(". "))


@verify.command("undo-hold")
@click.argument("number", type=int)
@by_option
def take_hold_back(number: int, by: str) -> None:
    """Undo bulk hold NUMBER: all whom it still holds are where they were before."""
    tools = toolbox()
    try:
        with tools.database.write() as session:
            count = undo_hold(session, number, _officer(session, by), now=tools.clock())
    except NoSuchHold as fault:
        raise click.ClickException(f"there is no hold {number}, or it is undone already") from fault
    except OtherCountries as fault:
        raise click.ClickException(str(fault)) from fault
    click.echo(f"{count} let go")


def _decide(number: int, decision: Decision, by: str, member: str = "") -> None:
    tools = toolbox()
    try:
        weakness, picked = collect_evidence(number, decision, member)
        with tools.database.write() as session:
            outcome = decide(session, number, decision, _officer(session, by), weakness, picked, now=tools.clock())
    except (DecisionMalformed, NotAdmitted, OtherCountries) as fault:
        raise click.ClickException(str(fault)) from fault
    except NoSuchSignatory as fault:
        raise click.ClickException(f"there is no signatory {number}") from fault
    except Claimed as fault:
        raise click.ClickException(f"{fault} has the card of {number} open: nothing was decided") from fault
    except AlreadyDecided as fault:
        raise click.ClickException(f"{number} is decided already: undo that first") from fault
    except SecondReviewerNeeded as fault:
        raise click.ClickException("level 4 takes a second officer, after another accepted at level 3") from fault
    click.echo(
        f"{number} {outcome}" + (": a second officer must accept too" if outcome != decision.outcome else "")
    )


def _officer(session: Session, email: str) -> Officer:
    officer = officer_in(session, email, VERIFIES)
    if officer is None:
        raise click.ClickException("no officer with this address may verify")
    return officer


def _check_kind(session: Session, kind: str) -> None:
    try:
        check_kind(session, kind)
    except RuleMalformed as fault:
        raise click.ClickException(str(fault)) from fault


def _rule(domain: str, since: str, until: str, **criteria: Any) -> HoldRule:
    """Return the rule of the options. Raises RuleMalformed."""
    given = {name: value for name, value in criteria.items() if value}
    country = str(given.pop("country", "")).upper()
    if country and country not in COUNTRIES:
        raise RuleMalformed("There is no such country.")
    rule = HoldRule(
        **given,
        country=country,
        domain=domain_index_of(toolbox().keys, str(criteria["letter"]), domain),
        since=read_moment(since),
        until=read_moment(until),
    )
    check_rule(rule)
    return rule


def _show(matched: Matched, rule: HoldRule) -> None:
    for card in matched.cards:
        click.echo(f"{card.signatory.id}\t{card.signatory.country}\t{card.domain or 'sealed'}\t{card.name}")
    if matched.more:
        click.echo(f"and {matched.more} more")
    held = f", {matched.held_by_guard} of them held by the guard already" if matched.held_by_guard else ""
    click.echo(f"{len(matched.ids)} undecided: {rule_in_words(rule.criteria())}{held}")
