"""The forms for an office, a kind of office, a list of offices, and a parliament's domain."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from wtforms import BooleanField, StringField

from campaign.directory.book import Place
from campaign.directory.lists import EMPTY
from campaign.directory.parliaments import NewDomain
from campaign.directory.rules import keep_confirmation
from campaign.sheets.rows import MOST_COLUMNS
from campaign.web.forms import BaseForm
from campaign.web.staff import Staff
from campaign.world.recipients import Channel, Kind, Recipient

TYPED = (
    "name",
    "english",
    "language",
    "evidence",
    "addressee",
    "addressee_english",
    "salutation",
    "mail",
    "source",
)


class DirectoryForm(BaseForm):
    """A form whose faults are found by the rules, and shown beside their fields."""

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show each sentence beside its field."""
        for name, sentence in faults.items():
            self[name].errors = [sentence]


class OfficeForm(DirectoryForm):
    """An office's entry; `seen` is the mark of the entry that the page showed."""

    country = StringField()
    office = StringField()
    name = StringField()
    english = StringField()
    language = StringField()
    evidence = StringField()
    addressee = StringField()
    addressee_english = StringField()
    salutation = StringField()
    address = StringField()
    mail = StringField()
    channel = StringField()
    source = StringField()
    confirmed_on = BooleanField()
    seen = StringField()

    def entry(self, place: Place, before: Recipient | None, by: Staff, today: date) -> Recipient:
        """Return what was typed; ticked, this officer confirms it today, else an unchanged entry stays confirmed."""
        country, office = place
        values: dict[str, Any] = {name: self.text_of(name) for name in TYPED}
        typed = replace(
            before or EMPTY,
            country=country,
            office=office,
            **values,
            address=tuple(self.text_of("address").splitlines()),
            channel=cast(Channel, self.text_of("channel")),  # the rules refuse what is none
        )
        if self.confirmed_on.data:
            return replace(typed, confirmed_on=today, confirmed_by=by.name)
        return keep_confirmation(before, typed)

    @classmethod
    def showing(cls, entry: Recipient) -> "OfficeForm":
        """Return the form filled in with an entry."""
        values = {name: getattr(entry, name) for name in (*TYPED, "channel", "country", "office")}
        return cls(formdata=None, **values, address="\n".join(entry.address))


class KindForm(DirectoryForm):
    """A kind of office: its name in files and commands, and what it is called."""

    name = StringField()
    words = StringField()

    def kind(self, before: Kind | None) -> Kind:
        """Return what was typed."""
        words = self.text_of("words")
        return replace(before, words=words) if before else Kind(words)


class ListForm(BaseForm):
    """A list of offices: how to read it; `previewed` is the mark of the list that the officer checked."""

    sheet = StringField()
    encoding = StringField()
    previewed = StringField()

    def chosen(self, sent: Mapping[str, str]) -> dict[int, str]:
        """Return the chosen field of each column, by its place; empty before the first preview."""
        return {place: sent[f"column-{place}"] for place in range(MOST_COLUMNS) if f"column-{place}" in sent}


class DomainForm(DirectoryForm):
    """A mail domain and its chamber."""

    domain = StringField()
    holds = StringField()
    country = StringField()
    chamber = StringField()
    english = StringField()
    source = StringField()
    until = StringField()
    seen = StringField()

    def typed(self) -> NewDomain:
        """Return what was typed; a day that is none is the first of all days, which the rules refuse."""
        return NewDomain(
            name=self.text_of("domain"),
            holds=self.text_of("holds"),
            source=self.text_of("source").strip(),
            expires_on=day_of(self.text_of("until")),
            country=self.text_of("country"),
            chamber=self.text_of("chamber"),
            english=self.text_of("english"),
        )


def day_of(typed: str) -> date:
    """Return the typed day, or the first of all days if it is none."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return date.min
