"""The forms to invite an officer, to change their role, to join the desk, and to write the identity."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import asdict, replace

from flask_wtf.file import FileField  # type: ignore[import-untyped]  # ships no types
from wtforms import BooleanField, PasswordField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.desk.identity import Profile, Texts
from campaign.desk.logos import NO_LOGO, LogoRefused
from campaign.desk.rules import ROLES, UnknownCountry, country_list
from campaign.desk.service import Duties
from campaign.signin.forms import CODE_FAULT, PASSWORD, PASSWORD_FAULT, PasskeyForm, at_most
from campaign.web.forms import BaseForm
from campaign.world.languages import FALLBACK


class JoinForm(BaseForm):
    """What an invited officer fills in."""

    name = StringField(validators=[InputRequired("Enter your name."), at_most(100, "name")])
    password = PasswordField(validators=[InputRequired("Enter a password."), Length(*PASSWORD, PASSWORD_FAULT)])
    code = StringField(validators=[InputRequired(CODE_FAULT), at_most(12, "code")])


class JoinPasskeyForm(PasskeyForm):
    """What an invited officer fills in whose account begins with a passkey."""

    name = StringField(validators=[InputRequired("Enter your name."), at_most(100, "name")])


class DutiesForm(BaseForm):
    """An officer's role and countries."""

    role = StringField(validators=[AnyOf(ROLES, message="Choose a role.")])
    countries = StringField(validators=[at_most(800, "list of countries")])

    def validate_countries(self, field: StringField) -> None:
        """Refuse what is not a country's code."""
        try:
            country_list(field.data or "")
        except UnknownCountry as fault:
            raise ValidationError(str(fault)) from fault

    def duties(self) -> Duties:
        """Return the chosen role and countries."""
        return Duties(self.text_of("role"), country_list(self.text_of("countries")))


class InviteForm(DutiesForm):
    """The address to invite, with a role and countries."""

    email = StringField(validators=[InputRequired("Enter the e-mail address to invite."), at_most(254, "address")])


class VersionedForm(BaseForm):
    """A form about something that two owners may change at once; `version` is the version that the page showed."""

    version = StringField(default="")

    def read_version(self) -> int:
        """Return the version that the page showed, -1 if it is no number: no version on record has it."""
        typed = self.text_of("version")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else -1

    def show_faults(self, faults: Mapping[str, str]) -> None:
        """Show each sentence beside its field."""
        for name, sentence in faults.items():
            self[name].errors = [sentence]


class TextsForm(VersionedForm):
    """The identity's texts in one language."""

    name = StringField(default="")
    line = StringField(default="")
    imprint = StringField(default="")
    privacy = StringField(default="")

    def texts(self, offered: str) -> Texts:
        """Return the typed texts; an unchanged privacy notice stays the software's, so its text is empty."""
        typed = Texts(**{name: self.text_of(name) for name in asdict(Texts())})
        return replace(typed, privacy="") if typed.privacy.split() == offered.split() else typed


class IdentityForm(TextsForm):
    """The whole identity with its English texts; `kept` is a logo that was chosen before, cleaned, in base64."""

    contact = StringField(default="")
    reply_to = StringField(default="")
    accent = StringField(default="")
    accent_dark = StringField(default="")
    credit = BooleanField()
    logo = FileField()
    kept = StringField(default="")
    no_logo = BooleanField()

    def chosen_logo(self) -> bytes | None:
        """Return the logo file that was chosen now or before, None if there is none. Raises LogoRefused."""
        sent = self.logo.data.read() if self.logo.data else b""
        if sent:
            return bytes(sent)
        try:
            return b64decode(self.text_of("kept"), validate=True) or None
        except ValueError as fault:
            raise LogoRefused(NO_LOGO) from fault

    def profile_with(self, before: Profile, offered: str) -> Profile:
        """Return `before` with everything that was typed, but with its logo unchanged."""
        return replace(
            before,
            contact=self.text_of("contact"),
            reply_to=self.text_of("reply_to"),
            accent=self.text_of("accent"),
            accent_dark=self.text_of("accent_dark"),
            credit=bool(self.credit.data),
            texts={**before.texts, FALLBACK: self.texts(offered)},
            version=self.read_version(),
        )
