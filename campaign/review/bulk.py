"""Find the signatories that a rule would hold."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from campaign.confirm.models import Signatory, Signature
from campaign.letter.models import Letter
from campaign.letter.service import every_kind
from campaign.mail.address import AddressRefused, accept_address
from campaign.names.doubts import doubts
from campaign.review.filters import shares_domain
from campaign.review.queue import STREAM, Card, card_rows, make_card, open_entry
from campaign.seal.indexes import domain_index
from campaign.seal.keys import Keys
from campaign.verify.holds import carry_out_hold
from campaign.verify.models import Verification
from campaign.verify.rules import HoldRule, RuleMalformed, rule_from_payload, set_hash
from campaign.web.toolbox import Carried

SHOWN = 200  # a preview lists so many of the signatories one by one


@dataclass(frozen=True)
class Matched:
    """The signatories that a rule would hold: all of them by number, and the cards of the first ones."""

    ids: tuple[int, ...]
    held_by_guard: int
    cards: tuple[Card, ...]

    @property
    def hash(self) -> str:
        """Return the hash by which a form names exactly this set."""
        return set_hash(self.ids)

    @property
    def more(self) -> int:
        """Return how many are not shown."""
        return len(self.ids) - len(self.cards)


def check_kind(session: Session, kind: str) -> None:
    """Raise RuleMalformed if no letter asks for such a kind."""
    if kind and kind not in every_kind(session):
        raise RuleMalformed(f"There is no such kind: there are {', '.join(every_kind(session))}.")


def find_matching(session: Session, keys: Keys | None, rule: HoldRule) -> Matched:
    """Return the undecided signatories that meet the rule.

    Names are opened only if the rule asks for odd ones: in a stream, 50,000 sealed ones take seconds.
    """
    found = (
        select(Signatory.id, Signatory.held_for)
        .join(Signature, Signature.id == Signatory.signature_id)
        .join(Letter, Letter.id == Signatory.letter_id)
        .outerjoin(Verification, Verification.signatory_id == Signatory.id)
        .where(Signatory.stands, Verification.signatory_id.is_(None), *_criteria(rule))
        .order_by(Signatory.id)
    )
    if rule.doubted:
        whole = session.execute(found.with_only_columns(Signatory).execution_options(yield_per=STREAM))
        with closing(whole):
            pairs = list(_doubted(keys, whole.scalars()))
    else:
        pairs = [(number, held_for) for number, held_for in session.execute(found)]
    ids = tuple(number for number, _held_for in pairs)
    shown = session.execute(card_rows().where(Signatory.id.in_(ids[:SHOWN])).order_by(Signatory.id))
    return Matched(ids, sum(1 for _number, held in pairs if held), tuple(make_card(keys, row) for row in shown))


def domain_index_of(keys: Keys | None, letter: str, typed: str) -> bytes | None:
    """Return the blind index of a mail domain that an officer typed, None if it is empty. Raises RuleMalformed."""
    domain = typed.strip().removeprefix("@")
    if not domain:
        return None
    if not letter:
        raise RuleMalformed("Choose the letter too: the same mail domain has another index under each letter.")
    if keys is None:
        raise RuleMalformed("Mail domains cannot be looked up here: the campaign's keys are not on this machine.")
    try:
        return domain_index(keys.index_key, letter, accept_address(f"x@{domain}").domain)
    except AddressRefused as fault:
        raise RuleMalformed("That is not a mail domain.") from fault


def _criteria(rule: HoldRule) -> list[ColumnElement[bool]]:
    wanted: tuple[tuple[Any, Any, object], ...] = (
        (eq, Letter.slug, rule.letter),
        (eq, Signatory.kind, rule.kind),
        (eq, Signatory.country, rule.country),
        (eq, Signature.domain_index, rule.domain),
        (ge, Signatory.confirmed_at, rule.since),
        (lt, Signatory.confirmed_at, rule.until),
        (eq, Signatory.held_for, rule.held_for),
    )
    near = [shares_domain(rule.near)] if rule.near else []
    return near + [compares(column, value) for compares, column, value in wanted if value]


def _doubted(keys: Keys | None, signatories: Iterable[Signatory]) -> Iterator[tuple[int, str | None]]:
    for signatory in signatories:
        entry = open_entry(signatory, keys)
        if entry is not None and doubts(entry.name):
            yield signatory.id, signatory.held_for


def prepare_hold(session: Session, keys: Keys | None, asked: Mapping[str, Any]) -> Carried:
    """Find who meets the rule now that a colleague agrees, and return the act that holds them.

    This comes before the writing transaction: opening names takes seconds, and nobody else could write meanwhile.
    """
    rule = rule_from_payload(asked["rule"])
    return partial(carry_out_hold, find_matching(session, keys, rule).ids, rule, asked["note"])
