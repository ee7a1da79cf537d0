"""The forms to invite an officer, to change their role, and to join the desk."""

from wtforms import PasswordField, StringField, ValidationError
from wtforms.validators import AnyOf, InputRequired, Length

from campaign.desk.rules import ROLES, UnknownCountry, country_list
from campaign.desk.service import Duties
from campaign.signin.forms import CODE_FAULT, PASSWORD, PASSWORD_FAULT, at_most
from campaign.web.forms import BaseForm


class JoinForm(BaseForm):
    """What an invited officer fills in."""

    name = StringField(validators=[InputRequired("Enter your name."), at_most(100, "name")])
    password = PasswordField(validators=[InputRequired("Enter a password."), Length(*PASSWORD, PASSWORD_FAULT)])
    code = StringField(validators=[InputRequired(CODE_FAULT), at_most(12, "code")])


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
        return Duties(self.said("role"), country_list(self.said("countries")))


class InviteForm(DutiesForm):
    """The address to invite, with a role and countries."""

    email = StringField(validators=[InputRequired("Enter the e-mail address to invite."), at_most(254, "address")])
