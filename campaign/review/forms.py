"""The form of a decision, the form of a rule that holds many, and the filter in a URL."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from hmac import digest
from typing import Any

from flask import current_app, request
from itsdangerous import BadData
from itsdangerous.encoding import base64_decode, base64_encode
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired, Length, Optional, Regexp

from campaign.review.bulk import domain_index_of
from campaign.review.evidence import mailbox, weakness_of
from campaign.review.filters import AGES, ALL, STATES, WAITING, Filter
from campaign.review.queue import find_card
from campaign.review.search import LONGEST_SEARCH
from campaign.roster.rules import DecisionMalformed
from campaign.roster.service import roster_evidence
from campaign.seal.boxes import CannotOpen
from campaign.seal.keys import Keys
from campaign.seal.locks import derived, lock, unlock
from campaign.sign.service import Link
from campaign.verify.notices import PURPOSE, PickedMember, find_notice
from campaign.verify.rules import (
    ACCEPTED,
    HELD,
    LEVELS,
    LISTED_LAWMAKER,
    REFUSED,
    Decision,
    HoldRule,
    RuleMalformed,
    check_rule,
    read_moment,
)
from campaign.web.forms import BaseForm
from campaign.web.tokens import new_secret
from campaign.web.toolbox import toolbox
from campaign.world.countries import COUNTRIES

FILTER_FIELDS = ("state", "country", "kind", "near", "letter", "level", "older", "held_for")
WITH_LEVEL = (ACCEPTED, ALL)  # the states in which a signatory can have a level
SEARCH, SALT_BYTES = "search", 16
LARGEST = 2**31 - 1  # a signatory's number fits a database's INTEGER


class DecisionForm(BaseForm):
    """One of three buttons: accept, hold or refuse; with the fields that it needs."""

    outcome = StringField(validators=[InputRequired(), AnyOf((ACCEPTED, HELD, REFUSED))])
    level = StringField()
    method = StringField()
    reason = StringField()
    member = StringField()
    note = StringField(validators=[Length(max=2000)])

    def decision(self) -> Decision:
        """Return the decision, without the fields that belong to another button."""
        accepted = self.text_of("outcome") == ACCEPTED
        level = self.text_of("level")
        return Decision(
            outcome=self.text_of("outcome"),
            level=int(level) if accepted and level.isdecimal() else None,
            method=self.text_of("method") or None if accepted else None,
            reason=self.text_of("reason") or None if not accepted else None,
            note=self.text_of("note"),
        )


class HoldForm(BaseForm):
    """A rule that holds many; `seen` is the hash of the set that a preview showed."""

    letter = StringField(validators=[Length(max=41)])
    kind = StringField(validators=[Length(max=40)])
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
        """Return the rule, with its mail domain as a blind index. Raises RuleMalformed, which says what to change."""
        if not self.validate():
            raise RuleMalformed(next(iter(self.faults().values())))
        rule = HoldRule(
            letter=self.text_of("letter"),
            kind=self.text_of("kind"),
            country=self.text_of("country"),
            domain=domain_index_of(keys, self.text_of("letter"), self.text_of("domain")),
            near=int(self.text_of("near") or 0),
            since=read_moment(self.text_of("since")),
            until=read_moment(self.text_of("until")),
            doubted=bool(self.text_of("doubted")),
            held_for=self.text_of("held_for"),
        )
        check_rule(rule)
        return rule


def collect_evidence(number: int, decision: Decision, member: str) -> tuple[str | None, PickedMember | None]:
    """Return why a signatory's mailbox is weak evidence, and the sitting member that the officer picked, if any.

    Raises DecisionMalformed if a lawmaker is accepted for the list, members were shown, and the officer chose none.
    """
    tools = toolbox()
    with tools.database.read() as session:
        card = find_card(session, tools.keys, number)
        if card is None:
            return None, None
        weakness = weakness_of(card, mailbox(tools.legislatures, card.address, tools.clock().date()))
        if (decision.level or 0) < LISTED_LAWMAKER or find_notice(session, number):
            return weakness, None
        roster = roster_evidence(session, tools.keys, tools.legislatures, number, card.entry, card.address)
    picked = roster.pick(member)
    if picked is None:
        return weakness, None
    if tools.keys is None:
        raise DecisionMalformed("Picking a member needs the campaign's keys: they are not on this machine.")
    return weakness, PickedMember(picked, _new_link(), tools.keys.index_key)


def _new_link() -> Link:
    """Return a link for one notice.

    The path comes from the URL map and not from `url_for`: a command has no request.
    """
    tools, secret = toolbox(), new_secret()
    path = current_app.url_map.bind("").build("verify.ask", {"token": tools.tokens.issue(PURPOSE, secret)})
    return Link(secret, tools.site.url + path)


class SearchForm(BaseForm):
    """Words of an entry: part of a name, a parliament, an organisation."""

    words = StringField()

    def typed(self) -> str:
        """Return what to look for, at most LONGEST_SEARCH characters."""
        return self.text_of("words").strip()[:LONGEST_SEARCH]


class ViewForm(BaseForm):
    """A name for the filter in the URL."""

    name = StringField(
        validators=[InputRequired("Give the view a name."), Length(max=60, message="Use at most 60 characters.")]
    )


def read_filter() -> Filter:
    """Return the filter in this request's URL."""
    return replace(filter_of(request.args), words=unseal_words(request.args.get("find", "")))


def filter_of(written: Mapping[str, str]) -> Filter:
    """Return the filter in a URL or a saved view, without words; values that make no sense are left out."""

    def chosen(name: str, choices: Collection[str]) -> str:
        return written.get(name, "") if written.get(name, "") in choices else ""

    state = chosen("state", STATES) or WAITING
    return Filter(
        state,
        chosen("country", COUNTRIES),
        _code(written.get("kind", "")),
        _number(written.get("near", "")),
        letter=_code(written.get("letter", "")),
        level=int(chosen("level", [str(level) for level in LEVELS]) or 0) if state in WITH_LEVEL else 0,
        older=int(chosen("older", [str(days) for days in AGES]) or 0),
        held_for=_code(written.get("held_for", "")),
        asked_at=toolbox().clock(),
    )


def carry(wanted: Filter) -> dict[str, Any]:
    """Return a filter as URL parameters, so that the next card and the link back keep it."""
    kept = {name: getattr(wanted, name) for name in FILTER_FIELDS} | {"find": seal_words(wanted.words)}
    if wanted.state not in WITH_LEVEL:
        del kept["level"]
    return {name: value for name, value in kept.items() if value and value != WAITING}


def seal_words(words: str) -> str:
    """Return the words of a search, sealed for a URL: they may be a withheld name.

    A browser keeps URLs in its history, copies them to other machines and passes them on; a name has no place there.
    The same words give the same URL, so that paging and the link back work.
    """
    if not words:
        return ""
    key = toolbox().tokens.derived(SEARCH)
    salt = digest(key, words.encode(), "sha256")[:SALT_BYTES]  # from the words, so that no key seals two texts
    return base64_encode(salt + lock(derived(key, salt), SEARCH.encode(), words.encode())).decode()


def unseal_words(sealed: str) -> str:
    """Return the words that `seal_words` sealed, "" for anything else."""
    key = toolbox().tokens.derived(SEARCH)
    try:
        raw = base64_decode(sealed)
        salt, locked = raw[:SALT_BYTES], raw[SALT_BYTES:]
        return unlock(derived(key, salt), SEARCH.encode(), locked).decode() if locked else ""
    except (BadData, CannotOpen, ValueError):
        return ""


def read_number(name: str) -> int:
    """Return a signatory's or a hold's number from this request's URL, 0 if there is none."""
    return _number(request.args.get(name, ""))


def _number(written: str) -> int:
    number = int(written) if re.fullmatch("[0-9]{1,10}", written) else 0
    return number if number <= LARGEST else 0


def _code(written: str) -> str:
    """Return a letter's short name, a kind's key or a guard's reason, "" if it cannot be one."""
    return written if re.fullmatch("[a-z0-9_-]{1,41}", written) else ""
