"""Who is invited to the desk, and what they fill in."""

from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.desk.rules import ROLES, UnknownCountry, country_list
from campaign.desk.service import Place
from campaign.signin.forms import CODE_FAULT, PASSWORD, PASSWORD_FAULT, at_most
from campaign.web.forms import BaseForm


class JoinForm(BaseForm):
    """What an invited officer fills in."""

    name = StringField(validators=[InputRequired("Enter your name."), at_most(100, "name")])
    password = PasswordField(validators=[InputRequired("Enter a password."), Length(*PASSWORD, PASSWORD_FAULT)])
    code = StringField(validators=[InputRequired(CODE_FAULT), at_most(12, "code")])


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
