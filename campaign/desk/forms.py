"""The desk's own forms."""

from flask import abort
from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.desk.rules import LONGEST_PASSWORD, ROLES, SHORTEST_PASSWORD, UnknownCountry, country_list
from campaign.desk.service import Place
from campaign.web.forms import BaseForm

LONGEST_ANSWER = 20_000


class SignInForm(BaseForm):
    """Address, password and code, asked together."""

    email = StringField(validators=[InputRequired(), Length(max=254)])
    password = PasswordField(validators=[InputRequired(), Length(max=LONGEST_PASSWORD)])
    code = StringField(validators=[InputRequired(), Length(max=30)])


class JoinForm(BaseForm):
    """What an invited officer fills in."""

    name = StringField(validators=[InputRequired(), Length(max=100)])
    password = PasswordField(
        validators=[
            InputRequired(),
            Length(SHORTEST_PASSWORD, LONGEST_PASSWORD, f"Use at least {SHORTEST_PASSWORD} characters."),
        ]
    )
    code = StringField(validators=[InputRequired(), Length(max=12)])


class CodeForm(BaseForm):
    """Six digits."""

    code = StringField(validators=[InputRequired(), Length(max=12)])


class PasskeyForm(BaseForm):
    """What the browser answered, to which challenge; `name` where a passkey is made."""

    challenge = StringField(validators=[InputRequired(), Length(max=200)])
    answer = StringField(validators=[InputRequired(), Length(max=LONGEST_ANSWER)])
    name = StringField(validators=[Length(max=60, message="Use at most 60 characters.")])


class PlaceForm(BaseForm):
    """What an officer may do, and for which countries."""

    role = StringField(validators=[AnyOf(ROLES, message="Choose a role.")])
    countries = StringField(validators=[Length(max=800)])

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

    email = StringField(validators=[InputRequired("Type an address."), Length(max=254)])


class ActForm(BaseForm):
    """A button."""


def check_button() -> None:
    """Answer 400 to a button that did not come from a page of this session."""
    if not ActForm().validate():
        abort(400)
