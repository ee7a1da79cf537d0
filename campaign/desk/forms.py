"""The desk's own forms."""

from flask import abort
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.desk.rules import LONGEST_PASSWORD, ROLES, SHORTEST_PASSWORD, UnknownCountry, country_list
from campaign.desk.service import Place
from campaign.web.forms import BaseForm

LONGEST_ANSWER = 20_000
PASSWORD = SHORTEST_PASSWORD, LONGEST_PASSWORD
PASSWORD_FAULT = f"Use a password of at least {SHORTEST_PASSWORD} and at most {LONGEST_PASSWORD} characters."
CODE_FAULT = "Enter the six digits from your authenticator."


def at_most(most: int, what: str) -> Length:
    """Refuse what is too long, by its field's name."""
    return Length(max=most, message=f"The {what} is too long: use at most {most} characters.")


class SignInForm(BaseForm):
    """Address, password and code, asked together."""

    email = StringField(validators=[InputRequired("Enter your e-mail address."), at_most(254, "address")])
    password = PasswordField(
        validators=[InputRequired("Enter your password."), at_most(LONGEST_PASSWORD, "password")]
    )
    code = StringField(
        validators=[InputRequired("Enter the six digits, or a recovery code."), at_most(30, "code")]
    )


class JoinForm(BaseForm):
    """What an invited officer fills in."""

    name = StringField(validators=[InputRequired("Enter your name."), at_most(100, "name")])
    password = PasswordField(validators=[InputRequired("Enter a password."), Length(*PASSWORD, PASSWORD_FAULT)])
    code = StringField(validators=[InputRequired(CODE_FAULT), at_most(12, "code")])


class CodeForm(BaseForm):
    """Six digits."""

    code = StringField(validators=[InputRequired(CODE_FAULT), at_most(12, "code")])


class PasskeyForm(BaseForm):
    """What the browser answered, to which challenge; `name` where a passkey is made."""

    challenge = StringField(validators=[InputRequired(), Length(max=200)])
    answer = StringField(validators=[InputRequired(), Length(max=LONGEST_ANSWER)])
    name = StringField(validators=[Length(max=60, message="Use at most 60 characters.")])


class PlaceForm(BaseForm):
    """What an officer may do, and for which countries."""

    role = StringField(validators=[AnyOf(ROLES, message="Choose a role.")])
    countries = StringField(validators=[at_most(800, "list of countries")])

    def validate_countries(self, field: StringField) -> None:
        """Refuse what is not a country's code."""
        try:
            country_list(field.data or "")
        except UnknownCountry as fault:
            raise ValidationError(str(fault)) from fault

    def place(self) -> Place:
        """Return what was chosen."""
        return Place(self.said("role"), country_list(self.said("countries")))


class InviteForm(PlaceForm):
    """Whom to invite, as what."""

    email = StringField(
        validators=[InputRequired("Enter the e-mail address of whom you invite."), at_most(254, "address")]
    )


class ActForm(BaseForm):
    """A button."""


def check_button() -> None:
    """Answer 400 to a button that did not come from a page of this session."""
    if not ActForm().validate():
        abort(400)
