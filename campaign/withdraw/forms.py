"""The forms with which a signatory changes their signature."""

from typing import Any

from wtforms import ValidationError

from campaign.sign.forms import (
    CHOOSE_LETTER,
    CHOOSE_USE,
    AddressField,
    ChoiceField,
    ConsentField,
    SignForm,
    TicksField,
)
from campaign.sign.rules import NEEDED, VISIBILITIES
from campaign.web.forms import BaseForm
from campaign.web.languages import text


class NewConsents(ConsentField):
    """The consents that were ticked; it asks only for those that the use of the name until now did not need."""

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Ask for each consent that only the wider use needs; a narrower use needs none."""
        asked = new_consents(form.before, form.visibility.data)
        if any(consent not in (self.data or []) for consent in asked):
            raise ValidationError(text("Please tick each of these. Without it we may not use your name this way."))


class EditForm(SignForm):
    """The form of signing, without the address, which cannot change."""

    email = None  # type: ignore[assignment]  # WTForms' way to leave a field out


class UseForm(BaseForm):
    """How the name is used from now on; `before` is the use until now."""

    visibility = ChoiceField(among=VISIBILITIES, asked=CHOOSE_USE)
    consent = NewConsents()
    recipient = TicksField()

    def __init__(self, before: str, *arguments: Any, **options: Any) -> None:
        """Remember how the name was used."""
        self.before = before
        super().__init__(*arguments, **options)


class AgainForm(BaseForm):
    """The address whose link is lost, and the letter; an empty letter means all of them."""

    email = AddressField()
    letter = ChoiceField(among=(), asked=CHOOSE_LETTER)

    def __init__(self, slugs: list[str], *arguments: Any, **options: Any) -> None:
        """Take the letters there are."""
        super().__init__(*arguments, **options)
        self.letter.among = ("", *slugs)


class DisownForm(BaseForm):
    """The address, asked for if the campaign's key is not on this machine."""

    email = AddressField()


def new_consents(before: str, after: str) -> tuple[str, ...]:
    """Return the consents that a new use of a name needs and the use before did not."""
    return tuple(consent for consent in NEEDED.get(after, ()) if consent not in NEEDED[before])
