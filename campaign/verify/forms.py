"""The decision form of a card, the rule by which many are held, and the filter an address carries."""

from dataclasses import asdict
from typing import Any

from flask import current_app, request
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp

from campaign.seal.keys import Keys
from campaign.sign.rules import KINDS
from campaign.sign.service import Link
from campaign.verify.evidence import mailbox, weakness_of
from campaign.verify.notices import Picked, told_of
from campaign.verify.queue import STATES, WAITING, Filter, find_card, index_of
from campaign.verify.roster import roster_evidence
from campaign.verify.rules import (
    ACCEPTED,
    HELD,
    LISTED_LAWMAKER,
    REFUSED,
    Decision,
    DecisionMalformed,
    HoldRule,
    RuleMalformed,
    check_rule,
    read_moment,
)
from campaign.web.forms import BaseForm
from campaign.web.tokens import new_secret
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES

PURPOSE = "notice"
LARGEST = 2**31 - 1  # a signatory's number fits a database's INTEGER


class DecisionForm(BaseForm):
    """One of three buttons, with what it needs."""

    outcome = StringField(validators=[InputRequired(), AnyOf((ACCEPTED, HELD, REFUSED))])
    level = StringField()
    method = StringField()
    reason = StringField()
    member = StringField()
    note = StringField(validators=[Length(max=2000)])

    def decision(self) -> Decision:
        """Return what was chosen; a field that belongs to another button is left out."""
        accepted = self.said("outcome") == ACCEPTED
        level = self.said("level")
        return Decision(
            outcome=self.said("outcome"),
            level=int(level) if accepted and level.isdecimal() else None,
            method=self.said("method") or None if accepted else None,
            reason=self.said("reason") or None if not accepted else None,
            note=self.said("note"),
        )


class HoldForm(BaseForm):
    """A rule; `seen` names the set that a preview showed."""

    letter = StringField(validators=[Length(max=41)])
    kind = StringField(validators=[Optional(), AnyOf(KINDS, "There is no such kind.")])
    country = StringField(validators=[Optional(), AnyOf(COUNTRIES, "There is no such country.")])
    domain = StringField(validators=[Length(max=253)])
    near = StringField(validators=[Optional(), Regexp(r"\d{1,9}\Z", message="Write a signatory's number.")])
    since = StringField(validators=[Length(max=40)])
    until = StringField(validators=[Length(max=40)])
    doubted = StringField(validators=[Optional(), AnyOf(("yes",))])
    held_for = StringField(validators=[Length(max=40)])
    note = StringField(validators=[Length(max=2000)])
    seen = StringField(validators=[Length(max=64)])

    def rule(self, keys: Keys | None) -> HoldRule:
        """Return the rule, with its mail domain as an index. Raises RuleMalformed with what to change."""
        if not self.validate():
            raise RuleMalformed(next(iter(self.faults().values())))
        rule = HoldRule(
            letter=self.said("letter"),
            kind=self.said("kind"),
            country=self.said("country"),
            domain=index_of(keys, self.said("letter"), self.said("domain")),
            near=int(self.said("near") or 0),
            since=read_moment(self.said("since")),
            until=read_moment(self.said("until")),
            doubted=bool(self.said("doubted")),
            held_for=self.said("held_for"),
        )
        check_rule(rule)
        return rule


def weigh(number: int, decision: Decision, said: str) -> tuple[str | None, Picked | None]:
    """Return what speaks against a signatory's mailbox, and the sitting member `said` to be them, if any is.

    Raises DecisionMalformed where a lawmaker is accepted for the list and it is not said which of those shown it is.
    """
    tools = toolbox()
    with tools.database.read() as session:
        card = find_card(session, tools.keys, number)
        if card is None:
            return None, None
        weakness = weakness_of(card, mailbox(tools.legislatures, card.address, tools.clock().date()))
        if (decision.level or 0) < LISTED_LAWMAKER or told_of(session, number):
            return weakness, None
        roster = roster_evidence(session, tools.keys, tools.legislatures, number, card.entry, card.address)
    member = roster.pick(said)
    if member is None:
        return weakness, None
    if tools.keys is None:
        raise DecisionMalformed("A member is picked where the campaign's keys are: they are not on this machine.")
    return weakness, Picked(member, _new_link(), tools.keys.index_key)


def _new_link() -> Link:
    """Return a link for one notice; a command has no request, so the path is built from the URL map."""
    tools, secret = toolbox(), new_secret()
    path = current_app.url_map.bind("").build("notice.ask", {"token": tools.tokens.issue(PURPOSE, secret)})
    return Link(secret, tools.site.url + path)


def read_filter() -> Filter:
    """Return the filter this request's address carries; what is nonsense in it is left out."""
    state, country, kind = (request.args.get(name, "") for name in ("state", "country", "kind"))
    return Filter(
        state if state in STATES else WAITING,
        country if country in COUNTRIES else "",
        kind if kind in KINDS else "",
        read_number("near"),
    )


def carry(wanted: Filter) -> dict[str, Any]:
    """Return a filter as an address carries it, so that the next card and the way back stay inside it."""
    return {name: value for name, value in asdict(wanted).items() if value and value != WAITING}


def read_number(name: str) -> int:
    """Return a signatory's or a hold's number from this request's address, 0 if there is none."""
    number = request.args.get(name, 0, type=int)
    return number if 0 < number <= LARGEST else 0
