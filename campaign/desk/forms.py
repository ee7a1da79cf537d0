"""The desk's own forms."""

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from campaign.desk.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from campaign.web.forms import BaseForm


class SignInForm(BaseForm):
    """Address, password and code, asked together."""

    email = StringField(validators=[InputRequired(), Length(max=254)])
    password = PasswordField(validators=[InputRequired(), Length(max=LONGEST_PASSWORD)])
    code = StringField(validators=[InputRequired(), Length(max=12)])


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


class ActForm(BaseForm):
    """A button."""
