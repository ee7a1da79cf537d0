"""The shape of what a signatory types; each fault is a sentence in the reader's language."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup
from wtforms import Field, StringField, ValidationError
from wtforms.validators import AnyOf

from campaign.letter.fields import FIELDS, OWN_DOMAIN, Question, filled_in
from campaign.letter.fields import Field as SignatoryField
from campaign.letter.models import Letter
from campaign.letter.rules import LAWMAKER, Kind
from campaign.mail.address import Address, AddressRefused, accept_address
from campaign.names.rules import NameFault, NameRefused, accept_name, says_nothing
from campaign.sign.rules import (
    BARS,
    BY_OWNER,
    CONSENTS,
    LIFTS,
    VISIBILITIES,
    Entry,
    accept_line,
    consent_texts,
    missing_consents,
    readers,
)
from campaign.web.forms import BaseForm
from campaign.web.languages import text
from campaign.world.countries import COUNTRIES, countries
from campaign.world.legislatures import Legislatures

LONGEST_ECHO = 300
BARRABLE = {name: words for name, words in BARS.items() if name != BY_OWNER}
WHY = "Choose why."
CHOOSE = "Please choose one."
CHOOSE_USE = "Choose how your name may be used"
CHOOSE_COUNTRY = "Choose the country"
CHOOSE_LETTER = "Choose the letter"
EMPTY = "Please fill this in."
ASKED = (EMPTY, CHOOSE, CHOOSE_USE, CHOOSE_COUNTRY, CHOOSE_LETTER)  # translated where a page shows them


def explain(fault: NameRefused) -> str:
    """Return a sentence that says what is wrong with a name or a line of text, and what to do."""
    sentences = {
        NameFault.EMPTY: text(EMPTY),
        NameFault.INVISIBLE: text(EMPTY),
        NameFault.NO_LETTER: text("Please write a name in letters."),
        NameFault.PICTURE: text("Please leave emoji and symbols out."),
        NameFault.TOO_LONG: text("This is too long. Please shorten it."),
        NameFault.LINE_BREAK: text("Please write this on one line."),
        NameFault.WEB_ADDRESS: text("Web and e-mail addresses do not belong here."),
        NameFault.FORMULA: text("This cannot begin with = + - or @."),
    }
    return sentences.get(
        fault.reason,
        text("This holds characters we cannot print. Please type it again rather than paste it."),
    )


class NameField(StringField):
    """A person's name in any script."""

    def pre_validate(self, form: Any) -> None:
        """Store the name as accepted, or say why it is refused."""
        try:
            self.data = self.accept(self.data or "")
        except NameRefused as fault:
            raise ValidationError(self.explained(fault)) from fault

    def accept(self, typed: str) -> str:
        """Return the name as it is stored."""
        return accept_name(typed)

    def explained(self, fault: NameRefused) -> str:
        """Return a sentence about the fault that is clear away from its field, in the summary on top of the page."""
        nothing = fault.reason in (NameFault.EMPTY, NameFault.INVISIBLE)
        return text("Enter your name") if nothing else explain(fault)


class OptionalNameField(NameField):
    """A name that may be left out."""

    def accept(self, typed: str) -> str:
        """Return the name as it is stored, or nothing."""
        return accept_name(typed) if typed.strip() and not says_nothing(typed) else ""

    def explained(self, fault: NameRefused) -> str:
        """Return a sentence about the fault; an empty name is no fault here."""
        return explain(fault)


class LineField(OptionalNameField):
    """One free line about a signatory, as the table of fields asks for it."""

    def __init__(self, asked: SignatoryField, **options: Any) -> None:
        """Keep the field of the table that this line asks for."""
        super().__init__(**options)
        self.asked = asked

    def accept(self, typed: str) -> str:
        """Return the line as it is stored; for a box, `yes` if it was ticked."""
        if self.asked.repeats:
            return "yes" if typed.strip() else ""
        try:
            return accept_line(self.asked, typed)
        except AddressRefused as fault:
            raise ValidationError(text(OWN_DOMAIN)) from fault

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse an empty line that this kind of signatory must fill in."""
        needed = form.chosen is not None and self.short_name in form.chosen.required
        if needed and not self.data and not self.errors:
            raise ValidationError(text(self.asked.missing or EMPTY))


class ChoiceField(StringField):
    """One of a known set; a look-up in a set, since a SelectField of 249 options takes half the time of a signature."""

    def __init__(self, *arguments: Any, among: Any, asked: str = CHOOSE, **options: Any) -> None:
        """Keep the allowed values, and the sentence that asks for a choice."""
        super().__init__(*arguments, **options)
        self.among, self.asked = among, asked

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that is not allowed."""
        if self.data not in self.among:
            raise ValidationError(text(self.asked))


class AddressField(StringField):
    """One plain address; `accepted` has its parts."""

    def pre_validate(self, form: Any) -> None:
        """Parse the address without a DNS query."""
        try:
            self.accepted = accept_address(self.data or "")
        except AddressRefused as fault:
            raise ValidationError(text("Please type one plain e-mail address, like name@example.org.")) from fault


class ConsentField(Field):
    """The ticked consents; the use of the name decides which are needed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep known consents in the order of CONSENTS."""
        self.data = [consent for consent in CONSENTS if consent in valuelist]

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Refuse the form without a consent that the chosen use of the name needs."""
        if form.visibility.data in VISIBILITIES and missing_consents(form.visibility.data, self.data or []):
            raise ValidationError(text("Please tick each of these. Without it we may not take your signature."))


class TicksField(Field):
    """The ticked boxes, as the browser sent them."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep each tick once, in order."""
        self.data = list(dict.fromkeys(valuelist))


class PersonForm(BaseForm):
    """Who a signatory is: their name, and a line for each field of the table, under the field's own name."""

    kind = ChoiceField(among=())
    name = NameField()
    latin_name = OptionalNameField()
    country = ChoiceField(among=COUNTRIES, asked=CHOOSE_COUNTRY)

    def __init__(self, kinds: Sequence[Kind], *arguments: Any, **options: Any) -> None:
        """Keep the kinds of signatories that the letter asks for."""
        self.kinds = {kind.key: kind for kind in kinds}
        super().__init__(*arguments, **options)
        self.kind.among = self.kinds

    @property
    def chosen(self) -> Kind | None:
        """Return the kind that the visitor signs as, None if the letter asks for no such kind."""
        return self.kinds.get(self.text_of("kind"))


for _asked in FIELDS.values():
    setattr(PersonForm, _asked.name, LineField(_asked))


class SignForm(PersonForm):
    """The one form of signing; the names of its fields are an interface and do not change."""

    email = AddressField()
    visibility = ChoiceField(among=VISIBILITIES, asked=CHOOSE_USE)
    recipient = TicksField()
    consent = ConsentField()

    def entry(self, offered: tuple[str, ...]) -> Entry:
        """Return what was typed, without the fields of other kinds.

        `offered` are the recipients of the letter; only a withheld name chooses which of them may read it.
        """
        withheld = self.text_of("visibility") == "withheld"
        return Entry(
            kind=self.text_of("kind"),
            name=self.text_of("name"),
            latin_name=self.text_of("latin_name"),
            country=self.text_of("country"),
            visibility=self.text_of("visibility"),
            consents=tuple(self.consent.data),
            recipients=readers(self.recipient.data or [], self.text_of("country"), offered) if withheld else (),
            said=self._answers(self.kinds[self.text_of("kind")]),
        )

    def _answers(self, kind: Kind) -> dict[str, str]:
        """Return the answers to the fields of this kind; a ticked box repeats the answers that it makes public."""
        said = {name: self.text_of(name) for name in kind.fields if name in FIELDS}
        ticked = [FIELDS[name] for name, value in said.items() if value and FIELDS[name].repeats]
        repeated = {box.name: ", ".join(filter(None, map(said.get, box.repeats))) for box in ticked}
        return filled_in({**said, **repeated})

    def echo(self, name: str) -> str:
        """Return what was typed in a field, at most LONGEST_ECHO characters of it."""
        return self.text_of(name)[:LONGEST_ECHO]


def questions(kind: Kind) -> list[tuple[SignatoryField, Question, bool]]:
    """Return each field of this kind's form, how it is asked for, and whether it must be filled in."""
    asked = [FIELDS[name] for name in kind.fields if name in FIELDS]
    lawmaker = kind.established == LAWMAKER
    return [(field, field.question_for(lawmaker=lawmaker), field.name in kind.required) for field in asked]


@cache
def _options(language: str) -> str:
    """Render the 250 countries once per language: 3.3 ms that no request should pay."""
    return "".join(
        Markup('<option value="{}">{}</option>').format(code, name) for code, name in countries(language)
    )


def consents(letter: Letter) -> dict[str, str]:
    """Return the consents that a signatory of this letter gives, in the page's language."""
    return {name: text(sentence) for name, sentence in consent_texts(letter.addressee).items()}


def country_options(language: str, chosen: str) -> Markup:
    """Return the options of the country list with `chosen` selected."""
    options = _options(language)
    if chosen in COUNTRIES:
        options = options.replace(f'value="{chosen}"', f'value="{chosen}" selected', 1)
    return Markup(options)  # noqa: S704 - built above, each part escaped


@lru_cache(maxsize=64)  # the list changes when the desk changes it
def chamber_options(language: str, legislatures: Legislatures) -> Markup:
    """Render the chambers to suggest, by country, once per language; a visitor may type any other.

    Firefox shows the label instead of the value and Chromium shows both, so the label says everything. Each part is
    isolated (UAX 9): without that, a Latin name and an Arabic country would change places.
    """
    option = Markup('<option value="{0}" label="\u2068{1}\u2069, \u2068{2}\u2069" data-country="{3}"></option>')
    return Markup("").join(
        option.format(chamber.name, "\u2069 · \u2068".join(chamber.names), country, code)
        for code, country in countries(language)
        for chamber in legislatures.chambers(code)
    )


class BarForm(BaseForm):
    """The address to bar, and why."""

    email = StringField()
    reason = StringField(validators=[AnyOf(BARRABLE, message=WHY)])

    def address(self) -> Address | None:
        """Return the typed address, or None and a sentence beside the field."""
        try:
            return accept_address(self.text_of("email"))
        except AddressRefused:
            self["email"].errors = ["This is not an e-mail address."]
            return None


class LiftForm(BarForm):
    """The address whose bar is lifted, and why."""

    reason = StringField(validators=[AnyOf(LIFTS, message=WHY)])
